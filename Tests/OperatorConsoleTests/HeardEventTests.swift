// Decides: that the events which say what no status does are understood, and no others.
// Leaves to others: the events.

import ControlAPI
import Testing

@testable import OperatorConsole

@Suite("Events that are heard") struct HeardEventTests {
  private func heard(_ kind: String, _ subject: String, _ text: String) -> HeardEvent? {
    HeardEvent(
      EventItem(
        sequence: 1, at_ms: 0, kind: kind, subject: subject, channel: nil, amount: nil, text: text))
  }

  @Test("Who said STOP is read from its event")
  func stops() {
    #expect(heard("action", "stop", "stop by uid 0 (root): accepted") == .stop(by: "uid 0 (root)"))
    #expect(
      heard("action", "stop", "stop by uid 7: outputs still active") == .stop(by: "uid 7"))
    #expect(heard("action", "stop", "stop") == nil)
    #expect(heard("action", "stop", "stop by : accepted") == nil)
    #expect(
      heard("action", "stop", "stop by \u{1B}[2J: accepted") == .stop(by: "\\u{1b}[2J"))
  }

  @Test("Nothing else is heard")
  func others() {
    #expect(heard("action", "load", "load by uid 0: accepted") == nil)
    #expect(heard("state", "stop", "stop by uid 0: accepted") == nil)
  }
}

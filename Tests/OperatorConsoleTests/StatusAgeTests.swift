// Decides: from when the age of a status counts.
// Leaves to others: from which age on it is stale (StatusAreaTests).

import ControlAPI
import StimulationCore
import Testing

@testable import OperatorConsole

@Suite("Age of a status") struct StatusAgeTests {
  private func status(_ at_ms: Int64, phase: String = "loaded", age_ms: Int64 = 0) -> ConsoleStatus?
  {
    var message = Status(
      sequence: 1, phase: phase, state: "running", board: "simulated", isSimulated: true)
    message.at_ms = at_ms
    message.age_ms = age_ms
    return ConsoleStatus(message)
  }

  @Test("SR-52: a status that lay in a buffer is as old as when it was made")
  func made() {
    let age = status(1_000)?.age(at: .milliseconds(1_700), receivedAt: .milliseconds(1_650))
    #expect(age == .milliseconds(700))
  }

  @Test("Without a time, or with one that cannot be, it counts from its arrival")
  func unknown() {
    for at_ms: Int64 in [0, 9_000] {
      let age = status(at_ms)?.age(at: .milliseconds(1_700), receivedAt: .milliseconds(1_650))
      #expect(age == .milliseconds(50))
    }
    #expect(status(Int64.max) == nil)
  }

  @Test("The loop's age counts while a loop must be alive")
  func loop() {
    let open = status(1_000, phase: "open", age_ms: 200)
    #expect(
      open?.age(at: .milliseconds(1_100), receivedAt: .milliseconds(1_010)) == .milliseconds(300))
    let loaded = status(1_000, age_ms: 200)
    #expect(
      loaded?.age(at: .milliseconds(1_100), receivedAt: .milliseconds(1_010)) == .milliseconds(100))
  }

  @Test("SR-52: an age that cannot be is refused: below zero, or beyond a month")
  func impossible() {
    let month_ms: Int64 = 31 * 24 * 3_600 * 1_000
    for age_ms in [-1, month_ms + 1, Int64.min, .max, .max / 1_000_000] {
      #expect(status(1_000, phase: "open", age_ms: age_ms) == nil, "\(age_ms)")
    }
    let oldest = status(1_000, phase: "open", age_ms: month_ms)
    #expect(oldest?.age(at: .seconds(2), receivedAt: .seconds(2)) != nil)
  }
}

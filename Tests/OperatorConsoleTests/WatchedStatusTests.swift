// Decides: that an old status is never shown as a live one where it is printed or watched.
// Leaves to others: from which age on it is stale (StatusAreaTests).

import ControlAPI
import StimulationCore
import Testing

@testable import OperatorConsole

@Suite("Watched status") struct WatchedStatusTests {
  private func message(_ phase: String = "loaded", left_ms: Int64 = 60_000) -> Status {
    var message = Status(
      sequence: 1, phase: phase, state: "running", board: "simulated", isSimulated: true)
    message.at_ms = 10_000
    message.timeLeft_ms = left_ms
    return message
  }

  @Test(
    "SR-52: a status is as old as when it was made, in every phase",
    arguments: ["loaded", "open"])
  func age(_ phase: String) throws {
    let old = try #require(WatchedStatus(message(phase), at: .milliseconds(12_000)))
    #expect(old.lines[0].hasPrefix("STALE, 2.0 s ago:"), "\(old.lines)")
    let fresh = try #require(WatchedStatus(message(phase), at: .milliseconds(10_100)))
    #expect(!fresh.lines[0].contains("STALE"))
  }

  @Test("SR-52: that it grows stale is news, how old it is and what time is left is none")
  func news() throws {
    let fresh = try #require(WatchedStatus(message(), at: .milliseconds(10_100)))
    let later = try #require(
      WatchedStatus(message(left_ms: 50_000), at: .milliseconds(10_200)))
    let stale = try #require(WatchedStatus(message(), at: .milliseconds(12_000)))
    let staler = try #require(WatchedStatus(message(), at: .milliseconds(13_000)))
    #expect(fresh.news == later.news)
    #expect(fresh.news != stale.news)
    #expect(stale.news == staler.news)
  }

  @Test("SR-52: a script that prints the status tells that the daemon answers no more")
  func script() throws {
    let daemon = try FakeDaemon()
    var printed: [String] = []
    let steps = try ScriptParser.parse("status\nwait 1 s\nstatus\n")
    let run = ScriptRun(
      file: "session.nmes", parts: try ConsoleRig.parts(daemon),
      print: { lines in
        if printed.isEmpty { daemon.end() }
        printed += lines
      })
    _ = run.run(steps)
    let told = printed.filter { $0.contains("IDLE") }
    #expect(told.last?.hasPrefix("STALE, ") == true, "\(printed)")
  }
}

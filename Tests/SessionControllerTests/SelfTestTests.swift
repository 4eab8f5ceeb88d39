// Decides: what a self-test comes to on a good board, with each fault, and when it is stopped.
// Leaves to others: the checks of each item (SelfCheckInterlockTests), exit statuses (nmesTests).

import BoardSupport
import DoseLog
import Foundation
import ProtocolLibrary
import SimulatedBoard
import StimulationCore
import Testing

@testable import SessionController

@Suite("Self-test") struct SelfTestTests {
  /// Runs a self-test, and answers its report and what the log has of it.
  private func run(
    _ faults: [InjectedFault] = [], channels: Int = 2, stopAt item: String? = nil, pace: Int64 = 5
  ) throws -> (report: SelfTestReport, session: SessionSummary?) {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("self-test-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    var options = SimulatedHostOptions()
    options.channelCount = channels
    options.pace = pace
    options.faults = faults
    let path = folder.appendingPathComponent("bench.sqlite").path
    var stop: (@Sendable () -> Void)?
    let report = try SelfTest.run(
      .simulated(options), actor: "tester", writer: try DoseLogWriter(path: path),
      clock: PacedWallClock(pace: pace, newestRecord: nil),
      today: try #require(CalendarDate("2026-06-01")), stopper: { stop = $0 },
      progress: { if $0 == item { stop?() } })
    return (report, try DoseLogReader(path: path).sessions(newest: 1).first)
  }

  @Test("A good board passes every item of arming's check, and the probe of each channel is told")
  func passes() throws {
    let (report, session) = try run()
    #expect(report.passed && !report.stopped)
    #expect(report.items.map(\.verdict).allSatisfy { $0 == .passed })
    let names = ["open"] + SelfCheckItem.allCases.map { "\($0)" } + ["ending"]
    #expect(report.items.map(\.name) == names)
    let probe = try #require(report.items.first { $0.name == "probe" })
    #expect(probe.found.contains("channel 1: ") && probe.found.contains("channel 2: "))
    // The probe is dose, and nothing else was output (SR-01).
    let logged = try #require(session)
    #expect(
      logged.muscle.patient == BenchRequest.patient && logged.protocolName == "bench-self-test")
  }

  @Test("The item that fails is named with its cause and what to do; the rest is not reached")
  func fails() throws {
    let cases: [(InjectedFault, String, String, String)] = [
      (InjectedFault(.leadOff(nil), at: .zero), "probe", "channel 1", "dummy load"),
      (InjectedFault(.short(Ohms(30)), at: .zero), "probe", "short-circuit", "short"),
      (InjectedFault(.stuckRelay, at: .zero), "inactive", "welded-relay", "replace"),
      (InjectedFault(.emergencyStop, at: .zero), "inactive", "emergency-stop", "release"),
      (InjectedFault(.overCurrent(nil), at: .milliseconds(50)), "offset", "over-current", "RESET"),
    ]
    for (fault, item, cause, remedy) in cases {
      let report = try run([fault], channels: 1).report
      #expect(!report.passed && !report.stopped)
      let failed = report.items.filter { $0.verdict == .failed }
      #expect(failed.map(\.name) == [item], "\(report.items)")
      #expect(failed.first?.found.contains(cause) == true, "\(failed)")
      #expect(failed.first?.remedy.contains(remedy) == true, "\(failed)")
      let place = try #require(report.items.firstIndex { $0.name == item })
      #expect(report.items[..<place].allSatisfy { $0.verdict == .passed })
      #expect(report.items[(place + 1)...].dropLast().allSatisfy { $0.verdict == .notReached })
      // It ends safe whatever happens.
      #expect(report.items.last?.name == "ending" && report.items.last?.verdict == .passed)
    }
  }

  @Test("Without a load a converter may seem stuck, and the load is named first")
  func advice() {
    let stuck = SelfCheckAdvice.of(.converterStuck, at: .probe)
    #expect(stuck?.hasPrefix("connect a dummy load") == true)
    #expect(SelfCheckAdvice.of(.openElectrode, at: .probe)?.contains("dummy load") == true)
    #expect(SelfCheckAdvice.of(.converterStuck, at: .offset)?.contains("dummy") == false)
    // Every item has something to do, whatever the cause.
    for item in SelfCheckItem.allCases {
      #expect(!SelfCheckAdvice.of(item).isEmpty)
      #expect(SelfCheckAdvice.of(.selfCheckFailed, at: item) == nil)
    }
  }

  @Test("STOP while an item runs ends it with outputs inactive, told as stopped (SR-20)")
  func stops() throws {
    // Items that last long enough to be seen while they run.
    for item in [SelfCheckItem.offset, .probe] {
      let report = try run(channels: 8, stopAt: item.text, pace: 1).report
      #expect(report.stopped && !report.passed, "\(item): \(report.items)")
      #expect(report.items.allSatisfy { $0.verdict != .failed }, "\(item): \(report.items)")
      #expect(report.items.last?.verdict == .passed)
      #expect(report.items.contains { $0.verdict == .notReached })
    }
  }

  @Test("A board without chips fails at opening, and says what to do")
  func opening() throws {
    let file = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Hardware/kernel-bench.yaml").path
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("self-test-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let report = try SelfTest.run(
      .defined(try BoardLibrary.loadBoard(file: file)), actor: "tester",
      writer: try DoseLogWriter(path: folder.appendingPathComponent("bench.sqlite").path),
      clock: MachineClock(), today: try #require(CalendarDate("2026-06-01")),
      stopper: { _ in }, progress: { _ in })
    #expect(!report.passed)
    #expect(report.items[0].name == "open" && report.items[0].verdict == .failed)
    #expect(report.items[0].found.contains("nmes-bench") && !report.items[0].remedy.isEmpty)
    #expect(report.items.dropFirst().allSatisfy { $0.verdict == .notReached })
  }

  @Test("The text names every verdict in words, and colour only repeats them")
  func text() throws {
    let items = [
      SelfTestItem(
        name: "open", title: "board opens", verdict: .passed, found: "nothing was left running",
        remedy: ""),
      SelfTestItem(
        name: "probe", title: "balanced probe", verdict: .failed,
        found: "one cause; another that is told in so many words that a line of a terminal ends",
        remedy: "connect a load"),
      SelfTestItem(
        name: "ending", title: "ends safe", verdict: .notReached, found: "", remedy: ""),
    ]
    let report = SelfTestReport(
      board: "b", passed: false, stopped: false, items: items,
      scheduling: "no SCHED_FIFO (error 1)")
    let plain = SelfTestText.text(report, isColoured: false)
    #expect(
      plain == """
        pass         board opens     nothing was left running
        FAIL         balanced probe
                     one cause
                     another that is told in so many words that a line of a terminal
                     ends
                     do: connect a load
        not reached  ends safe

        The loop ran with no SCHED_FIFO (error 1); see nmes board doctor.

        b FAILS
        """)
    var painted = SelfTestText.text(report, isColoured: true)
    #expect(painted.contains("\u{1B}[1;31mFAIL\u{1B}[0m"))
    for code in ["[32m", "[1;31m", "[2m", "[0m"] {
      painted = painted.replacingOccurrences(of: "\u{1B}" + code, with: "")
    }
    #expect(painted == plain)
  }
}

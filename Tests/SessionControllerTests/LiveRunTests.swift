// Decides: that a run by itself on a board with its own loop ends in the log as it should.
// Leaves to others: what an operator may ask (StimulatorTests) and virtual runs
// (SimulatedRunTests).

import DoseLog
import Foundation
import ProtocolLibrary
import SimulatedBoard
import StimulationCore
import Testing

@testable import SessionController

@Suite("Live run") struct LiveRunTests {
  /// Runs one train; `stopAt` is the board's time at which STOP is pressed.
  private func run(
    faults: [InjectedFault] = [], stopAt: Nanoseconds? = nil, stopsFirst: Bool = false,
    pace: Int64 = 20,
    keeping keep: (SimulatedHost, @escaping @Sendable () -> Void) -> Void = { _, _ in }
  ) throws -> RunSummary {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("live-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Protocols/large-muscle-tetanic.yaml").path
    let planned = try SessionRequest(
      therapy: try ProtocolLibrary.loadProtocol(file: file), patient: "P1", muscle: "quadriceps",
      electrodeAreas: [.squareCentimetres(180)], trains: 1,
      today: try #require(CalendarDate("2026-06-01"))
    ).makeSession(on: SimulatedRun.capabilities(channelCount: 1))
    var options = SimulatedHostOptions()
    options.pace = pace
    options.faults = faults
    var stop: (@Sendable () -> Void)?
    let host = try SimulatedHost(options)
    let run = try LiveRun(
      planned, on: host, actor: "tester",
      writer: try DoseLogWriter(path: folder.appendingPathComponent("dose.sqlite").path),
      clock: PacedWallClock(pace: pace, newestRecord: nil)
    ) {
      stop = $0
      keep(host, $0)
    }
    if stopsFirst { stop?() }
    return try run.run { progress in
      if let stopAt, progress.now >= stopAt { stop?() }
    }
  }

  @Test("It completes its plan, and the summary has the log's dose")
  func completes() throws {
    let summary = try run()
    #expect(summary.outcome == .completed)
    #expect(summary.faults == [])
    let channel = try #require(summary.channels.first)
    #expect(channel.trains == 1)
    #expect(channel.dose.pulses > 0)
    #expect(channel.dose.net.magnitude.rawValue * 100 < channel.dose.rectified.rawValue)
  }

  @Test("Whoever keeps what stops it does not keep the board, which closes when the run is over")
  func closes() throws {
    weak var host: SimulatedHost?
    var stop: (@Sendable () -> Void)?
    _ = try run {
      host = $0
      stop = $1
    }
    #expect(stop != nil && host == nil)
    stop?()
  }

  @Test("STOP ends it as stopped (SR-20)")
  func stops() throws {
    #expect(try run(stopAt: .seconds(3)).outcome == .stopped)
  }

  @Test("STOP before the start ends it there although nothing is energised to act on (SR-20)")
  func stopsBeforeTheStart() throws {
    #expect {
      _ = try run(stopsFirst: true)
    } throws: { error in
      if case .stoppedBeforeStart? = error as? RunFailure { return true }
      return false
    }
  }

  @Test("A fault ends it as faulted with the cause first (SR-32)")
  func faults() throws {
    // Slow enough that a busy machine arms before the fault comes.
    let summary = try run(faults: [InjectedFault(.emergencyStop, at: .seconds(4))], pace: 2)
    #expect(summary.outcome == .faulted)
    #expect(summary.faults.first?.interlock == .emergencyStop)
  }

  @Test("A self-check that fails is refused with its item, and nothing is delivered (SR-04)")
  func selfCheckFails() throws {
    #expect {
      _ = try run(faults: [InjectedFault(.leadOff(nil), at: .zero)])
    } throws: { error in
      guard case .selfCheck(let item, let trips)? = error as? RunFailure else { return false }
      return item == .probe && trips.contains { $0.interlock == .openElectrode }
    }
  }
}

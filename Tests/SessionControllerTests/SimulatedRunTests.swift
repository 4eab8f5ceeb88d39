// Decides: that a run on the simulated board keeps its log whole however it ends.
// Leaves to others: the command line (nmesTests) and single sessions (RealTimeLoopTests).

import DoseLog
import Foundation
import ProtocolLibrary
import SimulatedBoard
import StimulationCore
import Testing

@testable import SessionController

/// A log in a folder of its own, and the runs on it.
private final class Bench {
  let folder: URL
  let log: String

  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("nmes-run-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    log = folder.appendingPathComponent("dose.sqlite").path
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  static let protocols = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Protocols")

  func plan(channels: Int = 1) throws -> PlannedSession {
    let file = Bench.protocols.appendingPathComponent("large-muscle-tetanic.yaml").path
    let therapy = try ProtocolLibrary.loadProtocol(file: file)
    let day = try #require(CalendarDate("2026-06-01"))
    let areas = Array(repeating: SquareMillimetres.squareCentimetres(180), count: channels)
    return try SessionRequest(
      therapy: therapy, patient: "P001", muscle: "quadriceps", electrodeAreas: areas, trains: 2,
      today: day
    ).makeSession(on: SimulatedRun.capabilities(channelCount: channels))
  }

  /// Runs; `stopAt` is the session time at which STOP is pressed.
  func run(
    faults: [InjectedFault] = [], channels: Int = 1, stopAt: Nanoseconds? = nil
  ) throws -> RunSummary {
    var options = RunOptions(actor: "tester")
    options.isPaced = false
    // Every millisecond, so that STOP can come within the self-check.
    options.progressInterval = .milliseconds(1)
    options.faults = faults
    var stop: (@Sendable () -> Void)?
    var run = try SimulatedRun(
      try plan(channels: channels), options: options, writer: try DoseLogWriter(path: log),
      waker: try RunWaker()
    ) { stop = $0 }
    return try run.run { progress in
      if let stopAt, progress.now >= stopAt { stop?() }
    }
  }
}

@Suite("Simulated run") struct SimulatedRunTests {
  @Test("SR-20: STOP during the session ends it as stopped, with its dose in the log")
  func stopped() throws {
    let bench = try Bench()
    let summary = try bench.run(stopAt: .seconds(2))
    #expect(summary.outcome == .stopped)
    #expect(summary.simulated < .seconds(3))
    let reader = try DoseLogReader(path: bench.log)
    let logged = try reader.session(summary.session)
    #expect(logged.outcomeName == "stopped")
    #expect(logged.channels[0].dose.pulses == summary.channels[0].dose.pulses)
    // SR-45: who stopped it, told once however long it was pressed.
    let stops = try reader.detail(summary.session).events.filter { $0.subject == "stop" }
    #expect(stops.map(\.actor) == ["tester"])
    #expect(stops.map(\.outcome) == ["accepted"])
    #expect(try reader.verify().isIntact)
  }

  @Test("SR-20: STOP during the self-check delivers no pulse")
  func stoppedEarly() throws {
    let bench = try Bench()
    do {
      let summary = try bench.run(stopAt: .zero)
      #expect(summary.outcome == .stopped)
      #expect(summary.channels.allSatisfy { $0.dose.pulses == 0 }, "\(summary.channels)")
    } catch {
      Issue.record("\(error)")
    }
    #expect(try DoseLogReader(path: bench.log).verify().isIntact)
  }

  @Test("SR-46: each channel's outcome is that channel's dose in the log")
  func ownDose() throws {
    let bench = try Bench()
    let fault = InjectedFault(.leadOff(nil), channel: 1, at: .milliseconds(3_003))
    let summary = try bench.run(faults: [fault], channels: 2)
    #expect(summary.outcome == .faulted)
    let logged = try DoseLogReader(path: bench.log).session(summary.session).channels
    #expect(logged.count == 2)
    for (told, kept) in zip(summary.channels, logged) {
      #expect(told.channel + 1 == kept.channel)
      #expect(told.dose == kept.dose)
      #expect(told.trains == kept.trains)
    }
    #expect(logged[0].dose != logged[1].dose)
  }

  @Test("SR-12: a second session on the same day is refused and logged as refused")
  func secondSession() throws {
    let bench = try Bench()
    #expect(try bench.run().outcome == .completed)
    do {
      _ = try bench.run()
      Issue.record("a second session ran")
    } catch let failure as RunFailure {
      #expect(failure.isRefusal)
    }
    let sessions = try DoseLogReader(path: bench.log).sessions(newest: 5)
    #expect(sessions.map(\.outcomeName) == ["refused", "completed"])
  }

  @Test("SR-04: a failed self-check names its item and closes the session as refused")
  func selfCheck() throws {
    let bench = try Bench()
    do {
      _ = try bench.run(faults: [InjectedFault(.leadOff(nil), at: .zero)])
      Issue.record("a session ran without an electrode")
    } catch let failure as RunFailure {
      #expect(failure.isRefusal)
      #expect(failure.description.contains("balanced probe"), "\(failure)")
    }
    let sessions = try DoseLogReader(path: bench.log).sessions(newest: 5)
    #expect(sessions.map(\.outcomeName) == ["refused"])
  }

  /// A log in which a session of P001 ended now, and another patient's 4.5 virtual hours later.
  private func logAhead(_ bench: Bench) throws -> DoseLogWriter {
    let summary = try bench.run()
    #expect(summary.outcome == .completed)
    let writer = try DoseLogWriter(path: bench.log)
    let clock = SimulatedWallClock(
      machine: ClockReading.ofMachine(isSynchronised: true).wall,
      newestRecord: try writer.reader.newestRecord())
    try writer.log(
      LogAction(kind: .notice, subject: "later", outcome: "ok", actor: "tester"),
      at: clock.reading(at: .seconds(16_200)))
    return writer
  }

  @Test("SR-12: virtual sessions of others give no rest to a run in real time")
  func restInRealTime() throws {
    let bench = try Bench()
    let writer = try logAhead(bench)
    let key = try bench.plan().muscleKey
    let paced = PacedWallClock(pace: 1, newestRecord: try writer.reader.newestRecord())
    let found = try writer.reader.history(
      of: key, on: SimulatedRun.boardName, at: paced.reading(at: .zero))
    #expect(found.clockIsTrusted)
    #expect(found.rest.map { $0 < .seconds(3_600) } == true, "\(String(describing: found.rest))")
  }

  @Test("SR-47: the virtual wall clock never runs behind the newest record")
  func wallClock() {
    let early = WallTime(nanosecondsSince1970: 1_000)
    let late = WallTime(nanosecondsSince1970: 2_000)
    let behind = SimulatedWallClock(machine: early, newestRecord: late)
    #expect(behind.reading(at: .zero).wall == late)
    let ahead = SimulatedWallClock(machine: late, newestRecord: early)
    #expect(ahead.reading(at: .zero).wall == late)
    #expect(ahead.reading(at: Nanoseconds(5)).wall == late + Nanoseconds(5))
  }
}

// Decides: that a head file that cannot be written doubles no record and stops progress alone.
// Leaves to others: the head itself (DoseLogTests).

import DoseLog
import Foundation
import ProtocolLibrary
import RealTimeLoop
import SimulatedBoard
import StimulationCore
import Testing

@testable import SessionController

/// The descriptor by which this process holds a log's head file open for writing.
private struct OpenHead {
  let path: String
  let descriptor: Int32

  init(ofLog log: String) throws {
    let head = URL(fileURLWithPath: log).resolvingSymlinksInPath().path + ".head"
    path = head
    let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
      .compactMap(Int32.init)
    let own = open.first {
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")) == head
    }
    descriptor = try #require(own)
  }

  /// Lets every write fail.
  func fail() throws { try replace(O_RDONLY) }

  func heal() throws { try replace(O_RDWR) }

  private func replace(_ mode: Int32) throws {
    // SAFETY: the path is a Swift string, valid for the call.
    let other = unsafe open(path, mode | O_CLOEXEC)
    try #require(other >= 0)
    try #require(dup2(other, descriptor) == descriptor)
    close(other)
  }
}

@Suite("A head that cannot be written") struct HeadFailureTests {
  private static func dose(_ train: Int32, onTime: Nanoseconds) -> SessionRecord {
    var dose = ChannelDose.none
    dose.pulses = 10
    return .dose(
      DoseRecord(
        span: .train, channel: 0, set: 1, train: train, startedAt: .zero, endedAt: onTime,
        setpoint: .milliamperes(10), dose: dose, certainty: .confirmed, boundAfter: .zero,
        sessionOnTime: onTime))
  }

  private static func begin(_ writer: DoseLogWriter) throws -> SessionID {
    let digest = try #require(PlanDigest(bytes: Array(repeating: 0, count: 32)))
    return try writer.beginSession(
      SessionIntent(
        muscle: MuscleKey(patient: "P1", muscle: "quadriceps"), stage: "S4", protocolName: "p",
        protocolVersion: "1.0.0", planDigest: digest, envelope: .standard, prescription: nil,
        gap: DeliveredGap(stated: .zero, delivered: .microseconds(100)), board: "board",
        isSimulated: true, seed: nil, actor: "tester", plannedTrains: 10,
        trainOnTime: .seconds(5),
        channels: [
          ChannelIntent(
            channel: 0, electrodeArea: .squareCentimetres(180), ceiling: .milliamperes(40),
            ceilingSource: .prescription, boundAfter: .zero)
        ]), at: .virtual(WallTime(nanosecondsSince1970: 1_800_000_000_000_000_000)))
  }

  @Test("SR-46: records whose head failed are in the log once, and progress waits for the head")
  func simulated() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("nmes-head-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("dose.sqlite").path
    let writer = try DoseLogWriter(path: path)
    let head = try OpenHead(ofLog: path)
    let exchange = LoopExchange()
    defer { exchange.deallocate() }
    let session = try Self.begin(writer)
    let clock = SimulatedWallClock(
      machine: WallTime(nanosecondsSince1970: 1_800_000_000_000_000_000), newestRecord: nil)
    var logger = SessionLogger(writer: writer, session: session, clock: clock)

    try head.fail()
    _ = exchange.records.push(Self.dose(1, onTime: .seconds(1)))
    logger.step(at: .seconds(1), isStalled: false, exchange)
    #expect(exchange.progressCount == 0)
    #expect(logger.failure != nil)
    // Nothing new to write: the head is still behind, and that is no progress.
    logger.step(at: .seconds(2), isStalled: false, exchange)
    #expect(exchange.progressCount == 0)
    _ = exchange.records.push(Self.dose(2, onTime: .seconds(3)))
    logger.step(at: .seconds(3), isStalled: false, exchange)
    #expect(exchange.progressCount == 0)

    try head.heal()
    logger.step(at: .seconds(4), isStalled: false, exchange)
    #expect(exchange.progressCount == 1)
    #expect(logger.failure == nil)
    let told = try writer.reader.session(session).channels[0]
    #expect(told.trains == 2)
    #expect(told.dose.pulses == 20)
    let report = try writer.reader.verify()
    #expect(report.isIntact)
    #expect(report.recordsBeyondHead == 0)
  }

  /// Runs two trains on a board with its own loop; answers what the log says then.
  private func live(
    _ report: (RunProgress, OpenHead, @Sendable () -> Void) throws -> Void
  ) throws -> (RunSummary, SessionDetail) {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("nmes-head-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Protocols/large-muscle-tetanic.yaml").path
    let planned = try SessionRequest(
      therapy: try ProtocolLibrary.loadProtocol(file: file), patient: "P1", muscle: "quadriceps",
      electrodeAreas: [.squareCentimetres(180)], trains: 2,
      today: try #require(CalendarDate("2026-06-01"))
    ).makeSession(on: SimulatedRun.capabilities(channelCount: 1))
    var options = SimulatedHostOptions()
    options.pace = 20
    let writer = try DoseLogWriter(path: folder.appendingPathComponent("dose.sqlite").path)
    let head = try OpenHead(ofLog: writer.path)
    var stop: (@Sendable () -> Void)?
    let run = try LiveRun(
      planned, on: try SimulatedHost(options), actor: "tester",
      writer: writer, clock: PacedWallClock(pace: 20, newestRecord: nil)
    ) { stop = $0 }
    let stopper = try #require(stop)
    var failure: (any Error)?
    let summary = try run.run { progress in
      do { try report(progress, head, stopper) } catch { failure = error }
    }
    if let failure { throw failure }
    return (summary, try writer.reader.detail(summary.session))
  }

  @Test("SR-46: a live session's records and end are in the log once though its head failed")
  func duringSession() throws {
    var looks = 0
    let (summary, detail) = try live { progress, head, _ in
      // Arming writes too, and would be refused.
      guard progress.state.code == .running else { return }
      looks += 1
      if looks == 1 { try head.fail() }
      if looks == 2 { try head.heal() }
    }
    #expect(looks >= 2)
    #expect(summary.outcome == .completed, "\(summary.faults)")
    let (whole, clean) = try live { _, _, _ in }
    // The climb begins a little sooner or later; a batch that is doubled is some dozens.
    let difference = summary.channels[0].dose.pulses - whole.channels[0].dose.pulses
    #expect(abs(difference) < 20)
    let entered = detail.events.filter { $0.kind == "entered" }.map(\.subject)
    #expect(entered == clean.events.filter { $0.kind == "entered" }.map(\.subject))
    #expect(detail.skinChecks.filter { $0.moment == .after }.count == 1)
  }

  @Test("SR-46: a session that ends while its head fails ends once")
  func atEnd() throws {
    var isStopped = false
    let (_, detail) = try live { progress, head, stop in
      guard progress.state.code == .running, !isStopped else { return }
      isStopped = true
      try head.fail()
      stop()
    }
    #expect(isStopped)
    #expect(detail.summary.outcomeName == "stopped")
    #expect(detail.skinChecks.filter { $0.moment == .after }.count == 1)
    #expect(
      detail.events.filter { $0.kind == "entered" && $0.subject == "completed" }.count == 1)
    // SR-45: who stopped it.
    #expect(detail.events.filter { $0.subject == "stop" }.map(\.actor) == ["tester"])
  }
}

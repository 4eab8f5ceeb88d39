// Decides: how a test serves a simulated stimulator on real sockets, and speaks to it.
// Leaves to others: what is expected of it.

import ControlAPI
import DoseLog
import Foundation
import Logging
import ProtocolLibrary
import SessionController
import SimulatedBoard
import StimulationCore
import Synchronization
import Testing

@testable import ControlServer

/// A server in this process with a scratch directory of its own.
final class ServedStimulator {
  let folder: URL
  let stimulator: Stimulator
  let server: ControlServer
  let directory: RuntimeDirectory
  private var isClosed = false

  static let repository = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// - Parameters:
  ///   - gate: holds up whoever reads the clock for a record, as a disk that stands still does.
  ///   - prescriptions: by their files' names.
  init(
    pace: Int64 = 20, faults: [InjectedFault] = [], gate: Gate? = nil,
    prescriptions: [String: String] = [:]
  ) throws {
    // Short: a socket's path has at most 107 bytes.
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("nmes-\(UUID().uuidString.prefix(13))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let writer = try DoseLogWriter(path: folder.appendingPathComponent("dose.sqlite").path)
    var options = SimulatedHostOptions()
    options.pace = pace
    options.faults = faults
    stimulator = try Stimulator(
      try SimulatedHost(options), writer: writer,
      clock: GatedClock(PacedWallClock(pace: pace, newestRecord: nil), gate), actor: "daemon")
    let prescribed = folder.appendingPathComponent("Prescriptions")
    try FileManager.default.createDirectory(at: prescribed, withIntermediateDirectories: true)
    for (name, text) in prescriptions {
      try Data(text.utf8).write(to: prescribed.appendingPathComponent("\(name).yaml"))
    }
    directory = RuntimeDirectory(path: folder.appendingPathComponent("run").path)
    let protocols = PresetDirectory(
      path: Self.repository.appendingPathComponent("Protocols").path)
    var logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    logger.logLevel = .critical
    server = try ControlServer(
      stimulator, folder: try SocketFolder(directory),
      library: ServedLibrary(protocols: protocols, prescriptions: prescribed.path),
      logger: logger)
  }

  deinit {
    stimulator.stop()
    if !isClosed { server.close() }
    stimulator.shutDown()
    try? FileManager.default.removeItem(at: folder)
  }

  /// Ends in the daemon's order: outputs, records, sockets.
  func close() {
    stimulator.shutDown()
    server.close()
    isClosed = true
  }

  func control() throws -> ControlClient { try ControlClient(path: directory.control) }
  func monitor() throws -> ControlClient { try ControlClient(path: directory.monitor) }

  /// Waits for something; many seconds are a failure.
  static func wait(_ condition: () throws -> Bool) rethrows -> Bool {
    for _ in 0..<12_000 {
      if try condition() { return true }
      usleep(5_000)
    }
    return false
  }

  /// What the log says was asked, as subject and outcome.
  func logged() throws -> [LoggedEvent] {
    let reader = stimulator.writer.reader
    guard let session = try reader.lastSession() else { return [] }
    return try reader.detail(session).events
  }
}

/// Where threads wait while it is closed.
final class Gate: Sendable {
  private let isClosed = Atomic<Bool>(false)

  func close() { isClosed.store(true, ordering: .releasing) }
  func open() { isClosed.store(false, ordering: .releasing) }
  func pass() { while isClosed.load(ordering: .acquiring) { usleep(1_000) } }
}

extension BoundedQueue {
  /// Keeps the queue's worker until the answer is signalled.
  func stall() -> DispatchSemaphore {
    let isRunning = DispatchSemaphore(value: 0)
    let release = DispatchSemaphore(value: 0)
    let isAccepted = submit {
      isRunning.signal()
      release.wait()
    }
    precondition(isAccepted, "an empty queue has room")
    isRunning.wait()
    return release
  }
}

/// A clock that is read behind a gate.
private struct GatedClock: SessionClock {
  private let clock: PacedWallClock
  private let gate: Gate?

  init(_ clock: PacedWallClock, _ gate: Gate?) {
    self.clock = clock
    self.gate = gate
  }

  func reading(at now: Nanoseconds) -> ClockReading {
    gate?.pass()
    return clock.reading(at: now)
  }
}

/// Renews a lease from a thread of its own for as long as the client lives: a busy machine may
/// stand still between two questions for longer than a lease lasts.
private final class Renewal: @unchecked Sendable {
  // SAFETY: written once before the thread begins; the client's socket may be written to by one
  // thread while another reads, and a line this short is written whole.
  private weak var client: ControlClient?
  private let line: Data
  private let isOver = Atomic<Bool>(false)

  init(_ client: ControlClient, _ lease: String) {
    self.client = client
    line = Data(
      (#"{"jsonrpc":"2.0","method":"lease.renew","params":{"lease":"\#(lease)"}}"# + "\n").utf8)
    Thread.detachNewThread { [self] in
      while send() { usleep(100_000) }
    }
  }

  func end() { isOver.store(true, ordering: .releasing) }

  private func send() -> Bool {
    guard !isOver.load(ordering: .acquiring), let client else { return false }
    return (try? client.sendRaw(line)) != nil
  }
}

/// An operator: a connection with the lease, which is renewed until the value goes.
final class Operator {
  static let load = SessionLoadRequest(
    protocolName: "large-muscle-tetanic", patient: "P1", muscle: "quadriceps",
    electrodeAreas: ["180 cm2"], trains: 2)

  let client: ControlClient
  let lease: String
  private let renewal: Renewal

  init(_ served: ServedStimulator, takeOver: Bool? = nil) throws {
    client = try served.control()
    _ = try client.call(HelloRequest(client: "test"), timeout_ms: 60_000)
    lease = try client.call(LeaseTakeRequest(takeOver: takeOver), timeout_ms: 60_000).lease
    renewal = Renewal(client, lease)
  }

  /// Stays, and renews no more.
  func fallSilent() { renewal.end() }

  /// Asks.
  @discardableResult
  func ask<R: ControlRequest>(_ request: R) throws -> R.Response {
    try client.call(request, timeout_ms: 60_000)
  }

  func status() throws -> Status { try ask(StatusGetRequest()) }

  func wait(for states: String...) throws -> Bool {
    try ServedStimulator.wait { states.contains(try status().state) }
  }

  /// Leads a session until its board is checked; the request that would arm it.
  func check(_ load: SessionLoadRequest = Operator.load) throws -> ArmRequest {
    try ask(load)
    try selfCheck()
    let questions = try ask(QuestionsRequest()).questions
    let answers = Dictionary(uniqueKeysWithValues: questions.map { ($0.id, false) })
    return ArmRequest(answers: answers, skin: .ok)
  }

  /// Checks the board; waits where STOP was said just now.
  func selfCheck() throws {
    let isChecked = try ServedStimulator.wait {
      do {
        try ask(SelfCheckRequest())
        return true
      } catch ControlClientError.refused(let error) where error.data?.reason == "stopped" {
        return false
      }
    }
    #expect(isChecked)
    #expect(try wait(for: "checked"))
  }

  /// The answer to a request that was sent.
  func answer(to id: RequestID) throws -> ControlClient.Answer {
    while let incoming = try client.receive(timeout_ms: 60_000) {
      if case .response(let answer) = incoming, answer.id == id { return answer }
    }
    throw ControlClientError.timedOut("\(id)")
  }

  /// Leads a session until it runs.
  func start(_ load: SessionLoadRequest = Operator.load) throws {
    try ask(try check(load))
    try ask(StartRequest())
    #expect(try wait(for: "running", "ramping"))
  }
}

/// The error of a refused call.
func refusal(_ body: () throws -> Void) -> RPCError? {
  do {
    try body()
    return nil
  } catch ControlClientError.refused(let error) {
    return error
  } catch {
    Issue.record("\(error)")
    return nil
  }
}

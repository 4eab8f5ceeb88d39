// Decides: how a test runs the built `nmesd`, and asks it what it reports.
// Leaves to others: what is expected of it.

import ControlAPI
import Foundation

/// A running daemon with a folder of its own.
final class NmesdProcess {
  struct Trouble: Error, CustomStringConvertible {
    let description: String
  }

  /// Longer than anything takes on a busy machine.
  static let patience = 60.0

  let scratch: Scratch
  private let pace: Int
  private let prescriptions: String?
  private var process = Process()
  private var starts = 0

  /// Starts it on the simulated board, `pace` times as fast as the clock.
  init(pace: Int = 1, prescriptions: String? = nil) throws {
    scratch = try Scratch()
    self.pace = pace
    self.prescriptions = prescriptions
    try start()
  }

  deinit { end(SIGKILL) }

  /// Starts it, also once more after an end.
  func start() throws {
    starts += 1
    process = Process()
    process.executableURL = NmesProcess.binary.deletingLastPathComponent()
      .appendingPathComponent("nmesd")
    process.arguments = [
      "--runtime-directory", directory.path, "--log", log, "--pace", "\(pace)",
    ]
    var environment = ["PATH": "/usr/bin:/bin", "HOME": scratch.path("home")]
    environment["NMES_PROTOCOLS"] = NmesProcess.repository.appendingPathComponent("Protocols").path
    environment["NMES_PRESCRIPTIONS"] = prescriptions
    process.environment = environment
    process.standardInput = FileHandle.nullDevice
    let name = "daemon-\(starts)"
    _ = try scratch.write("", to: name)
    let output = try FileHandle(forWritingTo: URL(fileURLWithPath: scratch.path(name)))
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let limit = Date(timeIntervalSinceNow: Self.patience)
    while (try? status()) == nil {
      guard process.isRunning, Date() < limit else {
        throw Trouble(description: "nmesd does not serve: \(told)")
      }
      usleep(20_000)
    }
  }

  /// Its log.
  var log: String { scratch.path("dose.sqlite") }

  /// Its sockets.
  var directory: RuntimeDirectory { RuntimeDirectory(path: scratch.path("run")) }

  /// What it has said since it was started last.
  var told: String { scratch.text("daemon-\(starts)") }

  /// Sends it a signal.
  func signal(_ number: Int32) { kill(process.processIdentifier, number) }

  /// Ends it by a signal and waits until it is gone.
  func end(_ signal: Int32) {
    guard process.isRunning else { return }
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
  }

  // MARK: - What it reports

  /// Its status, by the socket of those who only watch.
  func status() throws -> Status {
    try ControlClient(path: directory.monitor).call(StatusGetRequest())
  }

  /// Waits until its status says something.
  @discardableResult
  func wait(_ what: String, until holds: (Status) -> Bool) throws -> Status {
    let limit = Date(timeIntervalSinceNow: Self.patience)
    while true {
      let status = try status()
      if holds(status) { return status }
      guard Date() < limit else {
        throw Trouble(description: "the daemon never reported \(what): \(status)\n\(told)")
      }
      usleep(20_000)
    }
  }

  /// Waits until the first train has begun and the setpoint has left zero.
  func waitForCurrent() throws {
    try wait("a setpoint above zero in a train") {
      ($0.channels.first?.setpoint_uA ?? 0) > 0 && $0.train > 0
    }
  }

  /// Everything that has happened, oldest first.
  func events() throws -> [EventItem] {
    let client = try ControlClient(path: directory.monitor)
    let newest = try client.call(EventsSubscribeRequest(after: 0)).newest
    var events: [EventItem] = []
    while (events.last?.sequence ?? 0) < newest {
      guard let incoming = try client.receive(timeout_ms: 10_000) else {
        throw Trouble(description: "events up to \(newest) do not come")
      }
      if case .events(let added) = incoming { events += added.events }
    }
    return events
  }
}

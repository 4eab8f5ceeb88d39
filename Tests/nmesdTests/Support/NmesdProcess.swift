// Decides: how a test runs the built `nmesd` on a folder of its own, and what it keeps of it.
// Leaves to others: what is expected of it, and speaking to it (Leader).

import ControlAPI
import DoseLog
import Foundation
import Testing

/// A folder for a daemon's sockets and log, removed with the value. Daemons may follow one
/// another on it.
final class Bench {
  let folder: URL

  static let repository = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  init() throws {
    // Short: a socket's path has at most 107 bytes.
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("nmesd-\(UUID().uuidString.prefix(13))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
  var directory: RuntimeDirectory { RuntimeDirectory(path: path("run")) }
  var log: String { path("dose.sqlite") }

  /// Writes a file and answers its path.
  func write(_ text: String, to name: String) throws -> String {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path(name)))
    return path(name)
  }

  /// The usual arguments.
  func arguments(pace: Int = 40) -> [String] {
    ["--runtime-directory", directory.path, "--log", log, "--pace", "\(pace)"]
  }

  /// A daemon that serves.
  func daemon(
    pace: Int = 40, _ more: [String] = [], environment: [String: String] = [:]
  ) throws -> NmesdProcess {
    let daemon = try NmesdProcess(
      arguments(pace: pace) + more, environment: environment, errors: path("err"))
    try daemon.waitUntilServing()
    return daemon
  }

  /// A daemon that is expected to end by itself.
  func ended(
    _ arguments: [String], environment: [String: String] = [:], launcher: [String] = []
  ) throws -> NmesdProcess {
    let daemon = try NmesdProcess(
      arguments, environment: environment, launcher: launcher,
      errors: path("err-\(UUID().uuidString)"))
    try daemon.waitForEnd()
    return daemon
  }

  /// The log as it stands, once nobody writes it.
  func reader() throws -> DoseLogReader { try DoseLogReader(path: log) }

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
}

/// A running `nmesd`; what it writes goes to files, so that no pipe can fill.
final class NmesdProcess {
  struct TooSlow: Error, CustomStringConvertible {
    let description: String
  }

  /// The binary that the same build made beside this test bundle.
  static let binary = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().appendingPathComponent("nmesd").path

  private let process = Process()
  private let errorFile: String
  private let ended = DispatchSemaphore(value: 0)

  init(
    _ arguments: [String], environment: [String: String], launcher: [String] = [], errors: String
  ) throws {
    errorFile = errors
    var inherited = ProcessInfo.processInfo.environment
    let set = ["NMES_PROTOCOLS", "NMES_PRESCRIPTIONS", "NMES_RUNTIME_DIRECTORY", "NOTIFY_SOCKET"]
    for name in set { inherited[name] = nil }
    // A daemon of a test never touches the log of whoever runs it.
    inherited["XDG_STATE_HOME"] = errors + ".state"
    inherited.merge(environment) { _, new in new }
    let words = launcher + [Self.binary] + arguments
    process.executableURL = URL(fileURLWithPath: words[0])
    process.arguments = Array(words.dropFirst())
    process.environment = inherited
    process.currentDirectoryURL = Bench.repository
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try Self.file(errors + ".out")
    process.standardError = try Self.file(errors)
    let ended = ended
    process.terminationHandler = { _ in ended.signal() }
    try process.run()
  }

  deinit {
    if process.isRunning {
      kill(process.processIdentifier, SIGKILL)
      _ = ended.wait(timeout: .now() + 60)
    }
  }

  private static func file(_ path: String) throws -> FileHandle {
    try Data().write(to: URL(fileURLWithPath: path))
    return try FileHandle(forWritingTo: URL(fileURLWithPath: path))
  }

  var id: Int32 { process.processIdentifier }
  var isRunning: Bool { process.isRunning }

  /// What it has written to standard error so far.
  var errors: String { (try? String(contentsOfFile: errorFile, encoding: .utf8)) ?? "" }
  /// What it has written to standard output so far.
  var output: String { (try? String(contentsOfFile: errorFile + ".out", encoding: .utf8)) ?? "" }
  /// Its exit status, once it has ended.
  var status: Int32 { process.terminationStatus }
  /// Whether a signal ended it.
  var wasKilled: Bool { process.terminationReason == .uncaughtSignal }

  func signal(_ number: Int32) { kill(id, number) }

  func waitUntilServing() throws { try wait(for: "serving in ") }

  /// Waits until it has written `text` to standard error.
  func wait(for text: String) throws {
    let found = Bench.wait { errors.contains(text) || !isRunning }
    if !found || !errors.contains(text) {
      throw TooSlow(description: "never said \"\(text)\": \(errors)")
    }
  }

  /// Waits for its end.
  func waitForEnd() throws {
    if ended.wait(timeout: .now() + 60) != .success {
      throw TooSlow(description: "still runs: \(errors)")
    }
  }

  /// Ends it in order.
  func terminate(_ number: Int32 = SIGTERM) throws {
    signal(number)
    try waitForEnd()
  }

  /// The descriptors that it has open.
  var descriptors: Int {
    ((try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(id)/fd")) ?? []).count
  }

  /// Its resident memory in KiB.
  var resident: Int {
    let text = (try? String(contentsOfFile: "/proc/\(id)/status", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
    return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
  }
}

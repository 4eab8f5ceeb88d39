// Decides: how a test runs the built `nmes` and what it keeps of the run.
// Leaves to others: what is expected of it.

import Foundation

/// What a finished `nmes` left.
struct NmesResult {
  let status: Int32
  let output: String
  let errors: String

  /// The lines of standard error, without the progress of a run.
  var complaints: [String] {
    errors.split(separator: "\n").map(String.init).filter {
      $0.hasPrefix("nmes: ") || $0.hasPrefix("Error: ") || $0.contains(": error[")
    }
  }

  /// All of it, for the message of a failed check.
  var told: String { "status \(status)\nstdout: \(output)\nstderr: \(errors)" }
}

/// A running `nmes`, its output going to files so that no pipe can fill.
final class NmesProcess {
  struct TooSlow: Error, CustomStringConvertible {
    let description: String
  }

  /// Longer than any run takes on a busy machine.
  static let patience = 240.0

  /// The binary that the same build made beside this test bundle.
  static let binary: URL = {
    let bundle = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    return bundle.deletingLastPathComponent().appendingPathComponent("nmes")
  }()

  /// The repository.
  static let repository: URL = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private let process = Process()
  private let scratch: Scratch
  private let ended = DispatchSemaphore(value: 0)

  /// Starts it. `launcher` stands before the binary, such as a change of user.
  /// `input` is what stands on its standard input, nothing for `nil`.
  init(
    _ arguments: [String], environment: [String: String] = [:], launcher: [String] = [],
    directory: URL = NmesProcess.repository, input: String? = nil,
    inputHandle: Any = FileHandle.nullDevice
  ) throws {
    scratch = try Scratch()
    var inherited = ProcessInfo.processInfo.environment
    // A test never reads or writes the log of whoever runs it.
    inherited["XDG_STATE_HOME"] = scratch.path("state")
    inherited["NMES_PROTOCOLS"] = nil
    inherited["NMES_HARDWARE"] = nil
    inherited["NMES_RUNTIME_DIRECTORY"] = nil
    inherited.merge(environment) { _, new in new }
    let words = launcher + [NmesProcess.binary.path] + arguments
    process.executableURL = URL(fileURLWithPath: words[0])
    process.arguments = Array(words.dropFirst())
    process.environment = inherited
    process.currentDirectoryURL = directory
    if let input {
      process.standardInput = FileHandle(forReadingAtPath: try scratch.write(input, to: "in"))
    } else {
      process.standardInput = inputHandle
    }
    process.standardOutput = try NmesProcess.file(scratch.path("out"))
    process.standardError = try NmesProcess.file(scratch.path("err"))
    let ended = ended
    process.terminationHandler = { _ in ended.signal() }
    try process.run()
  }

  deinit {
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
  }

  private static func file(_ path: String) throws -> FileHandle {
    try Data().write(to: URL(fileURLWithPath: path))
    return try FileHandle(forWritingTo: URL(fileURLWithPath: path))
  }

  /// What it has written to standard output so far.
  var output: String { scratch.text("out") }

  /// What it has written to standard error so far.
  var errors: String { scratch.text("err") }

  /// Sends it a signal.
  func signal(_ number: Int32) { kill(process.processIdentifier, number) }

  /// Waits until it has written `text` to standard error.
  func wait(for text: String) throws {
    let end = Date(timeIntervalSinceNow: NmesProcess.patience)
    while !errors.contains(text) {
      guard process.isRunning, Date() < end else {
        throw TooSlow(description: "never said \"\(text)\": \(errors)")
      }
      usleep(20_000)
    }
  }

  /// Waits until it has written `text` to standard output.
  func wait(forOutput text: String) throws {
    let end = Date(timeIntervalSinceNow: NmesProcess.patience)
    while !output.contains(text) {
      guard process.isRunning, Date() < end else {
        throw TooSlow(description: "never printed \"\(text)\": \(output)\(errors)")
      }
      usleep(20_000)
    }
  }

  /// Waits for its end.
  func finish() throws -> NmesResult {
    guard ended.wait(timeout: .now() + NmesProcess.patience) == .success else {
      signal(SIGKILL)
      throw TooSlow(description: "still ran after \(NmesProcess.patience) s: \(errors)")
    }
    return NmesResult(
      status: process.terminationStatus, output: scratch.text("out"), errors: errors)
  }

  /// Whether a signal ended it.
  var wasKilled: Bool { process.terminationReason == .uncaughtSignal }
}

/// Runs `nmes` to its end.
func nmes(
  _ arguments: String..., environment: [String: String] = [:],
  directory: URL = NmesProcess.repository
) throws -> NmesResult {
  try nmes(arguments, environment: environment, directory: directory)
}

/// Runs `nmes` to its end.
func nmes(
  _ arguments: [String], environment: [String: String] = [:], launcher: [String] = [],
  directory: URL = NmesProcess.repository, input: String? = nil
) throws -> NmesResult {
  try NmesProcess(
    arguments, environment: environment, launcher: launcher, directory: directory, input: input
  ).finish()
}

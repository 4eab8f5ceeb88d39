// Decides: how a test leads a session at the console, as an operator does.
// Leaves to others: what it then does to it.

import ControlAPI
import Foundation
import StimulationCore

/// A daemon, and a console at a terminal beside it.
final class ConsoleTrial {
  static let load =
    "load large-muscle-tetanic patient P001 muscle quadriceps area 180 cm2 amplitude 40 mA"

  let daemon: NmesdProcess
  let console: TerminalProcess

  init(
    rows: Int = 24, columns: Int = 80, environment: [String: String] = [:],
    prescriptions: String? = nil
  ) throws {
    daemon = try NmesdProcess(prescriptions: prescriptions)
    console = try Self.console(at: daemon, rows: rows, columns: columns, environment: environment)
    try console.wait(for: "this console is the operator")
  }

  /// A console at a terminal of its own.
  static func console(
    at daemon: NmesdProcess, rows: Int = 24, columns: Int = 80,
    environment: [String: String] = [:]
  ) throws -> TerminalProcess {
    let all = Self.environment(daemon).merging(environment) { _, new in new }
    return try TerminalProcess(["console"], environment: all, rows: rows, columns: columns)
  }

  /// What a client finds round it.
  static func environment(_ daemon: NmesdProcess) -> [String: String] {
    [
      "TERM": "xterm", "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin",
      "HOME": daemon.scratch.path("home"), "NMES_RUNTIME_DIRECTORY": daemon.directory.path,
    ]
  }

  // MARK: - A session

  /// Loads a preset.
  func load(_ line: String = ConsoleTrial.load) throws {
    console.enter(line)
    try console.wait(for: " LOADED ")
  }

  /// The first act of START: every question answered no, the skin without a lesion.
  func arm() throws {
    try answer()
    console.enter("y")
    try console.wait(for: " ARMED ")
  }

  /// No to every contraindication, up to the question about the skin.
  func answer() throws {
    console.enter("arm")
    try console.wait(for: "1/\(Self.questions) ")
    for number in 1...Self.questions {
      try console.wait("question \(number)") {
        $0.cursorRow.hasPrefix("\(number)/\(Self.questions) ")
      }
      console.enter("n")
    }
    try console.wait("the question about the skin") { $0.cursorRow.hasPrefix("skin under") }
  }

  /// How many questions arming asks, as the requirements count them.
  static let questions = 18

  /// A session whose setpoint climbs.
  func run() throws {
    try load()
    try arm()
    console.enter("start")
    try console.wait(for: " RUNNING ")
    try daemon.waitForCurrent()
  }

  /// Waits until the daemon reports the session over and its outputs inactive.
  @discardableResult
  func waitForEnd() throws -> Status {
    try daemon.wait("the end with outputs inactive") { $0.phase == "over" && !$0.outputsAreActive }
  }

  /// The reaction to STOP or a trip that the daemon wrote down last.
  func reaction() throws -> Nanoseconds? {
    try daemon.events().last { $0.kind == "inactive" }?.amount.map(Nanoseconds.init(rawValue:))
  }
}

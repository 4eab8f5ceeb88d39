// Decides: `nmes board doctor`: its options, its progress and its result.
// Leaves to others: examining and measuring (LinuxBoard), and the words (DoctorText).

import ArgumentParser
import BoardSupport
import CheckedFiles
import Foundation
import LinuxBoard
import SessionController
import SimulatedBoard
import StimulationCore

struct BoardDoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Say what of this machine a board's loop can rely on, and measure its lateness.",
    discussion: """
      Each item holds, does not hold, or cannot be known here; what fails says why it matters \
      and what to do. Then a plain loop of 1 ms is measured and judged by SR-25: no wake-up \
      later than 2 ms, at most 10 in a second later than 500 us.

      Nothing of a board is driven or taken, so it may be run at any time; while a board is driven \
      the measurement is left out and no converter is read. Ask as the daemon does:
        sudo -u nmes nmes board doctor --board reference-1ch --seconds 60

      Exit status: 0 nothing fails, 1 something does not hold, 2 bad input.
      """)
  @Option(help: "Also look for the lines, PWM and converters of a board, by name or file.")
  var board: String?
  @Option(help: "How long to measure, 1 to 3600; 0 leaves the measurement out.")
  var seconds = 5
  @Option(
    help: "Examine a copy of another machine's /dev, /etc, /proc and /sys below this folder.",
    completion: .directory)
  var root: String?
  @Flag(help: "Say why each item matters, not only of what fails.") var explain = false
  @Flag(help: "Print JSON; progress goes to standard error.") var json = false

  func validate() throws {
    guard seconds == 0 || LatenessMeter.seconds.contains(seconds) else {
      throw ValidationError(
        "--seconds \(seconds) is not 0 or from \(LatenessMeter.seconds.lowerBound) to "
          + "\(LatenessMeter.seconds.upperBound)")
    }
    if board == SimulatedRun.boardName {
      throw ValidationError(
        "the board \"\(SimulatedRun.boardName)\" needs nothing of this machine; name another")
    }
  }

  func run() throws {
    let definition = try board.map { try BoardCommand.definition($0) }
    let machine = try machine()
    let doctor = Doctor(machine, priority: LinuxHost.priority)
    let items = doctor.examine(definition)
    let lateness = machine.calls == nil || seconds == 0 ? nil : try measure(doctor)
    let report = DoctorReport(items: items, lateness: lateness, board: definition?.name)
    if json {
      try Output.json(DoctorModel(report))
    } else {
      let text = DoctorText(
        isColoured: Screen.isColoured, explainsAll: explain, width: Screen.width)
      Output.line(text.text(report))
    }
    if !report.holds { throw Failure(.negative, "") }
  }

  private func machine() throws -> Machine {
    guard let root else { return .this }
    var isFolder: ObjCBool = false
    // SAFETY: the flag lives across the call, which only sets it.
    let isThere = unsafe FileManager.default.fileExists(atPath: root, isDirectory: &isFolder)
    guard isThere && isFolder.boolValue else {
      throw Failure(.badInput, "--root \(root): there is no such folder; name one with /sys in it")
    }
    return Machine(root: root.hasSuffix("/") ? String(root.dropLast()) : root, calls: nil)
  }

  private func measure(_ doctor: Doctor) throws -> Lateness? {
    if doctor.boardIsDriven {
      Output.error(
        "nmes: a board is being driven, so that the lateness is not measured: its loop would share "
          + "its priority; stop the daemon, then measure")
      return nil
    }
    let line = LiveLine()
    defer { line.end() }
    do throws(SystemFailure) {
      return try LatenessMeter.measure(
        seconds: seconds, priority: LinuxHost.priority, processor: doctor.isolatedProcessor
      ) { elapsed in
        let whole = elapsed.rawValue / 1_000_000_000
        line.show("measuring wake-up lateness: \(whole) of \(seconds) s (Ctrl-C ends it)")
      }
    } catch {
      throw Failure(.negative, "the lateness cannot be measured: \(error); end other programs")
    }
  }
}

// Decides: which options the commands of a bench share, and how it is confirmed that nobody is
// connected.
// Leaves to others: what is done on the bench (SelfTest, Calibration).

import ArgumentParser
import Foundation
import SessionController

struct BenchOptions: ParsableArguments {
  @Option(
    help: "The log; $XDG_STATE_HOME/nmes/bench.sqlite when not named, which is no patient's.",
    completion: .file(extensions: ["sqlite"]))
  var log: String?
  @Flag(help: "Say that no electrode of the board is on a person; asked for on a terminal.")
  var nobodyConnected = false

  /// The log's path.
  var path: String { log ?? StateFile.path("bench.sqlite") }

  /// Takes the signals that stop a bench.
  func stopSignals() throws -> StopSignals {
    do throws(RunFailure) { return try StopSignals() } catch { throw Failure(error) }
  }

  /// Ends the command unless it is certain that nobody is connected.
  func confirm(_ board: BenchBoard) throws {
    guard board.hasPatientCircuit, !nobodyConnected else { return }
    guard isatty(0) == 1 && isatty(2) == 1 else {
      throw Failure(
        .badInput,
        "board \"\(board.name)\" has a patient circuit: take every electrode off, connect dummy "
          + "loads, and say so with --nobody-connected")
    }
    FileHandle.standardError.write(
      Data(
        ("Board \"\(board.name)\" has a patient circuit and will be energised.\n"
          + "Type \"nobody\" if no electrode of it is on a person: ").utf8))
    guard readLine() == "nobody" else {
      throw Failure(.refused, "not confirmed; nothing was energised")
    }
  }
}

/// Files that a user's programs keep for themselves.
enum StateFile {
  /// A file's path below the state directory of nmes.
  static func path(_ name: String) -> String {
    let environment = ProcessInfo.processInfo.environment
    // The base-directory convention ignores a value that is not an absolute path.
    if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") {
      return "\(state)/nmes/\(name)"
    }
    return NSHomeDirectory() + "/.local/state/nmes/\(name)"
  }
}

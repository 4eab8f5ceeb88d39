// Decides: in which form the console lives: on a screen, as plain lines, or as a script.
// Leaves to others: each form, and the command line (nmes).

public import ControlAPI
import Foundation
internal import StimulationCore

/// The operator's console.
public enum OperatorConsole {
  /// What the console calls itself to the daemon.
  static let client = "nmes console"

  /// Runs the console until the operator leaves, or its input ends.
  public static func run(
    _ directory: RuntimeDirectory, environment: [String: String]
  ) throws(ConsoleError) -> ConsoleEnd {
    let parts = try ConsoleParts(directory, client: client)
    let term = environment["TERM"] ?? ""
    let hasScreen = isatty(0) == 1 && isatty(1) == 1 && !term.isEmpty && term != "dumb"
    guard hasScreen else { return try PlainConsole(parts, isWatched: isatty(0) == 1).run() }
    let console = try TerminalConsole(parts, style: TerminalStyle(environment: environment))
    let isAsked = try console.run(history: HistoryFile.path(environment))
    return isAsked ? .done : .stopped(endedBySignal)
  }

  static let endedBySignal = "the console ended by a signal or a lost terminal"

  /// Runs a script that has been read.
  public static func run(
    _ steps: [ScriptLine], file: String, _ directory: RuntimeDirectory,
    print: @escaping ([String]) -> Void
  ) throws(ConsoleError) -> ConsoleEnd {
    let parts = try ConsoleParts(directory, client: "\(client) --script")
    return ScriptRun(file: TerminalText.safe(file), parts: parts, print: print).run(steps)
  }

  /// STOP from any shell: whether the outputs are inactive, and how it reads.
  public static func stop(_ directory: RuntimeDirectory) -> (isInactive: Bool, text: String) {
    let notice = StopPath.deliver(directory)
    if case .inactive = notice { return (true, StopWords.line(notice)) }
    return (false, StopWords.line(notice))
  }
}

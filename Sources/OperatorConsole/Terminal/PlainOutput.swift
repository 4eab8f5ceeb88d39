// Decides: how lines and a prompt share a terminal that has no screen.
// Leaves to others: what they say (ConsoleSession) and when (PlainConsole).

import Foundation

/// Standard output in lines, with a prompt where somebody types.
final class PlainOutput {
  /// Whether a prompt ends no line: somebody types behind it.
  private let isTyped: Bool
  private var shown = ""

  init(isTyped: Bool) { self.isTyped = isTyped }

  func print(_ lines: [String]) {
    guard !lines.isEmpty else { return }
    // What comes by itself begins a line of its own, and the prompt comes again below it.
    let start = isTyped && !shown.isEmpty ? "\n" : ""
    if isTyped { shown = "" }
    Self.write(start + lines.joined(separator: "\n") + "\n")
  }

  /// Shows a prompt, once until a line is taken or printed. Where nobody types only questions have
  /// one.
  func prompt(_ text: String, isQuestion: Bool) {
    guard isTyped || isQuestion, text != shown else { return }
    Self.write(isTyped ? text : text + "\n")
    shown = text
  }

  /// A line was taken: its Enter has ended the prompt's row.
  func taken() { shown = "" }

  /// Nothing more is typed: what the shell prints begins a line of its own.
  func end() { if isTyped, !shown.isEmpty { Self.write("\n") } }

  private static func write(_ text: String) {
    // Somebody who no longer reads does not keep the console from sending STOP.
    try? FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
  }
}

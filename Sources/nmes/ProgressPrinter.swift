// Decides: where and how often progress is printed.
// Leaves to others: its words (ProgressLine).

import Foundation
import SessionController
import StimulationCore

/// Prints progress on standard error: one live line on a terminal, plain lines elsewhere.
final class ProgressPrinter {
  private let isTerminal = isatty(2) == 1
  private let isVirtual: Bool
  private var nextPlain = Nanoseconds.zero
  private var nextVirtual = Nanoseconds.zero
  private var lastState: StateCode?
  private var lineIsOpen = false

  init(isVirtual: Bool) { self.isVirtual = isVirtual }

  func show(_ progress: RunProgress) {
    if isTerminal {
      // Unpaced, a screenful of updates a second of wall time is nobody's need.
      guard !isVirtual || progress.now >= nextVirtual else { return }
      nextVirtual = progress.now + .seconds(10)
      write("\r\u{1B}[2K" + fitted(ProgressLine.text(progress)))
      lineIsOpen = true
      return
    }
    let changed = progress.state.code != lastState
    guard changed || progress.now >= nextPlain else { return }
    if progress.now >= nextPlain {
      nextPlain = progress.now + (isVirtual ? .seconds(60) : .seconds(5))
    }
    lastState = progress.state.code
    write("\(seconds(progress.now)) s  \(ProgressLine.text(progress))\n")
  }

  /// Ends the live line, so that what follows starts on its own.
  func end() {
    if lineIsOpen { write("\n") }
    lineIsOpen = false
  }

  private func seconds(_ time: Nanoseconds) -> String {
    let tenths = time.rawValue / 100_000_000
    return "\(tenths / 10).\(tenths % 10)"
  }

  /// A longer line than the terminal is wide would leave its start behind.
  private func fitted(_ text: String) -> String {
    String(text.prefix(Screen.width(of: 2) - 1))
  }

  private func write(_ text: String) {
    // A terminal that is gone does not end a session by a crash.
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }
}

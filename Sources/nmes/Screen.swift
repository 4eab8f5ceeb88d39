// Decides: what the terminal of a command can show, and a line that changes in place on it.
// Leaves to others: what is shown (the commands).

import Foundation

/// The terminal that standard output goes to.
enum Screen {
  /// Whether colour may be used: on a terminal that has it, unless `NO_COLOR` is set.
  static var isColoured: Bool {
    let environment = ProcessInfo.processInfo.environment
    let isPlain = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
    let term = environment["TERM"] ?? ""
    return isatty(1) == 1 && !isPlain && !term.isEmpty && term != "dumb"
  }

  /// How many columns there are; 80 where it is no terminal.
  static var width: Int { width(of: 1) }

  /// The columns of a descriptor's terminal.
  static func width(of descriptor: Int32) -> Int {
    var size = winsize()
    // SAFETY: `size` lives across the call, which only fills it in.
    let isKnown = unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 1
    return isKnown ? Int(size.ws_col) : 80
  }
}

/// A line of standard error that changes in place; nothing where it is no terminal.
final class LiveLine {
  private let isTerminal = isatty(2) == 1
  private var isOpen = false

  /// Shows a text in place of what stood there.
  func show(_ text: String) {
    guard isTerminal else { return }
    write("\r\u{1B}[2K" + text.prefix(Screen.width(of: 2) - 1))
    isOpen = true
  }

  /// Takes the line away.
  func end() {
    if isOpen { write("\r\u{1B}[2K") }
    isOpen = false
  }

  private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}

// Decides: how a test sits at a terminal on which `nmes` runs: what it types, what it sees, and
// whether the terminal answers.
// Leaves to others: the picture (TestScreen) and what is expected of it.

import Foundation
import PseudoTerminal
import Synchronization

/// The side of a terminal at which somebody sits. A thread reads what the program writes, and
/// closes the terminal once it is told to.
private final class Seat: Sendable {
  struct State {
    var screen: TestScreen
    var answers = true
    var answered = 0
    var isOpen = true
    /// Whether the program's side is closed.
    var isGone = false
  }

  let terminal: Int32
  let state: Mutex<State>

  init(_ terminal: Int32, _ screen: TestScreen) {
    self.terminal = terminal
    state = Mutex(State(screen: screen))
    Thread.detachNewThread { [self] in follow() }
  }

  private func follow() {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while state.withLock({ $0.isOpen }) {
      var item = pollfd(fd: terminal, events: Int16(POLLIN), revents: 0)
      // SAFETY: one entry, which the call fills in.
      guard unsafe poll(&item, 1, 20) > 0 else { continue }
      // SAFETY: the call fills at most the buffer's bytes.
      let count = unsafe buffer.withUnsafeMutableBytes {
        unsafe read(terminal, $0.baseAddress, $0.count)
      }
      if count > 0 {
        take(buffer[..<count])
      } else if errno != EAGAIN && errno != EINTR {
        state.withLock { $0.isGone = true }
        usleep(20_000)
      }
    }
    _ = close(terminal)
  }

  private func take(_ bytes: ArraySlice<UInt8>) {
    let due = state.withLock { state in
      state.screen.take(bytes)
      guard state.answers else { return 0 }
      defer { state.answered = state.screen.questions }
      return state.screen.questions - state.answered
    }
    for _ in 0..<due { type("\u{1B}[0n") }
  }

  func type(_ text: String) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = state.withLock { state in
        guard state.isOpen else { return rest.count }
        // SAFETY: the buffer lives across the call, which reads it.
        return unsafe rest.withUnsafeBytes { unsafe write(terminal, $0.baseAddress, $0.count) }
      }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if errno == EAGAIN || errno == EINTR {
        usleep(1_000)
      } else {
        return
      }
    }
  }
}

/// `nmes` on a terminal of its own.
final class TerminalProcess {
  struct Trouble: Error, CustomStringConvertible {
    let description: String
  }

  /// Longer than anything takes on a busy machine.
  static let patience = 60.0

  private let seat: Seat
  private let process: Int32
  private var ended: Int32?

  /// Starts `nmes` with these arguments and no other environment than what is stated.
  init(
    _ arguments: [String], environment: [String: String], rows: Int = 24, columns: Int = 80
  ) throws {
    let path = NmesProcess.binary.path
    let words = [path] + arguments
    let settings = environment.map { "\($0.key)=\($0.value)" }
    var end: Int32 = -1
    // SAFETY: the arrays of C strings end in nil and live across the call, which copies them.
    process = unsafe Self.withStrings(words) { words in
      unsafe Self.withStrings(settings) { settings in
        unsafe nmes_test_terminal_start(path, words, settings, Int32(rows), Int32(columns), &end)
      }
    }
    guard process > 0 else { throw Trouble(description: "no terminal: error \(-process)") }
    seat = Seat(end, TestScreen(height: rows, width: columns))
  }

  deinit {
    if status == nil {
      kill(process, SIGKILL)
      _ = waitpid(process, nil, 0)
    }
    hangUp()
  }

  private static func withStrings<R>(
    _ texts: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> R
  ) -> R {
    var copies = unsafe texts.map { unsafe strdup($0) } + [nil]
    defer { unsafe copies.forEach { unsafe free($0) } }
    return unsafe copies.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { preconditionFailure("an array with an end") }
      return unsafe body(UnsafePointer(base))
    }
  }

  // MARK: - What the operator does

  /// Types.
  func type(_ text: String) { seat.type(text) }

  /// Types a line.
  func enter(_ line: String) { type(line + "\r") }

  /// Whether the terminal answers status questions from now on.
  func answer(_ isAnswering: Bool) {
    seat.state.withLock { state in
      state.answers = isAnswering
      state.answered = state.screen.questions
    }
  }

  /// Gives the terminal another size.
  func resize(rows: Int, columns: Int) throws {
    seat.state.withLock { $0.screen.resize(height: rows, width: columns) }
    let code = nmes_test_terminal_resize(seat.terminal, Int32(rows), Int32(columns))
    if code != 0 { throw Trouble(description: "no other size: error \(-code)") }
  }

  /// Sets the terminal as a shell does for itself: lines that Enter sends, and an echo.
  func cook() throws {
    var settings = termios()
    // SAFETY: the call fills in the settings that it is given.
    guard unsafe tcgetattr(seat.terminal, &settings) == 0 else {
      throw Trouble(description: "no settings: error \(errno)")
    }
    settings.c_lflag |= tcflag_t(ICANON | ECHO | ISIG | IEXTEN)
    settings.c_iflag |= tcflag_t(ICRNL)
    // SAFETY: the call reads the settings.
    guard unsafe tcsetattr(seat.terminal, TCSANOW, &settings) == 0 else {
      throw Trouble(description: "no other settings: error \(errno)")
    }
  }

  /// Closes the terminal, as a window that is shut or a connection that breaks.
  func hangUp() { seat.state.withLock { $0.isOpen = false } }

  /// Sends the process a signal.
  func signal(_ number: Int32) { kill(process, number) }

  // MARK: - What the operator sees

  /// What the terminal shows now.
  var screen: TestScreen { seat.state.withLock { $0.screen } }

  /// Waits until the screen shows something.
  func wait(_ what: String, until holds: (TestScreen) -> Bool) throws {
    let end = Date(timeIntervalSinceNow: Self.patience)
    while true {
      let isGone = seat.state.withLock { $0.isGone }
      let seen = screen
      if holds(seen) { return }
      if isGone || Date() > end {
        throw Trouble(description: "never saw \(what):\n\(seen.text)")
      }
      usleep(10_000)
    }
  }

  /// Waits until a text stands on the screen.
  func wait(for text: String) throws { try wait("\"\(text)\"") { $0.holds(text) } }

  /// How it ended, as `waitpid` tells; `nil` while it runs.
  private var status: Int32? {
    if let ended { return ended }
    var status: Int32 = 0
    // SAFETY: the call fills in one number.
    guard unsafe waitpid(process, &status, WNOHANG) == process else { return nil }
    ended = status
    return status
  }

  /// Waits for its end: its exit status, or minus the signal that ended it.
  func finish() throws -> Int32 {
    let end = Date(timeIntervalSinceNow: Self.patience)
    while true {
      if let status { return status & 0x7F == 0 ? status >> 8 : -(status & 0x7F) }
      if Date() > end { throw Trouble(description: "still runs:\n\(screen.text)") }
      usleep(10_000)
    }
  }
}

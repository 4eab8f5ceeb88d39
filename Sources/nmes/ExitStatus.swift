// Decides: the exit status of every command, and how a failure is printed.
// Leaves to others: what fails (the libraries) and parsing (swift-argument-parser).

import CheckedFiles
import DoseLog
import Foundation
import Synchronization
import ProtocolLibrary
import SessionController
import SimulatedBoard

/// The exit statuses of `nmes`.
enum ExitStatus: Int32 {
  /// Done.
  case done = 0
  /// A negative result: a check failed, a session ended early.
  case negative = 1
  /// Bad input; nothing started.
  case badInput = 2
  /// Refused by a limit or an interlock; nothing was delivered.
  case refused = 3
}

/// A command that cannot go on.
struct Failure: Error {
  let status: ExitStatus
  let message: String

  init(_ status: ExitStatus, _ message: String) {
    self.status = status
    self.message = message
  }

  /// A failure of one of the libraries.
  init(_ error: LibraryError) {
    self.init(error.isRefusal ? .refused : .badInput, error.description)
  }
  init(_ error: SessionRefusal) {
    self.init(error.isRefusal ? .refused : .badInput, error.description)
  }
  init(_ error: FileRefusal) {
    self.init(error.isRefusal ? .refused : .badInput, error.description)
  }
  init(_ error: RunFailure) {
    if case .stoppedBeforeStart = error {
      self.init(.negative, error.description)
    } else {
      self.init(error.isRefusal ? .refused : .badInput, error.description)
    }
  }
  init(_ error: BenchFailure) {
    let refused: ExitStatus = error.isRefusal ? .refused : .badInput
    self.init(error.isNegative ? .negative : refused, error.description)
  }
  init(_ error: DoseLogError) {
    self.init(error.isRefusal ? .refused : .badInput, error.description)
  }
}

/// Prints to the standard streams at once: a killed process loses what is buffered.
enum Output {
  /// Whether a result could not be printed, as on a full disk or a terminal that is gone.
  static let isIncomplete = Atomic<Bool>(false)

  /// A text of one line or more, ended by one line break whether or not it brings its own.
  static func line(_ text: String) {
    let end = text.hasSuffix("\n") ? "" : "\n"
    do { try FileHandle.standardOutput.write(contentsOf: Data((text + end).utf8)) } catch {
      isIncomplete.store(true, ordering: .relaxed)
    }
  }

  /// Whether somebody may still read what is printed: a pipe whose reader is gone has nobody.
  static var isRead: Bool {
    var output = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
    // SAFETY: one descriptor, for the time of the call.
    return unsafe poll(&output, 1, 0) <= 0 || output.revents & Int16(POLLERR | POLLNVAL) == 0
  }

  static func error(_ text: String) {
    // The exit status tells it as well to somebody who cannot read it.
    try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
  }

  /// One JSON value, keys in order, one value to a call.
  static func json(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    line(String(decoding: try encoder.encode(value), as: UTF8.self))
  }
}

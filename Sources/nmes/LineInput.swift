// Decides: how a line of standard input is waited for while something else goes on.
// Leaves to others: what is asked and what the line means (the commands).

import Foundation
import SessionController

/// Reads lines of standard input without ever waiting for long.
final class LineInput {
  /// A line longer than this is no answer.
  private static let longest = 1_000
  private static let interval: Int32 = 100
  private var bytes: [UInt8] = []
  private var hasEnded = false

  /// The next line; `nil` at the end. `tick` is called every 100 ms meanwhile; what it throws
  /// ends the wait.
  func line(
    _ question: String, tick: () throws(BenchFailure) -> Void
  ) throws(BenchFailure) -> String? {
    FileHandle.standardError.write(Data(question.utf8))
    while true {
      if let end = bytes.firstIndex(of: 10) {
        let line = String(decoding: bytes[..<end], as: UTF8.self)
        bytes.removeSubrange(...end)
        if isatty(0) == 0 { FileHandle.standardError.write(Data("\(line)\n".utf8)) }
        return line
      }
      if hasEnded || bytes.count > LineInput.longest { return nil }
      do throws(BenchFailure) { try tick() } catch {
        // What is told next begins on a line of its own.
        FileHandle.standardError.write(Data("\n".utf8))
        throw error
      }
      read()
    }
  }

  private func read() {
    var polled = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
    // SAFETY: one structure, which lives across the call.
    let ready = unsafe poll(&polled, 1, LineInput.interval)
    guard ready > 0 else {
      // An interrupted wait is tried again by the caller's loop.
      if ready < 0 && errno != EINTR { hasEnded = true }
      return
    }
    var buffer = [UInt8](repeating: 0, count: 512)
    // SAFETY: the buffer has the count that the call is given.
    let count = unsafe Glibc.read(0, &buffer, buffer.count)
    if count > 0 { bytes += buffer.prefix(count) } else { hasEnded = true }
  }
}

// Decides: that whoever logs never waits: lines go out by a worker, so many may wait, and lines
// that found no place are told of.
// Leaves to others: what the lines say (Journal).

import Foundation
import StimulationCore
import Synchronization

/// Lines to one descriptor, in order.
final class LineWriter: Sendable {
  /// Lines that may wait.
  static let most = 1_024

  private let descriptor: Int32
  private let queue: BoundedQueue
  private let told = Atomic<UInt64>(0)
  private let dropLine: @Sendable (UInt64) -> String

  /// Lines to a descriptor that stays open.
  ///
  /// - Parameter dropLine: the line that tells how many were dropped.
  init(
    _ descriptor: Int32, most: Int = LineWriter.most,
    dropLine: @escaping @Sendable (UInt64) -> String
  ) {
    self.descriptor = descriptor
    self.dropLine = dropLine
    queue = BoundedQueue("nmesd.lines", most: most)
  }

  /// How many lines found no place.
  var dropped: UInt64 { queue.dropped }

  /// Hands over a line; one too many is dropped and counted.
  func write(_ line: String) {
    _ = queue.submit { [self] in
      let dropped = queue.dropped
      let before = told.exchange(dropped, ordering: .relaxed)
      if dropped > before { put(dropLine(dropped - before)) }
      put(line)
    }
  }

  /// Waits until the lines so far are out, or a time has passed.
  func drain(_ patience: Nanoseconds) { _ = queue.drain(patience) }

  /// Whoever reads may be gone or stand still: the line is given up, never the daemon.
  private func put(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    var sent = 0
    while sent < bytes.count {
      // SAFETY: the array lives across the call, which reads what is left of it.
      let count = unsafe bytes.withUnsafeBytes { buffer in
        let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[sent...])
        return unsafe Glibc.write(descriptor, rest.baseAddress, rest.count)
      }
      if count >= 0 {
        sent += count
      } else if errno == EAGAIN {
        var item = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        // SAFETY: one entry, which the call fills in.
        if unsafe poll(&item, 1, 1_000) <= 0 { return }
      } else if errno != EINTR {
        return
      }
    }
  }
}

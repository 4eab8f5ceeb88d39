// Decides: how one thread wakes another that waits in poll.
// Leaves to others: what there is to do then.

internal import CRealTime
import Foundation
internal import StimulationCore

/// An eventfd.
final class Bell: Sendable {
  let descriptor: Int32

  init() throws(ConsoleError) {
    descriptor = nmes_event_create()
    if descriptor < 0 { throw .system("an eventfd cannot be made", -descriptor) }
  }

  deinit { _ = nmes_event_close(descriptor) }

  /// Rings. A bell that rings already goes on ringing.
  func ring() { _ = nmes_event_signal(descriptor) }

  /// Silences it.
  func silence() { _ = nmes_event_drain(descriptor) }

  /// Waits until one of the descriptors has something, at most for a time. Answers which have.
  static func wait(for descriptors: [Int32], atMost time: Nanoseconds) -> [Bool] {
    var items = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    let milliseconds = max(0, min((time.rawValue + 999_999) / 1_000_000, 60_000))
    // SAFETY: the call fills in the entries of the array, which lives across it.
    let count = unsafe items.withUnsafeMutableBufferPointer {
      unsafe poll($0.baseAddress, nfds_t($0.count), Int32(milliseconds))
    }
    return items.map { count > 0 && $0.revents != 0 }
  }
}

// Decides: whether a peer has read what was sent to it.
// Leaves to others: what is sent or left out for that (Connection).

import Foundation

/// What the kernel holds for a Unix socket: what was sent stays with the sender until it is read.
struct SentMemory {
  /// `SO_MEMINFO`, for which the C library has no name.
  private static let option: Int32 = 55
  /// `SK_MEMINFO_WMEM_ALLOC` among its numbers.
  private static let sent = 2
  private static let numbers = 9

  /// Whether anything that was sent is still to be read.
  let isUnread: Bool

  /// What it holds for a socket; `nil` where the kernel does not tell.
  init?(of socket: Int32) {
    var numbers = [UInt32](repeating: 0, count: Self.numbers)
    var size = socklen_t(numbers.count * MemoryLayout<UInt32>.size)
    // SAFETY: fills in at most the array, whose size is stated.
    let result = unsafe numbers.withUnsafeMutableBytes {
      unsafe getsockopt(socket, SOL_SOCKET, Self.option, $0.baseAddress, &size)
    }
    guard result == 0, Int(size) > Self.sent * MemoryLayout<UInt32>.size else { return nil }
    isUnread = numbers[Self.sent] > 0
  }
}

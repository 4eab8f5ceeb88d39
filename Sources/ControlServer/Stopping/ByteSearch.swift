// Decides: how bytes are found among many without a step of ours for each.
// Leaves to others: what is looked for (StopScanner, RenewalScanner).

import Foundation

/// Where some bytes begin among others.
enum ByteSearch {
  /// The first place; `nil` when there is none. The C library looks for the first byte of what is
  /// wanted, many at a time.
  static func first(_ wanted: [UInt8], in bytes: UnsafeRawBufferPointer) -> Int? {
    guard let first = wanted.first, let base = bytes.baseAddress else { return nil }
    var start = 0
    while start + wanted.count <= bytes.count {
      // SAFETY: reads from `start` to the last byte at which what is wanted may begin.
      guard
        let found = unsafe memchr(
          base + start, Int32(first), bytes.count - wanted.count + 1 - start)
      else { return nil }
      start = unsafe UnsafeRawPointer(found) - base
      if unsafe isThere(wanted, in: bytes, at: start) { return start }
      start += 1
    }
    return nil
  }

  private static func isThere(
    _ wanted: [UInt8], in bytes: UnsafeRawBufferPointer, at start: Int
  ) -> Bool {
    for index in wanted.indices where unsafe bytes[start + index] != wanted[index] {
      return false
    }
    return true
  }
}

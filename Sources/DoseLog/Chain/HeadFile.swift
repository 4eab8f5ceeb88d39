// Decides: how the newest link is remembered outside the database, so that records missing at
// its end are noticed.
// Leaves to others: comparing it with the database (Verifier, DoseLogWriter).
//
// Two slots of one disk sector, written in turn: a torn write spoils one slot and leaves the
// other. Who can rewrite both files can forge a log; the head guards against loss and against
// edits of the database alone.

internal import Crypto
internal import Foundation

/// What the head file says.
enum HeadState: Equatable, Sendable {
  case missing
  case unreadable
  case at(ChainTail)
}

/// The head file, open for writing.
struct HeadFile: ~Copyable {
  private static let slotSize = 512
  private static let title = "nmes dose log head 1"
  private let descriptor: CInt
  private var nextSlot: Int
  /// Whether the last attempt to move the head failed: the database is ahead of it.
  private(set) var isBehind = false

  /// What stands in the head file.
  static func read(_ path: String) -> HeadState {
    guard FileManager.default.fileExists(atPath: path) else { return .missing }
    guard let data = FileManager.default.contents(atPath: path) else { return .unreadable }
    guard let newest = slots(in: data).compactMap({ $0 }).max(by: { $0.sequence < $1.sequence })
    else { return .unreadable }
    return .at(newest)
  }

  /// Opens the head file, making it where there is none.
  init(path: String) throws(DoseLogError) {
    // SAFETY: the path is a Swift string, valid for the call.
    descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    let code = errno
    let existing = FileManager.default.contents(atPath: path) ?? Data()
    let slots = HeadFile.slots(in: existing)
    let first = slots[0]?.sequence ?? -1
    let second = slots[1]?.sequence ?? -1
    nextSlot = first > second ? 1 : 0
    guard descriptor >= 0 else { throw LogFiles.error(code, path: path) }
  }

  deinit { _ = close(descriptor) }

  /// Makes `tail` the head, durably.
  mutating func write(_ tail: ChainTail, path: String) throws(DoseLogError) {
    isBehind = true
    let slot = HeadFile.slot(for: tail)
    let offset = off_t(nextSlot * HeadFile.slotSize)
    // SAFETY: the pointer is valid for `count` bytes within the closure.
    let written = unsafe slot.withUnsafeBytes { bytes in
      unsafe pwrite(descriptor, bytes.baseAddress, bytes.count, offset)
    }
    guard written == slot.count else {
      throw .headNotWritten(path: path, what: LogFiles.reason(written < 0 ? errno : ENOSPC))
    }
    guard fdatasync(descriptor) == 0 else {
      throw .headNotWritten(path: path, what: LogFiles.reason(errno))
    }
    nextSlot = 1 - nextSlot
    isBehind = false
  }

  private static func slot(for tail: ChainTail) -> [UInt8] {
    let body = "\(title)\nsequence \(tail.sequence)\nhash \(hexadecimal(tail.hash))\n"
    let sum = hexadecimal(SHA256.hash(data: Array(body.utf8)))
    var bytes = Array((body + "sum \(sum)\n").utf8)
    bytes += Array(repeating: UInt8(ascii: " "), count: slotSize - bytes.count - 1)
    bytes.append(UInt8(ascii: "\n"))
    return bytes
  }

  /// Both slots; `nil` for one that is absent or torn.
  private static func slots(in data: Data) -> [ChainTail?] {
    (0..<2).map { index in
      let start = index * slotSize
      guard data.count >= start + slotSize else { return nil }
      return tail(in: Array(data[start..<start + slotSize]))
    }
  }

  private static func tail(in slot: [UInt8]) -> ChainTail? {
    let lines = String(decoding: slot, as: UTF8.self).split(separator: "\n")
    guard lines.count >= 3, lines[1].hasPrefix("sequence "), lines[2].hasPrefix("hash "),
      let sequence = Int64(lines[1].dropFirst(9)), sequence >= 0,
      let hash = bytes(ofHexadecimal: lines[2].dropFirst(5))
    else { return nil }
    let tail = ChainTail(sequence: sequence, hash: hash)
    // Comparing the whole slot covers title, sum and padding at once.
    return slot == self.slot(for: tail) ? tail : nil
  }

  private static func bytes(ofHexadecimal text: Substring) -> [UInt8]? {
    guard text.utf8.count == 64 else { return nil }
    var bytes: [UInt8] = []
    var rest = text
    while !rest.isEmpty {
      guard let byte = UInt8(rest.prefix(2), radix: 16) else { return nil }
      bytes.append(byte)
      rest = rest.dropFirst(2)
    }
    return bytes
  }
}

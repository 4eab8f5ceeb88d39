// Decides: where STOP stands in a stream of bytes, before anything is parsed.
// Leaves to others: acting on it (Connection) and every other method (Dispatcher).

/// Finds `"method" : "stop"` in bytes as they come, in pieces of any size.
///
/// It does not know where objects begin or end: STOP within another object stops as well, which
/// is the safe side. In a JSON string the quotes would carry backslashes and do not match.
struct StopScanner {
  private static let key = Array("\"method\"".utf8)
  private static let word = Array("\"stop\"".utf8)
  private static let quote = UInt8(ascii: "\"")

  private enum Place {
    case key(Int)
    case colon
    case gap
    case word(Int)
  }

  private var place = Place.key(0)

  /// Takes bytes; how often a STOP ends among them.
  mutating func scan(_ bytes: some Sequence<UInt8>) -> Int {
    var count = 0
    for byte in bytes where take(byte) { count += 1 }
    return count
  }

  /// Takes one byte; `true` when it ends a STOP.
  private mutating func take(_ byte: UInt8) -> Bool {
    switch place {
    case .key(let index):
      if byte == Self.key[index] {
        place = index + 1 == Self.key.count ? .colon : .key(index + 1)
      } else {
        restart(byte)
      }
    case .colon:
      if byte == UInt8(ascii: ":") {
        place = .gap
      } else if !Self.isSpace(byte) {
        restart(byte)
      }
    case .gap:
      if byte == Self.quote {
        place = .word(1)
      } else if !Self.isSpace(byte) {
        restart(byte)
      }
    case .word(let index):
      guard byte == Self.word[index] else {
        // The quote may have begun the key instead.
        if index == 1 {
          place = .key(1)
          return take(byte)
        }
        restart(byte)
        return false
      }
      if index + 1 == Self.word.count {
        place = .key(0)
        return true
      }
      place = .word(index + 1)
    }
    return false
  }

  private mutating func restart(_ byte: UInt8) {
    place = .key(byte == Self.quote ? 1 : 0)
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
  }
}

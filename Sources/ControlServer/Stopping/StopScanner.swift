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
    unsafe Array(bytes).withUnsafeBytes { unsafe scan($0) }
  }

  /// Takes bytes; how often a STOP ends among them. Where no key has begun the C library looks for
  /// the next: byte by byte a flood would hold up whoever comes after it.
  mutating func scan(_ bytes: UnsafeRawBufferPointer) -> Int {
    var count = 0
    var index = 0
    while index < bytes.count {
      if case .key(0) = place {
        index = unsafe skip(bytes, from: index)
        continue
      }
      if unsafe take(bytes[index]) { count += 1 }
      index += 1
    }
    return count
  }

  /// Goes on behind the next key, or at its beginning where the bytes end within it; where to.
  private mutating func skip(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
    let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[start...])
    if let found = unsafe ByteSearch.first(Self.key, in: rest) {
      place = .colon
      return start + found + Self.key.count
    }
    // The longest end that begins a key goes on with the bytes that follow.
    let longest = min(Self.key.count - 1, rest.count)
    for length in stride(from: longest, to: 0, by: -1)
    where unsafe rest.suffix(length).elementsEqual(Self.key.prefix(length)) {
      place = .key(length)
      break
    }
    return bytes.count
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

// Decides: the one sequence of bytes that stands for a row. Frozen with the format.
// Leaves to others: hashing them (ChainLink).

/// Bytes that two different rows never share: every value carries its type and its length.
struct CanonicalBytes {
  private(set) var bytes: [UInt8] = []

  /// Nothing, as tag 0.
  mutating func addNull() { bytes.append(0) }

  /// An integer: tag 1 and 8 bytes, most significant first.
  mutating func add(_ number: Int64) {
    bytes.append(1)
    append(number)
  }

  /// A text: tag 2, the count of its UTF-8 bytes, and these.
  mutating func add(_ text: String) {
    bytes.append(2)
    append(Int64(text.utf8.count))
    bytes.append(contentsOf: text.utf8)
  }

  /// Bytes: tag 3, their count, and these.
  mutating func add(_ blob: some Collection<UInt8>) {
    bytes.append(3)
    append(Int64(blob.count))
    bytes.append(contentsOf: blob)
  }

  /// A value of another type than the format has, as tag 4: never equal to a row that this
  /// software wrote.
  mutating func addForeign() { bytes.append(4) }

  private mutating func append(_ number: Int64) {
    let bits = UInt64(bitPattern: number)
    for shift in stride(from: UInt64(56), through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: bits >> shift))
    }
  }
}

/// Two digits a byte.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  let digits = Array("0123456789abcdef".utf8)
  var text: [UInt8] = []
  for byte in bytes {
    text.append(digits[Int(byte >> 4)])
    text.append(digits[Int(byte & 15)])
  }
  return String(decoding: text, as: UTF8.self)
}

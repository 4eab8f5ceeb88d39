// Decides: how one JSON text from outside becomes a value: strictly, and in time that grows with
// its length alone.
// Leaves to others: how long and how deep it may be (ControlServer) and what it means (Messages/).

/// Why bytes are no JSON text.
public struct JSONReadError: Error, Sendable, Equatable {
  /// What is wrong.
  public var text: String
  /// The byte at which it is, counted from 0.
  public var at: Int
}

extension JSONValue {
  /// Reads one JSON text of UTF-8, which is all of the bytes.
  ///
  /// A key that stands twice in an object is refused: readers do not agree on which one counts.
  ///
  /// - Parameter deepest: arrays and objects within one another; the reader's stack grows by them.
  public init(json bytes: [UInt8], deepest: Int = 64) throws(JSONReadError) {
    var reader = JSONReader(bytes, deepest: deepest)
    self = try reader.text()
  }
}

/// One pass over a JSON text.
private struct JSONReader {
  private let bytes: [UInt8]
  private let deepest: Int
  private var index = 0
  private var depth = 0

  init(_ bytes: [UInt8], deepest: Int) {
    self.bytes = bytes
    self.deepest = deepest
  }

  mutating func text() throws(JSONReadError) -> JSONValue {
    let value = try value()
    skipSpace()
    if index < bytes.count { throw error("bytes follow the value") }
    return value
  }

  private func error(_ text: String) -> JSONReadError { JSONReadError(text: text, at: index) }

  private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
      index += 1
    }
  }

  /// Takes a byte, where it is the next.
  private mutating func take(_ byte: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: byte) else { return false }
    index += 1
    return true
  }

  private mutating func value() throws(JSONReadError) -> JSONValue {
    skipSpace()
    switch next {
    case UInt8(ascii: "{"): return try object()
    case UInt8(ascii: "["): return try array()
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .boolean(true))
    case UInt8(ascii: "f"): return try word("false", .boolean(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return try number()
    }
  }

  private mutating func word(
    _ word: StaticString, _ value: JSONValue
  ) throws(JSONReadError) -> JSONValue {
    let expected = Array("\(word)".utf8)
    guard bytes[index...].starts(with: expected) else { throw error("no value") }
    index += expected.count
    return value
  }

  // MARK: Containers

  private mutating func enter() throws(JSONReadError) {
    index += 1
    depth += 1
    if depth > deepest { throw error("more than \(deepest) levels") }
  }

  private mutating func array() throws(JSONReadError) -> JSONValue {
    try enter()
    defer { depth -= 1 }
    var items: [JSONValue] = []
    skipSpace()
    if take("]") { return .array(items) }
    while true {
      items.append(try value())
      skipSpace()
      if take("]") { return .array(items) }
      if !take(",") { throw error("neither , nor ]") }
    }
  }

  private mutating func object() throws(JSONReadError) -> JSONValue {
    try enter()
    defer { depth -= 1 }
    var members: [String: JSONValue] = [:]
    skipSpace()
    if take("}") { return .object(members) }
    while true {
      skipSpace()
      if next != UInt8(ascii: "\"") { throw error("no key") }
      let key = try string()
      skipSpace()
      if !take(":") { throw error("no : behind a key") }
      let value = try value()
      if members.updateValue(value, forKey: key) != nil {
        throw error("the key \"\(key.prefix(64))\" stands twice in an object")
      }
      skipSpace()
      if take("}") { return .object(members) }
      if !take(",") { throw error("neither , nor }") }
    }
  }

  // MARK: Texts

  private mutating func string() throws(JSONReadError) -> String {
    index += 1
    var text: [UInt8] = []
    var start = index
    while let byte = next {
      switch byte {
      case UInt8(ascii: "\""):
        text += bytes[start..<index]
        guard let whole = String(validating: text, as: UTF8.self) else {
          throw error("a text is not UTF-8")
        }
        index += 1
        return whole
      case UInt8(ascii: "\\"):
        text += bytes[start..<index]
        text += Array(String(Character(try escaped())).utf8)
        start = index
      case 0..<0x20: throw error("a control character in a text")
      default: index += 1
      }
    }
    throw error("a text without its end")
  }

  private mutating func escaped() throws(JSONReadError) -> Unicode.Scalar {
    index += 1
    guard let byte = next else { throw error("a text without its end") }
    index += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{08}"
    case UInt8(ascii: "f"): return "\u{0C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      let first = try unit()
      guard (0xD800..<0xDC00).contains(first) else { return try scalar(first) }
      guard take("\\"), take("u") else { throw error("half a surrogate pair") }
      let second = try unit()
      guard (0xDC00..<0xE000).contains(second) else { throw error("half a surrogate pair") }
      return try scalar(0x1_0000 + (first - 0xD800) << 10 + (second - 0xDC00))
    default: throw error("no such escape")
    }
  }

  private func scalar(_ value: UInt32) throws(JSONReadError) -> Unicode.Scalar {
    guard let scalar = Unicode.Scalar(value) else { throw error("half a surrogate pair") }
    return scalar
  }

  /// Four hexadecimal digits.
  private mutating func unit() throws(JSONReadError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw error("no hexadecimal digit")
      }
      value = value << 4 + UInt32(digit)
      index += 1
    }
    return value
  }

  // MARK: Numbers

  private mutating func number() throws(JSONReadError) -> JSONValue {
    let start = index
    _ = take("-")
    if !take("0"), digits() == 0 { throw error("no value") }
    if let byte = next, isDigit(byte) { throw error("a number begins with 0") }
    var isWhole = true
    if take(".") {
      isWhole = false
      if digits() == 0 { throw error("no digit behind the point") }
    }
    if take("e") || take("E") {
      isWhole = false
      _ = take("+") || take("-")
      if digits() == 0 { throw error("no digit in the exponent") }
    }
    let text = String(decoding: bytes[start..<index], as: UTF8.self)
    if isWhole, let value = Int64(text) { return .integer(value) }
    guard let value = Double(text), value.isFinite else {
      throw error("a number beyond any that is held")
    }
    // Larger ones are not known to be what was written.
    if value.magnitude <= 0x1p53, let whole = Int64(exactly: value) { return .integer(whole) }
    return .number(value)
  }

  /// Takes digits; how many.
  private mutating func digits() -> Int {
    let start = index
    while let byte = next, isDigit(byte) { index += 1 }
    return index - start
  }

  private func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}

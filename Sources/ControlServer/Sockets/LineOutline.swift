// Decides: what of a line is known without parsing it: its id and its method, as they stand, and
// how much there is to parse.
// Leaves to others: what is refused for it (LineOutline+Refusal), whether the line is right
// (Dispatcher).

import ControlAPI

/// The outline of one line, in one pass over its bytes.
///
/// It is for answers that must not wait for a parser: STOP, a renewal, `busy`.
struct LineOutline {
  /// The bytes of the id's value, quotes included; empty when there is none.
  private(set) var id: ArraySlice<UInt8> = []
  /// The bytes of the method's value, quotes included; empty when there is none.
  private(set) var method: ArraySlice<UInt8> = []
  /// The method's name, where it or its key is written with escapes; the scanner does not see it.
  private(set) var escapedMethod: String?
  /// Whether there is a byte 0: UTF-16 or UTF-32, or no text at all.
  private(set) var hasNUL = false
  /// Arrays and objects within one another.
  private(set) var levels = 0
  /// At most so many values are in it, containers and keys' values each counted.
  private(set) var values = 1

  /// Looks through a line.
  init(_ line: [UInt8]) {
    hasNUL = line.contains(0)
    var depth = 0
    var index = 0
    var key: ArraySlice<UInt8> = []
    var start: Int?
    while index < line.count {
      let byte = line[index]
      switch byte {
      case UInt8(ascii: "\""):
        let end = Self.endOfString(line, from: index)
        if depth == 1 && start == nil { key = line[index..<end] }
        index = end
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        levels = max(levels, depth)
        values += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if depth == 1 { note(key, line, start, index) }
        depth -= 1
      case UInt8(ascii: ":"):
        if depth == 1 && start == nil { start = index + 1 }
      case UInt8(ascii: ","):
        values += 1
        if depth == 1 {
          note(key, line, start, index)
          start = nil
          key = []
        }
      default: break
      }
      index += 1
    }
  }

  private mutating func note(
    _ key: ArraySlice<UInt8>, _ line: [UInt8], _ start: Int?, _ end: Int
  ) {
    guard let start, start <= end else { return }
    var value = line[start..<end]
    while let first = value.first, Self.isSpace(first) { value.removeFirst() }
    while let last = value.last, Self.isSpace(last) { value.removeLast() }
    if key.elementsEqual(Self.idKey) { id = value }
    if key.elementsEqual(Self.methodKey) {
      method = value
      if value.contains(UInt8(ascii: "\\")) { noteEscaped(value) }
    } else if key.contains(UInt8(ascii: "\\")), Self.text(key) == "method" {
      noteEscaped(value)
    }
  }

  /// A STOP that is written so is kept, whatever else the line names.
  private mutating func noteEscaped(_ value: ArraySlice<UInt8>) {
    guard escapedMethod != Method.stop.rawValue else { return }
    escapedMethod = Self.text(value) ?? "?"
  }

  /// What a text says without its escapes.
  private static func text(_ bytes: ArraySlice<UInt8>) -> String? {
    // Longer ones are no name of ours.
    guard bytes.count <= 256 else { return nil }
    return (try? JSONValue(json: Array(bytes)))?.text
  }

  private static let idKey = Array("\"id\"".utf8)
  private static let methodKey = Array("\"method\"".utf8)

  /// Behind the quote that ends the string that begins at `start`, or the line's end.
  private static func endOfString(_ line: [UInt8], from start: Int) -> Int {
    var index = start + 1
    while index < line.count {
      if line[index] == UInt8(ascii: "\"") { return index + 1 }
      index += line[index] == UInt8(ascii: "\\") ? 2 : 1
    }
    return line.count
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
  }

  /// The method, where it is one of ours and written without escapes.
  var knownMethod: Method? {
    guard method.count > 2 else { return nil }
    return Method(rawValue: String(decoding: method.dropFirst().dropLast(), as: UTF8.self))
  }

  /// Whether the line asks for an answer.
  var wantsAnswer: Bool { !id.isEmpty }

  /// Whether the line says STOP, however it is written.
  var isStop: Bool {
    escapedMethod == Method.stop.rawValue || method.elementsEqual(Self.stopName)
  }

  private static let stopName = Array("\"stop\"".utf8)

  /// The id as it may be sent back: a whole number or a plain text, else `null`.
  var answerID: String {
    let number = id.count <= 20 ? (try? JSONValue(json: Array(id)))?.integer : nil
    if let number { return "\(number)" }
    let inner = id.dropFirst().dropLast()
    let isText =
      id.count >= 2 && id.count <= 130 && id.first == UInt8(ascii: "\"")
      && id.last == UInt8(ascii: "\"")
      && inner.allSatisfy { (0x20..<0x7F).contains($0) && $0 != 0x22 && $0 != 0x5C }
    return isText ? String(decoding: id, as: UTF8.self) : "null"
  }
}

// Decides: that JSON from outside is read as the platform's decoder reads it, and more strictly.
// Leaves to others: how much of it a line may hold (ControlServerTests).

import Foundation
import Testing

@testable import ControlAPI

@Suite("Reading JSON") struct JSONReaderTests {
  private static func read(_ text: String) -> JSONValue? { try? JSONValue(json: Array(text.utf8)) }

  @Test("Values are the ones that the platform's decoder finds")
  func values() throws {
    for text in [
      "null", "true", " false ", "0", "-0", "7", "-12", "9223372036854775807",
      "-9223372036854775808", "1.5", "-2.5e-3", "1e99", "12345678901234567890", "[]", "{}",
      "[1, [2, {}], \"x\"]", #"{"a":{"b":[null,true]},"c":"d"}"#, "\"\"", "\"é日本\u{1F600}\"",
      #""\" \\ \/ \b \f \n \r \t \u00e9 \ud83d\ude00""#, "\t\r\n[ ]\n",
    ] {
      let expected = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
      #expect(Self.read(text) == expected, "\(text)")
    }
  }

  @Test("What is no JSON is refused")
  func refused() {
    for text in [
      "", " ", "x", "{", "[", "]", "[1,]", "[1 2]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}",
      "{1:1}", "+5", "007", "-", "1.", ".5", "1e", "1e+", "0x1", "NaN", "Infinity", "1e999",
      "\"", "\"\\", "\"\\x\"", "\"\\u12\"", #""\ud800""#, #""\ud800\u0041""#, #""\udc00""#,
      "\"\u{0}\"", "\"\u{1F}\"", "tru", "nulll", "1 1", "'x'", "\u{FEFF}{}", "{} // x",
    ] {
      #expect(Self.read(text) == nil, "\(text)")
    }
    #expect((try? JSONValue(json: [0x22, 0xFF, 0x22])) == nil)
    #expect((try? JSONValue(json: Array("{}".utf16.flatMap { [UInt8($0), 0] }))) == nil)
  }

  @Test("A key that stands twice is refused, however it is written, and not in another object")
  func duplicates() {
    #expect(Self.read(#"{"a":1,"b":2,"a":1}"#) == nil)
    #expect(Self.read(#"{"a":1,"\u0061":2}"#) == nil)
    #expect(Self.read(#"{"x":[{"a":1,"a":2}]}"#) == nil)
    #expect(Self.read(#"{"a":{"a":1},"b":[{"a":2},{"a":3}]}"#) != nil)
  }

  @Test("Levels are bounded, and what is wrong is told with its place")
  func levels() {
    func nested(_ count: Int) -> [UInt8] {
      Array(repeating: UInt8(ascii: "["), count: count)
        + Array(repeating: UInt8(ascii: "]"), count: count)
    }
    #expect(throws: Never.self) { _ = try JSONValue(json: nested(64)) }
    #expect(throws: JSONReadError(text: "more than 64 levels", at: 65)) {
      _ = try JSONValue(json: nested(65))
    }
    #expect(throws: JSONReadError(text: "more than 4 levels", at: 5)) {
      _ = try JSONValue(json: nested(60_000), deepest: 4)
    }
  }
}

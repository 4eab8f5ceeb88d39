// Decides: that long lines break between words and fit.
// Leaves to others: what the lines say.

import Testing

@testable import OperatorConsole

@Suite("Text wrap") struct TextWrapTests {
  @Test("A line that fits stays as it is", arguments: ["", "short", "exactly ten"])
  func whole(_ line: String) {
    #expect(TextWrap.rows(line, width: 11) == [line])
  }

  @Test("A long line breaks between words, and goes on set in")
  func words() {
    #expect(
      TextWrap.rows("refused: a rise is too large", width: 12)
        == ["refused: a", "  rise is", "  too large"])
    #expect(
      TextWrap.rows("    area 180 cm2 of skin", width: 20) == ["    area 180 cm2 of", "     skin"])
  }

  @Test("A word that is longer than a row is cut")
  func long() {
    #expect(TextWrap.rows("abcdefghij", width: 4) == ["abcd", " efg", " hij"])
  }

  @Test("No row is too wide, and no word is lost")
  func all() {
    let text = "the daemon closed the connection; a session ran: in doubt press the stop"
    for width in 1...90 {
      let rows = TextWrap.rows(text, width: width)
      #expect(rows.allSatisfy { $0.count <= width }, "\(width)")
      #expect(
        rows.joined().filter { $0 != " " } == text.filter { $0 != " " }, "\(width)")
    }
  }
}

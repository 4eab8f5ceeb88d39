// Decides: where a line that is longer than the terminal is broken.
// Leaves to others: what the lines say.

/// Breaks lines between words.
enum TextWrap {
  /// `line` in parts of at most `width` columns. What goes on is set in by two columns more than
  /// the line itself; a word that is longer than a row is cut.
  static func rows(_ line: String, width: Int) -> [String] {
    guard width > 0, line.count > width else { return [line] }
    let indent = min(line.prefix { $0 == " " }.count + 2, width / 4)
    var rows: [String] = []
    var rest = line[...]
    var room = width
    while rest.count > room {
      let limit = rest.index(rest.startIndex, offsetBy: room)
      // A space that stands just behind the row ends a word as well.
      let candidate = rest[...limit].lastIndex(of: " ")
      let isLeading = candidate.map { rest[..<$0].allSatisfy { $0 == " " } } ?? true
      let cut = isLeading ? limit : candidate ?? limit
      rows.append(String(rest[..<cut]))
      rest = rest[cut...].drop { $0 == " " }
      room = width - indent
    }
    rows.append(String(rest))
    let margin = String(repeating: " ", count: indent)
    return rows.enumerated().filter { $0.offset == 0 || !$0.element.isEmpty }
      .map { $0.offset == 0 ? $0.element : margin + $0.element }
  }
}

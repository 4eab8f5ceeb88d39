// Decides: how a list of words is laid out in columns.
// Leaves to others: which words.

enum Columns {
  /// The words in as many columns as fit, row by row.
  static func of(_ words: [String], width: Int) -> [String] {
    let column = (words.map(\.count).max() ?? 0) + 2
    let count = max(1, width / max(1, column))
    return stride(from: 0, to: words.count, by: count).map { start in
      words[start..<min(start + count, words.count)]
        .map { StatusNumbers.left($0, column) }.joined().trimmed
    }
  }
}

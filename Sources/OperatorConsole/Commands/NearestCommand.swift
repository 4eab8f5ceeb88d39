// Decides: which command a mistyped word most likely meant.
// Leaves to others: the sentence round it.

enum NearestCommand {
  /// The nearest command, if it is near enough to be meant.
  static func of(_ typed: String) -> String? {
    let typed = String(typed.prefix(32))
    if typed.count >= 2, let name = CommandTable.names.first(where: { $0.hasPrefix(typed) }) {
      return name
    }
    let near = CommandTable.names.map { (distance: edits(typed, $0), name: $0) }
      .min { $0.distance < $1.distance }
    guard let near, near.distance <= max(1, typed.count / 3) else { return nil }
    return near.name
  }

  /// Insertions, deletions, substitutions and swaps of neighbours between two words.
  private static func edits(_ one: String, _ other: String) -> Int {
    let left = Array(one)
    let right = Array(other)
    var rows = [Array(0...right.count)]
    for (index, letter) in left.enumerated() {
      var row = [index + 1]
      for (place, candidate) in right.enumerated() {
        var least = min(
          rows[index][place] + (letter == candidate ? 0 : 1), rows[index][place + 1] + 1,
          row[place] + 1)
        if index > 0, place > 0, letter == right[place - 1], left[index - 1] == candidate {
          least = min(least, rows[index - 1][place - 1] + 1)
        }
        row.append(least)
      }
      rows.append(row)
    }
    return rows[left.count][right.count]
  }
}

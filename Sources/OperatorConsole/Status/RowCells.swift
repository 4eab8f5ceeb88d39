// Decides: which cells of a row yield where it is too narrow for all: whole ones, never a part of a
// word, the least important first.
// Leaves to others: what the cells say and how important they are (StatusArea).

/// A row of cells at its two ends.
struct RowCells {
  private struct Cell {
    let text: StyledText
    /// The highest goes first; 0 stays.
    let rank: Int
    let isRight: Bool
  }

  private var cells: [Cell] = []

  /// Adds a cell behind those at the left end.
  mutating func add(_ text: StyledText, rank: Int) {
    cells.append(Cell(text: text, rank: rank, isRight: false))
  }

  /// Adds a cell behind those at the right end.
  mutating func addRight(_ text: StyledText, rank: Int) {
    if !text.parts.isEmpty { cells.append(Cell(text: text, rank: rank, isRight: true)) }
  }

  /// Adds the parts of a text, the first of which stays.
  mutating func add(parts text: StyledText, rank: Int) {
    for (index, part) in text.parts.enumerated() {
      add(StyledText(part.text, part.role), rank: index == 0 ? 0 : rank)
    }
  }

  /// The row, with what has room.
  func row(width: Int, style: TerminalStyle) -> StyledText {
    var left = cells
    while Self.width(left, style) > width, let place = Self.least(left) { left.remove(at: place) }
    // What must stay and has no room yields from the right, at the end of a word.
    if Self.width(left, style) > width { left.removeAll(where: \.isRight) }
    var row = StyledText()
    for cell in left where !cell.isRight { row.add(cell.text) }
    if row.width(style) > width { return row.cutAtWord(to: width, style) }
    let right = left.filter(\.isRight)
    guard !right.isEmpty else { return row }
    let taken = right.reduce(0) { $0 + $1.text.width(style) }
    row.add(String(repeating: " ", count: width - taken - row.width(style)))
    for cell in right { row.add(cell.text) }
    return row
  }

  private static func width(_ cells: [Cell], _ style: TerminalStyle) -> Int {
    let gap = cells.contains(where: \.isRight) ? 1 : 0
    return cells.reduce(gap) { $0 + $1.text.width(style) }
  }

  /// Where the least important cell stands; the last of several.
  private static func least(_ cells: [Cell]) -> Int? {
    let rank = cells.map(\.rank).max() ?? 0
    return rank > 0 ? cells.lastIndex { $0.rank == rank } : nil
  }
}

// Decides: how rows and columns become lines of a bounded width.
// Leaves to others: what stands in them (DoseTables).

/// A table of text for a terminal of a given width.
struct TextTable {
  /// Which way a column leans.
  enum Alignment { case left, right }

  /// One column.
  struct Column {
    let title: String
    let alignment: Alignment
    /// Whether the column may be cut to make the table fit.
    let mayShrink: Bool
    /// Whether a text that does not fit goes on in a line below, rather than be cut.
    let wraps: Bool

    init(
      _ title: String, _ alignment: Alignment = .left, mayShrink: Bool = false,
      wraps: Bool = false
    ) {
      self.title = title
      self.alignment = alignment
      self.mayShrink = mayShrink || wraps
      self.wraps = wraps
    }
  }

  let columns: [Column]
  var rows: [[String]] = []

  /// The lines, none wider than `width` as long as the columns that may shrink allow it.
  func lines(width: Int) -> [String] {
    let titles = columns.map(\.title)
    var widths = titles.map(\.count)
    for row in rows {
      for (index, cell) in row.enumerated() { widths[index] = max(widths[index], cell.count) }
    }
    shrink(&widths, to: width)
    return ([titles] + rows).flatMap { row in
      let parts = row.enumerated().map { index, cell in
        columns[index].wraps ? TextTable.wrapped(cell, to: widths[index]) : [cell]
      }
      return (0..<(parts.map(\.count).max() ?? 1)).map { part in
        let cells = parts.enumerated().map { index, lines in
          fit(part < lines.count ? lines[part] : "", widths[index], columns[index].alignment)
        }
        let line = cells.joined(separator: "  ")
        return String(line.reversed().drop { $0 == " " }.reversed())
      }
    }
  }

  /// The lines of a text, broken between words; a word that is longer is cut where shown.
  static func wrapped(_ text: String, to width: Int) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, last.count + 1 + word.count <= width {
        lines[lines.count - 1] += " \(word)"
      } else {
        lines.append(String(word))
      }
    }
    return lines.isEmpty ? [""] : lines
  }

  private func shrink(_ widths: inout [Int], to width: Int) {
    let shortest = 6
    while widths.reduce(0, +) + 2 * (widths.count - 1) > width {
      let candidates = columns.indices.filter { columns[$0].mayShrink && widths[$0] > shortest }
      guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { return }
      widths[widest] -= 1
    }
  }

  private func fit(_ text: String, _ width: Int, _ alignment: Alignment) -> String {
    if text.count > width { return String(text.prefix(width - 1)) + "…" }
    let padding = String(repeating: " ", count: width - text.count)
    return alignment == .left ? text + padding : padding + text
  }
}

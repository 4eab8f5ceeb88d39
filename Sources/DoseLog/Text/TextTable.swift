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

    init(_ title: String, _ alignment: Alignment = .left, mayShrink: Bool = false) {
      self.title = title
      self.alignment = alignment
      self.mayShrink = mayShrink
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
    return ([titles] + rows).map { row in
      let cells = row.enumerated().map { fit($1, widths[$0], columns[$0].alignment) }
      let line = cells.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
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

/// A count of millionths, millis or the like in the largest unit that leaves a whole digit,
/// with three decimals rounded towards zero.
///
/// - Parameter units: from the base unit upwards, each a thousand of the one before.
func scaled(_ value: Int64, _ units: [String]) -> String {
  var unit = 0
  var divisor: UInt64 = 1
  let magnitude = value.magnitude
  while unit + 1 < units.count && magnitude / divisor >= 1_000 {
    unit += 1
    divisor *= 1_000
  }
  let sign = value < 0 ? "-" : ""
  guard unit > 0 else { return "\(sign)\(magnitude) \(units[0])" }
  let thousandths = (magnitude / (divisor / 1_000)) % 1_000
  let digits = String(thousandths)
  let padded = String(repeating: "0", count: 3 - digits.count) + digits
  return "\(sign)\(magnitude / divisor).\(padded) \(units[unit])"
}

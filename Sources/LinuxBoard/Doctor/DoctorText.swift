// Decides: how a report reads on a terminal and elsewhere. Colour only repeats the words.
// Leaves to others: what was found (Doctor), and whether this is a terminal (the command).

import StimulationCore

/// The text of an examination. Pure: the same report gives the same text.
public struct DoctorText: Sendable {
  /// Whether colour may be used.
  public var isColoured: Bool
  /// Whether the reason is told of items that hold as well.
  public var explainsAll: Bool
  /// How many columns lines may take.
  public var width: Int
  private static let verdictWidth = 22
  private static let titleWidth = 20
  private static let figureWidth = 28
  private static let narrowest = 60
  private static let widest = 120

  /// A text of a width in columns, kept within 60 and 120.
  public init(isColoured: Bool, explainsAll: Bool, width: Int) {
    self.isColoured = isColoured
    self.explainsAll = explainsAll
    self.width = min(max(width, DoctorText.narrowest), DoctorText.widest)
  }

  /// The whole report; the last line says what it comes to.
  public func text(_ report: DoctorReport) -> String {
    var lines = report.items.flatMap { self.lines($0) }
    lines.append("")
    if let lateness = report.lateness { lines += self.lines(lateness) + [""] }
    lines += wrapped(summary(report), indent: 0)
    return lines.joined(separator: "\n")
  }

  /// One item.
  public func lines(_ item: MachineItem) -> [String] {
    let indent = DoctorText.verdictWidth
    let title = padded(item.title, to: DoctorText.titleWidth)
    // Where there is no room beside the title, what was found has lines of its own.
    var lines: [String]
    if item.found.count <= width - indent - title.count {
      lines = [verdict(item.verdict) + title + item.found]
    } else {
      lines = [verdict(item.verdict) + item.title] + wrapped(item.found, indent: indent)
    }
    let isTold = explainsAll || item.verdict != .holds
    if isTold { lines += wrapped("why: \(item.reason)", indent: indent) }
    if !item.remedy.isEmpty { lines += wrapped("do:  \(item.remedy)", indent: indent) }
    return lines
  }

  private func summary(_ report: DoctorReport) -> String {
    let unknown = report.count(.unknown)
    let rest = unknown == 0 ? "" : "; \(unknown) cannot be known here"
    let failing = report.count(.fails)
    if failing == 0 {
      return painted("\(report.count(.holds)) hold, none fails", .holds) + rest
    }
    let word = failing == 1 ? "1 does not hold" : "\(failing) do not hold"
    return painted(word, .fails) + ", \(report.count(.holds)) hold\(rest)"
  }

  // MARK: The measured part

  /// The figures with their bounds, and the histogram.
  public func lines(_ lateness: Lateness) -> [String] {
    var lines = [
      "Wake-up lateness: \(lateness.wakeups) wake-ups, one every \(LatenessMeter.period)"
    ]
    for refusal in lateness.refusals { lines += wrapped("ran with \(refusal)", indent: 2) }
    lines.append(figure("median", lateness.median, nil))
    lines.append(figure("99.9th percentile", lateness.p999, Lateness.late))
    lines.append(figure("maximum", lateness.worst, Lateness.latest))
    let often: MachineVerdict = lateness.mostLate <= Lateness.mostLate ? .holds : .fails
    lines.append(
      "  " + padded("over \(Lateness.late) in a second", to: DoctorText.figureWidth)
        + painted("\(lateness.mostLate)", often) + ", bound \(Lateness.mostLate)")
    if lateness.missed > 0 {
      lines.append(
        "  " + padded("missed deadlines", to: DoctorText.figureWidth)
          + painted("\(lateness.missed)", .fails))
    }
    lines += [""] + histogram(lateness) + [""]
    lines += wrapped(judgement(lateness), indent: 0)
    return lines
  }

  private func figure(_ name: String, _ value: Nanoseconds, _ bound: Nanoseconds?) -> String {
    let start = "  " + padded(name, to: DoctorText.figureWidth)
    let text = DoctorText.microseconds(value)
    guard let bound else { return start + text }
    let limit = DoctorText.microseconds(bound)
    return start + painted(text, value <= bound ? .holds : .fails) + ", bound \(limit)"
  }

  private func judgement(_ lateness: Lateness) -> String {
    switch lateness.verdict {
    case .holds:
      return painted("real-time", .holds)
        + " by the bounds of SR-25 for as long as was measured. Load the machine as it will be in "
        + "use, and measure for longer, before relying on it."
    case .fails:
      return painted("NOT real-time", .fails)
        + " by the bounds of SR-25: a session here ends in a trip. Mend what does not hold above, "
        + "end other programs, and measure again."
    case .unknown: return painted("not measured", .unknown) + ": there was no wake-up"
    }
  }

  /// A bar grows with each power of two, so that one late wake-up among a million is seen.
  private func histogram(_ lateness: Lateness) -> [String] {
    let rows = lateness.rows
    let digits = rows.map { "\($0.count)".count }.max() ?? 1
    return rows.enumerated().map { index, row in
      let from = row.from.rawValue / 1_000
      let end = index + 1 < rows.count ? "\(rows[index + 1].from.rawValue / 1_000)" : ""
      let span = padded("\(from)", to: 6, atEnd: false) + (end.isEmpty ? "+" : "-\(end)")
      let bar = String(repeating: "#", count: DoctorText.bar(row.count))
      let role: MachineVerdict =
        row.count == 0 || row.from < Lateness.late ? .holds : .fails
      let count = padded("\(row.count)", to: digits, atEnd: false)
      return padded("  \(span) µs", to: 20) + count + (bar.isEmpty ? "" : "  " + painted(bar, role))
    }
  }

  private static func bar(_ count: UInt64) -> Int {
    count == 0 ? 0 : 64 - count.leadingZeroBitCount
  }

  /// With one decimal; the thousandths of a microsecond are below what a clock reading costs.
  private static func microseconds(_ time: Nanoseconds) -> String {
    let tenths = (time.rawValue + 50) / 100
    return tenths % 10 == 0 ? "\(tenths / 10) µs" : "\(tenths / 10).\(tenths % 10) µs"
  }

  // MARK: Parts

  private func verdict(_ verdict: MachineVerdict) -> String {
    let pad = String(repeating: " ", count: DoctorText.verdictWidth - verdict.text.count)
    return painted(verdict.text, verdict) + pad
  }

  private func painted(_ text: String, _ verdict: MachineVerdict) -> String {
    guard isColoured else { return text }
    let code: String
    switch verdict {
    case .holds: code = "32"
    case .fails: code = "1;31"
    case .unknown: code = "33"
    }
    return "\u{1B}[\(code)m\(text)\u{1B}[0m"
  }

  private func padded(_ text: String, to count: Int, atEnd: Bool = true) -> String {
    let pad = String(repeating: " ", count: max(atEnd ? 2 : 0, count - text.count))
    return atEnd ? text + pad : pad + text
  }

  /// Lines between words, behind an indent; a word that is too long has a line of its own.
  private func wrapped(_ text: String, indent: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      let isTooLong = shown(line) + 1 + shown(String(word)) > width - indent
      if !line.isEmpty && isTooLong {
        lines.append(line)
        line = ""
      }
      line += line.isEmpty ? String(word) : " \(word)"
    }
    if !line.isEmpty { lines.append(line) }
    return lines.map { String(repeating: " ", count: indent) + $0 }
  }

  /// Columns without what only paints.
  private func shown(_ text: String) -> Int {
    var count = 0
    var isPaint = false
    for character in text {
      if character == "\u{1B}" { isPaint = true }
      if !isPaint { count += 1 }
      if isPaint && character == "m" { isPaint = false }
    }
    return count
  }
}

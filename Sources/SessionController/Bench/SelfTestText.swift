// Decides: how a self-test's report reads. Colour only repeats the words.
// Leaves to others: what was found (SelfTest), and whether this is a terminal (the command).

/// The text of a self-test.
public enum SelfTestText {
  private static let wordWidth = 13

  /// The whole report; the last line says what it comes to.
  public static func text(_ report: SelfTestReport, isColoured: Bool) -> String {
    var lines: [String] = []
    let width = report.items.map(\.title.count).max() ?? 0
    for item in report.items {
      let start = word(item.verdict, isColoured)
      if item.verdict == .failed || item.found.isEmpty {
        lines.append(start + item.title)
      } else {
        let pad = String(repeating: " ", count: width - item.title.count)
        lines.append("\(start)\(item.title)\(pad)  \(item.found)")
      }
      guard item.verdict == .failed else { continue }
      for cause in item.found.split(separator: "; ") { lines += wrapped(String(cause)) }
      if !item.remedy.isEmpty { lines += wrapped("do: \(item.remedy)") }
    }
    if !report.scheduling.isEmpty {
      lines += ["", "The loop ran with \(report.scheduling); see nmes board doctor."]
    }
    lines += ["", ending(report, isColoured)]
    return lines.joined(separator: "\n")
  }

  /// Lines of at most 78 columns behind the words' column, broken between words.
  private static func wrapped(_ text: String) -> [String] {
    let indent = String(repeating: " ", count: wordWidth)
    var lines: [String] = []
    var line = indent
    for word in text.split(separator: " ") {
      if line.count > wordWidth && line.count + 1 + word.count > 78 {
        lines.append(line)
        line = indent
      }
      line += line.count > wordWidth ? " \(word)" : "\(word)"
    }
    return lines + [line]
  }

  private static func ending(_ report: SelfTestReport, _ isColoured: Bool) -> String {
    if report.passed { return painted("\(report.board) passes", "32", isColoured) }
    if report.stopped {
      return painted("\(report.board) was stopped before the end", "33", isColoured)
    }
    return painted("\(report.board) FAILS", "1;31", isColoured)
  }

  private static func word(_ verdict: SelfTestVerdict, _ isColoured: Bool) -> String {
    let (word, code) =
      switch verdict {
      case .passed: ("pass", "32")
      case .failed: ("FAIL", "1;31")
      case .notReached: ("not reached", "2")
      }
    return painted(word, code, isColoured) + String(repeating: " ", count: wordWidth - word.count)
  }

  private static func painted(_ text: String, _ code: String, _ isColoured: Bool) -> String {
    isColoured ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}

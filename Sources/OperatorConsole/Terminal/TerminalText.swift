// Decides: that nothing which came from elsewhere can steer the operator's terminal.
// Leaves to others: what is printed.

/// Text from files, peers and the log, made fit for a terminal.
public enum TerminalText {
  /// The most characters of one printed line.
  public static let longest = 400

  /// `text` on one line, with everything that could move a cursor written as its code point.
  public static func safe(_ text: String) -> String { safe(text, longest: longest) }

  /// Several lines, each of them safe and whole.
  public static func safeLines(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { safe(String($0), longest: .max) }.joined(separator: "\n")
  }

  private static func safe(_ text: String, longest: Int) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars.prefix(longest) {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
        .unassigned:
        result.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
      default: result.append(scalar)
      }
    }
    if text.unicodeScalars.count > longest { result.append("…") }
    return String(result)
  }

  /// `text` in ASCII, for terminals without UTF-8.
  public static func ascii(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      if scalar.isASCII {
        result.unicodeScalars.append(scalar)
      } else {
        result += substitutes[scalar] ?? "?"
      }
    }
    return result
  }

  private static let substitutes: [Unicode.Scalar: String] = [
    "µ": "u", "μ": "u", "Ω": "ohm", "→": "->", "·": "|", "…": "...", "²": "2", "–": "-",
    "−": "-", "×": "x", "±": "+-", "≤": "<=", "─": "-", "ä": "a", "ö": "o", "ü": "u",
  ]
}

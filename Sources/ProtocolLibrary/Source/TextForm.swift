// Decides: which characters the texts of a file may have.
// Leaves to others: what the texts mean.

/// The form of a text value.
public enum TextForm: Sendable {
  /// A protocol's name: small letters, digits and hyphens.
  case name
  /// Three counts with points.
  case version
  /// One line for people.
  case line
  /// A paragraph for people.
  case paragraph
  /// A patient's code: no spaces, quotes or slashes, so that it is safe in any file name.
  case patientCode
  /// A muscle: letters, digits, spaces and hyphens.
  case muscle

  /// The form in words.
  public var expectation: String {
    switch self {
    case .name: "a name (a small letter, then at most 47 small letters, digits and hyphens)"
    case .version: "a version such as \"1.0.0\" (three counts of at most 4 digits)"
    case .line: "a line of 1 to 120 characters without outer spaces"
    case .paragraph: "a text of 1 to 1,000 characters without outer spaces"
    case .patientCode:
      "a patient code (a letter or digit, then at most 31 letters, digits, points, hyphens and "
        + "underscores; no patient's name)"
    case .muscle: "a muscle (a letter, then at most 47 letters, digits, spaces and hyphens)"
    }
  }

  /// Whether `text` has the form.
  public func allows(_ text: String) -> Bool {
    switch self {
    case .name:
      return TextForm.matches(text, most: 48, first: TextForm.isSmall) {
        TextForm.isSmall($0) || TextForm.isDigit($0) || $0 == "-"
      }
    case .version: return TextForm.isVersion(text)
    case .line: return TextForm.isPlain(text, most: 120)
    case .paragraph: return TextForm.isPlain(text, most: 1_000)
    case .patientCode:
      return TextForm.matches(
        text, most: 32, first: { TextForm.isLetter($0) || TextForm.isDigit($0) },
        rest: { TextForm.isLetter($0) || TextForm.isDigit($0) || "._-".unicodeScalars.contains($0) }
      )
    case .muscle:
      return text.last != " "
        && TextForm.matches(text, most: 48, first: TextForm.isLetter) {
          TextForm.isLetter($0) || TextForm.isDigit($0) || $0 == " " || $0 == "-"
        }
    }
  }

  private static func isSmall(_ scalar: Unicode.Scalar) -> Bool { ("a"..."z").contains(scalar) }
  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    isSmall(scalar) || ("A"..."Z").contains(scalar)
  }

  private static func matches(
    _ text: String, most: Int, first: (Unicode.Scalar) -> Bool, rest: (Unicode.Scalar) -> Bool
  ) -> Bool {
    let scalars = text.unicodeScalars
    guard let head = scalars.first, first(head), scalars.count <= most else { return false }
    return scalars.dropFirst().allSatisfy(rest)
  }

  private static func isVersion(_ text: String) -> Bool {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 3
      && parts.allSatisfy { part in
        (1...4).contains(part.unicodeScalars.count) && part.unicodeScalars.allSatisfy(isDigit)
          && (part == "0" || part.first != "0")
      }
  }

  private static func isPlain(_ text: String, most: Int) -> Bool {
    let scalars = text.unicodeScalars
    return !scalars.isEmpty && scalars.count <= most && scalars.first != " " && scalars.last != " "
      && !scalars.contains(where: SourceScan.isRefused)
  }
}

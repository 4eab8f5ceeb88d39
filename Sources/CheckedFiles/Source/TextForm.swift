// Decides: which characters the texts of a file may have.
// Leaves to others: what the texts mean, and forms that one family alone has.

/// The form of a text value.
public struct TextForm: Sendable {
  /// The form in words.
  public let expectation: String
  private let rule: @Sendable (String) -> Bool

  /// A form: its words, and which texts have it.
  public init(_ expectation: String, allows rule: @escaping @Sendable (String) -> Bool) {
    self.expectation = expectation
    self.rule = rule
  }

  /// A form of characters: which may stand first, which after it, and how many at most.
  public init(
    _ expectation: String, most: Int,
    first: @escaping @Sendable (Unicode.Scalar) -> Bool,
    rest: @escaping @Sendable (Unicode.Scalar) -> Bool
  ) {
    self.init(expectation) { text in
      let scalars = text.unicodeScalars
      guard let head = scalars.first, first(head), scalars.count <= most else { return false }
      return scalars.dropFirst().allSatisfy(rest)
    }
  }

  /// Whether `text` has the form.
  public func allows(_ text: String) -> Bool { rule(text) }

  /// The name by which a file is found: small letters, digits and hyphens.
  public static let name = TextForm(
    "a name (a small letter, then at most 47 small letters, digits and hyphens)", most: 48,
    first: { isSmall($0) }, rest: { isSmall($0) || isDigit($0) || $0 == "-" })

  /// Three counts with points.
  public static let version = TextForm(
    "a version such as \"1.0.0\" (three counts of at most 4 digits)"
  ) { text in
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 3
      && parts.allSatisfy { part in
        (1...4).contains(part.unicodeScalars.count) && part.unicodeScalars.allSatisfy(isDigit)
          && (part == "0" || part.first != "0")
      }
  }

  /// One line for people.
  public static let line = TextForm("a line of 1 to 120 characters without outer spaces") {
    isPlain($0, most: 120)
  }

  /// A paragraph for people.
  public static let paragraph = TextForm("a text of 1 to 1,000 characters without outer spaces") {
    isPlain($0, most: 1_000)
  }

  /// Whether it is one of a–z.
  public static func isSmall(_ scalar: Unicode.Scalar) -> Bool { ("a"..."z").contains(scalar) }
  /// Whether it is one of 0–9.
  public static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
  /// Whether it is one of a–z and A–Z.
  public static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    isSmall(scalar) || ("A"..."Z").contains(scalar)
  }

  private static func isPlain(_ text: String, most: Int) -> Bool {
    let scalars = text.unicodeScalars
    return !scalars.isEmpty && scalars.count <= most && scalars.first != " " && scalars.last != " "
      && !scalars.contains(where: SourceScan.isRefused)
  }
}

// Decides: how a value says where it comes from.
// Leaves to others: the sources themselves (the clinical facts that the keys refer to).

/// A value's source: keys of the list of sources, `m` (general knowledge), `proposal` (ours) or
/// `local` (a site's own), joined by `, `; the last three end with `unconfirmed`.
enum SourceKey {
  /// The keys of the list of sources.
  static let known: Set<String> = Set(
    (Array(1...13) + [15] + Array(18...31) + Array(33...35) + Array(37...39) + Array(42...45))
      .map { "C\($0)" } + ["C19b"])

  /// What is wrong with a source, or `nil`.
  static func problem(_ text: String) -> String? {
    let parts = text.components(", ")
    var needsMark = false
    for (index, part) in parts.enumerated() {
      switch part {
      case "m", "proposal", "local": needsMark = true
      case "unconfirmed" where index > 0 && index == parts.count - 1: break
      default:
        guard known.contains(part) else {
          return "\"\(printable(text))\": \"\(printable(part))\" is no source; write keys such as "
            + "\"C4\" or \"C1, C3\", or \"m\", \"proposal\" or \"local\" with \", unconfirmed\""
        }
      }
    }
    if needsMark && parts.last != "unconfirmed" {
      return "\"\(printable(text))\" does not say that it is unconfirmed; end it with "
        + "\", unconfirmed\""
    }
    return nil
  }
}

extension String {
  /// The parts between `separator`, empty ones included.
  func components(_ separator: String) -> [String] {
    split(separator: separator, omittingEmptySubsequences: false).map(String.init)
  }
}

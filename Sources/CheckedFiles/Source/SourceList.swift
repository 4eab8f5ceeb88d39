// Decides: how a value says where it comes from.
// Leaves to others: which sources a family of files has (the families).

/// The sources of a family of files: keys that stand for themselves, and words such as
/// `proposal` that need `unconfirmed` behind them; joined by `, `.
public struct SourceList: Sendable {
  /// The keys that stand for themselves.
  public let known: Set<String>
  /// The words that need `unconfirmed`.
  public let unconfirmed: Set<String>
  /// What to write, after the words "write keys such as".
  public let advice: String

  /// A list of sources.
  public init(known: Set<String>, unconfirmed: Set<String>, advice: String) {
    self.known = known
    self.unconfirmed = unconfirmed
    self.advice = advice
  }

  /// What is wrong with a source, or `nil`.
  public func problem(_ text: String) -> String? {
    let parts = text.components(", ")
    var needsMark = false
    for (index, part) in parts.enumerated() {
      if unconfirmed.contains(part) {
        needsMark = true
      } else if part == "unconfirmed" && index > 0 && index == parts.count - 1 {
        break
      } else if !known.contains(part) {
        return "\"\(printable(text))\": \"\(printable(part))\" is no source; write keys such as "
          + advice
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
  public func components(_ separator: String) -> [String] {
    split(separator: separator, omittingEmptySubsequences: false).map(String.init)
  }
}

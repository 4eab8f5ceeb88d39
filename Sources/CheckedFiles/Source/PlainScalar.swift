// Decides: how an unquoted value would surprise whoever wrote it.
// Leaves to others: refusing it (SourceTree); every unquoted value is refused.

/// What an unquoted value looks like.
enum PlainScalar: Equatable {
  /// Nothing stands there.
  case nothing
  /// YAML 1.1 reads it as something else: what.
  case surprise(String)
  /// A plain decimal number.
  case number
  /// Any other text.
  case word

  init(_ text: String) {
    if text.isEmpty {
      self = .nothing
      return
    }
    let folded = text.lowercased()
    switch folded {
    case "no", "off", "n", "false": self = .surprise("false")
    case "yes", "on", "y", "true": self = .surprise("true")
    case "~", "null": self = .surprise("nothing")
    case ".nan", ".inf", "-.inf", "+.inf": self = .surprise("a number that is not finite")
    default: self = PlainScalar.numeral(folded)
    }
  }

  private static func numeral(_ text: String) -> PlainScalar {
    var digits = Substring(text)
    if let sign = digits.first, sign == "-" || sign == "+" { digits = digits.dropFirst() }
    guard let first = digits.first, first.isASCII, first.isNumber || first == "." else {
      return .word
    }
    if digits.hasPrefix("0x") { return .surprise("a hexadecimal number") }
    if digits.hasPrefix("0b") { return .surprise("a binary number") }
    let isDigits = digits.allSatisfy { $0.isASCII && $0.isNumber }
    if isDigits && digits.count > 1 && first == "0" { return .surprise("an octal number") }
    if isDigits { return .number }
    let allowed = digits.allSatisfy { $0.isASCII && ($0.isNumber || ":._-+e".contains($0)) }
    guard allowed, digits.contains(where: \.isNumber) else { return .word }
    if digits.contains(":") { return .surprise("a number in base 60") }
    if digits.contains("_") { return .surprise("a number without its underscores") }
    if digits.split(separator: "-").count == 3 && !digits.contains("e") {
      return .surprise("a date")
    }
    return .number
  }
}

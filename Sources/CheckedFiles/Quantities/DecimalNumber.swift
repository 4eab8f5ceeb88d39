// Decides: which digits are a number, and its exact product with a unit's size.
// Leaves to others: which units there are (QuantityParser).

/// The digits and the unit of a quantity's text.
struct DecimalNumber {
  private let text: String
  private let whole: [UInt8]
  private let fraction: [UInt8]
  /// What follows the digits, without the space.
  let unit: String

  init(_ text: String, kind: QuantityKind) throws(QuantityError) {
    self.text = text
    func refuse(_ code: DiagnosticCode, _ problem: String) -> QuantityError {
      QuantityError(
        code: code, message: "\"\(printable(text))\" \(problem); write \(kind.expectation)")
    }
    if text.unicodeScalars.count > QuantityParser.longestText {
      throw refuse(.malformedQuantity, "has more than \(QuantityParser.longestText) characters")
    }
    if let problem = DecimalNumber.problem(of: text) { throw refuse(problem.code, problem.text) }
    var rest = Substring(text).utf8[...]
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    whole = Array(rest.prefix { digits.contains($0) })
    rest = rest.dropFirst(whole.count)
    if whole.isEmpty { throw refuse(.malformedQuantity, "does not begin with digits") }
    if whole.count > 1 && whole[0] == UInt8(ascii: "0") {
      throw refuse(.malformedQuantity, "begins with a superfluous 0")
    }
    var decimals: [UInt8] = []
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      decimals = Array(rest.prefix { digits.contains($0) })
      rest = rest.dropFirst(decimals.count)
      if decimals.isEmpty { throw refuse(.malformedQuantity, "has no digits after its point") }
    }
    fraction = decimals
    let hasSpace = rest.first == UInt8(ascii: " ")
    if hasSpace { rest = rest.dropFirst() }
    unit = String(Substring(rest))
    if unit.isEmpty { return }
    let first = unit.unicodeScalars[unit.unicodeScalars.startIndex]
    if first == "," || first == "." || first == "'" || first == "_"
      || digits.contains(rest[rest.startIndex])
    {
      throw refuse(
        .malformedQuantity, "has more than digits and one decimal point before its unit")
    }
    if (first == "e" || first == "E") && unit.contains(where: \.isNumber) {
      throw refuse(.malformedQuantity, "has an exponent")
    }
    if unit.contains(" ") { throw refuse(.malformedQuantity, "has superfluous spaces") }
  }

  private static func problem(of text: String) -> (code: DiagnosticCode, text: String)? {
    if text.isEmpty { return (.malformedQuantity, "is empty") }
    if text.first == " " || text.last == " " {
      return (.malformedQuantity, "begins or ends with a space")
    }
    if text.first == "-" || text.first == "−" { return (.negative, "is negative") }
    if text.first == "+" { return (.malformedQuantity, "has a sign") }
    let folded = text.lowercased()
    for word in ["nan", ".nan", "inf", ".inf", "∞"] where folded.hasPrefix(word) {
      return (.notFinite, "is not a finite number")
    }
    return nil
  }

  /// The exact product with `size`, or why it is not a whole number from 0 to `most`.
  func scaled(by size: Int64, most: Int64, base: String) throws(QuantityError) -> Int64 {
    let tooLarge = QuantityError(
      code: .overflow,
      message:
        "\"\(text)\" is more than can be counted (\(most) × 1 \(base)); write a smaller value")
    var decimals = fraction
    while decimals.last == UInt8(ascii: "0") { decimals.removeLast() }
    // Units are at most 3.6 × 10¹² base units: no longer fraction is a whole number of them.
    if decimals.count > 15 { throw notWhole(base) }
    if whole.count > 20 { throw tooLarge }
    var digits: UInt128 = 0
    var scale: UInt128 = 1
    for digit in whole { digits = digits * 10 + UInt128(digit - UInt8(ascii: "0")) }
    for digit in decimals {
      digits = digits * 10 + UInt128(digit - UInt8(ascii: "0"))
      scale *= 10
    }
    let product = digits.multipliedReportingOverflow(by: UInt128(size))
    if product.overflow || product.partialValue / scale > UInt128(most) { throw tooLarge }
    if product.partialValue % scale != 0 { throw notWhole(base) }
    return Int64(product.partialValue / scale)
  }

  private func notWhole(_ base: String) -> QuantityError {
    QuantityError(
      code: .notWhole,
      message: "\"\(text)\" is not a whole number of the base unit, 1 \(base); write fewer decimals"
    )
  }
}

/// `text` with everything that could confuse a terminal written as its code point.
public func printable(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars.prefix(80) {
    let isOdd =
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
        .unassigned:
        true
      default: false
      }
    if isOdd {
      result += "\\u{" + String(scalar.value, radix: 16) + "}"
    } else {
      result.unicodeScalars.append(scalar)
    }
  }
  return result
}

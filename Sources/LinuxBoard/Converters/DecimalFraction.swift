// Decides: how the kernel's decimal figures are read exactly.
// Leaves to others: what they scale (ConverterScale).

/// A decimal figure in billionths.
enum DecimalFraction {
  /// The figure in billionths; `nil` for anything but an optional sign, digits and at most nine
  /// places, or for more than 64 bits hold.
  static func billionths(_ text: String) -> Int64? {
    var rest = Substring(text)
    let isNegative = rest.first == "-"
    if isNegative { rest = rest.dropFirst() }
    let parts = rest.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 1 || parts.count == 2, !parts[0].isEmpty else { return nil }
    let places = parts.count == 2 ? parts[1] : ""
    guard parts.count == 1 || !places.isEmpty, places.count <= 9 else { return nil }
    let digits = parts[0] + places + String(repeating: "0", count: 9 - places.count)
    guard digits.allSatisfy({ $0.isASCII && $0.isNumber }), let value = Int64(digits) else {
      return nil
    }
    return isNegative ? -value : value
  }
}

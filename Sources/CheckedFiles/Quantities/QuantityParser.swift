// Decides: which texts are quantities and their exact values.
// Leaves to others: limits, and where a text stands.

public import StimulationCore

/// Reads quantities such as `"40 ms"` exactly, in integers.
///
/// A quantity is digits, at most one decimal point with digits on both sides, at most one
/// space, and a unit. There is no sign, exponent, separator or leading zero, and a value that
/// is not a whole number of the base unit (ns, µA, mm², mV, fC, Ω) is refused.
public enum QuantityParser {
  /// The most characters that a quantity has.
  public static let longestText = 40

  private struct Unit {
    let names: [String]
    let kind: QuantityKind
    let size: Int64
  }

  private static let units: [Unit] = [
    Unit(names: ["µA", "μA", "uA"], kind: .current, size: 1),
    Unit(names: ["mA"], kind: .current, size: 1_000),
    Unit(names: ["A"], kind: .current, size: 1_000_000),
    Unit(names: ["ns"], kind: .duration, size: 1),
    Unit(names: ["µs", "μs", "us"], kind: .duration, size: 1_000),
    Unit(names: ["ms"], kind: .duration, size: 1_000_000),
    Unit(names: ["s"], kind: .duration, size: 1_000_000_000),
    Unit(names: ["min"], kind: .duration, size: 60_000_000_000),
    Unit(names: ["h"], kind: .duration, size: 3_600_000_000_000),
    Unit(names: ["mm²", "mm2"], kind: .area, size: 1),
    Unit(names: ["cm²", "cm2"], kind: .area, size: 100),
    Unit(names: ["pps"], kind: .rate, size: 1_000),
    Unit(names: ["mV"], kind: .voltage, size: 1),
    Unit(names: ["V"], kind: .voltage, size: 1_000),
    Unit(names: ["nC"], kind: .charge, size: 1_000_000),
    Unit(names: ["µC", "μC", "uC"], kind: .charge, size: 1_000_000_000),
    Unit(names: ["mC"], kind: .charge, size: 1_000_000_000_000),
    Unit(names: ["C"], kind: .charge, size: 1_000_000_000_000_000),
    Unit(names: ["Ω", "\u{2126}", "ohm"], kind: .resistance, size: 1),
    Unit(names: ["kΩ", "k\u{2126}", "kohm"], kind: .resistance, size: 1_000),
    Unit(names: ["MΩ", "M\u{2126}", "Mohm"], kind: .resistance, size: 1_000_000),
    Unit(names: ["%"], kind: .share, size: 10_000),
  ]

  /// Reads a current such as `"55 mA"`.
  public static func parseCurrent(_ text: String) throws(QuantityError) -> Microamperes {
    let count = try parse(text, as: .current, most: Int64(Int32.max))
    return Microamperes(Int32(count))
  }

  /// Reads a duration such as `"40 ms"` or `"30 min"`.
  public static func parseDuration(_ text: String) throws(QuantityError) -> Nanoseconds {
    Nanoseconds(try parse(text, as: .duration, most: 31 * 86_400_000_000_000))
  }

  /// Reads an electrode area such as `"180 cm2"`; it is not nothing.
  public static func parseArea(_ text: String) throws(QuantityError) -> SquareMillimetres {
    let count = try parse(text, as: .area, most: Int64(Int32.max))
    if count == 0 {
      throw QuantityError(
        code: .malformedQuantity, message: "\"\(text)\" is no area; state the electrode's area")
    }
    return SquareMillimetres(Int32(count))
  }

  /// Reads a pulse rate such as `"20 pps"` as the period between pulses, which must be a whole
  /// number of ns.
  public static func parseRate(_ text: String) throws(QuantityError) -> Nanoseconds {
    let count = try parse(text, as: .rate, most: 1_000_000_000)
    guard count > 0, 1_000_000_000_000 % count == 0 else {
      throw QuantityError(
        code: .notWhole,
        message: "\"\(text)\" has no period of whole ns; state the period, such as \"28 ms\"")
    }
    return Nanoseconds(1_000_000_000_000 / count)
  }

  /// Reads a voltage such as `"80 V"`.
  public static func parseVoltage(_ text: String) throws(QuantityError) -> Millivolts {
    Millivolts(Int32(try parse(text, as: .voltage, most: Int64(Int32.max))))
  }

  /// Reads a charge such as `"18.75 mC"`.
  public static func parseCharge(_ text: String) throws(QuantityError) -> Femtocoulombs {
    Femtocoulombs(try parse(text, as: .charge, most: Int64.max))
  }

  /// Reads a resistance such as `"50 kohm"`.
  public static func parseResistance(_ text: String) throws(QuantityError) -> Ohms {
    Ohms(Int32(try parse(text, as: .resistance, most: Int64(Int32.max))))
  }

  /// Reads a share such as `"30 %"` in millionths.
  public static func parseShare(_ text: String) throws(QuantityError) -> PartsPerMillion {
    PartsPerMillion(Int32(try parse(text, as: .share, most: Int64(Int32.max))))
  }

  /// Reads a converter's code such as `"-32767"`: a count that may have a `-` before it.
  public static func parseCode(_ text: String) throws(QuantityError) -> Int32 {
    guard text.first == "-", text.dropFirst().first != "-" else { return try parseCount(text) }
    let magnitude = try parseCount(String(text.dropFirst()))
    if magnitude == 0 {
      throw QuantityError(code: .malformedQuantity, message: "\"\(text)\" has a sign; write \"0\"")
    }
    return -magnitude
  }

  /// Reads a count of digits such as `"12"`.
  public static func parseCount(_ text: String) throws(QuantityError) -> Int32 {
    let number = try DecimalNumber(text, kind: .count)
    guard number.unit.isEmpty, !text.contains("."), !text.contains(" ") else {
      throw QuantityError(
        code: .wrongUnit,
        message: "\"\(text)\" is more than digits; a count is digits only, such as \"12\"")
    }
    return Int32(try number.scaled(by: 1, most: Int64(Int32.max), base: "count"))
  }

  /// Reads a ratio such as `"2.5"` in millionths; three decimals at most.
  public static func parseRatio(_ text: String) throws(QuantityError) -> PartsPerMillion {
    let number = try DecimalNumber(text, kind: .ratio)
    guard number.unit.isEmpty else {
      throw QuantityError(
        code: .wrongUnit, message: "\"\(text)\" has a unit; a ratio has none, such as \"2.5\"")
    }
    let thousandths = try number.scaled(by: 1_000, most: 1_000_000, base: "thousandth")
    return PartsPerMillion(rawValue: Int32(thousandths * 1_000))
  }

  private static func parse(
    _ text: String, as kind: QuantityKind, most: Int64
  ) throws(QuantityError) -> Int64 {
    let number = try DecimalNumber(text, kind: kind)
    if number.unit.isEmpty {
      throw QuantityError(
        code: .missingUnit, message: "\"\(text)\" has no unit; write \(kind.expectation)")
    }
    guard let unit = units.first(where: { $0.names.contains(number.unit) }) else {
      throw QuantityError(
        code: .wrongUnit,
        message: "unit \"\(number.unit)\" does not exist\(hint(number.unit)); write "
          + kind.expectation)
    }
    guard unit.kind == kind else {
      throw QuantityError(
        code: .wrongUnit,
        message: "\"\(text)\" has a unit of another kind; write \(kind.expectation)")
    }
    let base: String =
      switch kind {
      case .current: "µA"
      case .duration: "ns"
      case .area: "mm²"
      case .rate: "thousandth of a pps"
      case .voltage: "mV"
      case .charge: "fC"
      case .resistance: "Ω"
      case .share: "millionth"
      case .count, .ratio: "unit"
      }
    return try number.scaled(by: unit.size, most: most, base: base)
  }

  /// Units are case-sensitive: `MA` would be mega, `S` siemens.
  private static func hint(_ name: String) -> String {
    let folded = name.lowercased()
    for unit in units {
      for candidate in unit.names where candidate.lowercased() == folded {
        return " (\"\(candidate)\"?)"
      }
    }
    return ""
  }
}

// Decides: how measured figures read for people: three decimals of the largest unit that leaves
// a whole digit, rounded to the nearest.
// Leaves to others: figures that must be told exactly (QuantityText, JSON).

public import StimulationCore

/// Figures for people.
public enum FigureText {
  /// A charge with its sign, for example `-42.267 nC`.
  public static func charge(_ value: Femtocoulombs) -> String {
    scaled(value.rawValue, ["fC", "pC", "nC", "µC", "mC", "C"])
  }

  /// A current, for example `10.065 mA`.
  public static func current(_ value: Microamperes) -> String {
    scaled(Int64(value.rawValue), ["µA", "mA"])
  }

  /// An energy, for example `13.432 mJ`.
  public static func energy(_ value: Picojoules) -> String {
    scaled(value.rawValue, ["pJ", "nJ", "µJ", "mJ", "J"])
  }

  /// A duration to the millisecond, for example `172 ms` or `4.188 s`.
  public static func milliseconds(_ value: Nanoseconds) -> String {
    scaled(divided(value.rawValue, by: 1_000_000), ["ms", "s"])
  }

  /// A duration, for example `120 µs`.
  public static func duration(_ value: Nanoseconds) -> String {
    scaled(value.rawValue, ["ns", "µs", "ms", "s"])
  }

  /// A count in the largest unit that leaves a whole digit.
  ///
  /// - Parameter units: from the base unit upwards, each a thousand of the one before.
  static func scaled(_ value: Int64, _ units: [String]) -> String {
    var unit = 0
    // A thousandth of the unit, in the base unit.
    var step: Int64 = 1
    if value.magnitude < 1_000 { return "\(value) \(units[0])" }
    var thousandths = value
    for next in 1..<units.count {
      unit = next
      thousandths = divided(value, by: step)
      if thousandths.magnitude < 1_000_000 { break }
      if next + 1 < units.count { step *= 1_000 }
    }
    let rest = String(thousandths.magnitude % 1_000)
    let padded = String(repeating: "0", count: 3 - rest.count) + rest
    return "\(value < 0 ? "-" : "")\(thousandths.magnitude / 1_000).\(padded) \(units[unit])"
  }

  /// The quotient to the nearest, halves away from zero.
  private static func divided(_ value: Int64, by divisor: Int64) -> Int64 {
    let (quotient, rest) = value.quotientAndRemainder(dividingBy: divisor)
    if rest.magnitude < UInt64(divisor) - rest.magnitude || rest == 0 { return quotient }
    return quotient + (value < 0 ? -1 : 1)
  }
}

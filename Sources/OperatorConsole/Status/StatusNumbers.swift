// Decides: how figures of the status are written in few columns.
// Leaves to others: exact figures (StimulationCore's texts), which the log keeps.

internal import StimulationCore

enum StatusNumbers {
  /// Milliamperes without a unit: `40`, `40.5`, `40.25`.
  static func milliamperes(_ current: Microamperes) -> String {
    let hundredths = (Int64(current.rawValue) + (current.rawValue < 0 ? -5 : 5)) / 10
    let sign = hundredths < 0 ? "-" : ""
    let whole = hundredths.magnitude / 100
    let rest = hundredths.magnitude % 100
    if rest == 0 { return "\(sign)\(whole)" }
    if rest % 10 == 0 { return "\(sign)\(whole).\(rest / 10)" }
    return "\(sign)\(whole).\(rest < 10 ? "0" : "")\(rest)"
  }

  /// One decimal, always.
  static func tenths(_ value: Double) -> String {
    guard value.isFinite, value.magnitude < 1e9 else { return "?" }
    let scaled = Int((value * 10).rounded())
    let sign = scaled < 0 ? "-" : ""
    return "\(sign)\(scaled.magnitude / 10).\(scaled.magnitude % 10)"
  }

  /// Milliamperes with one decimal, always, so that a live figure does not jump.
  static func measured(_ current: Microamperes) -> String {
    tenths(Double(current.rawValue) / 1_000)
  }

  /// Minutes and seconds.
  static func clock(_ time: Nanoseconds) -> String {
    let seconds = max(0, time.rawValue / 1_000_000_000)
    let rest = seconds % 60
    return "\(seconds / 60):\(rest < 10 ? "0" : "")\(rest)"
  }

  /// Charge in the unit in which its limit reads well.
  static func charge(_ charge: Femtocoulombs, of limit: Femtocoulombs) -> String {
    let isLarge = limit.rawValue >= 1_000_000_000_000_000
    let (size, unit): (Double, String) = isLarge ? (1e15, "C") : (1e12, "mC")
    return hundredths(Double(charge.rawValue) / size) + " of "
      + hundredths(Double(limit.rawValue) / size) + " \(unit)"
  }

  private static func hundredths(_ value: Double) -> String {
    let scaled = Int((value * 100).rounded())
    return "\(scaled / 100).\(scaled % 100 < 10 ? "0" : "")\(scaled % 100)"
  }

  /// The share of a limit that is used, in whole percent, rounded up; `nil` without a limit.
  static func percent(_ charge: Femtocoulombs, of limit: Femtocoulombs) -> Int? {
    guard limit > .zero, charge >= .zero else { return nil }
    return Int((Double(charge.rawValue) / Double(limit.rawValue) * 100).rounded(.up))
  }

  /// `text` in a column of its own, at its right end.
  static func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }

  /// `text` in a column of its own, at its left end.
  static func left(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}

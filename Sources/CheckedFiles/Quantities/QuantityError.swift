// Decides: why a text is not the quantity that is asked for.
// Leaves to others: where the text stands (Section) and parsing (QuantityParser).

/// The kinds of quantity that files and options name.
public enum QuantityKind: Sendable, Equatable {
  /// µA, mA or A.
  case current
  /// ns, µs, ms, s, min or h.
  case duration
  /// mm² or cm².
  case area
  /// pps.
  case rate
  /// mV or V.
  case voltage
  /// nC, µC, mC or C.
  case charge
  /// Ω, kΩ or MΩ.
  case resistance
  /// %.
  case share
  /// A count: digits without a unit.
  case count
  /// A ratio: a decimal number without a unit.
  case ratio

  /// The kind with a well-formed example.
  var expectation: String {
    switch self {
    case .current: "a current such as \"55 mA\""
    case .duration: "a duration such as \"40 ms\""
    case .area: "an area such as \"180 cm2\""
    case .rate: "a rate such as \"20 pps\""
    case .voltage: "a voltage such as \"80 V\""
    case .charge: "a charge such as \"18.75 mC\""
    case .resistance: "a resistance such as \"50 kohm\""
    case .share: "a share such as \"30 %\""
    case .count: "a count such as \"12\""
    case .ratio: "a ratio such as \"2.5\""
    }
  }
}

/// A text that is not the quantity that is asked for.
public struct QuantityError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What kind of error.
  public let code: DiagnosticCode
  /// What is wrong and what to do, on one line.
  public let message: String

  /// The message.
  public var description: String { message }
}

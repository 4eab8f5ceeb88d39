// Decides: the unit of current, of amplitudes and of measured current.
// Leaves to others: every law between units (QuantityLaws.swift).

/// A current in µA. 32 bits hold ±2,147 A; the product's largest amplitude is 250 mA.
@frozen public struct Microamperes: Quantity {
  /// The count of the unit.
  public var rawValue: Int32
  /// Makes a quantity from a count of the unit.
  @inlinable public init(rawValue: Int32) { self.rawValue = rawValue }
}

extension Microamperes {
  /// A current of whole milliamperes.
  @inlinable public static func milliamperes(_ count: Int32) -> Microamperes {
    Microamperes(rawValue: count * 1_000)
  }
}

// Decides: the unit of voltage.
// Leaves to others: every law between units (QuantityLaws.swift).

/// A voltage in mV.
@frozen public struct Millivolts: Quantity {
  /// The count of the unit.
  public var rawValue: Int32
  /// Makes a quantity from a count of the unit.
  @inlinable public init(rawValue: Int32) { self.rawValue = rawValue }
}

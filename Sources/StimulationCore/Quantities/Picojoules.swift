// Decides: the unit of energy.
// Leaves to others: every law between units (QuantityLaws.swift).

/// An energy in pJ. 64 bits hold 9.2 MJ.
@frozen public struct Picojoules: Quantity {
  /// The count of the unit.
  public var rawValue: Int64
  /// Makes a quantity from a count of the unit.
  @inlinable public init(rawValue: Int64) { self.rawValue = rawValue }
}

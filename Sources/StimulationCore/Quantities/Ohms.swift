// Decides: the unit of load impedance.
// Leaves to others: every law between units (QuantityLaws.swift).

/// A resistance in Ω, as V/I over the last quarter of a leading phase.
@frozen public struct Ohms: Quantity {
  /// The count of the unit.
  public var rawValue: Int32
  /// Makes a quantity from a count of the unit.
  @inlinable public init(rawValue: Int32) { self.rawValue = rawValue }
}

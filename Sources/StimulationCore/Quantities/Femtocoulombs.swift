// Decides: the unit of charge.
// Leaves to others: every law between units (QuantityLaws.swift).

/// A charge in fC: 1 µA for 1 ns is exactly 1 fC. 64 bits hold ±9,223 C; a session's limit is
/// 260 C.
@frozen public struct Femtocoulombs: Quantity {
  /// The count of the unit.
  public var rawValue: Int64
  /// Makes a quantity from a count of the unit.
  @inlinable public init(rawValue: Int64) { self.rawValue = rawValue }
}

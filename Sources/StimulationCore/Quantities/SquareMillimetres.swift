// Decides: the unit of electrode area.
// Leaves to others: every law between units (QuantityLaws.swift).

/// An electrode's area in mm² (100 mm² are 1 cm²).
@frozen public struct SquareMillimetres: Quantity {
  /// The count of the unit.
  public var rawValue: Int32
  /// Makes a quantity from a count of the unit.
  @inlinable public init(rawValue: Int32) { self.rawValue = rawValue }
}

extension SquareMillimetres {
  /// An area of whole square centimetres.
  @inlinable public static func squareCentimetres(_ count: Int32) -> SquareMillimetres {
    SquareMillimetres(rawValue: count * 100)
  }
}

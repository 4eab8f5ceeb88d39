// Decides: what every exact quantity has in common (order, sum, difference, zero).
// Leaves to others: the laws between quantities (QuantityLaws.swift) and their text
// (QuantityText.swift).

/// An exact integer amount of one unit.
///
/// Quantities of different units do not mix: only the products written out in
/// `QuantityLaws.swift` exist. Arithmetic traps on overflow, because a wrapped current is
/// worse than a stopped program; values that come from outside are checked before they
/// become quantities.
public protocol Quantity: Comparable, Hashable, Sendable, AdditiveArithmetic {
  /// The integer that counts the unit.
  associatedtype Raw: FixedWidthInteger & SignedInteger & Sendable
  /// The amount, counted in the unit that the type is named after.
  var rawValue: Raw { get set }
  /// Makes a quantity from a count of the unit.
  init(rawValue: Raw)
}

extension Quantity {
  /// Nothing of the unit.
  @inlinable public static var zero: Self { Self(rawValue: 0) }

  /// Makes a quantity from a count of the unit.
  @inlinable public init(_ count: Raw) { self.init(rawValue: count) }

  /// The exact sum.
  @inlinable public static func + (left: Self, right: Self) -> Self {
    Self(rawValue: left.rawValue + right.rawValue)
  }

  /// The exact difference.
  @inlinable public static func - (left: Self, right: Self) -> Self {
    Self(rawValue: left.rawValue - right.rawValue)
  }

  /// Adds in place.
  @inlinable public static func += (left: inout Self, right: Self) {
    left.rawValue += right.rawValue
  }

  /// Subtracts in place.
  @inlinable public static func -= (left: inout Self, right: Self) {
    left.rawValue -= right.rawValue
  }

  /// The opposite amount.
  @inlinable public static prefix func - (value: Self) -> Self { Self(rawValue: -value.rawValue) }

  /// A whole multiple.
  @inlinable public static func * (value: Self, count: Raw) -> Self {
    Self(rawValue: value.rawValue * count)
  }

  /// A whole part, rounded towards zero.
  @inlinable public static func / (value: Self, count: Raw) -> Self {
    Self(rawValue: value.rawValue / count)
  }

  /// How many times `unit` fits into `value`, rounded towards zero.
  @inlinable public static func / (value: Self, unit: Self) -> Raw {
    value.rawValue / unit.rawValue
  }

  /// The amount without its sign.
  @inlinable public var magnitude: Self { rawValue < 0 ? Self(rawValue: -rawValue) : self }

  /// Order by amount.
  @inlinable public static func < (left: Self, right: Self) -> Bool {
    left.rawValue < right.rawValue
  }
}

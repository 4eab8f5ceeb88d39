// Decides: how shares (ramps, shapes, ratios) are written without floating point.
// Leaves to others: what is being scaled (QuantityLaws.swift).

/// A share in millionths; 1,000,000 is the whole.
@frozen public struct PartsPerMillion: Quantity {
  /// The count of millionths.
  public var rawValue: Int32
  /// Makes a share from a count of millionths.
  @inlinable public init(rawValue: Int32) { self.rawValue = rawValue }
  /// The whole.
  @inlinable public static var whole: PartsPerMillion { PartsPerMillion(rawValue: 1_000_000) }

  /// The share that `part` is of `whole`, rounded towards zero. `whole` is positive and
  /// `part` lies between nothing and `whole`.
  @inlinable public init(_ part: Nanoseconds, of whole: Nanoseconds) {
    precondition(part >= .zero && part <= whole && whole > .zero, "a share lies in 0...1")
    // The product fits 64 bits for every duration below 2.5 hours; longer ones divide first.
    let partCount = part.rawValue
    let wholeCount = whole.rawValue
    if wholeCount < 9_000_000_000_000 {
      self.init(rawValue: Int32(partCount * 1_000_000 / wholeCount))
    } else {
      self.init(rawValue: Int32(partCount / (wholeCount / 1_000_000)))
    }
  }
}

// Decides: the unit of session time and of every duration.
// Leaves to others: every law between units (QuantityLaws.swift).

/// A duration, or an instant counted from the start of the board's clock, in ns.
@frozen public struct Nanoseconds: Quantity {
  /// The count of the unit.
  public var rawValue: Int64
  /// Makes a quantity from a count of the unit.
  @inlinable public init(rawValue: Int64) { self.rawValue = rawValue }
}

extension Nanoseconds {
  /// A duration of whole microseconds.
  @inlinable public static func microseconds(_ count: Int64) -> Nanoseconds {
    Nanoseconds(rawValue: count * 1_000)
  }
  /// A duration of whole milliseconds.
  @inlinable public static func milliseconds(_ count: Int64) -> Nanoseconds {
    Nanoseconds(rawValue: count * 1_000_000)
  }
  /// A duration of whole seconds.
  @inlinable public static func seconds(_ count: Int64) -> Nanoseconds {
    Nanoseconds(rawValue: count * 1_000_000_000)
  }
  /// An instant later than any that a session reaches (292 years).
  @inlinable public static var never: Nanoseconds { Nanoseconds(rawValue: .max) }
  /// An instant before the board's clock began: "has not happened".
  @inlinable public static var notYet: Nanoseconds { Nanoseconds(rawValue: .min / 4) }
}

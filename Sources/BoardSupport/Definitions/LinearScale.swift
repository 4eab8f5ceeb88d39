// Decides: the exact value of a converter's code.
// Leaves to others: reading the code and the kernel's scale (LinuxBoard).

public import StimulationCore

/// A converter's codes as values: (code × numerator + addend) ÷ denominator, rounded to the
/// nearest unit.
@frozen public struct LinearScale<Unit: Quantity>: Sendable, Equatable where Unit.Raw == Int32 {
  /// The widest code, either way: 24 bits.
  public static var widestCode: Int64 { 1 << 24 }
  /// What a code is multiplied by.
  public let numerator: Int64
  /// What is added then.
  public let addend: Int64
  /// What is divided by at last; above nothing.
  public let denominator: Int64

  /// A scale, in its lowest terms; `nil` when a code of 24 bits would overflow it.
  public init?(numerator: Int64, addend: Int64, denominator: Int64) {
    guard denominator > 0, numerator != 0, addend > .min, numerator > .min else { return nil }
    var common = UInt64(denominator)
    for value in [numerator.magnitude, addend.magnitude] {
      var rest = value
      // Euclid: at most 93 turns for 64 bits.
      while rest != 0 { (common, rest) = (rest, common % rest) }
    }
    let one = Int64(common)
    self.numerator = numerator / one
    self.addend = addend / one
    self.denominator = denominator / one
    let widest = self.numerator.multipliedReportingOverflow(by: Self.widestCode)
    let sum = Int64(widest.partialValue.magnitude).addingReportingOverflow(
      Int64(self.addend.magnitude))
    let half = sum.partialValue.addingReportingOverflow(self.denominator)
    guard !widest.overflow, !sum.overflow, !half.overflow,
      sum.partialValue / self.denominator <= Int64(Int32.max)
    else { return nil }
  }

  /// The value of a code of at most 24 bits.
  @inlinable public func value(of code: Int32) -> Unit {
    let exact = Int64(code) * numerator + addend
    let half = denominator / 2
    let rounded = exact >= 0 ? (exact + half) / denominator : (exact - half) / denominator
    return Unit(rawValue: Int32(truncatingIfNeeded: rounded))
  }
}

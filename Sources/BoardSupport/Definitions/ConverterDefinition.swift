// Decides: what a board definition says of one input of a converter.
// Leaves to others: finding and reading it through IIO (LinuxBoard).

public import StimulationCore

/// How a converter's codes become values.
public enum ConverterScale<Unit: Quantity>: Sendable, Equatable where Unit.Raw == Int32 {
  /// From the calibration alone: `zeroCode` is nothing, and `spanCodes` above it are `span`.
  case codes(zeroCode: Int32, spanCodes: Int32, span: Unit)
  /// From the kernel's scale and offset in volts: `zero` is nothing, and a volt above it is
  /// `perVolt`.
  case kernel(zero: Millivolts, perVolt: Unit)

  /// The scale without the kernel's help; `nil` where the kernel's scale is needed.
  public var fixed: LinearScale<Unit>? {
    guard case .codes(let zeroCode, let spanCodes, let span) = self else { return nil }
    let numerator = Int64(span.rawValue)
    return LinearScale(
      numerator: numerator, addend: -Int64(zeroCode) * numerator, denominator: Int64(spanCodes))
  }

  /// The scale with what the kernel says: `in_voltage_scale` (mV a code) in pV, and
  /// `in_voltage_offset` (codes). What the calibration alone decides ignores both. `nil` when
  /// the numbers are too large to count with.
  public func linear(picovoltsPerCode: Int64, offset: Int32) -> LinearScale<Unit>? {
    guard case .kernel(let zero, let perVolt) = self else { return fixed }
    let perCode = picovoltsPerCode.multipliedReportingOverflow(by: Int64(perVolt.rawValue))
    let shift = perCode.partialValue.multipliedReportingOverflow(by: Int64(offset))
    let volts = Int64(zero.rawValue) * 1_000_000_000
    let nothing = volts.multipliedReportingOverflow(by: Int64(perVolt.rawValue))
    let addend = shift.partialValue.subtractingReportingOverflow(nothing.partialValue)
    guard !perCode.overflow, !shift.overflow, !nothing.overflow, !addend.overflow else {
      return nil
    }
    return LinearScale(
      numerator: perCode.partialValue, addend: addend.partialValue,
      denominator: 1_000_000_000_000)
  }
}

/// One input of a converter that the kernel offers through IIO.
public struct ConverterDefinition<Unit: Quantity>: Sendable, Equatable where Unit.Raw == Int32 {
  /// The IIO device's label or, where it has none, its name; `ads8688`, for example.
  public let device: String
  /// The channel: `0` is `in_voltage0_raw`.
  public let input: Int
  /// How codes become values.
  public let scale: ConverterScale<Unit>
  /// The codes that can be believed; any other is out of range (SR-29).
  public let codes: ClosedRange<Int32>
  /// The smallest step of the value.
  public let resolution: Unit
  /// The longest time between two conversions of this input.
  public let updateInterval: Nanoseconds
}

// Decides: which products and quotients of quantities exist, and how each rounds.
// Leaves to others: what the results are compared with.

extension Microamperes {
  /// Charge = current × time, exact: 1 µA × 1 ns = 1 fC.
  @inlinable public static func * (current: Microamperes, time: Nanoseconds) -> Femtocoulombs {
    Femtocoulombs(rawValue: Int64(current.rawValue) * time.rawValue)
  }

  /// This current taken at `share` parts of a million, rounded towards zero.
  @inlinable public func scaled(by share: PartsPerMillion) -> Microamperes {
    Microamperes(rawValue: Int32(Int64(rawValue) * Int64(share.rawValue) / 1_000_000))
  }

  /// This current rounded towards zero to a whole multiple of `step`.
  @inlinable public func roundedDown(to step: Microamperes) -> Microamperes {
    Microamperes(rawValue: rawValue - rawValue % step.rawValue)
  }
}

extension Femtocoulombs {
  /// Time = charge ÷ current, rounded towards zero. The current is not zero.
  @inlinable public static func / (charge: Femtocoulombs, current: Microamperes) -> Nanoseconds {
    Nanoseconds(rawValue: charge.rawValue / Int64(current.rawValue))
  }

  /// Mean current = charge ÷ time, rounded towards zero. The time is not zero.
  @inlinable public static func / (charge: Femtocoulombs, time: Nanoseconds) -> Microamperes {
    Microamperes(rawValue: Int32(charge.rawValue / time.rawValue))
  }

  /// This charge taken at `share` parts of a million, rounded towards zero.
  ///
  /// Divides first where the product would not fit, which loses less than 1 ppm.
  @inlinable public func scaled(by share: PartsPerMillion) -> Femtocoulombs {
    let product = rawValue.multipliedReportingOverflow(by: Int64(share.rawValue))
    if !product.overflow { return Femtocoulombs(rawValue: product.partialValue / 1_000_000) }
    return Femtocoulombs(rawValue: rawValue / 1_000_000 * Int64(share.rawValue))
  }
}

extension Nanoseconds {
  /// This duration taken at `share` parts of a million, rounded towards zero.
  @inlinable public func scaled(by share: PartsPerMillion) -> Nanoseconds {
    let product = rawValue.multipliedReportingOverflow(by: Int64(share.rawValue))
    if !product.overflow { return Nanoseconds(rawValue: product.partialValue / 1_000_000) }
    return Nanoseconds(rawValue: rawValue / 1_000_000 * Int64(share.rawValue))
  }
}

extension Picojoules {
  /// Energy = voltage × current × time, rounded towards zero to 1 pJ.
  ///
  /// 1 mV × 1 µA × 1 ns is 1 aJ. At 80 V and 250 mA the product fits for 460 ms, and the loop
  /// steps every millisecond; a longer step divides first.
  @inlinable public init(voltage: Millivolts, current: Microamperes, time: Nanoseconds) {
    let power = Int64(voltage.rawValue) * Int64(current.rawValue)
    let product = power.multipliedReportingOverflow(by: time.rawValue)
    if !product.overflow {
      self.init(rawValue: product.partialValue / 1_000_000)
    } else {
      self.init(rawValue: power / 1_000 * (time.rawValue / 1_000))
    }
  }
}

extension Ohms {
  /// Load = voltage ÷ current, rounded towards zero; `nil` without current.
  @inlinable public init?(voltage: Millivolts, current: Microamperes) {
    guard current.rawValue != 0 else { return nil }
    let ohms = Int64(voltage.rawValue) * 1_000 / Int64(current.rawValue)
    self.init(rawValue: Int32(clamping: ohms))
  }
}

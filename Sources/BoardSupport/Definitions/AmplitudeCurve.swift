// Decides: which active time of the amplitude PWM gives which current, exactly and both ways.
// Leaves to others: whether the table is plausible (BoardCheck) and writing the PWM
// (LinuxBoard).

public import StimulationCore

/// One measured or derived point of a calibration.
@frozen public struct CurvePoint: Sendable, Equatable {
  /// The active time of the amplitude PWM.
  public let activeTime: Nanoseconds
  /// The current that it gives.
  public let current: Microamperes

  /// A point.
  @inlinable public init(activeTime: Nanoseconds, current: Microamperes) {
    self.activeTime = activeTime
    self.current = current
  }
}

/// A channel's amplitude in one output range: straight lines between calibrated points.
///
/// Every whole multiple of ``step`` up to the last point is read back as itself from the active
/// time that stands for it (SR-16). No active time is no current, whatever the first point says.
@frozen public struct AmplitudeCurve: Sendable {
  /// The most points of a curve.
  public static let mostPoints = 16
  /// The points in ascending order; ``count`` of them count.
  public let points: InlineArray<16, CurvePoint>
  /// How many points there are, at least 2.
  public let count: Int
  /// The smallest step of active time.
  public let granularity: Nanoseconds
  /// The smallest step of the amplitude.
  public let step: Microamperes

  /// A curve through points that ascend strictly, the first of them at 0 µA.
  public init(points: [CurvePoint], granularity: Nanoseconds, step: Microamperes) {
    precondition((2...AmplitudeCurve.mostPoints).contains(points.count), "2 to 16 points")
    precondition(points[0].current == .zero && points[0].activeTime >= .zero, "begins at 0 µA")
    precondition(granularity > .zero && step > .zero, "steps are above nothing")
    for (point, next) in zip(points, points.dropFirst()) {
      precondition(
        point.activeTime < next.activeTime && point.current < next.current, "points ascend")
    }
    let last = points[points.count - 1]
    self.points = InlineArray { $0 < points.count ? points[$0] : last }
    self.count = points.count
    self.granularity = granularity
    self.step = step
  }

  /// The largest current that is calibrated.
  @inlinable public var maximum: Microamperes { points[count - 1].current }

  /// The active time for an amplitude from nothing to ``maximum``.
  @inlinable public func activeTime(for amplitude: Microamperes) -> Nanoseconds {
    precondition(amplitude >= .zero && amplitude <= maximum, "an amplitude within the curve")
    if amplitude == .zero { return .zero }
    var index = 0
    while index < count - 2 && points[index + 1].current < amplitude { index += 1 }
    let low = points[index]
    let high = points[index + 1]
    let rise = Int64(high.current.rawValue - low.current.rawValue)
    let width = high.activeTime.rawValue - low.activeTime.rawValue
    let part = Int64(amplitude.rawValue - low.current.rawValue)
    let steps = AmplitudeCurve.rounded(
      low.activeTime.rawValue * rise + part * width, over: rise * granularity.rawValue)
    return Nanoseconds(rawValue: steps * granularity.rawValue)
  }

  /// The amplitude that an active time stands for, in whole steps. Beyond the last point the
  /// last line goes on, so that an active time nobody commanded is not taken for one.
  @inlinable public func amplitude(at activeTime: Nanoseconds) -> Microamperes {
    if activeTime <= points[0].activeTime { return .zero }
    var index = 0
    while index < count - 2 && points[index + 1].activeTime < activeTime { index += 1 }
    let low = points[index]
    let high = points[index + 1]
    let rise = Int64(high.current.rawValue - low.current.rawValue)
    let width = high.activeTime.rawValue - low.activeTime.rawValue
    let part = activeTime.rawValue - low.activeTime.rawValue
    let steps = AmplitudeCurve.rounded(
      Int64(low.current.rawValue) * width + part * rise, over: width * Int64(step.rawValue))
    let amplitude = steps * Int64(step.rawValue)
    return Microamperes(rawValue: Int32(truncatingIfNeeded: min(amplitude, Int64(Int32.max))))
  }

  /// The nearest whole number; neither count is negative.
  @inlinable static func rounded(_ count: Int64, over size: Int64) -> Int64 {
    (count + size / 2) / size
  }
}

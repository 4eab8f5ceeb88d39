// Decides: the shapes a phase may have and the height of each step of a shaped phase.
// Leaves to others: the amplitude they are scaled by, and their timing (PulsePlan.swift).

/// The course of the current over one phase, relative to its amplitude.
///
/// A rectangular phase is one step. Every other shape is a staircase of
/// ``stepsPerShapedPhase`` equal steps, each as high as the curve is in its middle.
public enum PulseShape: UInt8, CaseIterable, Sendable {
  /// Constant current. The only shape that the board itself times (phases under 5 ms).
  case rectangular
  /// Rises linearly from nothing to the amplitude over the whole phase, then ends.
  case triangular
  /// Rises like a capacitor charging over five time constants, scaled to end at the amplitude:
  /// (1 − e^(−5x)) ÷ (1 − e^(−5)), x from 0 to 1.
  case exponential
  /// Rises linearly over the first quarter, stays, falls linearly over the last quarter.
  case trapezoid

  /// How many steps a shaped phase has (the fewest that the design allows).
  @inlinable public static var stepsPerShapedPhase: Int { 50 }

  /// How many steps a phase of this shape has.
  @inlinable public var steps: Int {
    self == .rectangular ? 1 : PulseShape.stepsPerShapedPhase
  }

  /// The height of step `index`, counted from 0 in the order in which the phase runs.
  public func height(ofStep index: Int) -> PartsPerMillion {
    precondition(index >= 0 && index < steps, "a step lies within its phase")
    let middle = Int32(index * 2 + 1) * 10_000  // of 1,000,000: the middle of step `index`
    switch self {
    case .rectangular: return .whole
    case .triangular: return PartsPerMillion(rawValue: middle)
    case .exponential: return PartsPerMillion(rawValue: PulseShape.exponentialHeight(index))
    case .trapezoid:
      let edge = min(middle, 1_000_000 - middle)
      return PartsPerMillion(rawValue: min(1_000_000, edge * 4))
    }
  }

  /// The phase's charge relative to a rectangle's: the mean of its steps.
  public var meanHeight: PartsPerMillion {
    PartsPerMillion(rawValue: Int32(sumOfHeights / Int64(steps)))
  }

  /// The sum of the steps' heights, in millionths of one step at the amplitude.
  var sumOfHeights: Int64 {
    var sum: Int64 = 0
    for index in 0..<steps { sum += Int64(height(ofStep: index).rawValue) }
    return sum
  }

  /// The phase's energy into a resistor relative to a rectangle's: the mean of its squared
  /// steps, rounded up to the next millionth.
  public var meanSquareHeight: PartsPerMillion {
    var sum: Int64 = 0
    for index in 0..<steps {
      let height = Int64(height(ofStep: index).rawValue)
      sum += height * height
    }
    let unit: Int64 = 1_000_000 * Int64(steps)
    return PartsPerMillion(rawValue: Int32((sum + unit - 1) / unit))
  }
}

extension PulseShape {
  /// round(1,000,000 × (1 − e^(−5x)) ÷ (1 − e^(−5))) for x in the middle of each of 50 steps.
  ///
  /// The table is local: a global would be made lazily, under a lock, on the real-time path.
  private static func exponentialHeight(_ index: Int) -> Int32 {
    let heights: InlineArray<50, Int32> = [
      49_101, 140_237, 222_700, 297_315, 364_830, 425_920, 481_196, 531_213,
      576_469, 617_419, 654_472, 687_999, 718_335, 745_785, 770_622, 793_096,
      813_431, 831_831, 848_480, 863_544, 877_175, 889_509, 900_669, 910_768,
      919_905, 928_172, 935_653, 942_422, 948_547, 954_089, 959_103, 963_641,
      967_746, 971_461, 974_823, 977_864, 980_616, 983_106, 985_360, 987_398,
      989_243, 990_912, 992_423, 993_789, 995_026, 996_145, 997_157, 998_073,
      998_902, 999_652,
    ]
    return heights[index]
  }
}

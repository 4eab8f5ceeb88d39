// Decides: what is measured in a calibration: at which amplitudes, and what the meter said.
// Leaves to others: whether it is plausible (CalibrationTable), and reading it from text
// (ReadingsText).

public import StimulationCore

/// What a meter showed at one amplitude of one output range.
public struct CalibrationReading: Sendable, Equatable {
  /// The amplitude that the board was told.
  public let setPoint: Microamperes
  /// The magnitude that the meter showed in the positive phase.
  public let positive: Microamperes
  /// The magnitude that it showed in the negative phase.
  public let negative: Microamperes

  /// A reading.
  public init(setPoint: Microamperes, positive: Microamperes, negative: Microamperes) {
    self.setPoint = setPoint
    self.positive = positive
    self.negative = negative
  }

  /// The mean of both polarities, which is what the table keeps.
  public var mean: Microamperes {
    Microamperes(
      rawValue: Int32((Int64(positive.rawValue) + Int64(negative.rawValue)) / 2))
  }
}

extension OutputRange {
  /// The shares of a range at which it is measured, in percent.
  private static let shares: [Int32] = [2, 5, 10, 25, 50, 75, 100]
  /// Nothing lower is measured. Below it the offset of a current source can be more than the
  /// tenth of a phase by which a recovery is trimmed, and the residue ends the session (SR-13).
  static let lowestSetPoint = Microamperes.milliamperes(1)

  /// The amplitudes at which the range is measured, ascending, each a whole step.
  public var calibrationSetPoints: [Microamperes] {
    var points: [Microamperes] = []
    for share in OutputRange.shares {
      let exact = Microamperes(rawValue: Int32(Int64(maximum.rawValue) * Int64(share) / 100))
      let point = Microamperes(rawValue: exact.rawValue / step.rawValue * step.rawValue)
      let isMeasured = point >= min(OutputRange.lowestSetPoint, maximum)
      if isMeasured && point > points.last ?? .zero { points.append(point) }
    }
    return points
  }
}

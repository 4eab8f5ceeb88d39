// Decides: why a calibration is not believed, and the words for it.
// Leaves to others: finding it out (CalibrationTable).

public import StimulationCore

/// Why the readings of one output range make no table.
public enum CalibrationProblem: Sendable, Equatable {
  /// There are too few.
  case tooFew(Int, least: Int)
  /// There are more than a table holds.
  case tooMany(Int, most: Int)
  /// No reading near the range's start.
  case startMissing(lowest: Microamperes, most: Microamperes)
  /// No reading at the range's maximum.
  case endMissing(highest: Microamperes)
  /// A set point that the range does not have: the nearest steps.
  case noSetPoint(Microamperes, step: Microamperes)
  /// A set point was read twice.
  case twice(Microamperes)
  /// A reading of nothing.
  case nothing(Microamperes)
  /// The polarities differ by more than they may.
  case polarities(CalibrationReading, most: Microamperes)
  /// A reading that is not above that of the set point below it.
  case notAscending(CalibrationReading, above: CalibrationReading)
  /// The slope between the first and the last reading.
  case gain(error: PartsPerMillion, most: PartsPerMillion)
  /// What is left at no current, by the line from the first to the last reading.
  case offset(Microamperes, most: Microamperes)
  /// A reading that lies off that line.
  case offLine(CalibrationReading, by: Microamperes, most: Microamperes)
  /// A point of the table that lies off the line from its first to its last (CalibrationLine).
  case bent(CurvePoint, by: Microamperes, most: Microamperes)
  /// The range's maximum would need more active time than there is.
  case beyondPeriod(Nanoseconds, period: Nanoseconds)
  /// An amplitude that would not be read back as itself (SR-16).
  case tooCoarse(Microamperes, readsAs: Microamperes)
}

extension CalibrationProblem: CustomStringConvertible {
  /// What is wrong, the bound and what to do.
  public var description: String {
    switch self {
    case .tooFew(let count, let least):
      return "\(count) readings; at least \(least) are needed, so measure every set point"
    case .tooMany(let count, let most):
      return "\(count) readings; a table has room for \(most), so measure the set points alone"
    case .startMissing(let lowest, let most):
      return "the lowest set point is \(lowest); one of at most \(most) is needed, so measure it"
    case .endMissing(let highest):
      return "the highest set point is \(highest); measure the range's maximum too"
    case .noSetPoint(let point, let step):
      return "set point \(point) is no amplitude of the range: it goes from \(step) in steps of "
        + "\(step) to its maximum; write one that the board was told"
    case .twice(let point): return "set point \(point) was read twice; keep one reading"
    case .nothing(let point):
      return "at \(point) nothing was read; look at the load and the meter's range"
    case .polarities(let reading, let most):
      return "at \(reading.setPoint) the polarities read \(reading.positive) and "
        + "\(reading.negative), further apart than \(most); that is a fault of the bridge or of "
        + "the measuring resistor, so mend it first"
    case .notAscending(let reading, let below):
      return "at \(reading.setPoint) the meter read \(reading.mean), not above the "
        + "\(below.mean) at \(below.setPoint); measure both again"
    default: return lineText
    }
  }

  private var lineText: String {
    switch self {
    case .gain(let error, let most):
      return "the readings rise by \(CalibrationProblem.signed(error)) against the set points; "
        + "more than \(most) is a fault of the output stage or a wrong load or range of the "
        + "meter, so look for it"
    case .offset(let offset, let most):
      return "the readings leave \(offset) at no current; more than \(most) is a fault of the "
        + "output stage or the meter's zero, so look for it"
    case .offLine(let reading, let distance, let most):
      return "at \(reading.setPoint) the meter read \(reading.mean), \(distance) off the line "
        + "through the first and last reading; more than \(most) is a slip or a fault, so measure "
        + "it again"
    case .bent(let point, let distance, let most):
      return "the table's point (\(point.activeTime), \(point.current)) lies \(distance) off the "
        + "straight line from its first to its last point; more than \(most) is a slip, a fault, "
        + "or set points too close together, so measure the set points of --template"
    case .beyondPeriod(let time, let period):
      return "the range's maximum would need an active time of \(time), beyond the PWM's period "
        + "of \(period); the output stage gives too little, so trim its full scale"
    case .tooCoarse(let amplitude, let readsAs):
      return "\(amplitude) would be read back as \(readsAs) (SR-16); the output stage gives too "
        + "much for a step of active time, so trim its full scale"
    default: preconditionFailure("a text for lines")
    }
  }

  private static func signed(_ error: PartsPerMillion) -> String {
    error.rawValue > 0 ? "+\(error)" : "\(error)"
  }
}

/// An implausible table: the range and all that is wrong with it.
public struct CalibrationRefusal: Error, Sendable, Equatable, CustomStringConvertible {
  /// The channel, counted from 0.
  public let channel: Int
  /// The range's maximum.
  public let range: Microamperes
  /// What is wrong.
  public let problems: [CalibrationProblem]

  /// One line a problem.
  public var description: String {
    problems.map { "channel \(channel + 1), range \(range): \($0)" }.joined(separator: "\n")
  }
}

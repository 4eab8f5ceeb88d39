// Decides: which readings make a table, and which table they make.
// Leaves to others: measuring (CalibrationDrive), the file (CalibrationText), and what lies between
// points (AmplitudeCurve).
//
// Everything is counted in whole microamperes and nanoseconds: no amplitude rests on a rounded
// fraction.

import StimulationCore

/// Makes a table of active times from readings, or says why not.
public struct CalibrationTable: Sendable {
  /// The fewest readings.
  static let fewest = 5
  /// One point for no current and one for the range's maximum stand beside the readings.
  static let most = AmplitudeCurve.mostPoints - 2
  /// The slope and each reading depart by no more than this (Hardware/reference-1ch.md).
  static let largestGain = PartsPerMillion(30_000)
  /// The polarities differ by no more than this share (Hardware/reference-1ch.md).
  static let polarityShare = PartsPerMillion(10_000)
  /// A converter's step: nothing finer is asked of a reading (SR-30).
  static let finest = Microamperes(10)
  /// What may be left at no current (SR-30), or half a percent of the range.
  static let smallestOffset = Microamperes(50)

  private let channel: Int
  private let range: OutputRange
  private let curve: AmplitudeCurve
  private let period: Nanoseconds

  /// A table for one range of one channel of a board.
  ///
  /// - Parameter channel: counted from 0.
  public init(_ board: BoardDefinition, channel: Int, range: Int) {
    self.channel = channel
    self.range = board.ranges[range].range
    curve = board.channels[channel].curves[range]
    period = board.channels[channel].amplitude.period
  }

  /// The new curve. Every problem is told in one pass where it can be.
  public func make(
    _ readings: [CalibrationReading]
  ) throws(CalibrationRefusal) -> AmplitudeCurve {
    let sorted = readings.sorted { $0.setPoint < $1.setPoint }
    var problems = single(readings, sorted)
    if problems.isEmpty { problems = together(sorted) }
    if problems.isEmpty {
      let points = points(sorted)
      problems = whole(points)
      if problems.isEmpty {
        let made = AmplitudeCurve(
          points: points, granularity: curve.granularity, step: range.step)
        guard let problem = coarseness(made) else { return made }
        problems.append(problem)
      }
    }
    throw CalibrationRefusal(channel: channel, range: range.maximum, problems: problems)
  }

  // MARK: Checks

  /// What is wrong with readings one by one, and with which there are.
  private func single(
    _ readings: [CalibrationReading], _ sorted: [CalibrationReading]
  ) -> [CalibrationProblem] {
    var problems: [CalibrationProblem] = []
    for reading in sorted {
      let point = reading.setPoint
      let isStep =
        point > .zero && point <= range.maximum
        && point.rawValue % range.step.rawValue == 0
      if !isStep { problems.append(.noSetPoint(point, step: range.step)) }
      if reading.positive <= .zero || reading.negative <= .zero {
        problems.append(.nothing(point))
        continue
      }
      let apart = (reading.positive - reading.negative).magnitude
      let most = max(
        CalibrationTable.share(CalibrationTable.polarityShare, of: reading.mean),
        CalibrationTable.finest)
      if apart > most { problems.append(.polarities(reading, most: most)) }
    }
    for (reading, next) in zip(sorted, sorted.dropFirst())
    where reading.setPoint == next.setPoint {
      problems.append(.twice(reading.setPoint))
    }
    if readings.count < CalibrationTable.fewest {
      problems.append(.tooFew(readings.count, least: CalibrationTable.fewest))
    }
    if readings.count > CalibrationTable.most {
      problems.append(.tooMany(readings.count, most: CalibrationTable.most))
    }
    let start = max(range.maximum / 20, OutputRange.lowestSetPoint)
    if let lowest = sorted.first?.setPoint, lowest > start {
      problems.append(.startMissing(lowest: lowest, most: start))
    }
    if let highest = sorted.last?.setPoint, highest < range.maximum {
      problems.append(.endMissing(highest: highest))
    }
    return problems
  }

  /// What is wrong with the line that the readings make. Set points ascend strictly here.
  private func together(_ sorted: [CalibrationReading]) -> [CalibrationProblem] {
    var problems: [CalibrationProblem] = []
    for (reading, next) in zip(sorted, sorted.dropFirst()) where next.mean <= reading.mean {
      problems.append(.notAscending(next, above: reading))
    }
    if !problems.isEmpty { return problems }
    let first = sorted[0]
    let last = sorted[sorted.count - 1]
    let rise = Int64((last.mean - first.mean).rawValue)
    let run = Int64((last.setPoint - first.setPoint).rawValue)
    // At most 250,000 µA: a million times that is far from overflowing.
    let gain = PartsPerMillion(rawValue: Int32(clamping: (rise - run) * 1_000_000 / run))
    if gain.magnitude > CalibrationTable.largestGain {
      problems.append(.gain(error: gain, most: CalibrationTable.largestGain))
    }
    let atZero = Int64(first.mean.rawValue) - Int64(first.setPoint.rawValue) * rise / run
    let offset = Microamperes(rawValue: Int32(clamping: atZero))
    let largest = CalibrationTable.largestOffset(range.maximum)
    if offset.magnitude > largest { problems.append(.offset(offset, most: largest)) }
    for reading in sorted.dropFirst().dropLast() {
      let part = Int64((reading.setPoint - first.setPoint).rawValue)
      let onLine = Int64(first.mean.rawValue) + part * rise / run
      let off = Microamperes(rawValue: Int32(clamping: Int64(reading.mean.rawValue) - onLine))
      let most = max(
        CalibrationTable.share(PartsPerMillion(10_000), of: reading.setPoint), largest)
      if off.magnitude > most {
        problems.append(.offLine(reading, by: off.magnitude, most: most))
      }
    }
    return problems
  }

  /// What is wrong with the points of a table. Set points close together can turn its start
  /// aside, however near the line each reading lies.
  private func whole(_ points: [CurvePoint]) -> [CalibrationProblem] {
    if let last = points.last, last.activeTime > period {
      return [.beyondPeriod(last.activeTime, period: period)]
    }
    return CalibrationLine(points, maximum: range.maximum).departures.map {
      .bent(points[$0.index], by: $0.distance, most: $0.most)
    }
  }

  /// The first amplitude that is not read back as itself (SR-16).
  private func coarseness(_ made: AmplitudeCurve) -> CalibrationProblem? {
    var amplitude = Microamperes.zero
    // At most 250,000 turns: 250 mA in steps of 1 µA.
    while amplitude <= range.maximum {
      let read = made.amplitude(at: made.activeTime(for: amplitude))
      if read != amplitude { return .tooCoarse(amplitude, readsAs: read) }
      amplitude += range.step
    }
    return nil
  }

  /// What may be left at no current in a range with a maximum.
  static func largestOffset(_ maximum: Microamperes) -> Microamperes {
    max(smallestOffset, maximum / 200)
  }

  static func share(_ share: PartsPerMillion, of value: Microamperes) -> Microamperes {
    Microamperes(rawValue: Int32(Int64(value.rawValue) * Int64(share.rawValue) / 1_000_000))
  }

  // MARK: Points

  /// From no current to the range's maximum. The ends go on with the lines next to them: no set
  /// point lies below the lowest, and a channel that gives less than it is told reaches its
  /// maximum a little later.
  private func points(_ sorted: [CalibrationReading]) -> [CurvePoint] {
    let measured = sorted.map {
      CurvePoint(activeTime: curve.activeTime(for: $0.setPoint), current: $0.mean)
    }
    var points = [CurvePoint(activeTime: start(measured), current: .zero)] + measured
    if let end = end(measured) { points.append(end) }
    return points
  }

  /// Where the first line crosses no current, or no active time where it never does.
  private func start(_ points: [CurvePoint]) -> Nanoseconds {
    let width = (points[1].activeTime - points[0].activeTime).rawValue
    let rise = Int64((points[1].current - points[0].current).rawValue)
    let back = Int64(points[0].current.rawValue) * width / rise
    return max(.zero, points[0].activeTime - Nanoseconds(back))
  }

  /// Where the last line reaches the maximum, where the readings end below it.
  private func end(_ points: [CurvePoint]) -> CurvePoint? {
    let last = points[points.count - 1]
    guard last.current < range.maximum else { return nil }
    let before = points[points.count - 2]
    let width = (last.activeTime - before.activeTime).rawValue
    let rise = Int64((last.current - before.current).rawValue)
    let missing = Int64((range.maximum - last.current).rawValue)
    let more = (missing * width + rise - 1) / rise
    return CurvePoint(
      activeTime: last.activeTime + Nanoseconds(max(more, 1)), current: range.maximum)
  }
}

// Decides: how far a table's points may lie off the straight line from its first to its last.
// Leaves to others: the words of a refusal (CalibrationReader, CalibrationProblem), and that the
// points ascend (CalibrationReader, CalibrationTable).
//
// A current source is nearly straight. A point far off the line is a slip of the pen, which may
// ascend as well as any other: "12 mA" for "21 mA". Amplitudes between it and its neighbours would
// be delivered wrong.

import StimulationCore

/// The straight line from a table's first to its last point.
struct CalibrationLine {
  /// A point that lies too far off the line.
  struct Departure: Sendable, Equatable {
    /// Its place among the points.
    let index: Int
    /// How far off it lies.
    let distance: Microamperes
    /// How far off it may lie.
    let most: Microamperes
  }

  /// Of a point's own current.
  private static let share = PartsPerMillion(30_000)
  /// Of what readings may leave at no current: once for it, and once for a reading that is off
  /// the line by as much. Readings of a straight channel at the usual set points come to at most
  /// 1.7 of them, where both fall together with a gain that is 3 % low.
  private static let offsets: Int32 = 2

  private let points: [CurvePoint]
  private let allowance: Microamperes

  /// A line through points that ascend, of a range with a maximum.
  init(_ points: [CurvePoint], maximum: Microamperes) {
    self.points = points
    allowance = Microamperes(
      rawValue: CalibrationTable.largestOffset(maximum).rawValue * CalibrationLine.offsets)
  }

  /// The points that lie too far off, in their order.
  var departures: [Departure] {
    guard let first = points.first, let last = points.last else { return [] }
    // At most 1 ms and 2,200 A: their product is far from overflowing.
    let width = (last.activeTime - first.activeTime).rawValue
    let rise = Int64((last.current - first.current).rawValue)
    return points.indices.dropFirst().dropLast().compactMap { index in
      let point = points[index]
      let part = (point.activeTime - first.activeTime).rawValue
      let onLine = Int64(first.current.rawValue) + part * rise / width
      let distance = abs(Int64(point.current.rawValue) - onLine)
      let most = CalibrationTable.share(CalibrationLine.share, of: point.current) + allowance
      guard distance > Int64(most.rawValue) else { return nil }
      return Departure(
        index: index, distance: Microamperes(rawValue: Int32(clamping: distance)), most: most)
    }
  }
}

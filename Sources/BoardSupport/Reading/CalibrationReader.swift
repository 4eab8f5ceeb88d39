// Decides: how a channel's calibration tables are read, and which are plausible.
// Leaves to others: measuring them, and what lies between points (AmplitudeCurve).

import CheckedFiles
import StimulationCore

/// Reads the calibration of one channel: a table for each output range.
struct CalibrationReader {
  private static let keys = ["range", "points", "pointsSource"]
  private static let pointKeys = ["activeTime", "current"]
  /// The ranges that there are; `nil` when one could not be read.
  let ranges: [RangeDefinition]?
  let pwm: AmplitudePWM

  /// One curve for each range, in the order of the ranges.
  func read(_ channel: Section) -> [AmplitudeCurve]? {
    guard let list = channel.list("calibration") else { return nil }
    var curves: [Microamperes: AmplitudeCurve] = [:]
    var places: [Microamperes: SourceLocation] = [:]
    for (index, item) in list.value.prefix(16).enumerated() {
      let table = Section(
        item, path: "\(channel.path).calibration[\(index + 1)]", at: item.location,
        keys: CalibrationReader.keys, findings: channel.findings)
      guard let table else { continue }
      let maximum = table.quantity("range", QuantityParser.parseCurrent)
      let points = readPoints(table)
      guard let maximum else { continue }
      if let first = places[maximum.value] {
        table.report(
          .duplicateKey, "range",
          "\(table.join("range")) \(maximum.value) has its table at \(first) already; a range has "
            + "one, so delete one")
        continue
      }
      places[maximum.value] = maximum.location
      guard let ranges else { continue }
      guard let range = ranges.first(where: { $0.range.maximum == maximum.value }) else {
        let known = ranges.map(\.range.maximum.description).joined(separator: ", ")
        table.report(
          .calibration, "range",
          "\(table.join("range")) \(maximum.value) is no output range; the ranges are \(known)")
        continue
      }
      guard let points, isPlausible(points, range.range, table) else { continue }
      curves[maximum.value] = AmplitudeCurve(
        points: points.map(\.value), granularity: pwm.output.granularity, step: range.range.step)
    }
    guard let ranges else { return nil }
    for range in ranges where places[range.range.maximum] == nil {
      channel.findings.report(
        .calibration, list.location,
        "\(channel.join("calibration")) has no table for the range of "
          + "\(range.range.maximum); measure one and add it")
    }
    let found = ranges.compactMap { curves[$0.range.maximum] }
    return found.count == ranges.count ? found : nil
  }

  private func readPoints(_ table: Section) -> [Located<CurvePoint>]? {
    let list = table.list("points")
    if let list, table.has("points") {
      table.keepSource(of: "points", text: "\(list.value.count) points")
    }
    guard let list else { return nil }
    guard (2...AmplitudeCurve.mostPoints).contains(list.value.count) else {
      table.report(
        .count, "points",
        "\(list.value.count) points; a table has 2 to \(AmplitudeCurve.mostPoints); add or remove "
          + "some")
      return nil
    }
    var points: [Located<CurvePoint>] = []
    for (index, item) in list.value.enumerated() {
      let point = Section(
        item, path: "\(table.path).points[\(index + 1)]", at: item.location,
        keys: CalibrationReader.pointKeys, findings: table.findings)
      let time = point?.quantity("activeTime", QuantityParser.parseDuration)
      let current = point?.quantity("current", QuantityParser.parseCurrent)
      guard let time, let current else { continue }
      points.append(
        Located(
          value: CurvePoint(activeTime: time.value, current: current.value),
          location: item.location))
    }
    return points.count == list.value.count ? points : nil
  }

  /// Whether a table ascends from nothing over the whole range, straight and finely enough.
  private func isPlausible(
    _ points: [Located<CurvePoint>], _ range: OutputRange, _ table: Section
  ) -> Bool {
    func refuse(_ code: DiagnosticCode, _ place: SourceLocation, _ message: String) -> Bool {
      table.findings.report(code, place, message)
      return false
    }
    let first = points[0]
    if first.value.current != .zero {
      return refuse(
        .calibration, first.location,
        "the first point gives \(first.value.current); a table begins at \"0 mA\", so that no "
          + "amplitude lies below it")
    }
    for (point, next) in zip(points, points.dropFirst()) {
      if point.value.activeTime < next.value.activeTime
        && point.value.current < next.value.current
      {
        continue
      }
      return refuse(
        .calibration, next.location,
        "point \(CalibrationReader.text(next.value)) does not lie above point "
          + "\(CalibrationReader.text(point.value)) at \(point.location); active time and current "
          + "both ascend strictly, so measure again")
    }
    let last = points[points.count - 1]
    if last.value.current < range.maximum {
      return refuse(
        .calibration, last.location,
        "the last point gives \(last.value.current), less than the range's maximum of "
          + "\(range.maximum); calibrate up to the maximum")
    }
    if last.value.activeTime > pwm.period {
      return refuse(
        .calibration, last.location,
        "the last point's active time of \(last.value.activeTime) is longer than the PWM's period "
          + "of \(pwm.period); write what is within it")
    }
    return isStraight(points, range, table) && isFine(points, range, table)
  }

  /// Whether every point lies near the line from the first to the last.
  private func isStraight(
    _ points: [Located<CurvePoint>], _ range: OutputRange, _ table: Section
  ) -> Bool {
    let values = points.map(\.value)
    let departures = CalibrationLine(values, maximum: range.maximum).departures
    for found in departures {
      table.findings.report(
        .calibration, points[found.index].location,
        "point \(CalibrationReader.text(values[found.index])) lies \(found.distance) off the "
          + "straight line from point \(CalibrationReader.text(values[0])) to point "
          + "\(CalibrationReader.text(values[values.count - 1])), more than \(found.most); no "
          + "output stage bends so far, so correct the slip, or measure the range again")
    }
    return departures.isEmpty
  }

  /// Whether one step of active time is less than one step of the amplitude, so that every
  /// amplitude is read back as it was accepted (SR-16).
  private func isFine(
    _ points: [Located<CurvePoint>], _ range: OutputRange, _ table: Section
  ) -> Bool {
    let granularity = pwm.output.granularity
    for (point, next) in zip(points, points.dropFirst()) {
      let rise = Int64(next.value.current.rawValue - point.value.current.rawValue)
      let width = (next.value.activeTime - point.value.activeTime).rawValue
      let product = rise * granularity.rawValue
      if product < width * Int64(range.step.rawValue) { continue }
      let coarsest = Microamperes(rawValue: Int32(clamping: (product + width - 1) / width))
      table.findings.report(
        .resolution, next.location,
        "below this point \(granularity) of active time are \(coarsest), not less than the range's "
          + "step of \(range.step) (SR-16); use a finer PWM, or a coarser step if SR-16 allows it")
      return false
    }
    return true
  }

  private static func text(_ point: CurvePoint) -> String {
    "(\(point.activeTime), \(point.current))"
  }
}

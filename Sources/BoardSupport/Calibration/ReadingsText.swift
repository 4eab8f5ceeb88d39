// Decides: how readings are written in a text, and what is wrong with one that is not.
// Leaves to others: whether the readings are plausible (CalibrationTable).

import CheckedFiles
public import StimulationCore

/// A text of readings that cannot be read: one line an error.
public struct ReadingsError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The errors, with file and line.
  public let lines: [String]

  /// One line an error.
  public var description: String { lines.joined(separator: "\n") }
}

/// Readings as text: a line each, `range, set point, active time, positive, negative`, as
/// `10 mA, 1 mA, 4500 ns, 998 uA, 999 uA`; `#` begins a comment.
///
/// What a meter reads belongs to an active time. A set point stands for another one in another
/// table, so that each line says which it was driven with, in ns, which are exact.
///
/// Both polarities are written, always: one that is copied to the other hides a bridge that gives
/// unequal currents.
public enum ReadingsText {
  /// The most lines of a text: four ranges, every table full, and as many comments.
  static let mostLines = 500
  private static let example = "10 mA, 1 mA, 4500 ns, 998 uA, 999 uA"
  /// The most bytes of a text.
  public static let mostBytes = 64 * 1_024

  /// One reading as a line, of a range by its index; the channel is counted from 0.
  public static func line(
    _ reading: CalibrationReading, board: BoardDefinition, channel: Int, range: Int
  ) -> String {
    let start = start(reading.setPoint, board: board, channel: channel, range: range)
    return "\(start), \(reading.positive.rawValue) uA, \(reading.negative.rawValue) uA"
  }

  /// What is known of a line before the meter is read.
  private static func start(
    _ setPoint: Microamperes, board: BoardDefinition, channel: Int, range: Int
  ) -> String {
    let time = board.channels[channel].curves[range].activeTime(for: setPoint)
    let maximum = board.ranges[range].range.maximum
    return "\(maximum.rawValue) uA, \(setPoint.rawValue) uA, \(time.rawValue) ns"
  }

  /// The lines to fill in for every range; the channel is counted from 0.
  ///
  /// - Parameter ranges: by their indices; all when `nil`.
  public static func template(
    _ board: BoardDefinition, channel: Int, ranges: [Int]? = nil
  ) -> String {
    var lines = [
      "# \(board.name) \(board.revision), channel \(channel + 1)",
      "# range, set point, active time, meter in the positive phase, meter in the negative phase",
    ]
    for (index, range) in board.ranges.enumerated()
    where ranges?.contains(index) ?? true {
      for point in range.range.calibrationSetPoints {
        lines.append("\(start(point, board: board, channel: channel, range: index)), , ")
      }
    }
    return lines.joined(separator: "\n")
  }

  /// The readings of a text by the index of their range; every error in one pass. The channel is
  /// counted from 0.
  public static func parse(
    _ text: String, file: String, board: BoardDefinition, channel: Int
  ) throws(ReadingsError) -> [Int: [CalibrationReading]] {
    var errors: [String] = []
    var found: [Int: [CalibrationReading]] = [:]
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    if lines.count > mostLines || text.utf8.count > mostBytes {
      throw ReadingsError(
        lines: ["\(file): more than \(mostLines) lines or \(mostBytes) bytes; shorten it"])
    }
    for (index, line) in lines.enumerated() {
      let content = trimmed(line.prefix { $0 != "#" })
      if content.isEmpty { continue }
      do throws(ReadingsError) {
        let (range, reading) = try parse(line: content, board: board, channel: channel)
        found[range, default: []].append(reading)
      } catch {
        errors += error.lines.map { "\(file):\(index + 1): \($0)" }
      }
    }
    if errors.isEmpty && found.isEmpty {
      errors.append("\(file): there is no reading; write lines such as \(example)")
    }
    if !errors.isEmpty { throw ReadingsError(lines: errors) }
    return found
  }

  private static func parse(
    line: String, board: BoardDefinition, channel: Int
  ) throws(ReadingsError) -> (Int, CalibrationReading) {
    let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(trimmed)
    guard cells.count == 5 else {
      throw ReadingsError(
        lines: [
          "\(cells.count) cells, not 5; write range, set point, active time, the reading of the "
            + "positive phase and of the negative one, as \(example)"
        ])
    }
    let range = try current(cells[0], "range")
    let setPoint = try current(cells[1], "set point")
    let activeTime = try duration(cells[2], "active time")
    let positive = try current(cells[3], "positive")
    let negative = try current(cells[4], "negative")
    guard let index = board.ranges.firstIndex(where: { $0.range.maximum == range }) else {
      let known = board.ranges.map(\.range.maximum.description).joined(separator: ", ")
      throw ReadingsError(lines: ["\(range) is no output range; the ranges are \(known)"])
    }
    let curve = board.channels[channel].curves[index]
    try check(activeTime, at: setPoint, of: range, curve, channel: channel)
    return (index, CalibrationReading(setPoint: setPoint, positive: positive, negative: negative))
  }

  /// Throws where a set point was driven with another active time than this table gives it: the
  /// reading would be kept beside an active time that never gave it.
  private static func check(
    _ activeTime: Nanoseconds, at setPoint: Microamperes, of range: Microamperes,
    _ curve: AmplitudeCurve, channel: Int
  ) throws(ReadingsError) {
    guard setPoint <= range else {
      throw ReadingsError(
        lines: ["set point \(setPoint) is above its range of \(range); write one within it"])
    }
    let expected = curve.activeTime(for: setPoint)
    if activeTime == expected { return }
    throw ReadingsError(
      lines: [
        "\(setPoint) has an active time of \(activeTime.rawValue) ns here, but of "
          + "\(expected.rawValue) ns in the definition's table for channel \(channel + 1), range "
          + "\(range): the readings were taken with another table; take them again, or name the "
          + "definition that they were taken with"
      ])
  }

  /// The readings of both polarities, as they are typed: `4.98 mA, 4.99 mA`.
  public static func reading(
    _ text: String, at setPoint: Microamperes
  ) throws(ReadingsError) -> CalibrationReading {
    let cells = text.split(separator: ",", omittingEmptySubsequences: false).map(trimmed)
    guard cells.count == 2 else {
      let count = cells == [""] ? 0 : cells.count
      let noun = count == 1 ? "reading" : "readings"
      throw ReadingsError(
        lines: [
          "\(count) \(noun), not 2; write the reading of the positive phase and of the negative "
            + "one, as 4.98 mA, 4.99 mA"
        ])
    }
    let positive = try current(cells[0], "positive")
    let negative = try current(cells[1], "negative")
    return CalibrationReading(setPoint: setPoint, positive: positive, negative: negative)
  }

  private static func current(
    _ text: String, _ cell: String
  ) throws(ReadingsError) -> Microamperes {
    do throws(QuantityError) { return try QuantityParser.parseCurrent(text) } catch {
      throw ReadingsError(lines: ["\(cell): \(error.message)"])
    }
  }

  private static func duration(
    _ text: String, _ cell: String
  ) throws(ReadingsError) -> Nanoseconds {
    do throws(QuantityError) { return try QuantityParser.parseDuration(text) } catch {
      throw ReadingsError(lines: ["\(cell): \(error.message)"])
    }
  }

  private static func trimmed(_ text: Substring) -> String {
    let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\r" }
    var rest = text.drop(while: isSpace)
    while let last = rest.last, isSpace(last) { rest.removeLast() }
    return String(rest)
  }
}

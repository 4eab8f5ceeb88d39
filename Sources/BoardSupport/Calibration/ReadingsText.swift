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

/// Readings as text: a line each, `range, set point, positive, negative`, as
/// `10 mA, 1 mA, 998 uA, 999 uA`; `#` begins a comment.
///
/// Both polarities are written, always: one that is copied to the other hides a bridge that gives
/// unequal currents.
public enum ReadingsText {
  /// The most lines of a text: four ranges, every table full, and as many comments.
  static let mostLines = 500
  private static let example = "10 mA, 1 mA, 998 uA, 999 uA"
  /// The most bytes of a text.
  public static let mostBytes = 64 * 1_024

  /// One reading as a line.
  public static func line(_ reading: CalibrationReading, range: Microamperes) -> String {
    let cells = [range, reading.setPoint, reading.positive, reading.negative]
    return cells.map { "\($0.rawValue) uA" }.joined(separator: ", ")
  }

  /// The lines to fill in for every range.
  public static func template(_ board: BoardDefinition, channel: Int) -> String {
    var lines = [
      "# \(board.name) \(board.revision), channel \(channel + 1)",
      "# range, set point, meter in the positive phase, meter in the negative phase",
    ]
    for range in board.ranges {
      for point in range.range.calibrationSetPoints {
        lines.append("\(range.range.maximum.rawValue) uA, \(point.rawValue) uA, , ")
      }
    }
    return lines.joined(separator: "\n")
  }

  /// The readings of a text by the index of their range; every error in one pass.
  public static func parse(
    _ text: String, file: String, board: BoardDefinition
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
        let (range, reading) = try parse(line: content, board: board)
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
    line: String, board: BoardDefinition
  ) throws(ReadingsError) -> (Int, CalibrationReading) {
    let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(trimmed)
    guard cells.count == 4 else {
      throw ReadingsError(
        lines: [
          "\(cells.count) cells, not 4; write range, set point, the reading of the positive phase "
            + "and of the negative one, as \(example)"
        ])
    }
    let range = try current(cells[0], "range")
    let setPoint = try current(cells[1], "set point")
    let positive = try current(cells[2], "positive")
    let negative = try current(cells[3], "negative")
    guard let index = board.ranges.firstIndex(where: { $0.range.maximum == range }) else {
      let known = board.ranges.map(\.range.maximum.description).joined(separator: ", ")
      throw ReadingsError(lines: ["\(range) is no output range; the ranges are \(known)"])
    }
    return (index, CalibrationReading(setPoint: setPoint, positive: positive, negative: negative))
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

  private static func trimmed(_ text: Substring) -> String {
    let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\r" }
    var rest = text.drop(while: isSpace)
    while let last = rest.last, isSpace(last) { rest.removeLast() }
    return String(rest)
  }
}

// Decides: how readings are read from text, and how tables stand in a definition afterwards.
// Leaves to others: which readings are plausible (CalibrationTableTests).

import CheckedFiles
import Foundation
import StimulationCore
import Testing

@testable import BoardSupport

@Suite("Calibration text") struct CalibrationTextTests {
  static func path(_ board: String) -> String {
    URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Hardware/\(board).yaml").path
  }

  private func file(_ board: String) throws -> BoardFile {
    try BoardLibrary.loadFile(Self.path(board)) { () throws(LibraryError) in
      throw .noDirectory(BoardLibrary.kind, places: [])
    }
  }

  private func curves(
    _ file: BoardFile, channel: Int, ranges: [Int]
  ) throws -> [Int: AmplitudeCurve] {
    var curves: [Int: AmplitudeCurve] = [:]
    for range in ranges {
      curves[range] = try CalibrationTable(file.definition, channel: channel, range: range).make(
        CalibrationTableTests.readings(file.definition, range: range, gain: 4_000, offset: 10))
    }
    return curves
  }

  private func points(_ curve: AmplitudeCurve) -> [CurvePoint] {
    (0..<curve.count).map { curve.points[$0] }
  }

  @Test("Every board's every channel takes new tables; all other lines stay as they were")
  func replaces() throws {
    for (board, channels) in [("reference-1ch", 1), ("reference-2ch", 2), ("kernel-bench", 2)] {
      let file = try file(board)
      for channel in 0..<channels {
        let made = try curves(
          file, channel: channel, ranges: Array(file.definition.ranges.indices))
        let text = try CalibrationText.text(
          of: file, channel: channel, curves: made, note: "by a test")
        let read = try BoardLibrary.parseBoard(text: text, file: "new.yaml")
        for (index, curve) in made {
          #expect(points(read.channels[channel].curves[index]) == points(curve))
        }
        let key = "channels[\(channel + 1)].calibration"
        #expect(read.values.filter { $0.key.hasPrefix(key) }.allSatisfy { $0.source == "measured" })
        // Everything outside the channel's tables is the same, line by line.
        let old = file.text.components(separatedBy: "\n")
        let new = text.components(separatedBy: "\n")
        let start = zip(old, new).prefix { $0 == $1 }.count
        let end = zip(old.reversed(), new.reversed()).prefix { $0 == $1 }.count
        #expect(old[..<start].last { $0.contains(":") }?.contains("calibration:") == true)
        let changed = old[start..<(old.count - end)].joined()
        for word in ["phasePositive", "current:\n", "limits", "gate"] {
          #expect(!changed.contains(word), "\(board) \(channel): \(word)")
        }
        #expect(
          read.values.filter { !$0.key.hasPrefix(key) }
            == file.definition.values.filter { !$0.key.hasPrefix(key) })
      }
    }
  }

  @Test("Ranges that were not measured keep their table and their source; the board stays so")
  func keeps() throws {
    let file = try file("reference-1ch")
    let text = try CalibrationText.text(
      of: file, channel: 0, curves: try curves(file, channel: 0, ranges: [1, 3]), note: "x")
    let read = try BoardLibrary.parseBoard(text: text, file: "new.yaml")
    for index in [0, 2] {
      #expect(
        points(read.channels[0].curves[index]) == points(file.definition.channels[0].curves[index]))
    }
    let sources = read.values.filter { $0.key.hasSuffix(".points") }.map(\.source)
    #expect(
      sources == ["proposal, unconfirmed", "measured", "proposal, unconfirmed", "measured"])
    #expect(!read.isCalibrated)
    // The rest in a second run, on the file of the first.
    let second = BoardFile(path: "new.yaml", text: text, definition: read)
    let whole = try CalibrationText.text(
      of: second, channel: 0, curves: try curves(second, channel: 0, ranges: [0, 2]), note: "y")
    let complete = try BoardLibrary.parseBoard(text: whole, file: "new.yaml")
    #expect(complete.isCalibrated && complete.capabilities.channelCount == 1)
  }

  @Test("A table may stand in another order than the ranges, and keeps its own source")
  func order() throws {
    let file = try file("kernel-bench")
    let text = file.text.replacingOccurrences(of: "range: \"10 mA\"", with: "range: \"x\"")
      .replacingOccurrences(
        of: "range: \"25 mA\"\n        pointsSource: \"bench\"",
        with: "range: \"25 mA\"\n        pointsSource: \"derived\"")
    // The first two tables of channel 1 change places.
    let lines = text.replacingOccurrences(of: "range: \"x\"", with: "range: \"10 mA\"")
      .components(separatedBy: "\n")
    let first = try #require(lines.firstIndex { $0.contains("calibration:") }) + 1
    let swapped =
      lines[..<first] + lines[(first + 7)..<(first + 14)] + lines[first..<(first + 7)]
      + lines[(first + 14)...]
    let other = swapped.joined(separator: "\n")
    let board = try BoardLibrary.parseBoard(text: other, file: "swapped.yaml")
    let changed = try CalibrationText.text(
      of: BoardFile(path: "swapped.yaml", text: other, definition: board), channel: 0,
      curves: try curves(file, channel: 0, ranges: [2]), note: "z")
    let read = try BoardLibrary.parseBoard(text: changed, file: "swapped.yaml")
    let key = "channels[1].calibration["
    let sources = read.values.filter { $0.key.hasPrefix(key) }.map(\.source)
    #expect(sources == ["bench", "derived", "measured", "bench"])
  }

  @Test("A note of any characters is a plain comment of lines that fit")
  func note() throws {
    let file = try file("reference-1ch")
    let note =
      "Müller\n  phasePositive: \u{1B}[31m \"x\" # " + String(repeating: "word ", count: 40)
    let text = try CalibrationText.text(
      of: file, channel: 0, curves: try curves(file, channel: 0, ranges: [0]), note: note)
    let comments = text.components(separatedBy: "\n").filter { $0.hasPrefix("      # ") }
    #expect(comments.count >= 3 && comments.allSatisfy { $0.count <= 100 })
    #expect(comments[0].contains("M?ller?") && !text.contains("\u{1B}"))
  }

  // MARK: Readings

  private func parse(_ text: String) throws -> [Int: [CalibrationReading]] {
    try ReadingsText.parse(
      text, file: "r.txt", board: try CalibrationTableTests.board(), channel: 0)
  }

  private func errors(_ text: String) throws -> [String] {
    do {
      _ = try parse(text)
      return []
    } catch let error as ReadingsError { return error.lines }
  }

  @Test("A line is range, set point, active time and both polarities; comments are none")
  func lines() throws {
    let found = try parse(
      "# meter\n\n10 mA, 500 uA, 2260 ns, 498 uA, 499 µA # warm\r\n"
        + "25 mA,2.5 mA,4.5us,2.49 mA,2.48 mA\n")
    #expect(
      found == [
        0: [
          CalibrationReading(
            setPoint: Microamperes(500), positive: Microamperes(498), negative: Microamperes(499))
        ],
        1: [
          CalibrationReading(
            setPoint: Microamperes(2_500), positive: Microamperes(2_490),
            negative: Microamperes(2_480))
        ],
      ])
    let reading = try #require(found[0]?.first)
    let line = ReadingsText.line(
      reading, board: try CalibrationTableTests.board(), channel: 0, range: 0)
    #expect(line == "10000 uA, 500 uA, 2260 ns, 498 uA, 499 uA")
    #expect(try parse(line)[0] == [reading])
  }

  @Test("A reading that was driven with another active time is refused, with both of them")
  func otherTable() throws {
    // 500 µA are 2,250 ns of the nominal table, in steps of 20 ns 2,260 ns.
    for time in ["2240 ns", "2261 ns", "0 ns", "45 us", "31 d", "2260"] {
      #expect(try errors("10 mA, 500 uA, \(time), 498 uA, 499 uA").count == 1, "\(time)")
    }
    let words = try errors("10 mA, 500 uA, 2240 ns, 498 uA, 499 uA")
    #expect(
      words == [
        "r.txt:1: 500 µA has an active time of 2240 ns here, but of 2260 ns in the definition's "
          + "table for channel 1, range 10 mA: the readings were taken with another table; take "
          + "them again, or name the definition that they were taken with"
      ])
    // Beyond the range there is no active time to compare.
    let beyond = try errors("10 mA, 20 mA, 45 us, 498 uA, 499 uA")
    #expect(beyond.count == 1 && beyond[0].contains("above its range of 10 mA"), "\(beyond)")
  }

  @Test("Each channel's readings are held against its own table")
  func channels() throws {
    let file = try file("reference-2ch")
    let text = try CalibrationText.text(
      of: file, channel: 1, curves: try curves(file, channel: 1, ranges: [0, 1]), note: "x")
    let board = try BoardLibrary.parseBoard(text: text, file: "new.yaml")
    for channel in 0...1 {
      let range = board.ranges[1].range
      let lines = range.calibrationSetPoints.map { point in
        ReadingsText.line(
          CalibrationReading(setPoint: point, positive: point, negative: point), board: board,
          channel: channel, range: 1)
      }.joined(separator: "\n")
      let read = try ReadingsText.parse(lines, file: "r.txt", board: board, channel: channel)
      #expect(read[1]?.map(\.setPoint) == range.calibrationSetPoints)
      #expect(throws: ReadingsError.self) {
        _ = try ReadingsText.parse(lines, file: "r.txt", board: board, channel: 1 - channel)
      }
    }
  }

  @Test("Every bad line is told with its number and what to do, and nothing is read")
  func hostile() throws {
    let text = """
      10 mA, 500, 2260 ns, 498 uA, 498 uA
      10 mA, 500 uA, 2260 ns, nan uA, 498 uA
      10 mA, 500 uA, 2260 ns, -498 uA, 498 uA
      10 mA, 500 uA, 2260 ns, 498 uA, 1e3 uA
      10 mA, 500 uA, 2260 ns, 498 uA, inf
      10 mA, 500 uA, 2260 ns, 498.5 uA, 498 uA
      10 mA, 500 uA, 2260 ns, 498 mV, 498 uA
      11 mA, 500 uA, 2260 ns, 498 uA, 498 uA
      10 mA, 500 uA, 2260 ns, 498 uA
      10 mA, 500 uA, 2260 ns, 1 uA, 2 uA, 3 uA
      10 mA, 500 uA, 2260 ns, 99999999999999999999 A, 1 uA
      10 mA, 500 uA, 2260 ns, 498 uA, 
      """
    let found = try errors(text)
    #expect(found.count == 12, "\(found)")
    for (index, line) in found.enumerated() {
      #expect(line.hasPrefix("r.txt:\(index + 1): "), "\(line)")
    }
    #expect(found[0].contains("has no unit") && found[7].contains("the ranges are 10 mA, 25 mA"))
    #expect(found[8].contains("4 cells, not 5") && found[8].contains("and of the negative one"))
    #expect(try errors("# nothing\n") != [] && errors("") != [])
    #expect(try errors(String(repeating: "#\n", count: 501)).count == 1)
    #expect(try errors("# " + String(repeating: "x", count: 70_000)).count == 1)
  }

  @Test("The template has every set point of every range, and is no reading before it is filled")
  func template() throws {
    let board = try CalibrationTableTests.board()
    let template = ReadingsText.template(board, channel: 0)
    let second = ReadingsText.template(board, channel: 0, ranges: [1])
    let maximum = board.ranges[1].range.maximum.rawValue
    let lines = second.split(separator: "\n").filter { !$0.hasPrefix("#") }
    #expect(lines.count == board.ranges[1].range.calibrationSetPoints.count)
    #expect(lines.allSatisfy { $0.hasPrefix("\(maximum) uA, ") })
    let rows = template.components(separatedBy: "\n").filter { !$0.hasPrefix("#") }
    #expect(rows.count == 25)
    #expect(try errors(template).count == 25)
    let filled = rows.map { row in
      let cells = row.components(separatedBy: ", ")
      return (cells[0...2] + [cells[1], cells[1]]).joined(separator: ", ")
    }
    let found = try parse(filled.joined(separator: "\n"))
    for range in board.ranges.indices {
      #expect(found[range]?.map(\.setPoint) == board.ranges[range].range.calibrationSetPoints)
    }
  }

  @Test("A typed answer is both polarities; one alone is refused with what to write")
  func typed() throws {
    let point = Microamperes(500)
    #expect(
      try ReadingsText.reading("498 uA, 490 uA", at: point)
        == CalibrationReading(
          setPoint: point, positive: Microamperes(498), negative: Microamperes(490)))
    #expect(try ReadingsText.reading(" 498 uA , 0.499 mA ", at: point).mean == Microamperes(498))
    for text in ["", "498", "498 uA,", "498 uA, 499", "498 uA, 499 uA, 1 uA", ",", "yes"] {
      #expect(throws: ReadingsError.self) { _ = try ReadingsText.reading(text, at: point) }
    }
    let alone = #expect(throws: ReadingsError.self) {
      _ = try ReadingsText.reading("498 uA", at: point)
    }
    #expect(
      alone?.lines == [
        "1 reading, not 2; write the reading of the positive phase and of the negative one, as "
          + "4.98 mA, 4.99 mA"
      ])
  }
}

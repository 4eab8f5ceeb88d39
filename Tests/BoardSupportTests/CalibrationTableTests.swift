// Decides: which readings make a table, at every bound, and which table they make.
// Leaves to others: the text of readings and of definitions (CalibrationTextTests).

import CheckedFiles
import StimulationCore
import Testing

@testable import BoardSupport

@Suite("Calibration table") struct CalibrationTableTests {
  /// reference-1ch: 45 µs for each range's maximum, steps of 20 ns.
  static func board() throws -> BoardDefinition {
    try BoardLibrary.loadBoard(file: CalibrationTextTests.path("reference-1ch"))
  }

  /// Readings of a channel with a gain in ppm and an offset, at every set point of a range.
  static func readings(
    _ board: BoardDefinition, range: Int, gain: Int64 = 0, offset: Int64 = 0
  ) -> [CalibrationReading] {
    board.ranges[range].range.calibrationSetPoints.map { point in
      let exact = Int64(point.rawValue)
      let value = Microamperes(Int32(exact + (exact * gain) / 1_000_000 + offset))
      return CalibrationReading(setPoint: point, positive: value, negative: value)
    }
  }

  private func problems(
    range: Int = 1, _ change: (inout [CalibrationReading]) -> Void
  ) throws -> [CalibrationProblem] {
    let board = try Self.board()
    var readings = Self.readings(board, range: range)
    // A reading below the lowest set point is no fault.
    if range == 1 { readings.insert(reading(500, 500), at: 0) }
    change(&readings)
    do throws(CalibrationRefusal) {
      _ = try CalibrationTable(board, channel: 0, range: range).make(readings)
      return []
    } catch {
      let refusal = error
      #expect(refusal.range == board.ranges[range].range.maximum && refusal.channel == 0)
      for problem in refusal.problems {
        // What is wrong and what to do, in one line.
        #expect(problem.description.contains(where: { $0 == ";" || $0 == "," }))
        #expect(!problem.description.contains("\n"))
      }
      return refusal.problems
    }
  }

  private func reading(_ point: Int32, _ positive: Int32, _ negative: Int32? = nil)
    -> CalibrationReading
  {
    CalibrationReading(
      setPoint: Microamperes(point), positive: Microamperes(positive),
      negative: Microamperes(negative ?? positive))
  }

  @Test("Set points are 2 to 100 % of the range from 1 mA on, in whole steps and ascending")
  func setPoints() {
    let points = OutputRange(maximum: .milliamperes(25), step: Microamperes(25))
      .calibrationSetPoints
    #expect(points.map(\.rawValue) == [1_250, 2_500, 6_250, 12_500, 18_750, 25_000])
    let coarse = OutputRange(maximum: .milliamperes(10), step: Microamperes(200))
    #expect(coarse.calibrationSetPoints.map(\.rawValue) == [1_000, 2_400, 5_000, 7_400, 10_000])
    let small = OutputRange(maximum: .milliamperes(1), step: Microamperes(10))
    #expect(small.calibrationSetPoints.map(\.rawValue) == [1_000])
  }

  @Test("A channel that is off by gain and offset gives, by its table, what it is told")
  func corrects() throws {
    let board = try Self.board()
    for range in board.ranges.indices {
      for (gain, offset) in [(-9_000, 20), (0, 0), (25_000, -30)] as [(Int64, Int64)] {
        let readings = Self.readings(board, range: range, gain: gain, offset: offset)
        let made = try CalibrationTable(board, channel: 0, range: range).make(readings)
        let old = board.channels[0].curves[range]
        // The channel as it is: what an active time really gives.
        func delivered(_ time: Nanoseconds) -> Int64 {
          let full = Int64(board.ranges[range].range.maximum.rawValue)
          let nominal = full * time.rawValue / 45_000
          return nominal + nominal * gain / 1_000_000 + offset
        }
        let step = Int64(board.ranges[range].range.step.rawValue)
        for point in board.ranges[range].range.calibrationSetPoints.dropFirst() {
          let before = abs(delivered(old.activeTime(for: point)) - Int64(point.rawValue))
          let after = abs(delivered(made.activeTime(for: point)) - Int64(point.rawValue))
          #expect(after <= step + 2, "range \(range), \(point): \(after), before \(before)")
        }
        #expect(made.maximum >= board.ranges[range].range.maximum)
        #expect(made.points[0].current == .zero && made.points[0].activeTime >= .zero)
      }
    }
  }

  @Test("Polarities a percent apart are their mean, and further apart a fault")
  func polarities() throws {
    #expect(try problems { $0[6] = reading(25_000, 25_125, 24_876) } == [])
    let apart = reading(25_000, 25_127, 24_875)
    #expect(try problems { $0[6] = apart } == [.polarities(apart, most: Microamperes(250))])
    // Below a converter's step nothing is asked.
    #expect(try problems { $0[0] = reading(500, 505, 495) } == [])
    #expect(reading(500, 505, 496).mean == Microamperes(500))
  }

  @Test("Too few, too many, doubled, unknown and empty readings are named, all in one pass")
  func which() throws {
    #expect(
      try problems { $0 = [$0[0], $0[1], $0[5], $0[6]] } == [.tooFew(4, least: 5)])
    #expect(try problems { $0 = [$0[0], $0[1], $0[3], $0[5], $0[6]] } == [])
    let none = try problems { $0 = [] }
    #expect(none == [.tooFew(0, least: 5)])
    let many = try problems {
      $0 += [3_000, 4_000, 5_000, 7_000, 8_000, 9_000, 10_000, 11_000].map { reading($0, $0) }
    }
    #expect(many == [.tooMany(15, most: 14)])
    #expect(try problems { $0.append($0[2]) } == [.twice(Microamperes(2_500))])
    #expect(
      try problems { $0[1] = reading(1_260, 1_260) }
        == [.noSetPoint(Microamperes(1_260), step: Microamperes(25))])
    #expect(
      try problems { $0[6] = reading(25_025, 25_025) }
        == [.noSetPoint(Microamperes(25_025), step: Microamperes(25))])
    #expect(try problems { $0[3] = reading(6_250, 0) } == [.nothing(Microamperes(6_250))])
    #expect(
      try problems { $0 = Array($0.dropFirst(2)) }
        == [.startMissing(lowest: Microamperes(2_500), most: Microamperes(1_250))])
    #expect(
      try problems { $0.removeLast() } == [.endMissing(highest: Microamperes(18_750))])
    let both = try problems {
      $0.removeLast()
      $0.append($0[2])
      $0[3] = reading(6_250, 0)
    }
    #expect(both.count == 3)
    // The order in which they were taken is of no matter.
    #expect(try problems { $0.reverse() } == [])
  }

  @Test("Readings that do not ascend are refused, equal ones too")
  func ascending() throws {
    let low = reading(6_250, 2_500)
    #expect(
      try problems { $0[3] = low } == [.notAscending(low, above: reading(2_500, 2_500))])
    let lower = reading(6_250, 2_400)
    #expect(
      try problems { $0[3] = lower } == [.notAscending(lower, above: reading(2_500, 2_500))])
  }

  @Test("Gain holds up to 3 % either way, and not a step beyond")
  func gain() throws {
    let board = try Self.board()
    func made(_ gain: Int64) throws -> [CalibrationProblem] {
      try problems(range: 3) {
        $0 = Self.readings(board, range: 3, gain: gain)
      }
    }
    #expect(try made(30_000) == [])
    #expect(try made(-30_000) == [])
    for gain: Int64 in [30_100, -30_100] {
      guard case .gain(let error, let most)? = try made(gain).first else {
        Issue.record("\(gain) passes")
        continue
      }
      #expect(abs(error.rawValue) > 30_000 && most == PartsPerMillion(30_000))
    }
  }

  @Test("An offset holds up to 50 µA or half a percent of the range, and not a step beyond")
  func offset() throws {
    let board = try Self.board()
    func made(_ offset: Int64, range: Int) throws -> [CalibrationProblem] {
      try problems(range: range) { $0 = Self.readings(board, range: range, offset: offset) }
    }
    #expect(try made(50, range: 0) == [] && made(-50, range: 0) == [])
    #expect(
      try made(51, range: 0) == [.offset(Microamperes(51), most: Microamperes(50))])
    #expect(
      try made(-51, range: 0) == [.offset(Microamperes(-51), most: Microamperes(50))])
    #expect(try made(1_250, range: 3) == [])
    #expect(
      try made(1_251, range: 3) == [.offset(Microamperes(1_251), most: Microamperes(1_250))])
  }

  @Test("A reading off the line through the ends is a slip, a percent off is none")
  func offLine() throws {
    // A percent of 12.5 mA and half a percent of the range are both 125 µA.
    #expect(try problems { $0[4] = reading(12_500, 12_625) } == [])
    let slip = reading(12_500, 12_626)
    #expect(
      try problems { $0[4] = slip }
        == [.offLine(slip, by: Microamperes(126), most: Microamperes(125))])
    // Two digits changed places.
    #expect(try problems { $0[5] = reading(18_750, 17_850) }.count == 1)
  }

  /// Readings that are as far off as the checks of a table let them be, but for a microampere of
  /// rounding: gain, offset, and each reading between the ends below or above its line.
  private func extremes(
    _ range: OutputRange, _ body: ([CalibrationReading]) throws -> Void
  ) rethrows {
    let points = range.calibrationSetPoints
    let largest = Int64(max(50, range.maximum.rawValue / 200)) - 1
    let between = 1...(points.count - 2)
    for gain in [-29_900, 0, 29_900] as [Int64] {
      for offset in [-largest, 0, largest] {
        for choice in 0..<(1 << between.count) {
          let readings = points.enumerated().map { index, point in
            let exact = Int64(point.rawValue)
            var value = exact + exact * gain / 1_000_000 + offset
            if between.contains(index) {
              let isAbove = choice >> (index - 1) & 1 == 1
              value += (isAbove ? 1 : -1) * max(exact / 100 - 1, largest)
            }
            return reading(point.rawValue, Int32(value))
          }
          try body(readings)
        }
      }
    }
  }

  @Test("At the extremes that readings may have, no table is bent, and each is read from a file")
  func straight() throws {
    let file = try BoardLibrary.loadFile(CalibrationTextTests.path("reference-1ch")) {
      () throws(LibraryError) in throw .noDirectory(BoardLibrary.kind, places: [])
    }
    let board = file.definition
    for index in board.ranges.indices {
      let table = CalibrationTable(board, channel: 0, range: index)
      var tables: [AmplitudeCurve] = []
      extremes(board.ranges[index].range) { readings in
        do throws(CalibrationRefusal) { tables.append(try table.make(readings)) } catch {
          for problem in error.problems {
            if case .bent = problem { Issue.record("\(error) from \(readings)") }
          }
        }
      }
      #expect(tables.count > 50, "range \(index): \(tables.count)")
      // text() reads what it wrote, so that it refuses what the reader does. One of thirty-one,
      // which divides no count of directions, stands for all.
      for place in stride(from: 0, to: tables.count, by: 31) {
        _ = try CalibrationText.text(
          of: file, channel: 0, curves: [index: tables[place]], note: "extreme")
      }
    }
  }

  @Test("Set points so close that they turn the table's start aside make no table")
  func bent() throws {
    let board = try Self.board()
    // 12.25 and 12.5 mA: 1.25 mA of half a percent, and the line through both begins at 10 mA.
    let readings =
      [reading(12_250, 12_250), reading(12_500, 13_740)]
      + Self.readings(board, range: 3).filter { $0.setPoint > .milliamperes(20) }
    do throws(CalibrationRefusal) {
      _ = try CalibrationTable(board, channel: 0, range: 3).make(readings)
      Issue.record("a bent table")
    } catch {
      let refusal = error
      guard case .bent(let point, let distance, let most)? = refusal.problems.first else {
        Issue.record("\(refusal)")
        return
      }
      #expect(point.current == Microamperes(12_250) && distance > most)
      #expect(most == Microamperes(367 + 2_500))
      #expect("\(refusal)".contains("off the straight line"))
    }
  }

  @Test("A maximum beyond the PWM's period, and a step that is too coarse, make no table")
  func reach() throws {
    let text = try String(
      contentsOfFile: CalibrationTextTests.path("reference-1ch"), encoding: .utf8)
    // The range's end at 49.9 of 50 µs: with 1 % less current it lies beyond.
    let board = try BoardLibrary.parseBoard(
      text: text.replacingOccurrences(of: "activeTime: \"45 us\"", with: "activeTime: \"49.9 us\""),
      file: "near.yaml")
    do throws(CalibrationRefusal) {
      _ = try CalibrationTable(board, channel: 0, range: 1)
        .make(Self.readings(board, range: 1, gain: -10_000))
      Issue.record("a table beyond the period")
    } catch {
      let refusal = error
      guard case .beyondPeriod(let time, let period)? = refusal.problems.first else {
        Issue.record("\(refusal)")
        return
      }
      #expect(time > period && period == .microseconds(50))
    }
  }
}

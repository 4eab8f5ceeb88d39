// Decides: what the figures of a measurement are, where they turn, and how a report reads.
// Leaves to others: how late this machine is, which no test may depend on.

import Foundation
import Testing

@testable import LinuxBoard
@testable import StimulationCore

@Suite("Wake-up lateness") struct LatenessTests {
  /// So many wake-ups at each lateness in µs.
  private func lateness(
    _ counts: [Int: UInt64], mostLate: UInt64 = 0, worst: Int64? = nil
  ) -> Lateness {
    var places = [UInt64](repeating: 0, count: 10_001)
    for (place, count) in counts { places[place] = count }
    let latest = Int64(counts.filter { $0.value > 0 }.keys.max() ?? 0)
    return Lateness(
      places: places, missed: 0, worst: worst.map { Nanoseconds($0) } ?? .microseconds(latest + 1),
      mostLate: mostLate, refusals: [])
  }

  @Test("The bounds are those at which the wake-up interlock trips (SR-25)")
  func bounds() {
    #expect(Lateness.latest == WakeInterlock.latest)
    #expect(Lateness.late == WakeInterlock.late)
    #expect(Lateness.mostLate == UInt64(WakeInterlock.lateInSecond))
    #expect(LatenessMeter.period == .milliseconds(1))
  }

  @Test("Percentiles are the first microsecond that the share does not exceed")
  func percentiles() {
    let found = lateness([3: 998, 40: 1, 700: 1])
    #expect(found.wakeups == 1_000)
    #expect(found.median == .microseconds(4))
    #expect(found.p999 == .microseconds(41))
    #expect(found.percentile(PartsPerMillion(998_000)) == .microseconds(4))
    #expect(found.percentile(PartsPerMillion(1_000_000)) == .microseconds(701))
    // Never above what was measured, and beyond the last place the latest itself.
    #expect(lateness([3: 10], worst: 3_200).median == Nanoseconds(3_200))
    #expect(lateness([10_000: 1], worst: 77_000_000).median == .milliseconds(77))
    #expect(lateness([:]).p999 == .zero)
    #expect(lateness([:]).verdict == .unknown)
  }

  @Test("It is real-time up to 2 ms and ten late in a second, and not a step beyond")
  func verdicts() {
    #expect(lateness([1: 100, 1_999: 1], worst: 2_000_000).verdict == .holds)
    #expect(lateness([1: 100, 2_000: 1], worst: 2_000_001).verdict == .fails)
    #expect(lateness([1: 100, 600: 10], mostLate: 10).verdict == .holds)
    #expect(lateness([1: 100, 600: 11], mostLate: 11).verdict == .fails)
  }

  @Test("The histogram has every wake-up in one row, and the bounds are ends of rows")
  func histogram() {
    let found = lateness([0: 1, 4: 2, 5: 4, 499: 8, 500: 16, 1_999: 32, 2_000: 64, 10_000: 128])
    let rows = found.rows
    #expect(rows.map(\.count).reduce(0, +) == found.wakeups)
    func count(_ from: Int64) -> UInt64? { rows.first { $0.from == .microseconds(from) }?.count }
    #expect(count(0) == 3 && count(5) == 4 && count(200) == 8)
    #expect(count(500) == 16 && count(1_000) == 32 && count(2_000) == 64 && count(10_000) == 128)
    #expect(rows.contains { $0.from == Lateness.late })
    #expect(rows.contains { $0.from == Lateness.latest })
  }

  @Test("A second of this machine is counted whole: each deadline is woken for or missed")
  func measured() throws {
    var told: [Nanoseconds] = []
    let found = try LatenessMeter.measure(seconds: 1, priority: 80, processor: nil) {
      told.append($0)
    }
    #expect(found.wakeups + found.missed >= 1_000)
    #expect(found.wakeups <= 1_000 && found.wakeups > 0)
    #expect(found.median <= found.p999 && found.p999 <= found.worst)
    #expect(told == told.sorted() && told.allSatisfy { $0 <= .seconds(1) })
  }

  // MARK: Text

  private let items = [
    MachineItem(
      name: "a", title: "clock source", verdict: .holds, found: "tsc", reason: "reasons",
      remedy: ""),
    MachineItem(
      name: "b", title: "wall clock", verdict: .fails, found: "not synchronised",
      reason: "rest is not decided by it", remedy: "run chrony"),
    MachineItem(
      name: "c", title: "throttling", verdict: .unknown, found: "no sensor", reason: "heat",
      remedy: "measure"),
  ]

  private func text(_ isColoured: Bool, _ explains: Bool = false, width: Int = 80) -> DoctorText {
    DoctorText(isColoured: isColoured, explainsAll: explains, width: width)
  }

  @Test("A report says each verdict in words, why and what to do of what does not hold")
  func words() {
    let report = DoctorReport(items: items, lateness: nil, board: nil)
    let shown = text(false).text(report)
    #expect(
      shown == """
        holds                 clock source        tsc
        does not hold         wall clock          not synchronised
                              why: rest is not decided by it
                              do:  run chrony
        cannot be known here  throttling          no sensor
                              why: heat
                              do:  measure

        1 does not hold, 1 hold; 1 cannot be known here
        """)
    #expect(text(false, true).text(report).contains("why: reasons"))
    #expect(!report.holds)
    #expect(DoctorReport(items: [items[0], items[2]], lateness: nil, board: nil).holds)
  }

  @Test("Colour only repeats the words, and no line is wider than the terminal")
  func colour() {
    let found = lateness([1: 979, 700: 20, 3_000: 1], mostLate: 20)
    let report = DoctorReport(items: items, lateness: found, board: nil)
    let painted = text(true).text(report)
    #expect(painted.contains("\u{1B}[1;31mdoes not hold\u{1B}[0m"))
    let plain = text(false).text(report)
    #expect(!plain.contains("\u{1B}"))
    var stripped = painted
    for code in ["[32m", "[1;31m", "[33m", "[0m"] {
      stripped = stripped.replacingOccurrences(of: "\u{1B}" + code, with: "")
    }
    #expect(stripped == plain)
    for width in [20, 60, 80, 200] {
      let lines = text(false, true, width: width).text(report).split(separator: "\n")
      for line in lines { #expect(line.count <= max(60, min(width, 120)), "\(line)") }
    }
  }

  @Test("A machine that is not real-time is told so, with the figures red beside their bounds")
  func notRealTime() {
    let found = lateness([1: 979, 700: 20, 3_000: 1], mostLate: 20)
    let shown = text(true).lines(found).joined(separator: "\n")
    #expect(shown.contains("99.9th percentile           \u{1B}[1;31m701 µs\u{1B}[0m, bound 500 µs"))
    #expect(shown.contains("\u{1B}[1;31m3001 µs\u{1B}[0m, bound 2000 µs"))
    #expect(shown.contains("over 500 µs in a second     \u{1B}[1;31m20\u{1B}[0m, bound 10"))
    #expect(shown.contains("\u{1B}[1;31mNOT real-time\u{1B}[0m"))
    let good = text(false).lines(lateness([1: 900])).joined(separator: "\n")
    #expect(good.contains("real-time by the bounds of SR-25") && !good.contains("NOT"))
    #expect(good.contains("0-5 µs       900  ##########"), "\(good)")
  }

  @Test("The report in JSON has the verdict, the items and the figures in microseconds")
  func model() throws {
    let found = lateness([1: 999, 700: 1], mostLate: 1)
    let model = DoctorModel(DoctorReport(items: items, lateness: found, board: "b"))
    #expect(!model.holds && model.board == "b" && model.items == items)
    let measured = try #require(model.lateness)
    #expect(measured.verdict == .holds && measured.wakeups == 1_000)
    #expect(measured.median_us == 2 && measured.p999_us == 2 && measured.maximum_us == 701)
    #expect(measured.histogram.first { $0.from_us == 500 }?.count == 1)
    let again = try JSONDecoder().decode(
      DoctorModel.self, from: try JSONEncoder().encode(model))
    #expect(again == model)
  }
}

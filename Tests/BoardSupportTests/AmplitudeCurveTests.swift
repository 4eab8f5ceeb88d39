// Decides: whether every amplitude is read back as it was accepted, on every shipped table.
// Leaves to others: which tables are refused (RejectedBoardTests).

import BoardSupport
import StimulationCore
import Testing

@Suite("Amplitude curves")
struct AmplitudeCurveTests {
  @Test(
    "SR-16: every whole step of every range of every board is read back as itself",
    arguments: try Fixture.boards.names())
  func readBack(name: String) throws {
    let board = try Fixture.board(name)
    var steps = 0
    for channel in board.channels {
      #expect(channel.curves.count == board.ranges.count)
      for (curve, range) in zip(channel.curves, board.ranges) {
        #expect(curve.maximum >= range.range.maximum && curve.step == range.range.step)
        var amplitude = Microamperes.zero
        var last = Nanoseconds(-1)
        while amplitude <= range.range.maximum {
          let time = curve.activeTime(for: amplitude)
          #expect(time > last && time <= channel.amplitude.period)
          #expect(time.rawValue % channel.amplitude.output.granularity.rawValue == 0)
          #expect(curve.amplitude(at: time) == amplitude)
          last = time
          amplitude += range.range.step
          steps += 1
        }
      }
    }
    #expect(steps > 1_000)
  }

  private static let bent = AmplitudeCurve(
    points: [
      CurvePoint(activeTime: .microseconds(2), current: .zero),
      CurvePoint(activeTime: .microseconds(12), current: .milliamperes(10)),
      CurvePoint(activeTime: .microseconds(52), current: .milliamperes(80)),
    ], granularity: Nanoseconds(20), step: Microamperes(100))

  @Test(
    "Between points the line is straight, and an active time is the nearest that there is",
    arguments: [
      (0, 0), (100, 2_100), (5_000, 7_000), (10_000, 12_000), (45_000, 32_000),
      (80_000, 52_000), (10_100, 12_060),
    ])
  func straight(amplitude: Int32, time: Int64) {
    #expect(Self.bent.activeTime(for: Microamperes(amplitude)) == Nanoseconds(time))
  }

  @Test("No active time is no current, and beyond the table the last line goes on")
  func outside() {
    #expect(Self.bent.amplitude(at: .zero) == .zero)
    #expect(Self.bent.amplitude(at: .microseconds(2)) == .zero)
    #expect(Self.bent.amplitude(at: .microseconds(56)) == .milliamperes(87))
  }

  @Test("An amplitude beyond the table stops the process")
  func beyond() async {
    await #expect(processExitsWith: .failure) {
      let curve = AmplitudeCurve(
        points: [
          CurvePoint(activeTime: .zero, current: .zero),
          CurvePoint(activeTime: .microseconds(1), current: .milliamperes(1)),
        ], granularity: Nanoseconds(1), step: Microamperes(10))
      _ = curve.activeTime(for: Microamperes(1_010))
    }
  }
}

// Decides: that the same seed gives the same electrode dose and the same instants twice.
// Leaves to others: comparing files (the tests of nmes).

import SimulatedBoard
import StimulationCore

enum RepeatBench {
  static func run() throws {
    let first = try once()
    let second = try once()
    let isSame = first.0 == second.0 && first.1 == second.1
    print("repeat       \(isSame ? "identical" : "DIFFERENT") dose and end for the same seed")
  }

  private static func once() throws -> (ElectrodeTotals, Nanoseconds) {
    let plan = try BenchPlan.tetanic(channels: 1, trains: 5)
    var session = try BenchSession(
      plan,
      SimulatedBoardConfiguration(
        channelCount: 1, electrodeArea: .squareCentimetres(180), seed: 7,
        wakeLateness: .microseconds(500)), target: .milliamperes(20))
    session.begin()
    while session.loop.controller.isEnergised { session.turn() }
    return (session.loop.board.electrodeTotals(channel: 0), session.loop.now)
  }
}

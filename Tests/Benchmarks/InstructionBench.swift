// Decides: the run under which callgrind counts the instructions of `advance`.
// Leaves to others: counting (bench.sh).

import SimulatedBoard
import StimulationCore

enum InstructionBench {
  /// Runs whole trains and prints the ticks; callgrind collects inside `advance` only.
  static func run(channels: Int) throws {
    let plan = try BenchPlan.tetanic(channels: channels, trains: 20)
    var session = try BenchSession(
      plan,
      SimulatedBoardConfiguration(
        channelCount: channels, electrodeArea: .squareCentimetres(180)),
      target: .milliamperes(10))
    session.begin()
    var ticks = 0
    while session.loop.controller.isEnergised && session.loop.now < .seconds(30) {
      session.turn()
      ticks += 1
    }
    print("ticks \(ticks)")
  }
}

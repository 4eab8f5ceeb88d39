// Decides: how well the log equals the electrodes, and what net charge is left, with wake-ups
// up to 500 µs late and the board's default imperfections.
// Leaves to others: the bounds (SR-46, printed beside).

import SimulatedBoard
import StimulationCore

enum AccuracyBench {
  static func run() throws {
    for seed in 1...5 as ClosedRange<UInt64> {
      let plan = try BenchPlan.tetanic(channels: 2, trains: 20)
      var session = try BenchSession(
        plan,
        SimulatedBoardConfiguration(
          channelCount: 2, electrodeArea: .squareCentimetres(180), seed: seed,
          wakeLateness: .microseconds(500)))
      session.begin(target: .milliamperes(40))
      let before = session.loop.board.electrodeTotals(channel: 0)
      while session.loop.controller.isEnergised { session.turn() }
      let electrode = session.loop.board.electrodeTotals(channel: 0) - before
      let dose = session.loop.controller.status(ofChannel: 0).dose
      let difference = (dose.rectified - electrode.rectifiedCharge).magnitude
      let net = share(electrode.netCharge.magnitude, electrode.rectifiedCharge)
      print(
        "accuracy     seed \(seed): "
          + "log off by \(share(difference, electrode.rectifiedCharge)) %, "
          + "net \(net) % of rectified, "
          + "\(session.loop.controller.state.code.name)")
    }
  }

  private static func share(_ part: Femtocoulombs, _ whole: Femtocoulombs) -> Double {
    (Double(part.rawValue) / Double(whole.rawValue) * 100_000).rounded() / 1_000
  }
}

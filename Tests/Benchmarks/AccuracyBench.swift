// Decides: how well the dose that is told equals the electrodes', and what net charge is left,
// with wake-ups up to 500 µs late and the board's default imperfections.
// Leaves to others: the bounds (SR-46, printed beside), and the way into the log (the tests).

import SimulatedBoard
import StimulationCore

enum AccuracyBench {
  private static let channels = 2

  static func run() throws {
    for seed in 1...5 as ClosedRange<UInt64> {
      var session = try BenchSession(
        BenchPlan.tetanic(channels: channels, trains: 20),
        SimulatedBoardConfiguration(
          channelCount: channels, electrodeArea: .squareCentimetres(180), seed: seed,
          wakeLateness: .microseconds(500)), target: .milliamperes(40))
      session.begin()
      let before = (0..<channels).map { session.loop.board.electrodeTotals(channel: $0) }
      while !session.isOver { session.turn() }
      for channel in 0..<channels {
        let electrode = session.loop.board.electrodeTotals(channel: channel) - before[channel]
        let dose = session.loop.controller.status(ofChannel: channel).dose
        let difference = (dose.rectified - electrode.rectifiedCharge).magnitude
        let net = share(electrode.netCharge.magnitude, electrode.rectifiedCharge)
        print(
          "accuracy     seed \(seed), channel \(channel + 1): "
            + "dose off by \(share(difference, electrode.rectifiedCharge)) %, "
            + "net \(net) % of rectified, "
            + "\(session.loop.controller.state.code.name)")
      }
    }
  }

  private static func share(_ part: Femtocoulombs, _ whole: Femtocoulombs) -> Double {
    (Double(part.rawValue) / Double(whole.rawValue) * 100_000).rounded() / 1_000
  }
}

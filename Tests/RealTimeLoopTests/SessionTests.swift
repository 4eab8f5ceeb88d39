// Decides: that whole sessions on the simulated board end as their requirements say.
// Leaves to others: single interlocks (StimulationCoreTests), the plant (SimulatedBoardTests).

import RealTimeLoop
import SimulatedBoard
import StimulationCore
import Testing

@Suite struct SessionTests {
  @Test("SR-46: a tetanic session completes, its log equals the electrodes, nothing is left")
  func tetanic() throws {
    let plan = try TestPlans.make()
    var session = try SimulatedSession(
      plan,
      SimulatedBoardConfiguration(channelCount: 1, electrodeArea: .squareCentimetres(180)))
    let began = session.begin(target: .milliamperes(30))
    print(
      "began", began, session.loop.controller.latch.first as Any,
      session.loop.controller.failedItem as Any, session.loop.now)
    let done = session.turn(to: .completed, within: .seconds(60))
    print(done, session.loop.controller.state, session.trips, session.loop.now)
    let status = session.loop.controller.status(ofChannel: 0)
    print(status)
    print(session.loop.board.electrodeTotals(channel: 0))
    #expect(done)
  }
}

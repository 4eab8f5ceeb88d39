import RealTimeLoop
import SimulatedBoard
import StimulationCore
import BoardSupport

func bench() throws {
  let caps = try SimulatedBoard(
    SimulatedBoardConfiguration(channelCount: 2, electrodeArea: .squareCentimetres(180)))
  let pulse = PulsePlan(
    shape: .rectangular, leadingPhase: .milliseconds(20), interphaseGap: .zero,
    recoveryPhase: .milliseconds(20), recovery: .symmetric, pulsePeriod: .milliseconds(50),
    leadingPolarity: .fixed)
  let train = TrainPlan(
    rampUp: .milliseconds(500), plateau: .milliseconds(4_000), rampDown: .milliseconds(500),
    offTime: .seconds(5), trainsPerSet: 180, sets: 1, restBetweenSets: .zero,
    sessionDuration: .seconds(1_800))
  let list = InlineArray<8, ChannelPlan> { _ in
    ChannelPlan(
      ceiling: .milliamperes(50), ceilingSource: .protocolFile, startingAmplitude: .milliamperes(2),
      electrodeArea: .squareCentimetres(180), polarity: .positive, offset: .zero)
  }
  let plan = try StimulationPlan(
    pulse: pulse, train: train, channels: list, channelCount: 2, limits: LimitTable(.standard),
    board: caps.capabilities)
  let board = try SimulatedBoard(
    SimulatedBoardConfiguration(channelCount: 2, electrodeArea: .squareCentimetres(180)))
  let ex = LoopExchange(now: .zero)
  var loop = RealTimeLoop(
    board: board, controller: StimulationController(plan: plan, board: caps.capabilities),
    exchange: ex)
  var onTime = Nanoseconds.zero
  var turns = 0
  func go(_ c: Command) { _ = ex.commands.push(c) }
  let clock = ContinuousClock()
  let t0 = clock.now
  go(.selfCheck)
  var armed = false
  while loop.now < .seconds(1_810) && loop.controller.state.code != .completed {
    ex.renewLease(at: loop.now)
    loop.turn(); turns += 1
    while let r = ex.records.pop() {
      if case .dose(let d) = r { onTime = max(onTime, d.sessionOnTime) }
    }
    while let r = ex.replies.pop() { if r != .accepted { print(r) } }
    ex.reportProgress(at: loop.now, durableOnTime: onTime)
    if loop.controller.state == .checked && !armed {
      armed = true; go(.arm(.none)); go(.start); go(.target(.milliamperes(40), channel: nil))
    }
  }
  let dt = clock.now - t0
  print(loop.controller.state, loop.now, turns, dt, loop.controller.latch.first as Any)
  print(loop.controller.status(ofChannel: 0).dose, loop.board.electrodeTotals(channel: 0))
  print(
    "ratio",
    Double(loop.now.rawValue) / 1e9
      / (Double(dt.components.seconds) + Double(dt.components.attoseconds) * 1e-18))
}
try bench()

// Decides: how a test runs a whole session of the loop on the simulated board.
// Leaves to others: what is expected of it.

import BoardSupport
import RealTimeLoop
import SimulatedBoard
import StimulationCore

/// A session in virtual time, with an operator and a logger that behave unless told otherwise.
struct SimulatedSession: ~Copyable {
  var loop: RealTimeLoop<SimulatedBoard>
  var records: [SessionRecord] = []
  var replies: [Reply] = []
  var loggerRuns = true
  var leaseRuns = true
  var onTime = Nanoseconds.zero

  init(_ plan: StimulationPlan, _ configuration: SimulatedBoardConfiguration) throws {
    let board = try SimulatedBoard(configuration)
    let controller = StimulationController(plan: plan, board: board.capabilities)
    loop = RealTimeLoop(
      board: board, controller: controller, exchange: LoopExchange())
  }

  deinit { loop.exchange.deallocate() }

  mutating func turn() {
    if leaseRuns { loop.exchange.renewLease() }
    loop.turn()
    while let record = loop.exchange.records.pop() {
      records.append(record)
      if case .dose(let dose) = record { onTime = max(onTime, dose.sessionOnTime) }
    }
    if loggerRuns { loop.exchange.reportProgress(durableOnTime: onTime) }
    while let reply = loop.exchange.replies.pop() { replies.append(reply) }
  }

  mutating func turn(until instant: Nanoseconds) {
    while loop.now < instant { turn() }
  }

  /// Turns until the controller is in a state, at most for `limit`.
  mutating func turn(to code: StateCode, within limit: Nanoseconds) -> Bool {
    let end = loop.now + limit
    while loop.controller.state.code != code && loop.now < end { turn() }
    return loop.controller.state.code == code
  }

  mutating func ask(_ command: Command) -> Reply {
    _ = loop.exchange.commands.push(command)
    replies.removeAll()
    turn()
    return replies.first ?? .none
  }

  /// Self-check, arm, start, and a target.
  mutating func begin(target: Microamperes) -> Bool {
    guard ask(.selfCheck) == .accepted, turn(to: .checked, within: .seconds(2)),
      ask(.arm(.none)) == .accepted, ask(.start) == .accepted
    else { return false }
    return ask(.target(target, channel: nil)) == .accepted
  }

  var trips: [InterlockID] {
    records.compactMap {
      if case .event(let event) = $0, case .tripped(let id, _) = event.event { return id }
      return nil
    }
  }
}

/// Plans for tests, in the standard envelope unless said otherwise.
enum TestPlans {
  static func make(
    shape: PulseShape = .rectangular, leading: Nanoseconds = .milliseconds(20),
    gap: Nanoseconds = .zero, recovery: Recovery = .symmetric,
    recoveryPhase: Nanoseconds? = nil, period: Nanoseconds = .milliseconds(50),
    polarity: LeadingPolarity = .fixed, rampUp: Nanoseconds = .zero,
    plateau: Nanoseconds = .seconds(3), rampDown: Nanoseconds = .zero,
    offTime: Nanoseconds = .seconds(3), trains: Int32 = 3,
    session: Nanoseconds = .seconds(1_800), ceiling: Microamperes = .milliamperes(50),
    area: SquareMillimetres = .squareCentimetres(180), channels: Int = 1,
    offset: Nanoseconds = .zero, envelope: Envelope = .standard
  ) throws -> StimulationPlan {
    let pulse = PulsePlan(
      shape: shape, leadingPhase: leading, interphaseGap: gap,
      recoveryPhase: recoveryPhase ?? (recovery == .capacitor ? .zero : leading),
      recovery: recovery, pulsePeriod: period, leadingPolarity: polarity)
    let train = TrainPlan(
      rampUp: rampUp, plateau: plateau, rampDown: rampDown, offTime: offTime,
      trainsPerSet: trains, sets: 1, restBetweenSets: .zero, sessionDuration: session)
    let list = InlineArray<8, ChannelPlan> { index in
      ChannelPlan(
        ceiling: ceiling, ceilingSource: .protocolFile, startingAmplitude: .milliamperes(2),
        electrodeArea: area, polarity: .positive, offset: offset * Int64(index))
    }
    let board = try SimulatedBoard(
      SimulatedBoardConfiguration(channelCount: channels, electrodeArea: area))
    return try StimulationPlan(
      pulse: pulse, train: train, channels: list, channelCount: channels,
      limits: LimitTable(envelope), board: board.capabilities)
  }
}

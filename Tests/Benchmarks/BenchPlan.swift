// Decides: the session that is measured: S4 at 40 mA on 180 cm² electrodes.
// Leaves to others: running it.

import RealTimeLoop
import SimulatedBoard
import StimulationCore

enum BenchPlan {
  /// A tetanic session of `trains` trains, 5 s on and 5 s off, on so many channels.
  static func tetanic(channels: Int, trains: Int32) throws -> StimulationPlan {
    let pulse = PulsePlan(
      shape: .rectangular, leadingPhase: .milliseconds(20), interphaseGap: .zero,
      recoveryPhase: .milliseconds(20), recovery: .symmetric, pulsePeriod: .milliseconds(50),
      leadingPolarity: .fixed)
    let train = TrainPlan(
      rampUp: .zero, plateau: .seconds(5), rampDown: .zero, offTime: .seconds(5),
      trainsPerSet: trains, sets: 1, restBetweenSets: .zero, sessionDuration: .seconds(1_800))
    let list = InlineArray<8, ChannelPlan> { _ in
      ChannelPlan(
        ceiling: .milliamperes(50), ceilingSource: .protocolFile,
        startingAmplitude: .milliamperes(10), electrodeArea: .squareCentimetres(180),
        polarity: .positive, offset: .zero)
    }
    return try StimulationPlan(
      pulse: pulse, train: train, channels: list, channelCount: channels,
      limits: LimitTable(.standard),
      board: SimulatedCapabilities.make(channelCount: channels))
  }
}

/// A loop in virtual time with an operator and a logger that are always there.
struct BenchSession: ~Copyable {
  var loop: RealTimeLoop<SimulatedBoard>
  private var onTime = Nanoseconds.zero

  init(_ plan: StimulationPlan, _ configuration: SimulatedBoardConfiguration) throws {
    let board = try SimulatedBoard(configuration)
    let controller = StimulationController(plan: plan, board: board.capabilities)
    loop = RealTimeLoop(
      board: board, controller: controller, exchange: LoopExchange())
  }

  deinit { loop.exchange.deallocate() }

  mutating func turn() {
    loop.exchange.renewLease()
    loop.turn()
    while let record = loop.exchange.records.pop() {
      if case .dose(let dose) = record { onTime = max(onTime, dose.sessionOnTime) }
    }
    while loop.exchange.replies.pop() != nil {}
    loop.exchange.reportProgress(durableOnTime: onTime)
  }

  /// Self-check, arm, start and climb; the first trains run when it returns.
  mutating func begin(target: Microamperes) {
    _ = loop.exchange.commands.push(.selfCheck)
    turn()
    while loop.controller.state.code == .selfCheck { turn() }
    precondition(loop.controller.state == .checked, "the self-check passes")
    for command in [
      Command.arm(.none), .start, .target(target, channel: nil),
    ] { _ = loop.exchange.commands.push(command) }
    while !loop.controller.isEnergised { turn() }
  }
}

extension StimulationController {
  /// Whether trains run.
  var isEnergised: Bool { state == .running || state == .ramping }
}

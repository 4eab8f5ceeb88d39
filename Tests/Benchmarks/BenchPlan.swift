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

/// A loop with an operator and a logger that are always there.
struct BenchSession: ~Copyable {
  private enum Stage {
    case waiting
    case asked
    case checking
    case started
  }

  var loop: RealTimeLoop<SimulatedBoard>
  private var onTime = Nanoseconds.zero
  private var stage = Stage.waiting
  private let target: Microamperes

  init(
    _ plan: StimulationPlan, _ configuration: SimulatedBoardConfiguration, target: Microamperes
  ) throws {
    let board = try SimulatedBoard(configuration)
    let controller = StimulationController(plan: plan, board: board.capabilities)
    loop = RealTimeLoop(
      board: board, controller: controller, exchange: LoopExchange())
    self.target = target
  }

  deinit { loop.exchange.deallocate() }

  /// Whether the session was begun and has ended, one way or the other.
  var isOver: Bool {
    switch stage {
    case .waiting, .asked: return false
    case .checking, .started:
      return loop.controller.state == .faulted || loop.controller.state.code == .completed
    }
  }

  /// One turn, and what the operator asks for next: self-check, arm, start and the climb.
  mutating func turn() {
    loop.exchange.renewLease()
    loop.turn()
    while let record = loop.exchange.records.pop() {
      if case .dose(let dose) = record { onTime = max(onTime, dose.sessionOnTime) }
    }
    while loop.exchange.replies.pop() != nil {}
    loop.exchange.reportProgress(durableOnTime: onTime)
    let code = loop.controller.state.code
    switch stage {
    case .waiting:
      _ = loop.exchange.commands.push(.selfCheck)
      stage = .asked
    case .asked where code == .selfCheck: stage = .checking
    case .checking where code == .checked:
      for command in [Command.arm(.none), .start, .target(target, channel: nil)] {
        _ = loop.exchange.commands.push(command)
      }
      stage = .started
    case .asked, .checking, .started: break
    }
  }

  /// Turns until trains run.
  mutating func begin() {
    while !loop.controller.isEnergised {
      turn()
      precondition(!isOver, "the self-check passes")
    }
  }
}

extension StimulationController {
  /// Whether trains run.
  var isEnergised: Bool { state == .running || state == .ramping }
}

// Decides: how a test leads a controller through a session on a scripted board.
// Leaves to others: what is expected of it.

@testable import StimulationCore

/// A controller, a perfect board, and an operator and a logger who are there.
///
/// A class, because expectations cannot hold a value that cannot be copied.
final class ScriptedSession {
  var controller: StimulationController
  var board: ScriptedBoard
  var now = Nanoseconds.milliseconds(1)
  /// Changes readings before the controller sees them.
  var corrupt: ((inout Readings, Nanoseconds) -> Void)?
  var lateness = Nanoseconds.zero
  var leaseRuns = true
  var loggerRuns = true
  var resetHeld = false
  private(set) var records: [SessionRecord] = []
  private var leaseRenewedAt = Nanoseconds.zero
  private var loggerProgressAt = Nanoseconds.zero
  private var durableOnTime = Nanoseconds.zero

  init(_ plan: SamplePlan) throws {
    controller = StimulationController(plan: try plan.make(), board: plan.board)
    board = ScriptedBoard(plan.board)
  }

  /// One tick at the next deadline, or at `instant`.
  @discardableResult
  func tick(
    _ command: Command = .none, stop: Bool = false, at instant: Nanoseconds? = nil
  ) -> Reply {
    if let instant {
      now = instant
    } else if controller.nextDeadline != .never {
      now = max(controller.nextDeadline, now) + lateness
    }
    if leaseRuns { leaseRenewedAt = now }
    if loggerRuns {
      loggerProgressAt = now
      durableOnTime = controller.sessionOnTime
    }
    var readings = board.read(at: now)
    corrupt?(&readings, now)
    let request = Request(
      stop: stop, reset: resetHeld, command: command, leaseRenewedAt: leaseRenewedAt,
      loggerProgressAt: loggerProgressAt, durableOnTime: durableOnTime)
    let step = controller.advance(to: now, readings: readings, request: request)
    board.apply(step.takeOutputs(), at: now)
    while let record = controller.nextRecord() { records.append(record) }
    return controller.reply
  }

  func run(for time: Nanoseconds) {
    let end = now + time
    while now < end { tick() }
  }

  /// Ticks until the controller is in a state; false when it is not within `limit`.
  @discardableResult
  func run(to code: StateCode, within limit: Nanoseconds = .seconds(10)) -> Bool {
    let end = now + limit
    while controller.state.code != code && now < end { tick() }
    return controller.state.code == code
  }

  /// Ticks until a phase or gate of a channel is on, or off.
  func run(untilActive isActive: Bool, channel: Int = 0) {
    let end = now + .seconds(10)
    while board.frame.channels[channel].isActive != isActive && now < end { tick() }
  }

  /// Leads the controller to a state along the shortest way.
  func lead(to code: StateCode) {
    if code == .faulted { return }
    tick()
    tick(.selfCheck)
    if code == .selfCheck { return }
    run(to: .checked)
    if code == .checked { return }
    tick(.arm(.none))
    if code == .armed { return }
    tick(.start)
    run(for: .milliseconds(5))  // the contact has closed, the first train is still to come
    if code == .running { return }
    if code == .ramping {
      tick(.target(.milliamperes(5), channel: nil))
      return
    }
    if code == .paused {
      tick(.pause)
      run(to: .paused)
      return
    }
    tick(stop: true)
    if code == .completed { run(to: .completed) }
  }

  /// The doses of one span that were recorded.
  func doses(_ span: DoseSpan) -> [DoseRecord] {
    records.compactMap {
      if case .dose(let dose) = $0, dose.span == span { return dose }
      return nil
    }
  }

  /// The interlocks that were recorded as tripped, in order.
  var trips: [InterlockID] {
    records.compactMap {
      if case .event(let event) = $0, case .tripped(let id, _) = event.event { return id }
      return nil
    }
  }
}

/// What a refused command must leave as it was.
struct ControllerSnapshot: Equatable {
  let state: ControllerState
  let channels: [ChannelStatus]
  let faults: FaultSet
  let startedAt: Nanoseconds
  let relayCoil: Bool
  let outputs: [ChannelOutput]

  init(_ session: ScriptedSession) {
    state = session.controller.state
    channels = (0..<session.controller.plan.channelCount).map {
      session.controller.status(ofChannel: $0)
    }
    faults = session.controller.latch.all
    startedAt = session.controller.startedAt
    relayCoil = session.board.frame.relayCoil
    outputs = (0..<maximumChannels).map { session.board.frame.channels[$0] }
  }
}

// Decides: one session's life on the simulated board: intent, self-check, arm, start, end.
// Leaves to others: the loop's decisions (StimulationController), the electronics
// (SimulatedBoard), the log (DoseLog) and what is printed (nmes).

public import DoseLog
public import ProtocolLibrary
import RealTimeLoop
import SimulatedBoard
public import StimulationCore
import Synchronization

/// Keeps an exchange for as long as anyone may still ask for a stop through it.
private final class ExchangeOwner: Sendable {
  let exchange = LoopExchange()
  /// Whether somebody pressed STOP.
  private let isStopped = Atomic(false)

  /// STOP: acts before anything is written of it.
  func stop() {
    exchange.stop()
    isStopped.store(true, ordering: .releasing)
  }

  /// Whether STOP was pressed since this was last asked.
  func takeStop() -> Bool { isStopped.exchange(false, ordering: .acquiringAndReleasing) }

  deinit { exchange.deallocate() }
}

/// A session that arms and starts by itself on a simulated board.
///
/// Only a simulated board may be driven so: the questions of SR-50 and SR-51 are logged as
/// answered by a simulation.
public struct SimulatedRun: ~Copyable {
  /// The board's name in logs.
  public static let boardName = "simulated"

  private let planned: PlannedSession
  private let options: RunOptions
  private let writer: DoseLogWriter
  private let waker: RunWaker
  private let clock: SimulatedWallClock
  private let owner: ExchangeOwner
  private var exchange: LoopExchange { owner.exchange }
  private let session: SessionID
  private let history: DoseHistory
  private var loop: RealTimeLoop<SimulatedBoard>
  private var logger: SessionLogger
  private var recorder: VCDWriter?
  private var recordFailure: RecordError?
  private var replies: [Reply] = []
  private var targets: [ChannelTarget]
  private var hasNotedStop = false
  private var nextProgress = Nanoseconds.zero
  private var nextDrain = Nanoseconds.zero
  private let wallStart: Nanoseconds

  /// Writes the intent, durable before anything is energised (SR-41), and makes the board.
  ///
  /// - Parameter stopper: is handed what stops the run from any thread, once.
  public init(
    _ planned: PlannedSession, options: RunOptions, writer: DoseLogWriter, waker: RunWaker,
    stopper: (@escaping @Sendable () -> Void) -> Void
  ) throws(RunFailure) {
    self.planned = planned
    self.options = options
    self.writer = writer
    self.waker = waker
    wallStart = RunWaker.now()
    targets = planned.targets
    let board = try SimulatedRun.makeBoard(planned, options)
    recorder = try SimulatedRun.makeRecorder(options, board, sparing: writer.filePaths)
    let opened = try SimulatedRun.open(planned, options, writer)
    clock = opened.clock
    history = opened.history
    session = opened.session
    let owner = ExchangeOwner()
    self.owner = owner
    let controller = StimulationController(plan: planned.plan, board: board.capabilities)
    loop = RealTimeLoop(board: board, controller: controller, exchange: owner.exchange)
    logger = SessionLogger(writer: writer, session: session, clock: clock)
    stopper {
      owner.stop()
      waker.wake()
    }
  }

  /// What an opened log gives to a run.
  private struct Opened {
    let clock: SimulatedWallClock
    let history: DoseHistory
    let session: SessionID
  }

  /// Closes what a crash left open, asks what earlier sessions allow, and writes the intent.
  private static func open(
    _ planned: PlannedSession, _ options: RunOptions, _ writer: DoseLogWriter
  ) throws(RunFailure) -> Opened {
    let place = SessionPlace(board: boardName, isSimulated: true, seed: options.seed)
    let opening: SessionOpening
    let clock: SimulatedWallClock
    let refusal: String?
    do throws(DoseLogError) {
      clock = SimulatedWallClock(
        machine: ClockReading.ofMachine(isSynchronised: true).wall,
        newestRecord: try writer.reader.newestRecord(), isPaced: options.isPaced)
      _ = try SessionOpening.closeLeftovers(
        writer, actor: options.actor, at: clock.reading(at: .zero))
      opening = SessionOpening(
        planned: planned, place: place, actor: options.actor, writer: writer, clock: clock)
      try opening.checkLog(at: .zero)
      refusal = try opening.skinRefusal()
    } catch {
      throw .log(error)
    }
    if let refusal { throw .skin(refusal) }
    do throws(DoseLogError) {
      let history = try opening.history(at: .zero)
      let session = try opening.begin(at: .zero)
      try opening.answerAsSimulation(session, at: .zero)
      return Opened(clock: clock, history: history, session: session)
    } catch {
      throw .log(error)
    }
  }

  private static func makeBoard(
    _ planned: PlannedSession, _ options: RunOptions
  ) throws(RunFailure) -> SimulatedBoard {
    var configuration = SimulatedBoardConfiguration(
      channelCount: planned.plan.channelCount,
      electrodeArea: planned.plan[channel: 0].electrodeArea,
      denervation: planned.therapy.stage.simulatedMuscle, seed: options.seed,
      wakeLateness: options.wakeLateness, faults: options.faults,
      recordCapacity: options.record == nil ? 0 : 1 << 18)
    for index in 0..<planned.plan.channelCount {
      configuration.electrodeAreas[index] = planned.plan[channel: index].electrodeArea
    }
    do throws(SimulatedBoardError) { return try SimulatedBoard(configuration) } catch {
      throw .board(error)
    }
  }

  private static func makeRecorder(
    _ options: RunOptions, _ board: borrowing SimulatedBoard, sparing log: [String]
  ) throws(RunFailure) -> VCDWriter? {
    guard let path = options.record else { return nil }
    do throws(RecordError) {
      return try VCDWriter(
        path: path, board: board, replaces: options.replacesRecord, sparing: log)
    } catch {
      throw .record(error)
    }
  }

  /// Runs to the end, reporting progress; throws when nothing was delivered.
  public mutating func run(
    report: (RunProgress) -> Void
  ) throws(RunFailure) -> RunSummary {
    do throws(RunFailure) {
      try prepare(report)
    } catch {
      try closeRefused(error)
      throw error
    }
    // Pulses may begin from here on: what the probes did is told apart from the therapy.
    let before = totals()
    try aim(report)
    while !isOver {
      try turn(report)
      try aimOn()
    }
    // The relay's contact and the electrodes stay under watch a little longer.
    let end = loop.now + .milliseconds(50)
    while loop.now < end { try turn(report) }
    return try finish(totalsBefore: before)
  }

  private var isOver: Bool {
    let state = loop.controller.state.code
    return state == .completed || state == .faulted
  }

  /// Self-check, arm and start.
  private mutating func prepare(_ report: (RunProgress) -> Void) throws(RunFailure) {
    _ = try ask(.selfCheck, "self-check")
    while loop.controller.state.code == .selfCheck || loop.controller.state.code == .stopping {
      try turn(report)
    }
    if loop.controller.state == .faulted {
      logger.collect(exchange)
      throw .selfCheck(loop.controller.failedItem, logger.trips)
    }
    if isOver { return }
    try ask(.arm(history), "arm")
    try ask(.start, "start")
  }

  private mutating func ask(_ target: ChannelTarget) throws(RunFailure) {
    let channel = target.channel.map { Int8($0) }
    try ask(
      .target(target.amplitude, channel: channel), "target", channel: channel,
      amount: Int64(target.amplitude.rawValue))
  }

  /// Asks for the next target once no channel climbs any more. One that is refused ends the
  /// session: the others' doses are delivered and stand in the log.
  private mutating func aimOn() throws(RunFailure) {
    guard let next = targets.first else { return }
    for index in 0..<planned.plan.channelCount
    where loop.controller.status(ofChannel: index).target != nil { return }
    targets.removeFirst()
    do throws(RunFailure) { try ask(next) } catch {
      guard case .refused = error else { throw error }
      exchange.stop()
    }
  }

  /// Asks for the first target; where the board cannot balance it, the session ends as refused.
  private mutating func aim(_ report: (RunProgress) -> Void) throws(RunFailure) {
    do throws(RunFailure) { try ask(targets.removeFirst()) } catch {
      // STOP may have come before the climb; the end then tells.
      if case .refused(.notInState) = error { return }
      exchange.stop()
      while !isOver { try turn(report) }
      try closeRefused(error)
      throw error
    }
  }

  private func totals() -> [ElectrodeTotals] {
    var totals: [ElectrodeTotals] = []
    for index in 0..<planned.plan.channelCount {
      totals.append(loop.board.electrodeTotals(channel: index))
    }
    return totals
  }
}

// MARK: - Turning

extension SimulatedRun {
  private mutating func turn(_ report: (RunProgress) -> Void) throws(RunFailure) {
    exchange.renewLease()
    provenTurn(&loop)
    while let reply = exchange.replies.pop() { replies.append(reply) }
    noteStop()
    logger.step(at: loop.now, isStalled: loop.board.logStall(at: loop.now), exchange)
    if let recorder, loop.now >= nextDrain {
      nextDrain = loop.now + .milliseconds(100)
      do throws(RecordError) { try recorder.drain(&loop.board) } catch { endRecord(error) }
    }
    if loop.now >= nextProgress {
      nextProgress = loop.now + options.progressInterval
      report(progress())
    }
    guard options.isPaced else { return }
    let due = wallStart + loop.now
    // Waiting for less is not worth a system call.
    if due - RunWaker.now() > .milliseconds(2) { waker.sleep(until: due) }
  }

  /// Logs that somebody pressed STOP, who and when, once it has acted (SR-45). Pressed again while
  /// outputs are already inactive it changes nothing, and is told once.
  private mutating func noteStop() {
    guard owner.takeStop(), !hasNotedStop else { return }
    hasNotedStop = true
    logger.submit(
      LogAction(
        kind: .command, subject: "stop", outcome: "accepted", actor: options.actor, at: loop.now,
        isSimulated: true))
  }

  /// A session whose record fails is stopped, and ends in the log like any other.
  private mutating func endRecord(_ error: RecordError) {
    recordFailure = error
    recorder = nil
    exchange.stop()
  }

  /// Asks the controller, and logs what was asked and answered (SR-45).
  @discardableResult
  private mutating func ask(
    _ command: Command, _ subject: String, channel: Int8? = nil, amount: Int64? = nil
  ) throws(RunFailure) -> Bool {
    if isOver && command != .selfCheck { return false }
    replies.removeAll()
    _ = exchange.commands.push(command)
    while replies.isEmpty { try turn { _ in } }
    var outcome = "accepted"
    if let refusal = replies[0].refusal { outcome = "refused: \(refusal)" }
    let action = LogAction(
      kind: .command, subject: subject, outcome: outcome, actor: options.actor, at: loop.now,
      channel: channel, amount: amount, isSimulated: true)
    do throws(DoseLogError) {
      try writer.log(action, session: session, at: clock.reading(at: loop.now))
    } catch {
      throw .log(error)
    }
    if let refusal = replies[0].refusal {
      if isOver { return false }
      throw .refused(refusal)
    }
    return true
  }

  private mutating func progress() -> RunProgress {
    var channels: [ChannelStatus] = []
    var force: [Double] = []
    for index in 0..<planned.plan.channelCount {
      channels.append(loop.controller.status(ofChannel: index))
      force.append(loop.board.measuredForce(channel: index))
    }
    let plan = planned.plan
    let length = PlanCheck.scheduleLength(plan.train)
    let started = loop.controller.startedAt
    let left = started == .never ? length : max(.zero, length - (loop.now - started))
    return RunProgress(
      now: loop.now, state: loop.controller.state, envelope: planned.envelope,
      trains: plan.train.trains, timeLeft: left,
      chargeLimit: Femtocoulombs(plan.limits[.sessionCharge].value), channels: channels,
      force: force)
  }
}

// MARK: - Ending

extension SimulatedRun {
  /// Nothing was delivered: the session ends in the log as refused.
  private mutating func closeRefused(_ failure: RunFailure) throws(RunFailure) {
    logger.collect(exchange)
    _ = logger.flush(at: loop.now)
    let end = clock.reading(at: loop.now)
    do throws(DoseLogError) {
      try writer.close(
        session, outcome: .refused, faults: logger.trips.map(\.interlock),
        text: failure.description, at: end)
    } catch {
      throw .log(error)
    }
  }

  private mutating func finish(
    totalsBefore before: [ElectrodeTotals]
  ) throws(RunFailure) -> RunSummary {
    logger.collect(exchange)
    let isRecorded = logger.flush(at: loop.now)
    let outcome = isRecorded ? self.outcome : .uncertain
    let failure = close(as: outcome)
    if let recorder {
      do throws(RecordError) { try recorder.finish(&loop.board) } catch { recordFailure = error }
    }
    let after = totals()
    return RunSummary(
      session: session, outcome: failure == nil ? outcome : .uncertain, faults: logger.trips,
      simulated: loop.now, wall: RunWaker.now() - wallStart, envelope: planned.envelope,
      channels: try channelOutcomes(before, after, isLogged: failure == nil), logFailure: failure,
      recordFailure: recordFailure)
  }

  private var outcome: SessionOutcome {
    switch loop.controller.state {
    case .completed(.planDelivered): return .completed
    // A session that its timer ended lacks a part of its plan.
    case .completed: return .stopped
    default: return .faulted
    }
  }

  /// Ends the session in the log; answers why it could not.
  private mutating func close(as outcome: SessionOutcome) -> DoseLogError? {
    if let failure = logger.failure { return failure }
    let end = clock.reading(at: loop.now)
    do throws(DoseLogError) {
      try writer.log(
        SessionOpening.simulatedSkinCheck(.after), muscle: planned.muscleKey,
        session: session,
        at: end)
      try writer.close(
        session, outcome: outcome, faults: logger.trips.map(\.interlock), at: end)
      return nil
    } catch {
      return error
    }
  }

  /// The log's values where there is a log, and the controller's where it failed.
  private func channelOutcomes(
    _ before: [ElectrodeTotals], _ after: [ElectrodeTotals], isLogged: Bool
  ) throws(RunFailure) -> [ChannelOutcome] {
    var logged: [ChannelSummary] = []
    if isLogged {
      do throws(DoseLogError) { logged = try writer.reader.session(session).channels } catch {
        throw .log(error)
      }
    }
    var outcomes: [ChannelOutcome] = []
    for index in 0..<planned.plan.channelCount {
      let status = loop.controller.status(ofChannel: index)
      // The log counts channels from 1, as people do.
      let entry = logged.first { $0.channel == index + 1 }
      outcomes.append(
        ChannelOutcome(
          channel: index, trains: entry?.trains ?? Int64(status.train),
          dose: entry?.dose ?? status.dose, electrode: after[index] - before[index]))
    }
    return outcomes
  }
}

extension SimulatedRun {
  /// What a simulated board with so many channels can do.
  public static func capabilities(channelCount: Int) -> BoardCapabilities {
    SimulatedCapabilities.make(channelCount: channelCount)
  }
}

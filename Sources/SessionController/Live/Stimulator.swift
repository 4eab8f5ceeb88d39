// Decides: what may be asked of one stimulator, in which order, and how a session lives from
// its plan to its end in the log.
// Leaves to others: every limit (StimulationController), the loop (LoopHost), the writing
// (SessionKeeper), and who may ask (ControlServer).

public import DoseLog
public import ProtocolLibrary
import RealTimeLoop
public import StimulationCore
import Synchronization

/// One board, its loop, its log and at most one session.
///
/// Calls may come from any thread. ``stop(actor:)`` takes no lock on its way to the outputs and
/// never waits; the others queue behind one another and may wait for the loop and the disk.
public final class Stimulator: Sendable {
  /// The board and its loop.
  public let host: any LoopHost
  /// What happened, numbered.
  public let feed = EventFeed()
  /// The log.
  public let writer: DoseLogWriter
  /// The clocks that records are stamped by.
  public let clock: any SessionClock
  /// Sessions that a crash had left open and that were closed as uncertain (SR-42).
  public let recovered: [RecoveredSession]

  let idleNotes = IdleNotes()
  let standstill = Standstill()
  private let stops = Atomic<UInt64>(0)
  private let stage = Mutex<Stage>(.idle)
  private let view = Mutex(View())

  private enum Stage {
    case idle
    case loaded(PlannedSession)
    case open(OpenSession)
    /// The process ends; nothing is begun any more.
    case ended
  }

  /// What status shows; never held while the disk or the loop is waited for.
  private struct View {
    var planned: PlannedSession?
    var isOpen = false
    var session: SessionID?
    /// Whether the log has the skin after that session.
    var isSkinSeen = false
    var keeper: SessionKeeper?
    var loop: LoopSnapshot?
    var seenAt = Nanoseconds.zero
    /// Of every snapshot that was not taken yet: more come than anybody looks.
    var intervals: [LoopInterval] = []
    /// How long the session has been paused, as far as it was looked at.
    var paused = Nanoseconds.zero
  }

  /// A stimulator with nothing loaded.
  ///
  /// Closes what a crash left open, before anything else can be asked.
  public init(
    _ host: any LoopHost, writer: DoseLogWriter, clock: any SessionClock, actor: String
  ) throws(DoseLogError) {
    self.host = host
    self.writer = writer
    self.clock = clock
    recovered = try SessionOpening.closeLeftovers(
      writer, actor: actor, at: clock.reading(at: .zero))
    for text in host.leftovers {
      try writer.log(
        LogAction(
          kind: .notice, subject: "leftover", outcome: "driven safe", actor: actor, text: text),
        at: clock.reading(at: .zero))
    }
  }
}

/// A session whose intent is durable and whose loop runs or has just ended.
struct OpenSession: Sendable {
  let opening: SessionOpening
  let id: SessionID
  /// What earlier sessions left, as of before this one: its own rows are none of them.
  let history: DoseHistory
  let keeper: SessionKeeper
  let bell: RunWaker
  let thread: KeeperThread
}

// MARK: - STOP and seeing

extension Stimulator {
  /// STOP: one store and one write to a descriptor. Never refused, never queued (SR-20).
  ///
  /// Safe in a signal handler when no actor is named.
  public func stop() {
    stops.wrappingAdd(1, ordering: .acquiringAndReleasing)
    host.exchange.stop()
    host.wake()
  }

  /// The same STOP once more, after a command that may have overtaken it.
  public func stopAgain() {
    host.exchange.stop()
    host.wake()
  }

  /// How often somebody has said STOP: what was asked before one and is served after it is too
  /// late.
  public var stopCount: UInt64 { stops.load(ordering: .acquiring) }

  /// STOP by somebody, which is logged once it has acted; the logging may wait for the disk.
  public func stop(actor: String) {
    stop()
    note(.command, "stop", "accepted", actor)
  }

  /// Every trip of the session, open or last, in order.
  public var trips: [TrippedInterlock] { view.withLock { $0.keeper }?.standing.trips ?? [] }

  /// Whether a phase, a gate or the relay's coil is driven.
  public var outputsAreActive: Bool { host.exchange.outputsAreActive }

  /// How often the open session's keeper has turned; `nil` while none runs. It stands still
  /// while the disk does.
  public var keeperTurns: UInt64? {
    view.withLock { $0.isOpen ? $0.keeper?.turns : nil }
  }

  /// Since when the disk is waited for by a record beside any session, by CLOCK_MONOTONIC.
  public var idleRecordSince: Nanoseconds? { idleNotes.busySince }

  /// The operator who holds the lease is still there (SR-23).
  public func renewLease() { host.renewLease() }

  /// The newest of what the loop showed.
  private func look(_ view: inout View) {
    while let snapshot = host.exchange.snapshots.pop() {
      if let last = view.loop, last.state.code == .paused {
        view.paused += snapshot.now - last.now
      }
      if view.intervals.count < LoopInterval.most { view.intervals.append(LoopInterval(snapshot)) }
      view.loop = snapshot
      view.seenAt = RunWaker.now()
    }
  }

  /// The stimulator as it stands. Never waits for the loop or the disk.
  public var status: StimulatorStatus {
    view.withLock { view in
      look(&view)
      let standing = view.keeper?.standing
      return StimulatorStatus(
        place: host.place, phase: phase(of: view, standing), planned: view.planned,
        session: view.session, outcome: standing?.outcome, loop: view.loop,
        age: view.loop == nil ? .zero : RunWaker.now() - view.seenAt, force: host.force,
        timeLeft: timeLeft(view), isSkinSeen: view.isSkinSeen, logFailure: standing?.failure,
        scheduling: host.scheduling)
    }
  }

  /// How the loop kept its time in every interval since this was asked last.
  public func takeIntervals() -> [LoopInterval] {
    view.withLock { view in
      look(&view)
      defer { view.intervals.removeAll(keepingCapacity: true) }
      return view.intervals
    }
  }

  private func phase(of view: View, _ standing: SessionReport?) -> SessionPhase {
    guard view.isOpen else { return view.planned == nil ? .idle : .loaded }
    return standing?.outcome == nil ? .open : .over
  }

  private func timeLeft(_ view: View) -> Nanoseconds {
    guard let plan = view.planned?.plan else { return .zero }
    let length = PlanCheck.scheduleLength(plan.train)
    guard let loop = view.loop, loop.startedAt != .never else { return length }
    // A pause moves the schedule on; the session's own timer goes on in it.
    let elapsed = loop.now - loop.startedAt
    let schedule = length - (elapsed - view.paused)
    return max(.zero, min(schedule, plan.train.sessionDuration - elapsed))
  }

  /// What the controller's state was when it was seen last.
  var latestState: ControllerState {
    view.withLock { view in
      look(&view)
      return view.loop?.state ?? .faulted
    }
  }
}

// MARK: - Before a session

extension Stimulator {
  /// Loads what will run. Nothing is written and nothing energised.
  ///
  /// - Throws: ``StimulatorError/needsPrescription(board:)`` for a board that energises, where it
  ///   is no prescription's.
  public func load(_ planned: PlannedSession, actor: String) throws(StimulatorError) {
    if !host.place.isSimulated && planned.prescription == nil {
      throw .needsPrescription(board: host.place.board)
    }
    try withStage { stage throws(StimulatorError) in
      if case .ended = stage { throw .ending }
      if case .open(let open) = stage {
        try self.mustBeOver(open, act: "loading a protocol")
        self.finish(&stage)
      }
      stage = .loaded(planned)
      self.view.withLock { $0 = View(planned: planned) }
    }
    note(.command, "load", "accepted", actor, text: planned.therapy.name)
  }

  /// What the log has against a session as it stands now; `nil` when nothing, or when the log
  /// cannot be read, which opening the session tells.
  ///
  /// - Parameter reader: of its own connection, so that a record that waits for the disk holds
  ///   nobody up.
  public func standsAgainst(_ planned: PlannedSession, in reader: DoseLogReader) -> String? {
    if let skin = (try? reader.skinState(of: planned.muscleKey))?.refusal { return skin }
    let now = clock.reading(at: host.exchange.now)
    let history = try? reader.history(of: planned.muscleKey, on: host.place.board, at: now)
    return history.flatMap { planned.plan.refusal(after: $0)?.description }
  }

  /// Forgets what is loaded, and closes a session that is not delivering.
  public func unload(actor: String) throws(StimulatorError) {
    try withStage { stage throws(StimulatorError) in
      if case .ended = stage { throw .ending }
      if case .open(let open) = stage { try self.mustBeOver(open, act: "unloading") }
      self.finish(&stage)
      self.view.withLock { $0 = View() }
    }
    note(.command, "unload", "accepted", actor)
  }

  /// Opens the session where it is not open yet, its intent durable, and checks the board.
  ///
  /// Answers when the check has begun; the status tells how it ends. It does not begin when STOP
  /// was said since: opening forgets what was asked of the loop before.
  ///
  /// - Parameters:
  ///   - lease: what must hold once the disk has been waited for.
  ///   - stops: how often STOP had been said when this was asked; `nil` where the caller says STOP
  ///     again until the check has ended.
  public func selfCheck(
    actor: String, lease: OperatorLease, since stops: UInt64? = nil
  ) throws(StimulatorError) {
    standstill.begin()
    defer { standstill.end() }
    try withStage { stage throws(StimulatorError) in
      switch stage {
      case .ended: throw .ending
      case .idle: throw .notInPhase(act: "a self-check", phase: .idle)
      case .loaded(let planned): stage = .open(try self.open(planned, actor))
      case .open(let open):
        if open.keeper.standing.outcome != nil {
          throw .notInPhase(act: "a self-check", phase: .over)
        }
      }
      if let stops, self.stopCount != stops { return }
      try self.ask(.selfCheck, "self-check", actor: actor, lease: lease)
    }
  }

  /// Gets ready to start: the answers are written and checked, then the log's limits.
  ///
  /// Answers that stand against it are written as well, before it is refused: a lesion stands
  /// until a clinician clears it (SR-51). Both wait for the disk; whether the lease is still held
  /// is asked after them.
  public func arm(
    _ answers: SessionAnswers, actor: String, lease: OperatorLease
  ) throws(StimulatorError) {
    standstill.begin()
    defer { standstill.end() }
    try withStage { stage throws(StimulatorError) in
      switch stage {
      case .ended: throw .ending
      case .idle: throw .notInPhase(act: "arming", phase: .idle)
      case .loaded(let planned):
        do throws(StimulatorError) { try answers.check() } catch {
          try self.write(answers, planned, actor: actor, at: self.host.exchange.now)
          throw error
        }
        throw .notInPhase(act: "arming", phase: .loaded)
      case .open(let open): try self.arm(open, answers, actor, lease)
      }
    }
  }

  private func arm(
    _ open: OpenSession, _ answers: SessionAnswers, _ actor: String, _ lease: OperatorLease
  ) throws(StimulatorError) {
    let now = host.exchange.now
    try write(answers, open.opening.planned, session: open.id, actor: actor, at: now)
    try answers.check()
    let history: DoseHistory
    let skin: String?
    do throws(DoseLogError) {
      skin = try open.opening.skinRefusal()
      let fresh = try open.opening.history(at: now)
      history = DoseHistory(
        trainsInDay: open.history.trainsInDay, sessionsInDay: open.history.sessionsInDay,
        rest: open.history.rest, clockIsTrusted: fresh.clockIsTrusted,
        hasUnacknowledgedHazard: fresh.hasUnacknowledgedHazard)
    } catch {
      throw .log(error)
    }
    if let skin { throw .skin(skin) }
    try ask(.arm(history), "arm", actor: actor, lease: lease)
  }

  /// What was answered, and nothing that was not; beside a session where none is open.
  private func write(
    _ answers: SessionAnswers, _ planned: PlannedSession, session: SessionID? = nil,
    actor: String, at now: Nanoseconds
  ) throws(StimulatorError) {
    let reading = clock.reading(at: now)
    let isSimulated = host.place.isSimulated
    do throws(DoseLogError) {
      for question in Contraindication.allCases {
        guard let isYes = answers.contraindications[question] else { continue }
        let reason = answers.override.isEmpty ? "" : "override: \(answers.override)"
        try writer.log(
          LogAction(
            kind: .checklist, subject: question.rawValue, outcome: isYes ? "yes" : "no",
            actor: actor, at: now, isSimulated: isSimulated,
            text: isYes ? reason : question.question),
          session: session, at: reading)
      }
      guard let finding = answers.skin else { return }
      try writer.log(
        SkinCheck(moment: .before, finding: finding, actor: actor, isSimulated: isSimulated),
        muscle: planned.muscleKey, session: session, at: reading)
    } catch {
      throw .log(error)
    }
  }

  /// Begins an open session: skin, intent, keeper, loop.
  private func open(
    _ planned: PlannedSession, _ actor: String
  ) throws(StimulatorError) -> OpenSession {
    let opening = SessionOpening(
      planned: planned, place: host.place, actor: actor, writer: writer, clock: clock)
    let id: SessionID
    let skin: String?
    do throws(DoseLogError) {
      try opening.checkLog(at: .zero)
      skin = try opening.skinRefusal()
    } catch {
      throw .log(error)
    }
    if let skin { throw .skin(skin) }
    let history: DoseHistory
    do throws(DoseLogError) {
      history = try opening.history(at: .zero)
      id = try opening.begin(at: .zero)
    } catch {
      throw .log(error)
    }
    let bell: RunWaker
    do throws(RunFailure) { bell = try RunWaker() } catch { throw .board(error.description) }
    standstill.forget()
    let keeper = SessionKeeper(
      opening, session: id, exchange: host.exchange, feed: feed, bell: bell,
      standstill: standstill, progressed: { [host] in host.logHasProgressed() })
    view.withLock {
      $0 = View(
        planned: planned, isOpen: true, session: id, keeper: keeper)
    }
    do throws(StimulatorError) {
      try host.begin(planned, keeper: bell)
      let thread = try KeeperThread(keeper)
      return OpenSession(
        opening: opening, id: id, history: history, keeper: keeper, bell: bell, thread: thread)
    } catch {
      host.exchange.quit()
      host.wake()
      host.end()
      // Nothing was energised: the intent ends as refused. Where the log fails too it stays open,
      // and the next start counts it at its upper bound, which is the safe side.
      let now = clock.reading(at: .zero)
      try? writer.close(id, outcome: .refused, text: error.description, at: now)
      view.withLock { $0 = View(planned: planned) }
      throw error
    }
  }
}

// MARK: - During a session

extension Stimulator {
  /// Starts the armed session.
  public func start(actor: String, lease: OperatorLease) throws(StimulatorError) {
    try command(.start, "start", "starting", actor, lease: lease)
  }

  /// Finishes the pulse in progress and waits.
  public func pause(actor: String) throws(StimulatorError) {
    try command(.pause, "pause", "a pause", actor)
  }

  /// Goes on after a pause, from zero.
  public func resume(actor: String, lease: OperatorLease) throws(StimulatorError) {
    try command(.resume, "resume", "resuming", actor, lease: lease)
  }

  /// Asks for a reset by its rising edge (SR-22). The session that the fault ended is left.
  public func reset(actor: String) throws(StimulatorError) {
    try withOpen("a reset") { open throws(StimulatorError) in
      self.host.exchange.holdReset(true)
      defer { self.host.exchange.holdReset(false) }
      try self.ask(.none, "reset", actor: actor)
      _ = open
    }
    // The loop must see the button released before it can see it pressed again.
    RunWaker.pause(.milliseconds(15))
    try? leaveOverSession()
  }

  /// After the reset of a session that is over there is nothing to go on with.
  private func leaveOverSession() throws(StimulatorError) {
    try withStage { stage throws(StimulatorError) in
      guard case .open(let open) = stage, open.keeper.standing.outcome != nil else { return }
      self.finish(&stage)
    }
  }

  /// The log has what was seen of the skin after a session (SR-51): status asks for it no more.
  public func skinWasSeen(after session: SessionID) {
    view.withLock { if $0.session == session { $0.isSkinSeen = true } }
  }

  /// Ends everything: outputs first, then records (a process that is told to end). Nothing can
  /// be begun afterwards.
  public func shutDown() {
    stop()
    let limit = RunWaker.now() + .milliseconds(500)
    while outputsAreActive && RunWaker.now() < limit { RunWaker.pause(.milliseconds(1)) }
    stage.withLock { stage in
      finish(&stage)
      stage = .ended
    }
    idleNotes.wait()
  }

  func command(
    _ command: Command, _ subject: String, _ act: String, _ actor: String,
    lease: OperatorLease? = nil, figures: [ChannelFigure] = [.none]
  ) throws(StimulatorError) {
    if lease != nil { standstill.begin() }
    defer { if lease != nil { standstill.end() } }
    try withOpen(act) { _ throws(StimulatorError) in
      try self.ask(command, subject, actor: actor, lease: lease, figures: figures)
    }
  }
}

// MARK: - The parts

extension Stimulator {
  /// Runs `body` with the stage to itself.
  private func withStage(
    _ body: (inout Stage) throws(StimulatorError) -> Void
  ) throws(StimulatorError) {
    let result = stage.withLock { stage -> Result<Void, StimulatorError> in
      do throws(StimulatorError) { return .success(try body(&stage)) } catch {
        return .failure(error)
      }
    }
    try result.get()
  }

  private func withOpen(
    _ act: String, _ body: (OpenSession) throws(StimulatorError) -> Void
  ) throws(StimulatorError) {
    try withStage { stage throws(StimulatorError) in
      switch stage {
      case .ended: throw .ending
      case .idle: throw .notInPhase(act: act, phase: .idle)
      case .loaded: throw .notInPhase(act: act, phase: .loaded)
      case .open(let open): try body(open)
      }
    }
  }

  /// Asks the loop and waits for its answer; both are logged (SR-45).
  ///
  /// - Parameters:
  ///   - lease: what must hold of the operator; `nil` for what neither energises nor raises.
  ///   - figures: what is asked of which channels.
  private func ask(
    _ command: Command, _ subject: String, actor: String, lease: OperatorLease? = nil,
    figures: [ChannelFigure] = [.none]
  ) throws(StimulatorError) {
    let exchange = host.exchange
    // What cannot be written down is not done.
    let most = figures.count + 1
    if view.withLock({ $0.keeper?.hasRoom(for: most) }) == false { throw .busy }
    while exchange.replies.pop() != nil {}
    try mustBeLed(lease, subject)
    let askedAt = exchange.now
    guard exchange.commands.push(command) else { throw .busy }
    host.wake()
    let limit = RunWaker.now() + host.patience
    while RunWaker.now() < limit {
      guard let reply = exchange.replies.pop() else {
        RunWaker.pause(.microseconds(200))
        continue
      }
      // Before it is known to be over: the keeper may have seen the end already.
      if lease != nil && reply.changes { standstill.accepted(askedAt: askedAt) }
      return try tell(reply, subject, actor, figures)
    }
    // What the loop does with it now cannot be known: the outputs go off.
    if lease != nil { standstill.accepted(askedAt: askedAt) }
    stop()
    note(.alarm, subject, "no answer", actor)
    throw .noAnswer
  }

  /// Refuses what nobody leads any more.
  private func mustBeLed(_ lease: OperatorLease?, _ act: String) throws(StimulatorError) {
    switch lease {
    case nil: break
    case .held(let isHeld): if !isHeld() { throw .leaseLost(act: act) }
    case .ofTheRun:
      precondition(host.place.isSimulated, "a board with a patient is led by an operator alone")
      host.renewLease()
    }
  }

  /// Writes down what was asked, in the open session or beside one.
  ///
  /// Beside a session it waits for the disk.
  func note(
    _ kind: LogActionKind, _ subject: String, _ outcome: String, _ actor: String,
    channel: Int? = nil, amount: Int64? = nil, text: String = ""
  ) {
    let now = host.exchange.now
    let action = LogAction(
      kind: kind, subject: subject, outcome: outcome, actor: actor, at: now,
      channel: channel.map { Int8(clamping: $0) }, amount: amount,
      isSimulated: host.place.isSimulated, text: text)
    feed.add(
      .action, subject, at: now, channel: channel, amount: amount,
      text: "\(subject) by \(actor): \(outcome)")
    if let keeper = view.withLock({ $0.isOpen ? $0.keeper : nil }) {
      _ = keeper.submit(action)
    } else {
      idleNotes.write(action, to: writer, at: clock.reading(at: now))
    }
  }

  private func mustBeOver(_ open: OpenSession, act: String) throws(StimulatorError) {
    let state = latestState
    if state == .faulted && open.keeper.standing.hasStarted {
      throw .faultStands(view.withLock { $0.loop?.firstCause })
    }
    switch state.code {
    case .ramping, .running, .paused, .stopping:
      throw .notInPhase(act: act, phase: .open)
    default: break
    }
  }

  /// Ends the loop and the keeper of an open session, if there is one.
  private func finish(_ stage: inout Stage) {
    guard case .open(let open) = stage else {
      stage = .idle
      return
    }
    host.exchange.stop()
    host.exchange.quit()
    host.wake()
    host.end()
    open.keeper.finish()
    open.thread.join()
    standstill.forget()
    stage = .idle
    view.withLock { view in
      look(&view)
      view.isOpen = false
      view.planned = nil
    }
  }
}

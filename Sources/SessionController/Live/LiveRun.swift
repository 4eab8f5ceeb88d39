// Decides: how one session runs by itself, on the machine's clock, on a board without a patient.
// Leaves to others: the session's life (Stimulator) and what is printed (nmes).

public import DoseLog
public import ProtocolLibrary
import StimulationCore
import Synchronization

/// Whether STOP was asked for at any time.
private final class StopAsked: Sendable {
  let isAsked = Atomic<Bool>(false)
}

/// A session that arms and starts by itself on a bench.
///
/// Only a board without a patient circuit may be driven so: the questions of SR-50 and SR-51
/// are logged as answered by a simulation.
public struct LiveRun {
  private let planned: PlannedSession
  private let stimulator: Stimulator
  private let actor: String
  private let started = RunWaker.now()
  private let stop = StopAsked()
  private var isStopped: Bool { stop.isAsked.load(ordering: .acquiring) }

  /// Opens the log's side of a run; nothing is energised.
  ///
  /// - Parameter stopper: is handed what stops the run from any thread, once. It stops first and
  ///   logs who did it then (SR-45), which a signal handler may not.
  public init(
    _ planned: PlannedSession, on host: any LoopHost, actor: String, writer: DoseLogWriter,
    clock: any SessionClock,
    stopper: (@escaping @Sendable () -> Void) -> Void
  ) throws(RunFailure) {
    precondition(host.place.isSimulated, "a board with a patient is driven by the daemon alone")
    self.planned = planned
    self.actor = actor
    do throws(DoseLogError) {
      stimulator = try Stimulator(host, writer: writer, clock: clock, actor: actor)
    } catch {
      throw .log(error)
    }
    let (stimulator, stop) = (stimulator, stop)
    // Whoever keeps the stopper does not keep the board: it closes when the run is over.
    stopper { [weak stimulator] in
      stop.isAsked.store(true, ordering: .releasing)
      stimulator?.stop(actor: actor)
    }
  }

  /// Runs to the end, reporting progress; throws when nothing was delivered.
  public func run(report: (RunProgress) -> Void) throws(RunFailure) -> RunSummary {
    defer { stimulator.shutDown() }
    var hasStarted = false
    do throws(StimulatorError) {
      try stimulator.load(planned, actor: actor)
      if isStopped { throw StimulatorError.refused(.notInState(.faulted)) }
      try stimulator.selfCheck(actor: actor, lease: .ofTheRun)
      try waitForCheck(report)
      // Between two steps nothing is energised that a STOP could act on: it ends the run here.
      if !isStopped {
        try stimulator.arm(Self.answers, actor: actor, lease: .ofTheRun)
      }
      if !isStopped {
        try stimulator.start(actor: actor, lease: .ofTheRun)
        hasStarted = true
      }
    } catch {
      let failure = failure(error)
      if isStopped, case .refused = failure { throw .stoppedBeforeStart }
      throw failure
    }
    if !hasStarted { throw .stoppedBeforeStart }
    // One that came while the start was answered may have met the state before it.
    if isStopped { stimulator.stop() }
    var targets = planned.targets
    let refused = aim(at: targets.removeFirst())
    while !isOver(stimulator.status) {
      step(report)
      // A later one that is refused stops the session, whose dose stands in the log.
      if let next = targets.first, !isClimbing(stimulator.status) {
        targets.removeFirst()
        _ = aim(at: next)
      }
    }
    if let refused { throw .refused(refused) }
    return try summary()
  }

  /// Asks for a target; answers why the board cannot be asked for it, if so. Whatever else came
  /// in between, STOP before the climb began among it, the end tells.
  private func aim(at target: ChannelTarget) -> Refusal? {
    do throws(StimulatorError) {
      try stimulator.aim(
        at: target.amplitude, channel: target.channel, actor: actor, lease: .ofTheRun)
    } catch {
      stimulator.stop()
      if let refusal = error.refusal {
        if case .notInState = refusal { return nil }
        return refusal
      }
    }
    return nil
  }

  private func isClimbing(_ status: StimulatorStatus) -> Bool {
    guard let loop = status.loop else { return true }
    return (0..<loop.channelCount).contains { loop.channels[$0].target != nil }
  }

  /// A log that fails cannot say how the session ended: then the controller's state decides.
  private func isOver(_ status: StimulatorStatus) -> Bool {
    if status.outcome != nil { return true }
    let isFinal = status.state == .faulted || status.state.code == .completed
    return isFinal && status.logFailure != nil
  }

  private static var answers: SessionAnswers {
    SessionAnswers(
      contraindications: Dictionary(
        uniqueKeysWithValues: Contraindication.allCases.map { ($0, false) }), skin: .ok)
  }

  private func step(_ report: (RunProgress) -> Void) {
    stimulator.renewLease()
    if let progress = progress(stimulator.status) { report(progress) }
    RunWaker.pause(.milliseconds(100))
  }

  private func waitForCheck(_ report: (RunProgress) -> Void) throws(StimulatorError) {
    while true {
      let status = stimulator.status
      // One that came while the loop was being made may have been taken for an old one.
      if isStopped { stimulator.stop() }
      switch status.state.code {
      case .checked where isStopped: throw .refused(.notInState(.checked))
      case .checked: return
      case .faulted where status.loop?.failedItem != nil:
        throw .refused(.notInState(.faulted))
      case .completed: throw .refused(.notInState(.completed))
      default: step(report)
      }
    }
  }

  /// The failing item and its trips say more than the state that they led to.
  private func failure(_ error: StimulatorError) -> RunFailure {
    let status = stimulator.status
    if status.state == .faulted, let item = status.loop?.failedItem {
      return .selfCheck(item, stimulator.trips)
    }
    if let refusal = error.refusal { return .refused(refusal) }
    return .stimulator(error)
  }

  private func progress(_ status: StimulatorStatus) -> RunProgress? {
    guard let loop = status.loop else { return nil }
    return RunProgress(
      now: loop.now, state: loop.state, envelope: planned.envelope,
      trains: planned.plan.train.trains, timeLeft: status.timeLeft,
      chargeLimit: Femtocoulombs(planned.plan.limits[.sessionCharge].value),
      channels: (0..<loop.channelCount).map { loop.channels[$0] }, force: status.force)
  }

  private func summary() throws(RunFailure) -> RunSummary {
    let status = stimulator.status
    guard let session = status.session else {
      preconditionFailure("a run that began has a session")
    }
    var logged: [ChannelSummary] = []
    if status.logFailure == nil {
      do throws(DoseLogError) {
        logged = try stimulator.writer.reader.session(session).channels
      } catch {
        throw .log(error)
      }
    }
    let shown = status.loop
    let channels = (0..<planned.plan.channelCount).map { index in
      // The log counts channels from 1, as people do.
      let entry = logged.first { $0.channel == index + 1 }
      return ChannelOutcome(
        channel: index, trains: entry?.trains ?? Int64(shown?.channels[index].train ?? 0),
        dose: entry?.dose ?? shown?.channels[index].dose ?? ChannelDose(), electrode: nil)
    }
    return RunSummary(
      session: session, outcome: status.outcome ?? .uncertain, faults: stimulator.trips,
      simulated: shown?.now ?? .zero, wall: RunWaker.now() - started,
      envelope: planned.envelope, channels: channels, logFailure: status.logFailure,
      recordFailure: nil)
  }
}

// Decides: how a session with nobody connected is opened, watched, kept and ended.
// Leaves to others: its life in the log and the loop (Stimulator), every limit (the core).

public import DoseLog
public import ProtocolLibrary
public import StimulationCore
import Synchronization

/// One session on a board to which nobody is connected. It goes through the self-check, the
/// interlocks and the log as every other.
///
/// STOP may come from any thread at any time, before the session is open too.
public final class BenchSession: Sendable {
  /// A self-check takes less than a second; a machine that is this slow drives nothing.
  private static let patience = Nanoseconds.seconds(30)
  private static let pause = Nanoseconds.milliseconds(20)

  private let stimulator: Stimulator
  private let planned: PlannedSession
  private let actor: String
  private let mustStop = Atomic<Bool>(false)

  /// Opens the log's side; nothing is energised.
  public init(
    _ planned: PlannedSession, on host: any LoopHost, actor: String, writer: DoseLogWriter,
    clock: any SessionClock
  ) throws(BenchFailure) {
    precondition(host.place.isSimulated, "nobody is connected")
    self.planned = planned
    self.actor = actor
    do throws(DoseLogError) {
      stimulator = try Stimulator(host, writer: writer, clock: clock, actor: actor)
    } catch {
      throw .log(error)
    }
  }

  /// The stimulator as it stands.
  public var status: StimulatorStatus { stimulator.status }

  /// Every trip so far.
  public var trips: [TrippedInterlock] { stimulator.trips }

  /// Outputs inactive now, and for good. Safe from any thread.
  public func stop() {
    mustStop.store(true, ordering: .sequentiallyConsistent)
    stimulator.stop()
  }

  /// Whether STOP was pressed.
  public var isStopped: Bool { mustStop.load(ordering: .sequentiallyConsistent) }

  /// Opens the session and waits for the self-check's end.
  ///
  /// - Parameter progress: is told the item that runs.
  public func check(progress: (SelfCheckItem) -> Void) throws(BenchFailure) {
    try checkStop()
    do throws(StimulatorError) {
      try stimulator.load(planned, actor: actor)
      try stimulator.selfCheck(actor: actor, lease: .ofTheRun)
    } catch {
      throw .stimulator(error)
    }
    let limit = RunWaker.now() + BenchSession.patience
    while RunWaker.now() < limit {
      // The loop clears a STOP that came while it was being made.
      if isStopped { stimulator.stop() }
      try checkStop()
      let status = stimulator.status
      switch status.state {
      case .checked: return
      case .selfCheck(let item): progress(item)
      case .faulted where status.loop?.failedItem != nil:
        throw .selfCheck(status.loop?.failedItem, stimulator.trips)
      case .completed: throw .stopped
      default: break
      }
      stimulator.renewLease()
      RunWaker.pause(BenchSession.pause)
    }
    stimulator.stop()
    throw .tooSlow("the end of the self-check")
  }

  /// Arms and starts; the setpoint is zero. The questions to a person are logged as a bench's.
  public func start() throws(BenchFailure) {
    try checkStop()
    let answers = SessionAnswers(
      contraindications: Dictionary(
        uniqueKeysWithValues: Contraindication.allCases.map { ($0, false) }), skin: .ok)
    do throws(StimulatorError) {
      try stimulator.arm(answers, actor: actor, lease: .ofTheRun)
      try stimulator.start(actor: actor, lease: .ofTheRun)
    } catch {
      throw reason(error)
    }
  }

  /// Lets one channel's setpoint climb to an amplitude, within the bounds of SR-14.
  public func aim(at amplitude: Microamperes, channel: Int) throws(BenchFailure) {
    try hold()
    do throws(StimulatorError) {
      try stimulator.aim(at: amplitude, channel: channel, actor: actor, lease: .ofTheRun)
    } catch {
      throw reason(error)
    }
  }

  /// What ended the session says more than the state that refuses because of it.
  private func reason(_ error: StimulatorError) -> BenchFailure {
    guard case .refused(.notInState) = error else { return .stimulator(error) }
    return ending(stimulator.status) ?? .stimulator(error)
  }

  /// The operator is still there. To be called at least every half second while a session runs.
  ///
  /// - Throws: what ended the session.
  public func hold() throws(BenchFailure) {
    try checkStop()
    stimulator.renewLease()
    let status = stimulator.status
    if let failure = status.logFailure { throw .log(failure) }
    if let ending = ending(status) { throw ending }
  }

  private func ending(_ status: StimulatorStatus) -> BenchFailure? {
    BenchFailure.ending(status.state, isStopped: isStopped, trips: trips(status))
  }

  /// The trips in order; what is latched where the record has none yet.
  private func trips(_ status: StimulatorStatus) -> [TrippedInterlock] {
    let recorded = stimulator.trips
    guard recorded.isEmpty, let loop = status.loop else { return recorded }
    return loop.causes.map { TrippedInterlock(interlock: $0, channel: nil, at: loop.now) }
  }

  /// Waits a moment while the session goes on.
  public func hold(for time: Nanoseconds) throws(BenchFailure) {
    let end = RunWaker.now() + time
    repeat {
      try hold()
      RunWaker.pause(BenchSession.pause)
    } while RunWaker.now() < end
  }

  /// Outputs inactive, records durable, the loop ended. Answers whether the outputs are inactive.
  @discardableResult
  public func end() -> Bool {
    stimulator.shutDown()
    return !stimulator.outputsAreActive
  }

  private func checkStop() throws(BenchFailure) { if isStopped { throw .stopped } }
}

// Decides: how STOPs reach the log and the journal once they have acted.
// Leaves to others: STOP itself (StopThread, Connection), which are counted together (StopTally),
// and the log (Stimulator).

import DoseLog
import Logging
import Metrics
import SessionController
import StimulationCore
import Synchronization

/// Writes down who said STOP and what came of it (SR-45, SR-53). Nobody waits for it.
final class StopRecords: Sendable {
  /// Records that wait to be handed over to the log.
  static let most = 256

  let queue = BoundedQueue("nmesd.stops", most: StopRecords.most)
  private let stimulator: Stimulator
  private let names: UserNames
  private let logger: Logger
  private let tally = Mutex(StopTally())
  private let reactions = Timer(label: "nmes_stop_reaction_seconds")
  private let dropped = Counter(label: "nmes_notes_dropped_total")

  init(_ stimulator: Stimulator, _ names: UserNames, _ logger: Logger) {
    self.stimulator = stimulator
    self.names = names
    self.logger = logger
  }

  /// Takes a STOP that has acted. From any thread.
  ///
  /// One that found nothing to stop, and after which outputs are inactive, may be counted with
  /// others. Whatever it may have ended is judged from before it was seen, so that one that changed
  /// anything never is.
  func acted(_ uid: UInt32, seenAt: Nanoseconds, inactive: Bool, after: Nanoseconds) {
    reactions.recordNanoseconds(after.rawValue)
    let isRepeat =
      inactive && stimulator.hadNothingToStop(since: seenAt)
      && !tally.withLock { $0.isOfItsOwn(uid, after: after, at: seenAt) }
    if isRepeat { return }
    let isAccepted = queue.submit { [self] in
      let outcome = inactive ? "accepted" : "outputs still active"
      write(
        uid, inactive ? .command : .alarm, outcome: outcome, text: "reaction \(after)",
        told: "\(outcome) after \(after)")
    }
    if !isAccepted { dropped.increment() }
  }

  /// Writes what was counted and is due.
  func tell(at now: Nanoseconds) {
    for joined in tally.withLock({ $0.due(at: now) }) where !submit(joined) {
      tally.withLock { $0.putBack(joined) }
    }
  }

  /// Writes what is counted, and counts no more; waits for it within a bound.
  func close(_ patience: Nanoseconds) {
    for joined in tally.withLock({ $0.close() }) where !submit(joined) { dropped.increment() }
    _ = queue.drain(patience)
  }

  private func submit(_ joined: StopTally.Joined) -> Bool {
    queue.submit { [self] in
      let whose = joined.hasOthers ? " of this and other users" : ""
      let text =
        "\(joined.count) repeats\(whose) within \(joined.to - joined.from) with nothing to stop, "
        + "reaction at most \(joined.slowest)"
      write(joined.uid, .command, outcome: "accepted", text: text, told: text)
    }
  }

  private func write(
    _ uid: UInt32, _ kind: LogActionKind, outcome: String, text: String, told: String
  ) {
    let actor = names.actor(uid)
    logger.notice(
      "stop by \(actor): \(told)",
      metadata: .command("stop", uid: uid, outcome: kind == .alarm ? "unconfirmed" : "accepted"))
    stimulator.record(kind, "stop", outcome: outcome, actor: actor, text: text)
  }
}

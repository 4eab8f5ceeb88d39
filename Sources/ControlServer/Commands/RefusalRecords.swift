// Decides: how refusals of those who do not lead reach the log and the journal.
// Leaves to others: who may do what (Dispatcher), which are counted together (StopTally), and the
// log (Stimulator).

import ControlAPI
import DoseLog
import Logging
import Metrics
import SessionController
import StimulationCore
import Synchronization

/// Writes down who asked for what they may not do, or wrongly, without leading (SR-45, SR-53).
///
/// Anybody who may watch can ask by the thousand. They are counted as STOPs that found nothing to
/// stop are: the first of a user has a record of its own, repeats are one record a second later,
/// then one for twice as long, up to a minute. They are a user's and not a connection's, for a
/// connection for each would make as many records.
final class RefusalRecords: Sendable {
  /// Records of counts that wait to be handed over to the log.
  static let most = 64

  private struct Counted {
    var tally = StopTally()
    /// The newest refusal of each user that is counted apart.
    var newest: [UInt32: String] = [:]
  }

  private let queue = BoundedQueue("nmesd.refusals", most: RefusalRecords.most)
  private let stimulator: Stimulator
  private let names: UserNames
  private let logger: Logger
  private let counted = Mutex(Counted())
  private let dropped = Counter(label: "nmes_notes_dropped_total")

  init(_ stimulator: Stimulator, _ names: UserNames, _ logger: Logger) {
    self.stimulator = stimulator
    self.names = names
    self.logger = logger
  }

  /// Whether an error tells a caller that they have no right, or that STOP came in between: of
  /// whatever waited in a queue as somebody said it, every one is refused.
  static func isCounted(_ error: RPCError) -> Bool {
    switch error.data?.reason {
    case "monitor", "no-lease", "other-lease", "stopped": return true
    default: return false
    }
  }

  /// Takes a refusal. May wait for the disk.
  func refused(_ method: Method, _ error: RPCError, _ uid: UInt32, at now: Nanoseconds) {
    let isOwn = counted.withLock { counted in
      if counted.newest[uid] != nil || counted.newest.count < StopTally.mostUsers {
        counted.newest[uid] = "\(method.rawValue): \(error.message)"
      }
      return counted.tally.isOfItsOwn(uid, after: .zero, at: now)
    }
    guard isOwn else { return }
    write(uid, method.rawValue, outcome: "refused: \(error.message)", text: "")
  }

  /// Writes what was counted and is due.
  func tell(at now: Nanoseconds) {
    for joined in counted.withLock({ $0.tally.due(at: now) }) where !submit(joined) {
      counted.withLock { $0.tally.putBack(joined) }
    }
  }

  /// Writes what is counted, and counts no more; waits for it within a bound.
  func close(_ patience: Nanoseconds) {
    for joined in counted.withLock({ $0.tally.close() }) where !submit(joined) {
      dropped.increment()
    }
    _ = queue.drain(patience)
  }

  private func submit(_ joined: StopTally.Joined) -> Bool {
    let newest = counted.withLock { $0.newest[joined.uid] } ?? "not kept"
    return queue.submit { [self] in
      let whose = joined.hasOthers ? " of this and other users" : ""
      write(
        joined.uid, "refusals",
        outcome: "\(joined.count) refused\(whose) within \(joined.to - joined.from)",
        text: "the newest: \(newest)")
    }
  }

  private func write(_ uid: UInt32, _ subject: String, outcome: String, text: String) {
    let actor = names.actor(uid)
    logger.notice(
      "\(subject) by \(actor): \(outcome)\(text.isEmpty ? "" : ", \(text)")",
      metadata: .command(subject, uid: uid, outcome: text.isEmpty ? "refused" : "counted"))
    stimulator.record(.refusal, subject, outcome: outcome, actor: actor, text: text)
  }
}

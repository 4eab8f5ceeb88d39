// Decides: since when there has been nothing that STOP could end.
// Leaves to others: STOP itself (Stimulator), and what is written of one that found nothing
// (ControlServer).

import StimulationCore
import Synchronization

/// What is known of anything that STOP could end. Time is passed in.
///
/// It errs to one side: what is not known to be at an end goes on.
struct Activity {
  /// Acts that may energise or raise, from before they are taken up until they are answered.
  private var acts = 0
  /// When the loop was last asked for what it accepted, by the board's clock; `nil` while it has
  /// accepted nothing in this session.
  private var askedAt: Nanoseconds?
  /// When the loop last entered a state that STOP does not end, by the board's clock.
  private var endedAt: Nanoseconds?
  /// Since when nothing goes on, by CLOCK_MONOTONIC; `nil` while something does.
  private(set) var stillSince: Nanoseconds?

  /// Nothing goes on.
  init(at now: Nanoseconds) { stillSince = now }

  /// An act begins, or waits to.
  mutating func begin() {
    acts += 1
    stillSince = nil
  }

  /// An act is answered.
  mutating func end(at now: Nanoseconds) {
    precondition(acts > 0, "an act ends once")
    acts -= 1
    look(at: now)
  }

  /// The loop accepted, or may have accepted, what it was asked for at an instant of its clock.
  mutating func accepted(askedAt instant: Nanoseconds) {
    askedAt = max(askedAt ?? instant, instant)
    stillSince = nil
  }

  /// The loop entered a state at an instant of its clock; who tells it may be late.
  mutating func entered(_ code: StateCode, at instant: Nanoseconds, now: Nanoseconds) {
    guard code == .faulted || code == .completed else { return }
    endedAt = max(endedAt ?? instant, instant)
    look(at: now)
  }

  /// No loop runs: another session is to begin, or this one's has ended.
  mutating func forget(at now: Nanoseconds) {
    askedAt = nil
    endedAt = nil
    look(at: now)
  }

  private mutating func look(at now: Nanoseconds) {
    let isOver = askedAt.map { asked in endedAt.map { $0 > asked } ?? false } ?? true
    if acts > 0 || !isOver {
      stillSince = nil
    } else if stillSince == nil {
      stillSince = now
    }
  }
}

/// The activity of one stimulator, to be asked about without waiting.
final class Standstill: Sendable {
  private let activity = Mutex(Activity(at: RunWaker.now()))
  private let since = Atomic<Int64>(RunWaker.now().rawValue)

  /// Whether nothing could be ended at an instant of CLOCK_MONOTONIC, and nothing since. Waits for
  /// nobody.
  func lasts(since instant: Nanoseconds) -> Bool {
    since.load(ordering: .acquiring) < instant.rawValue
  }

  func begin() { change { $0.begin() } }
  func end() { change { $0.end(at: RunWaker.now()) } }
  func accepted(askedAt instant: Nanoseconds) { change { $0.accepted(askedAt: instant) } }
  func entered(_ code: StateCode, at instant: Nanoseconds) {
    change { $0.entered(code, at: instant, now: RunWaker.now()) }
  }
  func forget() { change { $0.forget(at: RunWaker.now()) } }

  private func change(_ body: (inout Activity) -> Void) {
    activity.withLock { activity in
      body(&activity)
      since.store(activity.stillSince?.rawValue ?? .max, ordering: .releasing)
    }
  }
}

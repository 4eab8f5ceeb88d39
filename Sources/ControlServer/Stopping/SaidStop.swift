// Decides: how long after a STOP what was asked for before it may still come in.
// Leaves to others: STOP itself (Stimulator), what waited in a queue when it came (Dispatcher).

import StimulationCore
import Synchronization

/// When somebody last said STOP, by any way.
///
/// A command that was sent before a STOP that went another way may lie in its socket as STOP acts,
/// and would run after it. Nobody can tell it from one that was sent afterwards but by the time.
final class SaidStop: Sendable {
  /// What energises or raises and is read so soon after a STOP is taken for older than it.
  static let shadow = Nanoseconds.milliseconds(250)

  private let newest = Atomic<Int64>(.min)

  /// Somebody said STOP, whose bytes were read at an instant of CLOCK_MONOTONIC. From any thread,
  /// without waiting.
  func note(at instant: Nanoseconds) {
    _ = newest.max(instant.rawValue, ordering: .acquiringAndReleasing)
  }

  /// How long before an instant STOP was said, where that casts its shadow over it.
  func shadow(over instant: Nanoseconds) -> Nanoseconds? {
    let said = newest.load(ordering: .acquiring)
    guard said != .min else { return nil }
    let after = instant - Nanoseconds(said)
    return after >= .zero && after < Self.shadow ? after : nil
  }
}

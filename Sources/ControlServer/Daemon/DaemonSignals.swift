// Decides: which signals end or reload the daemon, and that they wait until it asks.
// Leaves to others: ending and reloading (Daemon).

import Foundation
public import StimulationCore

/// The signals that the daemon acts on.
///
/// They are blocked in every thread, so that none interrupts a system call of another thread and
/// a second SIGTERM cannot cut an orderly end short.
public struct DaemonSignals: Sendable {
  /// A signal that came.
  public enum Arrival: Sendable, Equatable {
    /// Outputs off, records, exit: SIGTERM or SIGINT.
    case end(name: String)
    /// Read the configuration again: SIGHUP.
    case reload
  }

  /// Blocks them in the calling thread and in all that it starts: for the main thread, before
  /// any other.
  public init() {
    var set = Self.set
    // SAFETY: the call reads the set and keeps nothing.
    let result = unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    precondition(result == 0, "a thread may block signals")
    // A reader that is gone and a file that may not grow are errors of the call.
    _ = signal(SIGPIPE, SIG_IGN)
    _ = signal(SIGXFSZ, SIG_IGN)
  }

  private static var set: sigset_t {
    var set = sigset_t()
    // SAFETY: the calls fill in the set.
    _ = unsafe sigemptyset(&set)
    for number in [SIGTERM, SIGINT, SIGHUP] { _ = unsafe sigaddset(&set, number) }
    return set
  }

  /// The next of them; `nil` when none came in time.
  public func next(within time: Nanoseconds) -> Arrival? {
    var set = Self.set
    var limit = timespec(
      tv_sec: Int(time.rawValue / 1_000_000_000), tv_nsec: Int(time.rawValue % 1_000_000_000))
    // SAFETY: the set and the time live across the call.
    switch unsafe sigtimedwait(&set, nil, &limit) {
    case SIGTERM: return .end(name: "SIGTERM")
    case SIGINT: return .end(name: "SIGINT")
    case SIGHUP: return .reload
    default: return nil
    }
  }
}

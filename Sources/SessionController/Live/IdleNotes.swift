// Decides: how what is asked while no session is open reaches the log without holding up whoever
// asked.
// Leaves to others: what is asked (Stimulator) and sessions' own records (SessionKeeper).

import Dispatch
import DoseLog
import StimulationCore
import Synchronization

/// Writes actions beside any session, one after another, in the background.
final class IdleNotes: Sendable {
  /// This many may wait; the log then stands still, and a session cannot be opened either.
  static let most = 256

  private let queue = DispatchQueue(label: "idle-notes")
  private let waiting = Mutex(0)
  private let startedAt = Mutex<Nanoseconds?>(nil)

  /// Since when the record that is being written is written; `nil` when none is.
  var busySince: Nanoseconds? { startedAt.withLock { $0 } }

  /// Hands over an action; one too many is left out, and the next that fits says how many were.
  func write(_ action: LogAction, to writer: DoseLogWriter, at clock: ClockReading) {
    let hasRoom = waiting.withLock { waiting in
      guard waiting < Self.most else { return false }
      waiting += 1
      return true
    }
    guard hasRoom else { return }
    queue.async { [self] in
      startedAt.withLock { $0 = RunWaker.now() }
      _ = try? writer.log(action, at: clock)
      startedAt.withLock { $0 = nil }
      waiting.withLock { $0 -= 1 }
    }
  }

  /// Waits for what was handed over.
  func wait() { queue.sync {} }

  /// Waits for it, or until a time has passed; then `false`.
  func wait(atMost time: Nanoseconds) -> Bool {
    let done = DispatchSemaphore(value: 0)
    queue.async { done.signal() }
    return done.wait(timeout: .now() + .nanoseconds(Int(time.rawValue))) == .success
  }
}

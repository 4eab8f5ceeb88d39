// Decides: that what is submitted runs one after another, how many may wait, and whether one hangs.
// Leaves to others: commands and notes (Hub), log lines (LineWriter), saying `busy` (Connection).

import Dispatch
import StimulationCore
import Synchronization

/// A bounded queue with one worker.
final class BoundedQueue: Sendable {
  private struct Count {
    var waiting = 0
    var runningSince: Nanoseconds?
    var dropped: UInt64 = 0
  }

  private let queue: DispatchQueue
  private let most: Int
  private let count = Mutex(Count())

  /// A queue in which at most `most` wait.
  init(_ label: String, most: Int) {
    queue = DispatchQueue(label: label)
    self.most = most
  }

  /// Runs `body` in its turn; `false` when too many wait already.
  func submit(_ body: @escaping @Sendable () -> Void) -> Bool {
    let isAccepted = count.withLock { count in
      guard count.waiting < most else {
        count.dropped += 1
        return false
      }
      count.waiting += 1
      return true
    }
    guard isAccepted else { return false }
    queue.async { [self] in
      count.withLock { $0.runningSince = ServerClock.now }
      body()
      count.withLock {
        $0.runningSince = nil
        $0.waiting -= 1
      }
    }
    return true
  }

  /// Since when the present one runs.
  var runningSince: Nanoseconds? { count.withLock { $0.runningSince } }

  /// How many wait or run.
  var waiting: Int { count.withLock { $0.waiting } }

  /// How many found no place.
  var dropped: UInt64 { count.withLock { $0.dropped } }

  /// Waits until everything that was submitted has run, or a time has passed.
  func drain(_ patience: Nanoseconds) -> Bool {
    let done = DispatchSemaphore(value: 0)
    queue.async { done.signal() }
    return done.wait(timeout: .now() + .nanoseconds(Int(patience.rawValue))) == .success
  }
}

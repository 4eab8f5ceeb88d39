// Decides: that what is submitted runs one after another, whose comes first, how many may wait,
// and whether one hangs.
// Leaves to others: commands and notes (Hub), log lines (LineWriter), saying `busy` (Connection).

import Dispatch
import NIOCore
import StimulationCore
import Synchronization

/// A bounded queue with one worker.
final class BoundedQueue: Sendable {
  /// Whose come before whose; within a lane the first comes first. Each lane has room of its own,
  /// so that nobody takes an operator's.
  enum Lane: Int, CaseIterable {
    /// The connection that holds the lease.
    case leader
    /// Others on `control.sock`.
    case control
    /// Everybody else.
    case others
  }

  private typealias Body = @Sendable () -> Void

  private struct State {
    var lanes = Lane.allCases.map { _ in CircularBuffer<Body>() }
    /// Those that wait or run, by lane.
    var counts = Lane.allCases.map { _ in 0 }
    var runningSince: Nanoseconds?
    var dropped: UInt64 = 0
  }

  private let queue: DispatchQueue
  private let most: Int
  private let state = Mutex(State())

  /// A queue in which at most `most` of each lane wait.
  init(_ label: String, most: Int) {
    queue = DispatchQueue(label: label)
    self.most = most
  }

  /// Runs `body` in its turn; `false` when too many of its lane wait already.
  func submit(_ lane: Lane = .others, _ body: @escaping @Sendable () -> Void) -> Bool {
    let isAccepted = state.withLock { state in
      guard state.counts[lane.rawValue] < most else {
        state.dropped += 1
        return false
      }
      state.counts[lane.rawValue] += 1
      state.lanes[lane.rawValue].append(body)
      return true
    }
    guard isAccepted else { return false }
    // One turn for each that was submitted; whose turn it is, is seen when it comes.
    queue.async { [self] in takeTurn() }
    return true
  }

  private func takeTurn() {
    let next = state.withLock { state -> (lane: Int, body: Body)? in
      guard let lane = state.lanes.firstIndex(where: { !$0.isEmpty }) else { return nil }
      state.runningSince = ServerClock.now
      return (lane, state.lanes[lane].removeFirst())
    }
    guard let next else { preconditionFailure("a turn without anything to run") }
    next.body()
    state.withLock {
      $0.runningSince = nil
      $0.counts[next.lane] -= 1
    }
  }

  /// Since when the present one runs.
  var runningSince: Nanoseconds? { state.withLock { $0.runningSince } }

  /// How many wait or run.
  var waiting: Int { state.withLock { $0.counts.reduce(0, +) } }

  /// How many found no place.
  var dropped: UInt64 { state.withLock { $0.dropped } }

  /// Waits until everything that was submitted has run, or a time has passed.
  func drain(_ patience: Nanoseconds) -> Bool {
    let done = DispatchSemaphore(value: 0)
    queue.async { done.signal() }
    return done.wait(timeout: .now() + .nanoseconds(Int(patience.rawValue))) == .success
  }
}

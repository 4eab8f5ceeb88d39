// Decides: that a keeper runs on a thread of its own and is waited for once.
// Leaves to others: what the keeper does (SessionKeeper).

import CRealTime
import RealTimeLoop
import Synchronization

/// The thread of one keeper.
final class KeeperThread: Sendable {
  /// What it asks of SCHED_FIFO: above the sockets, since dose that is not durable soon ends a
  /// session (SR-43), and far below the loop.
  static let priority: Int32 = 30

  private let thread: Mutex<RealTimeThread?>

  /// Starts it.
  init(_ keeper: SessionKeeper) throws(StimulatorError) {
    do throws(RealTimeThreadError) {
      let running = try RealTimeThread(priority: nil) {
        // Where it is not permitted the log is kept all the same.
        _ = nmes_set_fifo(Self.priority)
        keeper.run()
      }
      thread = Mutex(running)
    } catch {
      throw .thread(error)
    }
  }

  /// Waits for the keeper, which was told to finish.
  func join() {
    thread.withLock { thread in
      let running = thread.take()
      running?.join()
    }
  }
}

// Decides: that a keeper runs on a thread of its own and is waited for once.
// Leaves to others: what the keeper does (SessionKeeper).

import RealTimeLoop
import Synchronization

/// The thread of one keeper.
final class KeeperThread: Sendable {
  private let thread: Mutex<RealTimeThread?>

  /// Starts it.
  init(_ keeper: SessionKeeper) throws(StimulatorError) {
    do throws(RealTimeThreadError) {
      thread = Mutex(try RealTimeThread(priority: nil) { keeper.run() })
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

// Decides: that starting and ending take no longer than they may, whatever hangs.
// Leaves to others: what is done at the bound.

import CRealTime
import RealTimeLoop
import StimulationCore
import Synchronization

/// Watches one act from a thread of its own.
final class TimeBound: Sendable {
  private let bell: Int32
  private let thread = Mutex<RealTimeThread?>(nil)

  /// Calls `expired` unless the act is over in time.
  init(_ bound: Nanoseconds, expired: @escaping @Sendable () -> Void) {
    bell = nmes_event_create()
    let bell = bell
    // Without bell or thread the act is not watched: the service manager's own bound is left.
    guard bell >= 0 else { return }
    let deadline = ServerClock.now + bound
    thread.withLock { thread in
      thread = try? RealTimeThread(priority: nil) {
        // SAFETY: the call reads one descriptor.
        let result = unsafe withUnsafePointer(to: bell) {
          unsafe nmes_wait_until(deadline.rawValue, $0, 1, 0)
        }
        if result == 0 { expired() }
      }
    }
  }

  deinit { if bell >= 0 { _ = nmes_event_close(bell) } }

  /// The act is over.
  func end() {
    guard bell >= 0 else { return }
    _ = nmes_event_signal(bell)
    thread.withLock { thread in
      let running = thread.take()
      running?.join()
    }
  }
}

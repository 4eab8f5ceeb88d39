// Decides: which clock the server measures by.
// Leaves to others: session time (boards) and the wall clock (SessionClock).

import CRealTime
import StimulationCore

/// CLOCK_MONOTONIC.
enum ServerClock {
  /// Now.
  static var now: Nanoseconds { Nanoseconds(nmes_clock_now()) }

  /// Lets the calling thread wait.
  static func pause(_ time: Nanoseconds) {
    _ = nmes_wait_until(nmes_clock_now() + time.rawValue, nil, 0, 0)
  }
}

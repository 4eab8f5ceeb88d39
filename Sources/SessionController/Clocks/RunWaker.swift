// Decides: how a paced run waits for the wall clock and is woken early.
// Leaves to others: who wakes it (a signal, a request).

import CRealTime
import StimulationCore

/// Lets virtual time wait for the wall clock.
public final class RunWaker: Sendable {
  private let descriptor: Int32

  /// A waker, or the error number for which there is none.
  public init() throws(RunFailure) {
    descriptor = nmes_event_create()
    if descriptor < 0 { throw .noDescriptor(descriptor) }
  }

  deinit { _ = nmes_event_close(descriptor) }

  /// Ends a wait now. Safe from any thread and in a signal handler.
  ///
  /// It fails only when the count of wakes is full, and then a wait ends at once anyway.
  public func wake() { _ = nmes_event_signal(descriptor) }

  /// CLOCK_MONOTONIC.
  static func now() -> Nanoseconds { Nanoseconds(nmes_clock_now()) }

  /// Lets a moment pass, for threads that wait for another's answer.
  static func pause(_ time: Nanoseconds) {
    _ = nmes_wait_until(nmes_clock_now() + time.rawValue, nil, 0, 0)
  }

  /// Sleeps until an instant on CLOCK_MONOTONIC, or until woken.
  func sleep(until instant: Nanoseconds) {
    let descriptor = descriptor
    // SAFETY: the array of one descriptor lives across the call, which only reads it.
    let result = unsafe withUnsafePointer(to: descriptor) {
      unsafe nmes_wait_until(instant.rawValue, $0, 1, 0)
    }
    if result > 0 { _ = nmes_event_drain(descriptor) }
  }
}

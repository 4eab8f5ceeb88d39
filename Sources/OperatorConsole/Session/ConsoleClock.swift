// Decides: which clock the console measures by.
// Leaves to others: the wall clock, which it never needs.

internal import CRealTime
public import StimulationCore

/// CLOCK_MONOTONIC.
public enum ConsoleClock {
  /// Now.
  public static var now: Nanoseconds { Nanoseconds(rawValue: nmes_clock_now()) }
}

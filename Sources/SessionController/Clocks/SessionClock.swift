// Decides: which clocks a session's records are stamped by.
// Leaves to others: what rest and days they mean (DoseLog), and session time (boards).

internal import CRealTime
public import DoseLog
public import StimulationCore

/// The clocks that are read when something is recorded.
public protocol SessionClock: Sendable {
  /// Both clocks as they are at an instant of the board's time, which is about now.
  func reading(at now: Nanoseconds) -> ClockReading
}

/// The machine's own clocks.
public struct MachineClock: SessionClock {
  /// The machine's clocks.
  public init() {}

  /// Whether the kernel's clock follows a time source is asked each time: it can be lost.
  public func reading(at now: Nanoseconds) -> ClockReading {
    .ofMachine(isSynchronised: nmes_clock_is_synchronised() == 1)
  }
}

/// A virtual wall clock that runs at a multiple of the machine's, sessions or not.
///
/// It starts at the machine's time, or at the newest record where that is later.
public struct PacedWallClock: SessionClock {
  private let start: WallTime
  private let origin: Nanoseconds
  private let pace: Int64

  /// A clock that starts now.
  ///
  /// - Parameter pace: how many times faster than the machine's, at least 1.
  public init(pace: Int64, newestRecord: WallTime?) {
    precondition(pace >= 1, "a virtual clock runs forward")
    let machine = ClockReading.ofMachine(isSynchronised: true).wall
    start = newestRecord.map { max($0, machine) } ?? machine
    origin = RunWaker.now()
    self.pace = pace
  }

  /// A virtual clock counts as synchronised.
  public func reading(at now: Nanoseconds) -> ClockReading {
    let elapsed = RunWaker.now() - origin
    let (virtual, isBeyond) = elapsed.rawValue.multipliedReportingOverflow(by: pace)
    let left = Int64.max - start.nanosecondsSince1970
    // The clock stands still at the end of its range, in the year 2262.
    let wall = start + Nanoseconds(isBeyond ? left : min(virtual, left))
    let machine = ClockReading.ofMachine(isSynchronised: true)
    return pace == 1 ? .paced(wall, machine) : .virtual(wall, boot: machine.boot)
  }
}

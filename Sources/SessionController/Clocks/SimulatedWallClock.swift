// Decides: the wall clock of a run on the simulated board.
// Leaves to others: what rest it means (DoseLog).

public import DoseLog
public import StimulationCore

/// A virtual wall clock that runs with session time.
///
/// It starts at the machine's time, or at the newest record where that is later: a virtual
/// session neither dodges a rest period nor makes the next one look like a clock set back.
public struct SimulatedWallClock: SessionClock {
  private let start: WallTime

  /// A clock that starts now, and no earlier than the newest record.
  public init(machine: WallTime, newestRecord: WallTime?) {
    start = newestRecord.map { max($0, machine) } ?? machine
  }

  /// The clock at an instant of session time. A virtual clock counts as synchronised.
  public func reading(at now: Nanoseconds) -> ClockReading { .virtual(start + now) }
}

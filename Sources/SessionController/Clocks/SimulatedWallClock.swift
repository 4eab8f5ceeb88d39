// Decides: the wall clock of a run on the simulated board.
// Leaves to others: what rest it means (DoseLog).

public import DoseLog
public import StimulationCore

/// A virtual wall clock that runs with session time.
///
/// It starts at the machine's time, or at the newest record where that is later: a virtual
/// session neither dodges a rest period nor makes the next one look like a clock set back. The
/// machine's own time stands in the records too, and a paced run rests by both.
public struct SimulatedWallClock: SessionClock {
  private let start: WallTime
  private let boot: BootTime?
  private let isPaced: Bool

  /// A clock that starts now, and no earlier than the newest record.
  ///
  /// - Parameter isPaced: whether session time passes as the machine's does.
  public init(machine: WallTime, newestRecord: WallTime?, isPaced: Bool = false) {
    start = newestRecord.map { max($0, machine) } ?? machine
    boot = ClockReading.ofMachine(isSynchronised: true).boot
    self.isPaced = isPaced
  }

  /// The clock at an instant of session time. A virtual clock counts as synchronised.
  public func reading(at now: Nanoseconds) -> ClockReading {
    isPaced
      ? .paced(start + now, .ofMachine(isSynchronised: true))
      : .virtual(start + now, boot: boot?.now)
  }
}

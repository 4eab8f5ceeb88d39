// Decides: what a run on the simulated board can be told besides the plan.
// Leaves to others: parsing it (nmes) and doing it (SimulatedRun).

public import SimulatedBoard
public import StimulationCore

/// How a session is run on the simulated board.
public struct RunOptions: Sendable {
  /// Whether virtual time waits for the wall clock.
  public var isPaced = true
  /// Everything random comes from this.
  public var seed: UInt64 = 1
  /// What goes wrong, and when.
  public var faults: [InjectedFault] = []
  /// Each wake-up is late by a seeded time up to this.
  public var wakeLateness = Nanoseconds.zero
  /// Where the signals are recorded.
  public var record: String?
  /// Whether a record that exists is replaced, or the run refused.
  public var replacesRecord = false
  /// How often progress is reported, in session time.
  public var progressInterval = Nanoseconds.milliseconds(200)
  /// Who runs it, for the log.
  public var actor: String

  /// A paced run without faults.
  public init(actor: String) { self.actor = actor }
}

// Decides: everything that tells one simulated board from another.
// Leaves to others: the plant itself (SimulatedBoard).

public import StimulationCore

/// Which clock a simulated board runs on.
public enum SimulatedClock: Sendable, Equatable {
  /// `wait` returns at once and answers the time that it was asked for.
  case `virtual`
  /// CLOCK_MONOTONIC. `wait` also ends when this eventfd is signalled, and drains it.
  case real(requestDescriptor: Int32?)
}

/// What a simulated board is made of.
public struct SimulatedBoardConfiguration: Sendable {
  /// The channels, 1 to 8.
  public var channelCount: Int
  /// The area of each electrode, by channel; both electrodes of a pair are equal.
  public var electrodeAreas: InlineArray<8, SquareMillimetres>
  /// The muscles' state.
  public var denervation: DenervationState
  /// Everything random comes from this.
  public var seed: UInt64
  /// How imperfect the electronics are.
  public var imperfections: Imperfections
  /// In virtual time each wake-up is late by a seeded time from 0 to this.
  public var wakeLateness: Nanoseconds
  /// What goes wrong and when, at most ``InjectedFault/most``.
  public var faults: [InjectedFault]
  /// The clock.
  public var clock: SimulatedClock
  /// How many changes of signals can wait to be drained; zero records nothing.
  public var recordCapacity: Int

  /// A board whose channels have electrodes of one area.
  public init(
    channelCount: Int, electrodeArea: SquareMillimetres,
    denervation: DenervationState = .denervated,
    seed: UInt64 = 1, imperfections: Imperfections = .realistic, wakeLateness: Nanoseconds = .zero,
    faults: [InjectedFault] = [], clock: SimulatedClock = .virtual, recordCapacity: Int = 0
  ) {
    self.channelCount = channelCount
    self.electrodeAreas = InlineArray(repeating: electrodeArea)
    self.denervation = denervation
    self.seed = seed
    self.imperfections = imperfections
    self.wakeLateness = wakeLateness
    self.faults = faults
    self.clock = clock
    self.recordCapacity = recordCapacity
  }
}

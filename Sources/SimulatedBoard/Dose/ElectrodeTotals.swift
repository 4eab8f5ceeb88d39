// Decides: what the simulated electrodes received, and in which quantities it is told.
// Leaves to others: integrating it (ElectrodeDose).

public import StimulationCore

/// The dose that one channel's electrodes received, by integrating their true current.
///
/// Shares no code with the core's accounting: this is what the log is judged by.
public struct ElectrodeTotals: Sendable, Equatable {
  /// The charge of leading excursions, as a magnitude.
  public var leadingCharge: Femtocoulombs
  /// The charge of recovering excursions, as a magnitude.
  public var recoveryCharge: Femtocoulombs
  /// The signed charge.
  public var netCharge: Femtocoulombs
  /// The largest current, as a magnitude.
  public var peakCurrent: Microamperes
  /// The time integral of the squared current, in µA²·ms.
  public var squareTime: Int64
  /// The energy at the electrodes.
  public var energy: Picojoules

  /// The charge moved in either direction.
  public var rectifiedCharge: Femtocoulombs { leadingCharge + recoveryCharge }

  /// What was received between two snapshots. The peak stays the later snapshot's, because a
  /// largest value cannot be taken off another.
  public static func - (later: ElectrodeTotals, earlier: ElectrodeTotals) -> ElectrodeTotals {
    ElectrodeTotals(
      leadingCharge: later.leadingCharge - earlier.leadingCharge,
      recoveryCharge: later.recoveryCharge - earlier.recoveryCharge,
      netCharge: later.netCharge - earlier.netCharge, peakCurrent: later.peakCurrent,
      squareTime: later.squareTime - earlier.squareTime, energy: later.energy - earlier.energy)
  }
}

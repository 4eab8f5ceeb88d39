// Decides: what a board definition says of one output range.
// Leaves to others: the active times of its amplitudes (AmplitudeCurve).

public import StimulationCore

/// One output range, chosen by lines while the board is disarmed.
public struct RangeDefinition: Sendable {
  /// The most that it delivers and its smallest step.
  public let range: OutputRange
  /// Which of the range-select lines are active: bit 0 is line 0.
  public let selection: UInt8
  /// What the hardware over-current comparator is set to in this range.
  public let threshold: Microamperes
}

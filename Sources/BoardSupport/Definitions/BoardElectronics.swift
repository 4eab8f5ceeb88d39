// Decides: what a board definition says of the electronics that are neither lines nor tables.
// Leaves to others: bounds on these (BoardCheck).

public import StimulationCore

/// What the board's electronics do and guarantee.
public struct BoardElectronics: Sendable, Equatable {
  /// The largest voltage of the output stage.
  public let compliance: Millivolts
  /// The pause that the board needs between the two phases of a channel.
  public let deadTime: Nanoseconds
  /// From an amplitude written to the current within 0.1 % of it.
  public let settling: Nanoseconds
  /// The shortest phase that software may time on this board.
  public let shortestTimedPhase: Nanoseconds
  /// The longest phase that the hardware phase limiter was set for.
  public let longestPhase: Nanoseconds
  /// The most charge that a phase may move before the hardware integrator acts.
  public let phaseCharge: Femtocoulombs
  /// The longest the output relay takes to open.
  public let relayRelease: Nanoseconds
  /// The window of the missing-pulse detector: it acts no sooner and no later after the last
  /// heartbeat edge.
  public let missingPulse: ClosedRange<Nanoseconds>
  /// What every channel's sequencer of short pulses does, if the board has them.
  public let gate: GateElectronics?
}

/// What the sequencers of short pulses do.
public struct GateElectronics: Sendable, Equatable {
  /// The leading phases that can be timed.
  public let leadingPhase: ClosedRange<Nanoseconds>
  /// How charge is recovered.
  public let recovery: GateRecovery
}

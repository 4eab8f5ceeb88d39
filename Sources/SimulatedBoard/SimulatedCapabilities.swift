// Decides: what the simulated board declares of itself.
// Leaves to others: keeping to it (the plant).

public import StimulationCore

/// The simulated board's declared figures.
public enum SimulatedCapabilities {
  /// The capabilities of a board with so many channels.
  public static func make(channelCount: Int) -> BoardCapabilities {
    BoardCapabilities(
      channelCount: channelCount,
      ranges: [
        range(10, 10), range(25, 25), range(80, 100), range(250, 250),
      ],
      compliance: Millivolts(80_000), deadTime: Nanoseconds(PhaseSwitch.deadTime),
      settling: .microseconds(160), longestPhase: .milliseconds(500),
      phaseCharge: Femtocoulombs(18_750_000_000_000),
      shortestGate: Nanoseconds(GateSequencer.shortest),
      longestGate: Nanoseconds(GateSequencer.longest), holdsAndCountsPulses: true,
      mirrorsRecovery: true, recoversByCapacitor: true, channelsAreIsolated: true,
      relayRelease: .milliseconds(5), converterStep: Microamperes(10))
  }

  private static func range(_ milliamperes: Int32, _ step: Int32) -> OutputRange {
    OutputRange(maximum: .milliamperes(milliamperes), step: Microamperes(step))
  }

  /// The comparator's threshold: 1 % of the range below the highest that may be armed.
  static func threshold(of range: OutputRange) -> Microamperes {
    range.highestThreshold - range.maximum / 100
  }
}

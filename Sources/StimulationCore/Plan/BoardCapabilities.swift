// Decides: what the core must know of a board to refuse what the board cannot do.
// Leaves to others: pins, calibration and files (BoardSupport).

/// One output range, chosen while the board is disarmed.
public struct OutputRange: Sendable, Equatable {
  /// The most that the range delivers.
  public let maximum: Microamperes
  /// The smallest step of the amplitude in this range.
  public let step: Microamperes

  /// A range as the board definition declares it.
  public init(maximum: Microamperes, step: Microamperes) {
    self.maximum = maximum
    self.step = step
  }

  /// The highest hardware over-current threshold with which the range may be armed (SR-28).
  public var highestThreshold: Microamperes {
    Microamperes(rawValue: maximum.rawValue / 4 * 5 + 2_000)
  }
}

/// What a board can do and guarantees in hardware.
public struct BoardCapabilities: Sendable {
  /// Its channels, 1 to ``maximumChannels``.
  public var channelCount: Int
  /// Its output ranges, smallest first; unused places have a maximum of zero.
  public var ranges: InlineArray<4, OutputRange>
  /// The largest voltage of the output stage.
  public var compliance: Millivolts
  /// The pause that the board needs between the two phases of a channel.
  public var deadTime: Nanoseconds
  /// From an amplitude written to the current within 0.1 % of it.
  public var settling: Nanoseconds
  /// The longest phase that the hardware phase limiter was set for.
  public var longestPhase: Nanoseconds
  /// The most charge that a phase may move before the hardware integrator acts.
  public var phaseCharge: Femtocoulombs
  /// The shortest leading phase that the gate sequencer can time; `never` without one.
  public var shortestGate: Nanoseconds
  /// The longest leading phase that the gate sequencer can time; zero without one.
  public var longestGate: Nanoseconds
  /// Whether short phases are held by a gate-triggered sample-and-hold and counted.
  public var holdsAndCountsPulses: Bool
  /// Whether the sequencer mirrors the leading phase as an active recovery.
  public var mirrorsRecovery: Bool
  /// Whether a series capacitor and bleeder return the charge of phases under 5 ms.
  public var recoversByCapacitor: Bool
  /// Whether the channels are isolated from one another, so that phases may overlap.
  public var channelsAreIsolated: Bool
  /// The longest the relay takes to open, at most 5 ms.
  public var relayRelease: Nanoseconds
  /// The smallest step of the current converter.
  public var converterStep: Microamperes

  /// A board as its definition declares it.
  public init(
    channelCount: Int, ranges: InlineArray<4, OutputRange>, compliance: Millivolts,
    deadTime: Nanoseconds, settling: Nanoseconds, longestPhase: Nanoseconds,
    phaseCharge: Femtocoulombs, shortestGate: Nanoseconds, longestGate: Nanoseconds,
    holdsAndCountsPulses: Bool, mirrorsRecovery: Bool, recoversByCapacitor: Bool,
    channelsAreIsolated: Bool, relayRelease: Nanoseconds, converterStep: Microamperes
  ) {
    precondition(channelCount >= 1 && channelCount <= maximumChannels, "1 to 8 channels")
    self.channelCount = channelCount
    self.ranges = ranges
    self.compliance = compliance
    self.deadTime = deadTime
    self.settling = settling
    self.longestPhase = longestPhase
    self.phaseCharge = phaseCharge
    self.shortestGate = shortestGate
    self.longestGate = longestGate
    self.holdsAndCountsPulses = holdsAndCountsPulses
    self.mirrorsRecovery = mirrorsRecovery
    self.recoversByCapacitor = recoversByCapacitor
    self.channelsAreIsolated = channelsAreIsolated
    self.relayRelease = relayRelease
    self.converterStep = converterStep
  }

  /// The smallest range that holds `amplitude`, or `nil`.
  public func smallestRange(holding amplitude: Microamperes) -> OutputRange? {
    for index in 0..<4 where ranges[index].maximum >= amplitude { return ranges[index] }
    return nil
  }
}

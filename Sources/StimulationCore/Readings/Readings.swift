// Decides: everything that the core knows of the board at one instant.
// Leaves to others: how it was read (boards) and what it means (Interlocks).

/// The board's status lines. Each reads as tripped when a wire breaks or the board is unpowered.
public struct SafetyLines: OptionSet, Sendable {
  /// The bits.
  public let rawValue: UInt8
  /// Makes a set from its bits.
  @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }
  /// The emergency-stop chain is closed.
  public static let emergencyStopClosed = SafetyLines(rawValue: 1)
  /// The over-current comparator is not latched.
  public static let overCurrentClear = SafetyLines(rawValue: 2)
  /// The high-voltage supply is present.
  public static let highVoltagePresent = SafetyLines(rawValue: 4)
  /// The output relay's contact is closed.
  public static let contactClosed = SafetyLines(rawValue: 8)
  /// The missing-pulse detector sees the heartbeat.
  public static let heartbeatSeen = SafetyLines(rawValue: 16)
  /// The request that holds the output lines stands.
  public static let outputsHeld = SafetyLines(rawValue: 32)

  /// The lines that must read good in every state that energises.
  public static let mustBeGood: SafetyLines = [
    .emergencyStopClosed, .overCurrentClear, .highVoltagePresent,
  ]
}

/// What became of the last outputs that were applied.
public enum WriteOutcome: UInt8, Sendable {
  /// Every write was made and confirmed.
  case confirmed
  /// A write may or may not have been made.
  case unconfirmed
  /// A write was not made.
  case failed
}

/// What was read from one channel.
public struct ChannelReadings: Sendable, Equatable {
  /// The signed current at `sampledAt`, before the offset learnt at self-check is taken off.
  public var current: Microamperes
  /// The voltage across the electrodes at `sampledAt`, signed like the current.
  public var voltage: Millivolts
  /// The current converter's code, for telling a stuck converter.
  public var code: Int32
  /// Whether the codes lay inside the converters' range.
  public var isInRange: Bool
  /// When the converters sampled.
  public var sampledAt: Nanoseconds
  /// The amplitude as the board reads it back.
  public var amplitude: Microamperes
  /// The phase outputs as the board reads them back.
  public var phase: PhaseOutput
  /// How many pulses the sequencer has started since the board was opened.
  public var pulseCount: UInt32
  /// The held magnitude of the last short pulse's leading phase.
  public var heldLeading: Microamperes
  /// The held magnitude of the last short pulse's recovery phase; zero for a capacitor's.
  public var heldRecovery: Microamperes
  /// The held magnitude of the voltage in the last short pulse's leading phase.
  public var heldVoltage: Millivolts

  /// Nothing read yet.
  @inlinable public static var none: ChannelReadings { ChannelReadings() }

  @inlinable init() {
    current = .zero
    voltage = .zero
    code = 0
    isInRange = true
    sampledAt = .notYet
    amplitude = .zero
    phase = .off
    pulseCount = 0
    heldLeading = .zero
    heldRecovery = .zero
    heldVoltage = .zero
  }
}

/// What was read from the board at one wake-up.
public struct Readings: Sendable {
  /// The status lines.
  public var lines: SafetyLines
  /// When the earliest fault line fell since the last reading; ``Nanoseconds/never`` for none.
  public var faultEdgeAt: Nanoseconds
  /// When the last applied outputs took effect at the pins.
  public var appliedAt: Nanoseconds
  /// What became of the last applied outputs.
  public var write: WriteOutcome
  /// The relay coil as the board reads it back.
  public var relayCoil: Bool
  /// The output range as the board reads it back.
  public var rangeMaximum: Microamperes
  /// The hardware over-current threshold as the board reads it back.
  public var overCurrentThreshold: Microamperes
  /// The channels.
  public var channels: InlineArray<8, ChannelReadings>

  /// Nothing read yet: no line is good.
  @inlinable public init() {
    lines = []
    faultEdgeAt = .never
    appliedAt = .notYet
    write = .unconfirmed
    relayCoil = false
    rangeMaximum = .zero
    overCurrentThreshold = .zero
    channels = InlineArray(repeating: .none)
  }
}

extension Readings {
  /// Whether every output was written and reads back inactive: coil and phases off.
  #if RT_CHECKED
    @_noAllocation @_noLocks
  #endif
  public func showInactive() -> Bool {
    guard case .confirmed = write, !relayCoil else { return false }
    for index in 0..<maximumChannels {
      guard case .off = channels[index].phase else { return false }
    }
    return true
  }
}

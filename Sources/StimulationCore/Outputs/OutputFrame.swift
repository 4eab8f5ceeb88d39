// Decides: everything that the board can be told to do at one instant.
// Leaves to others: which frames are safe (Interlocks) and how pins are driven (boards).

/// What one channel's phase outputs are doing.
public enum PhaseOutput: UInt8, Sendable {
  /// Both off.
  case off
  /// The positive output is on.
  case positive
  /// The negative output is on.
  case negative

  /// The output that drives a polarity.
  @inlinable public init(_ polarity: Polarity) {
    self = polarity == .positive ? .positive : .negative
  }

  /// +1, −1 or 0.
  @inlinable public var sign: Int32 {
    switch self {
    case .off: return 0
    case .positive: return 1
    case .negative: return -1
    }
  }
}

/// What the short-pulse sequencer of one channel is told.
///
/// While it runs, each period starts one pulse: leading phase of `activeTime`, the board's
/// dead time or the declared gap, then the recovery that the plan asks for.
public struct GateOutput: Sendable, Equatable {
  /// The leading phase; zero means that the gate stands still.
  public var activeTime: Nanoseconds
  /// From pulse to pulse.
  public var period: Nanoseconds
  /// The pause between the phases.
  public var gap: Nanoseconds
  /// Whether the recovery is the capacitor's rather than a mirrored phase.
  public var recoversByCapacitor: Bool
  /// The sign of the leading phase.
  public var polarity: Polarity

  /// A gate that stands still.
  @inlinable public static var still: GateOutput {
    GateOutput(
      activeTime: .zero, period: .zero, gap: .zero, recoversByCapacitor: false,
      polarity: .positive)
  }

  /// A gate setting.
  @inlinable public init(
    activeTime: Nanoseconds, period: Nanoseconds, gap: Nanoseconds, recoversByCapacitor: Bool,
    polarity: Polarity
  ) {
    self.activeTime = activeTime
    self.period = period
    self.gap = gap
    self.recoversByCapacitor = recoversByCapacitor
    self.polarity = polarity
  }

  /// Whether pulses are being started.
  @inlinable public var isRunning: Bool { activeTime > .zero }
}

/// What one channel is told.
public struct ChannelOutput: Sendable, Equatable {
  /// The phase outputs.
  public var phase: PhaseOutput
  /// The amplitude of the current source, never negative.
  public var amplitude: Microamperes
  /// The short-pulse sequencer.
  public var gate: GateOutput

  /// Phases off, no amplitude, gate still.
  @inlinable public static var inactive: ChannelOutput {
    ChannelOutput(phase: .off, amplitude: .zero, gate: .still)
  }

  /// A channel's outputs.
  @inlinable public init(phase: PhaseOutput, amplitude: Microamperes, gate: GateOutput) {
    self.phase = phase
    self.amplitude = amplitude
    self.gate = gate
  }

  /// Whether current is commanded.
  @inlinable public var isActive: Bool { phase != .off || gate.isRunning }
}

/// The outputs of the whole board at one instant.
public struct OutputFrame: Sendable {
  /// The coil of the output relay.
  public var relayCoil: Bool
  /// The level of the heartbeat line; the missing-pulse detector watches its edges.
  public var heartbeat: Bool
  /// The output indicator (SR-54).
  public var indicator: Bool
  /// The output range, by its maximum; changed only while the relay coil is released.
  public var rangeMaximum: Microamperes
  /// The channels; places beyond the board's channel count stay inactive.
  public var channels: InlineArray<8, ChannelOutput>

  /// Every output inactive, amplitudes at zero, the heartbeat at `heartbeat`.
  @inlinable public static func inactive(heartbeat: Bool, rangeMaximum: Microamperes) -> OutputFrame
  {
    OutputFrame(
      relayCoil: false, heartbeat: heartbeat, indicator: false, rangeMaximum: rangeMaximum,
      channels: InlineArray(repeating: .inactive))
  }

  @inlinable init(
    relayCoil: Bool, heartbeat: Bool, indicator: Bool, rangeMaximum: Microamperes,
    channels: InlineArray<8, ChannelOutput>
  ) {
    self.relayCoil = relayCoil
    self.heartbeat = heartbeat
    self.indicator = indicator
    self.rangeMaximum = rangeMaximum
    self.channels = channels
  }
}

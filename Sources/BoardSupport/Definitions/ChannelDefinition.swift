// Decides: what a board definition says of one channel.
// Leaves to others: what all channels share (BoardDefinition).

public import StimulationCore

/// One stimulation channel.
public struct ChannelDefinition: Sendable {
  /// The line of the positive phase, on the chip of the output lines.
  public let phasePositive: LineDefinition
  /// The line of the negative phase.
  public let phaseNegative: LineDefinition
  /// The PWM of the amplitude.
  public let amplitude: AmplitudePWM
  /// The converter of the signed current.
  public let current: ConverterDefinition<Microamperes>
  /// The converter of the voltage across the electrodes, signed like the current.
  public let voltage: ConverterDefinition<Millivolts>
  /// The sequencer of short pulses, if the channel has one.
  public let gate: GateDefinition?
  /// The calibration of each output range, in the order of the ranges.
  public let curves: [AmplitudeCurve]
}

/// How a sequencer's pulses recover their charge.
public enum GateRecovery: String, CaseIterable, Sendable, CustomStringConvertible {
  /// An active phase that mirrors the leading one.
  case mirrored
  /// The series capacitor through its bleeder.
  case capacitor
  /// Either, chosen by a line of each channel.
  case either

  /// The recovery's name in files.
  public var description: String { rawValue }
}

/// A channel's sequencer of short pulses: an edge of the gate PWM starts a pulse whose leading
/// phase is the active time.
public struct GateDefinition: Sendable {
  /// The gate PWM.
  public let pwm: PWMOutput
  /// The line that is active for a negative leading phase; without it every one is positive.
  public let negative: LineDefinition?
  /// The line that is active for recovery by the capacitor, where either is possible.
  public let capacitor: LineDefinition?
  /// The line that has an edge to active for every pulse started, on the chip of the inputs.
  public let pulseStarted: LineDefinition
  /// The held magnitude of the leading phase's current.
  public let heldLeading: ConverterDefinition<Microamperes>
  /// The held magnitude of a mirrored recovery's current.
  public let heldRecovery: ConverterDefinition<Microamperes>?
  /// The held magnitude of the leading phase's voltage.
  public let heldVoltage: ConverterDefinition<Millivolts>
}

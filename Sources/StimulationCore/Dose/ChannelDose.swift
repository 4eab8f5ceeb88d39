// Decides: what is counted of a dose, in which units.
// Leaves to others: when it is counted (pulse engines) and where it is kept (DoseLog).

/// How sure it is that a dose was delivered as stated.
public enum Certainty: UInt8, CaseIterable, Sendable {
  /// Measured while it was delivered.
  case confirmed
  /// Nothing was delivered.
  case none
  /// Some of it was not measured; the figures are an upper bound or a part.
  case uncertain
}

/// The dose of one channel over a train, a session or a self-check.
public struct ChannelDose: Sendable, Equatable {
  /// Pulses that were begun.
  public var pulses: Int64 = 0
  /// Pulses that were due and not begun, because the loop woke too late for them.
  public var withheld: Int64 = 0
  /// The leading charge that was commanded, as a magnitude.
  public var commandedLeading: Femtocoulombs = .zero
  /// The recovery charge that was commanded, as a magnitude.
  public var commandedRecovery: Femtocoulombs = .zero
  /// The leading charge that was measured, as a magnitude.
  public var leading: Femtocoulombs = .zero
  /// The recovery charge that was measured, as a magnitude. For board-timed pulses it includes
  /// what the board's series capacitor returns: the whole leading charge.
  public var recovery: Femtocoulombs = .zero
  /// The signed sum of all measured charge.
  public var net: Femtocoulombs = .zero
  /// The magnitude of the charge that pulses cut short left unrecovered.
  public var unrecovered: Femtocoulombs = .zero
  /// The largest measured current, as a magnitude.
  public var peak: Microamperes = .zero
  /// The time integral of the squared measured current, in µA²·ms.
  public var squareTime: Int64 = 0
  /// The energy measured at the electrodes.
  public var energy: Picojoules = .zero
  /// The time within trains.
  public var onTime: Nanoseconds = .zero

  /// No dose.
  public static var none: ChannelDose { ChannelDose() }

  /// No dose.
  public init() {}

  /// The rectified charge: leading and recovery.
  @inlinable public var rectified: Femtocoulombs { leading + recovery }

  /// The measured r.m.s. current over the on-time, rounded down.
  public var rmsOnTimeCurrent: Microamperes {
    let milliseconds = onTime.rawValue / 1_000_000
    guard milliseconds > 0 else { return .zero }
    let meanSquare = squareTime / milliseconds
    var root = squareRoot(meanSquare)
    if root * root > meanSquare { root -= 1 }
    return Microamperes(rawValue: Int32(clamping: root))
  }

  /// Adds another dose of the same channel.
  public static func += (left: inout ChannelDose, right: ChannelDose) {
    left.pulses += right.pulses
    left.withheld += right.withheld
    left.commandedLeading += right.commandedLeading
    left.commandedRecovery += right.commandedRecovery
    left.leading += right.leading
    left.recovery += right.recovery
    left.net += right.net
    left.unrecovered += right.unrecovered
    left.peak = max(left.peak, right.peak)
    left.squareTime += right.squareTime
    left.energy += right.energy
    left.onTime += right.onTime
  }
}

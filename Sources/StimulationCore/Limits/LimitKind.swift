// Decides: which limits there are, the unit each is counted in, and which way is tighter.
// Leaves to others: their values (Envelope) and who set them (LimitTable).

/// One limited figure of SR-12.
public enum LimitKind: UInt8, CaseIterable, Sendable {
  /// The amplitude, in µA.
  case amplitude
  /// The amplitude of pulses of 100 ms or more, in µA.
  case longPulseAmplitude
  /// The width of one phase, in ns.
  case phaseWidth
  /// Pulses a second, in thousandths of a pulse a second.
  case pulseRate
  /// The charge of one phase, in fC.
  case phaseCharge
  /// The energy of one pulse, in pJ.
  case pulseEnergy
  /// The r.m.s. current at plateau, in µA.
  case rms
  /// The r.m.s. current density under the smaller electrode, in nA/mm².
  case currentDensity
  /// The power density under the smaller electrode, in µW/cm².
  case powerDensity
  /// The rectified charge that one session and channel can deliver, in fC: with 1 % of gain and
  /// edges as late as is allowed.
  case sessionCharge
  /// The on-time of one session and channel, in ns.
  case sessionOnTime
  /// Trains a day of one muscle.
  case trainsPerDay
  /// Sessions a day of one muscle.
  case sessionsPerDay
  /// The shortest rest between two sessions of one muscle, in ns.
  case restBetweenSessions

  /// How many kinds there are.
  public static let count = 14

  /// Whether the limit is a lower bound, so that a larger value is the tighter one.
  public var isMinimum: Bool { self == .restBetweenSessions }

  /// Whether `value` keeps to `limit`.
  public func allows(_ value: Int64, under limit: Int64) -> Bool {
    isMinimum ? value >= limit : value <= limit
  }
}

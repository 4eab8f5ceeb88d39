// Decides: what one pulse is: its phases, gap, recovery, period and who times it.
// Leaves to others: amplitudes (ChannelPlan), trains (TrainPlan) and whether the limits allow
// it (PlanFigures).

/// How the charge of the leading phase is returned.
public enum Recovery: UInt8, CaseIterable, Sendable {
  /// The same shape, width and amplitude with the opposite sign.
  case symmetric
  /// The same shape, lower and longer: the amplitude falls by as much as the phase is longer.
  /// Where the board cannot represent that amplitude it is the next step above, and the phase
  /// shorter by as much, so that the charge returns exactly.
  case asymmetric
  /// The board's series capacitor discharges through its bleeder. Only for leading phases
  /// under 5 ms.
  case capacitor
}

/// Which output leads in successive pulses.
public enum LeadingPolarity: UInt8, CaseIterable, Sendable {
  /// Every pulse leads with the channel's own polarity.
  case fixed
  /// Every second pulse leads with the opposite polarity.
  case alternating
}

/// One biphasic pulse, the same on every channel of a plan.
public struct PulsePlan: Sendable, Equatable {
  /// The shape of both phases.
  public let shape: PulseShape
  /// The width of the leading phase (clinicians say pulse width or phase duration).
  public let leadingPhase: Nanoseconds
  /// The pause between the phases. Delivered as the board's dead time where that is longer.
  public let interphaseGap: Nanoseconds
  /// The nominal width of the recovery phase; nothing for ``Recovery/capacitor``.
  public let recoveryPhase: Nanoseconds
  /// How the charge is returned.
  public let recovery: Recovery
  /// From the start of one pulse to the start of the next.
  public let pulsePeriod: Nanoseconds
  /// Which output leads in successive pulses.
  public let leadingPolarity: LeadingPolarity

  /// Phases from this width up are timed by the loop, shorter ones by the board.
  public static let shortestLoopTimedPhase: Nanoseconds = .milliseconds(5)

  /// A pulse as written. ``StimulationPlan`` checks it.
  public init(
    shape: PulseShape, leadingPhase: Nanoseconds, interphaseGap: Nanoseconds,
    recoveryPhase: Nanoseconds, recovery: Recovery, pulsePeriod: Nanoseconds,
    leadingPolarity: LeadingPolarity
  ) {
    self.shape = shape
    self.leadingPhase = leadingPhase
    self.interphaseGap = interphaseGap
    self.recoveryPhase = recoveryPhase
    self.recovery = recovery
    self.pulsePeriod = pulsePeriod
    self.leadingPolarity = leadingPolarity
  }

  /// Whether the board, not the loop, times the phases.
  public var isTimedByBoard: Bool { leadingPhase < PulsePlan.shortestLoopTimedPhase }

  /// The whole pulse: leading phase, gap and recovery.
  public var duration: Nanoseconds { leadingPhase + interphaseGap + recoveryPhase }

  /// The recovery amplitude that goes with a leading amplitude, in exact proportion before
  /// the board's resolution: leading × leading width ÷ recovery width.
  public func recoveryAmplitude(of leading: Microamperes) -> Microamperes {
    guard recovery == .asymmetric else { return recovery == .symmetric ? leading : .zero }
    let product = Int64(leading.rawValue) * leadingPhase.rawValue
    return Microamperes(rawValue: Int32(product / recoveryPhase.rawValue))
  }
}

// Decides: every reason for which a plan is refused.
// Leaves to others: the checks (PlanCheck) and the words (PlanRefusalText).

/// A figure beyond a limit (SR-10, SR-12).
public struct LimitViolation: Sendable, Equatable {
  /// Which limit.
  public let kind: LimitKind
  /// The figure, in the unit that ``LimitKind`` names.
  public let figure: Int64
  /// The limit and who set it.
  public let limit: Limit
  /// The channel, counted from 0.
  public let channel: Int

  /// A violation.
  public init(kind: LimitKind, figure: Int64, limit: Limit, channel: Int) {
    self.kind = kind
    self.figure = figure
    self.limit = limit
    self.channel = channel
  }
}

/// Why a plan is refused.
public enum PlanRefusal: Error, Sendable, Equatable {
  /// There is no channel, or more than ``maximumChannels``.
  case channelCount(Int)
  /// A width, period or time that must be positive is not, or is beyond a day.
  case emptyDuration(PlanPart)
  /// A symmetric recovery whose width is not the leading phase's.
  case recoveryWidth(leading: Nanoseconds, recovery: Nanoseconds)
  /// An asymmetric recovery that is not longer than the leading phase.
  case recoveryNotLonger(leading: Nanoseconds, recovery: Nanoseconds)
  /// A capacitor recovery with a width, or for a leading phase of 5 ms or more (SR-30).
  case capacitorRecovery(leading: Nanoseconds)
  /// A shaped or alternating or asymmetric pulse under 5 ms, which the board would have to time.
  case notBoardTimeable(leading: Nanoseconds)
  /// A shaped recovery so short that an edge in time could leave too much charge (SR-13).
  case shapeTooShort(recovery: Nanoseconds, shortest: Nanoseconds)
  /// A gap so long that the recovery belongs to no pulse any more.
  case gapTooLong(gap: Nanoseconds, longest: Nanoseconds)
  /// A pulse that does not end within its period.
  case pulseLongerThanPeriod(pulse: Nanoseconds, period: Nanoseconds)
  /// A train too short for one pulse.
  case trainShorterThanPulse(onTime: Nanoseconds, pulse: Nanoseconds)
  /// The pause between trains is so short that the pulse period is not kept across it.
  case trainsTooClose(gap: Nanoseconds, period: Nanoseconds)
  /// No trains, or more than fit a counter.
  case trainCount
  /// A schedule that does not end within the session's duration.
  case scheduleLongerThanSession(schedule: Nanoseconds, session: Nanoseconds)
  /// A channel without electrode area.
  case noElectrodeArea(channel: Int)
  /// An electrode larger than any that is worn.
  case electrodeTooLarge(channel: Int, area: SquareMillimetres, largest: SquareMillimetres)
  /// A ceiling that is not positive.
  case noCeiling(channel: Int)
  /// A starting amplitude that is negative or above the ceiling.
  case startAboveCeiling(channel: Int, start: Microamperes, ceiling: Microamperes)
  /// Net charge by plan above amplitude × 1 µs (SR-13).
  case netCharge(channel: Int, net: Femtocoulombs, limit: Femtocoulombs)
  /// A figure beyond a limit.
  case limit(LimitViolation)
  /// More channels than the board has.
  case boardChannels(asked: Int, board: Int)
  /// Channels whose trains overlap on a board whose channels are not isolated (SR-33).
  case notIsolated
  /// No output range holds the ceiling.
  case noRange(channel: Int, ceiling: Microamperes, largest: Microamperes)
  /// An amplitude between two of the board's steps (SR-16).
  case notRepresentable(channel: Int, value: Microamperes, step: Microamperes)
  /// A starting amplitude too weak for its charge to be returned within the trim (SR-13).
  case notBalanced(channel: Int, value: Microamperes, lowest: Microamperes)
  /// A leading phase that the board's gate sequencer cannot time.
  case gateRange(leading: Nanoseconds, shortest: Nanoseconds, longest: Nanoseconds)
  /// Phases under 5 ms on a board without sample-and-hold and pulse count.
  case noSampleAndHold
  /// A recovery that the board does not make.
  case recoveryNotMade(Recovery)
  /// A phase longer than the hardware phase limiter allows.
  case phaseLimiter(width: Nanoseconds, longest: Nanoseconds)
  /// A phase charge beyond the hardware charge integrator.
  case chargeIntegrator(charge: Femtocoulombs, most: Femtocoulombs)
  /// A shape whose steps would be shorter than the board settles.
  case stepShorterThanSettling(step: Nanoseconds, settling: Nanoseconds)
  /// A recovery of another amplitude without a gap in which the board can settle (SR-31).
  case gapShorterThanSettling(gap: Nanoseconds, settling: Nanoseconds)
  /// A period that leaves no room for dead times, settling and the recovery's trim.
  case noRoomInPeriod(needed: Nanoseconds, period: Nanoseconds)
}

/// The part of a plan whose duration is not usable.
public enum PlanPart: UInt8, Sendable {
  case leadingPhase, interphaseGap, recoveryPhase, pulsePeriod
  case rampUp, plateau, rampDown, offTime, restBetweenSets, sessionDuration, offset
}

// Decides: what earlier sessions allow today (SR-05, SR-12, SR-42, SR-47).
// Leaves to others: reading the log (DoseLog).

/// What the log says of one patient's muscle before a session.
///
/// Sessions that were closed as uncertain count at their upper bound.
public struct DoseHistory: Sendable, Equatable {
  /// Trains in the 24 hours before the session, over the channel that had most.
  public var trainsInDay: Int64
  /// Sessions that delivered anything in the 24 hours before the session.
  public var sessionsInDay: Int64
  /// Since the end of the last session that delivered anything; `nil` when there was none.
  public var rest: Nanoseconds?
  /// Whether the wall clock is later than the newest record and synchronised, or confirmed.
  public var clockIsTrusted: Bool
  /// Whether an unacknowledged short, over-current or welded-relay event stands (SR-05).
  public var hasUnacknowledgedHazard: Bool

  /// A muscle's history.
  public init(
    trainsInDay: Int64, sessionsInDay: Int64, rest: Nanoseconds?, clockIsTrusted: Bool,
    hasUnacknowledgedHazard: Bool
  ) {
    self.trainsInDay = trainsInDay
    self.sessionsInDay = sessionsInDay
    self.rest = rest
    self.clockIsTrusted = clockIsTrusted
    self.hasUnacknowledgedHazard = hasUnacknowledgedHazard
  }

  /// A muscle that never had a session, on a trusted clock.
  public static var none: DoseHistory {
    DoseHistory(
      trainsInDay: 0, sessionsInDay: 0, rest: nil, clockIsTrusted: true,
      hasUnacknowledgedHazard: false)
  }
}

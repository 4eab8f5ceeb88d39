// Decides: what a muscle's history has against a session of this plan.
// Leaves to others: the history (whoever keeps a log), and refusing (StimulationController).

extension StimulationPlan {
  /// Why a session of this plan is refused after a history; `nil` when nothing is against it.
  ///
  /// A hazard that nobody acknowledged comes first (SR-05), then a clock that rest cannot be
  /// reckoned by (SR-47), then the first daily or rest limit that it would break (SR-12).
  public func refusal(after history: DoseHistory) -> Refusal? {
    if history.hasUnacknowledgedHazard { return .unacknowledgedHazard }
    if !history.clockIsTrusted { return .clockNotTrusted }
    let violation =
      violation(.trainsPerDay, history.trainsInDay + Int64(train.trains))
      ?? violation(.sessionsPerDay, history.sessionsInDay + 1)
      ?? violation(.restBetweenSessions, (history.rest ?? .never).rawValue)
    return violation.map { .limit($0) }
  }

  private func violation(_ kind: LimitKind, _ figure: Int64) -> LimitViolation? {
    let limit = limits[kind]
    guard !kind.allows(figure, under: limit.value) else { return nil }
    return LimitViolation(kind: kind, figure: figure, limit: limit, channel: 0)
  }
}

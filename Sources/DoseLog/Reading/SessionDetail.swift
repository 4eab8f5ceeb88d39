// Decides: what is told of a session beyond its totals.
// Leaves to others: the totals (SessionSummary).

/// One event, as it stands in the log.
public struct LoggedEvent: Sendable, Equatable, Codable {
  /// Its number, by which it is acknowledged where that is needed.
  public let event: Int64
  /// When, on the wall clock.
  public let wall: WallTime
  /// When, in ns of session time.
  public let sessionTime: Int64?
  /// What kind, such as `tripped`, `entered` or `command`.
  public let kind: String
  /// What, such as an interlock's name.
  public let subject: String?
  /// The channel, counted from 1 as people do.
  public let channel: Int?
  /// A figure in the base unit of the kind.
  public let amount: Int64?
  /// What became of it.
  public let outcome: String?
  /// Who.
  public let actor: String
  /// Whether a simulation answered in a person's place.
  public let isSimulated: Bool
  /// More, for people.
  public let text: String
}

/// One look at the skin, as it stands in the log.
public struct LoggedSkinCheck: Sendable, Equatable, Codable {
  /// When, on the wall clock.
  public let wall: WallTime
  /// Before or after.
  public let moment: SkinCheckMoment
  /// What was seen.
  public let finding: SkinFinding
  /// Who looked.
  public let actor: String
  /// Whether a simulation answered in a person's place.
  public let isSimulated: Bool
  /// More, for people.
  public let text: String
}

/// One session with everything that was reported of it but single trains.
public struct SessionDetail: Sendable, Equatable, Codable {
  /// Its totals.
  public let summary: SessionSummary
  /// Its events, oldest first.
  public let events: [LoggedEvent]
  /// Its skin checks, oldest first.
  public let skinChecks: [LoggedSkinCheck]
}

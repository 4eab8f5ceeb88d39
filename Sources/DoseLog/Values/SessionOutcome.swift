// Decides: how a session can end.
// Leaves to others: why it ended (faults, events).

/// How a session ended.
public enum SessionOutcome: String, CaseIterable, Sendable, Codable {
  /// The whole plan ran.
  case completed
  /// The operator ended it early.
  case stopped
  /// An interlock ended it.
  case faulted
  /// Nobody knows how it ended; it counts at its upper bound.
  case uncertain
  /// It was refused before its first pulse and delivered nothing.
  case refused
}

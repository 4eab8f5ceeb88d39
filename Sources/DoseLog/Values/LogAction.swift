// Decides: what is written of a command, a setting, an alarm or an answer (SR-45).
// Leaves to others: what the controller itself reports (SessionRecord).

public import StimulationCore

/// The kind of an action.
public enum LogActionKind: String, CaseIterable, Sendable, Codable {
  /// A command, such as `start` or `stop`.
  case command
  /// A setting, such as an amplitude.
  case setting
  /// An alarm that was raised to the operator.
  case alarm
  /// An answer to a question of the checklist (SR-51).
  case checklist
  /// A limit or an interlock refused something.
  case refusal
  /// Something to know about the log or the machine.
  case notice
}

/// Something that somebody did, or was told, with its outcome.
public struct LogAction: Sendable, Equatable {
  /// What kind of thing.
  public var kind: LogActionKind
  /// What, such as `set-amplitude`.
  public var subject: String
  /// What became of it, such as `accepted`.
  public var outcome: String
  /// Who.
  public var actor: String
  /// When in session time, where there is one.
  public var at: Nanoseconds?
  /// The channel it concerns, counted from 0.
  public var channel: Int8?
  /// A figure in the base unit of the subject.
  public var amount: Int64?
  /// Whether a simulation answered in a person's place.
  public var isSimulated: Bool
  /// More, for people.
  public var text: String

  /// An action.
  public init(
    kind: LogActionKind, subject: String, outcome: String, actor: String,
    at: Nanoseconds? = nil, channel: Int8? = nil, amount: Int64? = nil,
    isSimulated: Bool = false, text: String = ""
  ) {
    self.kind = kind
    self.subject = subject
    self.outcome = outcome
    self.actor = actor
    self.at = at
    self.channel = channel
    self.amount = amount
    self.isSimulated = isSimulated
    self.text = text
  }
}

// Decides: how events are asked for and told.
// Leaves to others: what happens (SessionController).

/// Asks for events from a number on, as `events.added`.
public struct EventsSubscribeRequest: ControlRequest {
  /// See ``ControlRequest``.
  public static let method = Method.eventsSubscribe
  /// The last event that is known already; only new ones when left out, all kept ones for 0.
  public var after: UInt64?

  /// A request.
  public init(after: UInt64? = nil) { self.after = after }

  /// What the subscription begins after.
  public struct Response: Codable, Sendable, Equatable {
    /// The number of the newest event.
    public var newest: UInt64

    /// An answer.
    public init(newest: UInt64) { self.newest = newest }
  }
}

/// New events, oldest first.
public struct EventsAdded: Codable, Sendable, Equatable {
  /// The events.
  public var events: [EventItem]
  /// Whether some before them are gone.
  public var gap: Bool

  /// Events.
  public init(events: [EventItem], gap: Bool) {
    self.events = events
    self.gap = gap
  }
}

/// One event.
public struct EventItem: Codable, Sendable, Equatable {
  /// Its number.
  public var sequence: UInt64
  /// When, by the board's clock.
  public var at_ms: Int64
  /// What kind of thing, as `state`, `trip`, `action`.
  public var kind: String
  /// Its name: a state's, an interlock's, a command's.
  public var subject: String
  /// Counted from 1.
  public var channel: Int?
  /// A figure in the base unit of the kind.
  public var amount: Int64?
  /// One line for people.
  public var text: String

  /// An event.
  public init(
    sequence: UInt64, at_ms: Int64, kind: String, subject: String, channel: Int?,
    amount: Int64?, text: String
  ) {
    self.sequence = sequence
    self.at_ms = at_ms
    self.kind = kind
    self.subject = subject
    self.channel = channel
    self.amount = amount
    self.text = text
  }
}

// Decides: the messages about the log: skin, hazards, the clock, doses.
// Leaves to others: the log (DoseLog).

/// Records the skin after a session (SR-51).
public struct SkinCheckRequest: ControlRequest {
  /// See ``ControlRequest``.
  public static let method = Method.skinCheck
  /// See ``ControlRequest``.
  public typealias Response = Done
  /// What was seen.
  public var finding: SkinSight
  /// The session; the last one when left out.
  public var session: Int64?

  /// A request.
  public init(finding: SkinSight, session: Int64? = nil) {
    self.finding = finding
    self.session = session
  }
}

/// A clinician clears the muscle of a session for the next one (SR-51).
public struct SkinClearRequest: ControlRequest {
  /// See ``ControlRequest``.
  public static let method = Method.skinClear
  /// See ``ControlRequest``.
  public typealias Response = Done
  /// What was seen and decided.
  public var note: String
  /// A session of the muscle. Left out, it is the muscle that is loaded, or the last session's.
  public var session: Int64?

  /// A request.
  public init(note: String, session: Int64? = nil) {
    self.note = note
    self.session = session
  }
}

/// Lists what stands against arming (SR-05).
public struct HazardListRequest: ControlRequest {
  /// See ``ControlRequest``.
  public static let method = Method.hazardList

  /// A request.
  public init() {}

  /// A short, an over-current or a welded relay that nobody acknowledged.
  public struct Hazard: Codable, Sendable, Equatable {
    /// What acknowledging names.
    public var event: Int64
    /// The interlock.
    public var interlock: String
    /// The session, if there was one.
    public var session: Int64?
    /// Counted from 1.
    public var channel: Int?
    /// When.
    public var at: String

    /// A hazard.
    public init(event: Int64, interlock: String, session: Int64?, channel: Int?, at: String) {
      self.event = event
      self.interlock = interlock
      self.session = session
      self.channel = channel
      self.at = at
    }
  }

  /// What stands.
  public struct Response: Codable, Sendable, Equatable {
    /// Oldest first.
    public var hazards: [Hazard]

    /// Hazards.
    public init(hazards: [Hazard]) { self.hazards = hazards }
  }
}

/// Acknowledges a hazard.
public struct HazardAcknowledgeRequest: ControlRequest {
  /// See ``ControlRequest``.
  public static let method = Method.hazardAcknowledge
  /// See ``ControlRequest``.
  public typealias Response = Done
  /// The hazard's event.
  public var event: Int64
  /// What was found and done.
  public var note: String

  /// A request.
  public init(event: Int64, note: String) {
    self.event = event
    self.note = note
  }
}

/// Confirms that the wall clock is right (SR-47).
public struct ClockConfirmRequest: ControlRequest {
  /// See ``ControlRequest``.
  public static let method = Method.clockConfirm
  /// See ``ControlRequest``.
  public typealias Response = Done

  /// A confirmation.
  public init() {}
}

/// Lists sessions, newest first.
public struct DoseListRequest: ControlRequest {
  /// See ``ControlRequest``.
  public static let method = Method.doseList
  /// The most that one answer lists.
  public static let most = 200
  /// How many an answer lists that nobody asked for a number of.
  public static let usual = 50
  /// Only this patient's.
  public var patient: String?
  /// How many at most, up to ``most``; ``usual`` when left out.
  public var limit: Int?

  /// A request.
  public init(patient: String? = nil, limit: Int? = nil) {
    self.patient = patient
    self.limit = limit
  }

  /// The sessions.
  public struct Response: Codable, Sendable, Equatable {
    /// Each as `nmes dose list --json` prints it.
    public var sessions: [JSONValue]
    /// All of them for people: what `nmes dose list` prints.
    public var text: String

    /// Sessions.
    public init(sessions: [JSONValue], text: String) {
      self.sessions = sessions
      self.text = text
    }
  }
}

/// Shows one session's dose.
public struct DoseShowRequest: ControlRequest {
  /// See ``ControlRequest``.
  public static let method = Method.doseShow

  /// Which session.
  public enum Selection: Codable, Sendable, Equatable {
    /// By its number.
    case session(Int64)
    /// The newest.
    case last

    /// Decodes a number or "last".
    public init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let number = try? container.decode(Int64.self) {
        self = .session(number)
      } else if try container.decode(String.self) == "last" {
        self = .last
      } else {
        throw DecodingError.dataCorruptedError(
          in: container, debugDescription: "a session is a number or \"last\"")
      }
    }

    /// Encodes a number or "last".
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .session(let number): try container.encode(number)
      case .last: try container.encode("last")
      }
    }
  }

  /// Which session.
  public var session: Selection

  /// A request.
  public init(session: Selection) { self.session = session }

  /// A session.
  public struct Response: Codable, Sendable, Equatable {
    /// As `nmes dose show --json` prints it.
    public var session: JSONValue
    /// For people: what `nmes dose show` prints.
    public var text: String

    /// A session.
    public init(session: JSONValue, text: String) {
      self.session = session
      self.text = text
    }
  }
}

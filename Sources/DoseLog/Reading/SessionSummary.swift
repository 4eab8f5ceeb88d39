// Decides: what is told of one session, and its names in JSON.
// Leaves to others: its channels (ChannelSummary) and its text (DoseTables).

public import StimulationCore

/// How a session ended, as the log says.
public struct SessionClosing: Sendable, Equatable, Codable {
  /// How.
  public let outcome: SessionOutcome
  /// The interlocks that tripped, in order, by their names in the log.
  public let faults: [String]
  /// When; of a session that a crash cut off, the latest instant of any dose.
  public let ended: WallTime
  /// Whether it was closed at the next start, because the process that ran it had ended.
  public let isAfterCrash: Bool
  /// More, for people.
  public let text: String
}

/// Whether a session runs or ended.
public enum SessionState: Sendable, Equatable {
  /// It runs, or the process that ran it ended and no writer came since.
  case open
  /// It ended.
  case closed(SessionClosing)
}

/// One session with its delivered dose.
public struct SessionSummary: Sendable, Equatable {
  /// Its number.
  public let session: SessionID
  /// When it began.
  public let begun: WallTime
  /// Whose muscle.
  public let muscle: MuscleKey
  /// The stage.
  public let stage: String
  /// The protocol's name.
  public let protocolName: String
  /// The protocol's version.
  public let protocolVersion: String
  /// The digest of the plan, in hexadecimal.
  public let planDigest: String
  /// The envelope's name in the log.
  public let envelope: String
  /// The name of the prescription's file, if there was one; sessions of version 1 of the log do
  /// not tell it.
  public let prescription: String?
  /// SHA-256 of the prescription's file, in hexadecimal.
  public let prescriptionDigest: String?
  /// Who prescribed.
  public let clinician: String?
  /// The interphase gap; sessions of version 1 of the log do not tell it.
  public let gap: DeliveredGap?
  /// The board.
  public let board: String
  /// Whether the board was simulated.
  public let isSimulated: Bool
  /// The simulation's seed.
  public let seed: UInt64?
  /// Who started it.
  public let actor: String
  /// Trains planned on each channel.
  public let plannedTrains: Int32
  /// Whether it ended, and how.
  public let state: SessionState
  /// The channels.
  public let channels: [ChannelSummary]

  /// The outcome's name; `open` while there is none.
  public var outcomeName: String {
    switch state {
    case .open: return "open"
    case .closed(let closing): return closing.outcome.rawValue
    }
  }
}

extension SessionSummary: Codable {
  private enum Key: String, CodingKey {
    case session, begun, patient, muscle, side, stage, `protocol`, version, planDigest, envelope
    case prescription, prescriptionDigest, clinician, interphaseGap_ns, deliveredGap_ns, board,
      simulated, seed, actor, plannedTrains, outcome, closing, channels
  }

  /// Writes one flat object; `outcome` is `open` for a session without a closing.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(session, forKey: .session)
    try container.encode(begun, forKey: .begun)
    try container.encode(muscle.patient, forKey: .patient)
    try container.encode(muscle.muscle, forKey: .muscle)
    try container.encodeIfPresent(muscle.side, forKey: .side)
    try container.encode(stage, forKey: .stage)
    try container.encode(protocolName, forKey: .protocol)
    try container.encode(protocolVersion, forKey: .version)
    try container.encode(planDigest, forKey: .planDigest)
    try container.encode(envelope, forKey: .envelope)
    try container.encodeIfPresent(prescription, forKey: .prescription)
    try container.encodeIfPresent(prescriptionDigest, forKey: .prescriptionDigest)
    try container.encodeIfPresent(clinician, forKey: .clinician)
    try container.encodeIfPresent(gap?.stated.rawValue, forKey: .interphaseGap_ns)
    try container.encodeIfPresent(gap?.delivered.rawValue, forKey: .deliveredGap_ns)
    try container.encode(board, forKey: .board)
    try container.encode(isSimulated, forKey: .simulated)
    try container.encodeIfPresent(seed, forKey: .seed)
    try container.encode(actor, forKey: .actor)
    try container.encode(plannedTrains, forKey: .plannedTrains)
    try container.encode(outcomeName, forKey: .outcome)
    if case .closed(let closing) = state { try container.encode(closing, forKey: .closing) }
    try container.encode(channels, forKey: .channels)
  }

  /// Reads what ``encode(to:)`` writes.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    session = try container.decode(SessionID.self, forKey: .session)
    begun = try container.decode(WallTime.self, forKey: .begun)
    muscle = MuscleKey(
      patient: try container.decode(String.self, forKey: .patient),
      muscle: try container.decode(String.self, forKey: .muscle),
      side: try container.decodeIfPresent(String.self, forKey: .side))
    stage = try container.decode(String.self, forKey: .stage)
    protocolName = try container.decode(String.self, forKey: .protocol)
    protocolVersion = try container.decode(String.self, forKey: .version)
    planDigest = try container.decode(String.self, forKey: .planDigest)
    envelope = try container.decode(String.self, forKey: .envelope)
    prescription = try container.decodeIfPresent(String.self, forKey: .prescription)
    prescriptionDigest = try container.decodeIfPresent(String.self, forKey: .prescriptionDigest)
    clinician = try container.decodeIfPresent(String.self, forKey: .clinician)
    let stated = try container.decodeIfPresent(Int64.self, forKey: .interphaseGap_ns)
    let delivered = try container.decodeIfPresent(Int64.self, forKey: .deliveredGap_ns)
    gap = stated.flatMap { stated in
      delivered.map {
        DeliveredGap(stated: Nanoseconds(stated), delivered: Nanoseconds($0))
      }
    }
    board = try container.decode(String.self, forKey: .board)
    isSimulated = try container.decode(Bool.self, forKey: .simulated)
    seed = try container.decodeIfPresent(UInt64.self, forKey: .seed)
    actor = try container.decode(String.self, forKey: .actor)
    plannedTrains = try container.decode(Int32.self, forKey: .plannedTrains)
    let closing = try container.decodeIfPresent(SessionClosing.self, forKey: .closing)
    state = closing.map(SessionState.closed) ?? .open
    channels = try container.decode([ChannelSummary].self, forKey: .channels)
  }
}

// Decides: what a status tells, and how it is asked for.
// Leaves to others: the values (SessionController) and drawing them (OperatorConsole).

/// Asks for the status once.
public struct StatusGetRequest: ControlRequest {
  /// See ``ControlRequest``.
  public static let method = Method.statusGet
  /// See ``ControlRequest``.
  public typealias Response = Status

  /// A request.
  public init() {}
}

/// Asks for the status ten times a second, as `status.changed`.
public struct StatusSubscribeRequest: ControlRequest {
  /// See ``ControlRequest``.
  public static let method = Method.statusSubscribe
  /// See ``ControlRequest``.
  public typealias Response = Done

  /// A request.
  public init() {}
}

/// The daemon, its board and its session as they stand.
public struct Status: Codable, Sendable, Equatable {
  /// A latched fault.
  public struct Fault: Codable, Sendable, Equatable {
    /// The interlock's name.
    public var id: String
    /// The requirement behind it.
    public var requirement: String
    /// What happened, in words.
    public var cause: String

    /// A fault.
    public init(id: String, requirement: String, cause: String) {
      self.id = id
      self.requirement = requirement
      self.cause = cause
    }
  }

  /// Whether the log has what was seen of the skin after this session (SR-51).
  public var isSkinSeen: Bool
  /// How the lease stands.
  public struct Lease: Codable, Sendable, Equatable {
    /// Who leads; nobody when left out.
    public var holder: LeaseHolder?
    /// Whether it is the one who reads this.
    public var mine: Bool
    /// Since the last renewal.
    public var age_ms: Int64

    /// A lease.
    public init(holder: LeaseHolder?, mine: Bool, age_ms: Int64) {
      self.holder = holder
      self.mine = mine
      self.age_ms = age_ms
    }
  }

  /// A channel.
  public struct Channel: Codable, Sendable, Equatable {
    /// Counted from 1.
    public var channel: Int
    /// The setpoint.
    public var setpoint_uA: Int64
    /// Where it climbs to, while it climbs.
    public var target_uA: Int64?
    /// The ceiling.
    public var ceiling_uA: Int64
    /// The last current measured in a phase.
    public var measured_uA: Int64
    /// The load of the last pulse.
    public var load_ohm: Int64?
    /// The train that runs or ran last, counted from 1; 0 before the first.
    public var train: Int32
    /// Whether the channel is within a train and delivers in it, its setpoint above zero.
    public var isInTrain: Bool
    /// The rectified charge of the session.
    public var charge_nC: Int64
    /// The most that it may become.
    public var chargeLimit_nC: Int64
    /// The muscle's force, where the board has it.
    public var force_N: Double?

    /// A channel.
    public init(
      channel: Int, setpoint_uA: Int64, target_uA: Int64?, ceiling_uA: Int64,
      measured_uA: Int64, load_ohm: Int64?, train: Int32, isInTrain: Bool, charge_nC: Int64,
      chargeLimit_nC: Int64, force_N: Double?
    ) {
      self.channel = channel
      self.setpoint_uA = setpoint_uA
      self.target_uA = target_uA
      self.ceiling_uA = ceiling_uA
      self.measured_uA = measured_uA
      self.load_ohm = load_ohm
      self.train = train
      self.isInTrain = isInTrain
      self.charge_nC = charge_nC
      self.chargeLimit_nC = chargeLimit_nC
      self.force_N = force_N
    }
  }

  /// Grows with every status of this daemon.
  public var sequence: UInt64
  /// When it was made, in milliseconds of the daemon's machine's CLOCK_MONOTONIC. A reader on the
  /// same machine sees by it how old the status is, however late it is read (SR-52).
  public var at_ms: Int64
  /// How far the session is: `idle`, `loaded`, `open`, `over`.
  public var phase: String
  /// The controller's state, as `running`.
  public var state: String
  /// The board.
  public var board: String
  /// Whether nobody is connected to it.
  public var isSimulated: Bool
  /// The session in the log.
  public var session: Int64?
  /// How it ended.
  public var outcome: String?
  /// The patient's code.
  public var patient: String?
  /// The muscle.
  public var muscle: String?
  /// The stage.
  public var stage: String?
  /// The protocol.
  public var protocolName: String?
  /// The envelope.
  public var envelope: String?
  /// The furthest train of any channel, counted from 1; 0 before the first.
  public var train: Int32
  /// Trains of each channel.
  public var trains: Int32
  /// Until the schedule's end.
  public var timeLeft_ms: Int64
  /// Since the loop was seen last.
  public var age_ms: Int64
  /// The latched faults, worst first.
  public var faults: [Fault]
  /// The item at which the last self-check failed.
  public var failedItem: String?
  /// Whether a phase, a gate or the relay's coil is driven.
  public var outputsAreActive: Bool
  /// How the lease stands.
  public var lease: Lease
  /// The channels.
  public var channels: [Channel]
  /// Why the log could not be written, when it could not.
  public var logFailure: String?

  private enum CodingKeys: String, CodingKey {
    case sequence, at_ms, phase, state, board, isSimulated, session, outcome, patient, muscle
    case stage
    case envelope, train, trains, timeLeft_ms, age_ms, faults, failedItem, outputsAreActive
    case isSkinSeen, lease, channels, logFailure
    case protocolName = "protocol"
  }

  /// A status in which nothing is loaded.
  public init(sequence: UInt64, phase: String, state: String, board: String, isSimulated: Bool) {
    self.sequence = sequence
    at_ms = 0
    self.phase = phase
    self.state = state
    self.board = board
    self.isSimulated = isSimulated
    train = 0
    trains = 0
    timeLeft_ms = 0
    age_ms = 0
    faults = []
    outputsAreActive = false
    isSkinSeen = false
    lease = Lease(holder: nil, mine: false, age_ms: 0)
    channels = []
  }
}

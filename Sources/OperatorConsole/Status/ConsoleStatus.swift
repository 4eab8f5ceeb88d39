// Decides: what of the daemon's status the console shows, with its units.
// Leaves to others: how it travels (ControlAPI) and how it looks (StatusArea).

public import StimulationCore

/// The stimulator as the daemon told it last.
public struct ConsoleStatus: Sendable, Equatable {
  /// How far the session is.
  public enum Phase: String, Sendable, CaseIterable {
    /// No protocol is loaded.
    case idle
    /// A plan is loaded; nothing is energised.
    case loaded
    /// The intent is written and the loop runs.
    case open
    /// The session is over.
    case over
  }

  /// A cause that tripped.
  public struct Fault: Sendable, Equatable {
    /// The interlock.
    public var id: String
    /// The requirement that it serves.
    public var requirement: String
    /// What happened, for people.
    public var cause: String

    /// A cause.
    public init(id: String, requirement: String, cause: String) {
      self.id = id
      self.requirement = requirement
      self.cause = cause
    }
  }

  /// Who may command.
  public enum Lease: Sendable, Equatable {
    /// Nobody.
    case free
    /// This console.
    case mine
    /// Somebody else, by name.
    case other(String)
  }

  /// One channel.
  public struct Channel: Sendable, Equatable {
    /// Counted from 1.
    public var channel: Int
    /// The amplitude as set.
    public var setpoint: Microamperes
    /// Where it climbs to; `nil` while it stands.
    public var target: Microamperes?
    /// The protocol's ceiling.
    public var ceiling: Microamperes
    /// The last current measured in a phase.
    public var measured: Microamperes
    /// The load of the last pulse.
    public var load: Ohms?
    /// The train that runs or ran last, from 1.
    public var train: Int
    /// Whether a train runs.
    public var isInTrain: Bool
    /// Rectified charge of the session.
    public var charge: Femtocoulombs
    /// The most of it.
    public var chargeLimit: Femtocoulombs
    /// Newtons, where the board has them.
    public var force: Double?

    /// A channel at rest.
    public init(channel: Int, ceiling: Microamperes) {
      self.channel = channel
      self.ceiling = ceiling
      setpoint = .zero
      measured = .zero
      train = 0
      isInTrain = false
      charge = .zero
      chargeLimit = .zero
    }
  }

  /// How far the session is.
  public var phase: Phase
  /// The controller's state, by its name in logs.
  public var state: String
  /// The board.
  public var board: String
  /// Whether no electrode is driven.
  public var isSimulated: Bool
  /// The session in the log.
  public var session: Int64?
  /// How the session ended.
  public var outcome: String?
  /// The patient's code.
  public var patient: String?
  /// The muscle.
  public var muscle: String?
  /// The stage of denervation.
  public var stage: String?
  /// The protocol.
  public var protocolName: String?
  /// The envelope, where it is not the ordinary one.
  public var isExtended: Bool
  /// The train that runs or ran last, from 1.
  public var train: Int
  /// The trains of the plan.
  public var trains: Int
  /// Until the schedule's end.
  public var timeLeft: Nanoseconds
  /// How old the loop's part was when it was made.
  public var age: Nanoseconds
  /// When it was made, by this machine's monotonic clock; `nil` where the daemon does not say.
  public var madeAt: Nanoseconds?
  /// Worst first.
  public var faults: [Fault]
  /// The item at which the self-check failed.
  public var failedItem: String?
  /// Whether a phase, a gate or the relay's coil is driven.
  public var outputsAreActive: Bool
  /// Whether the log has what was seen of the skin after this session.
  public var isSkinSeen: Bool
  /// Who may command.
  public var lease: Lease
  /// The channels of the plan.
  public var channels: [Channel]
  /// Why the log could not be written.
  public var logFailure: String?

  /// A stimulator in which nothing is loaded.
  public init(board: String, isSimulated: Bool) {
    phase = .idle
    state = "faulted"
    self.board = board
    self.isSimulated = isSimulated
    isExtended = false
    train = 0
    trains = 0
    timeLeft = .zero
    age = .zero
    faults = []
    outputsAreActive = false
    isSkinSeen = false
    lease = .free
    channels = []
  }

  /// How old it is now (SR-52): from when it was made, however long it lay in a buffer since.
  func age(at now: Nanoseconds, receivedAt: Nanoseconds) -> Nanoseconds {
    // No status comes before it is made; of a wrong time the worse is taken.
    let made = min(madeAt ?? receivedAt, receivedAt)
    // The loop's age counts while there is a loop that must be alive.
    return now - made + (phase == .open ? age : .zero)
  }

  /// What tripped; that nobody has checked the board yet is no fault of a session.
  public var causes: [Fault] {
    let unchecked = "\(InterlockID.notYetChecked.name)"
    return faults.filter { $0.id != unchecked }
  }

  /// The highest current that flows in a train now; zero between trains.
  public var current: Microamperes {
    channels.filter(\.isInTrain).map(\.measured).max() ?? .zero
  }

  /// Whether trains run: the only time at which `+` and `-` change anything.
  public var isRunning: Bool { phase == .open && (state == "running" || state == "ramping") }

  /// Whether a session stands that leaving the console would have to stop.
  public var isEnergised: Bool {
    phase == .open
      && ["self-check", "armed", "ramping", "running", "paused", "stopping"].contains(state)
  }
}

// Decides: what the controller can be asked at one tick, and what it answers.
// Leaves to others: who may ask (ControlServer, SessionController) and the words of a refusal.

/// One command of the operator.
public enum Command: Sendable, Equatable {
  /// Nothing.
  case none
  /// Check the board.
  case selfCheck
  /// Get ready to start, with what the log says of this muscle.
  case arm(DoseHistory)
  /// Begin the session.
  case start
  /// Set the amplitude of one channel, or of all; a rise is at most 1 mA.
  case setAmplitude(Microamperes, channel: Int8?)
  /// Set each channel that is named to an amplitude of its own; a rise is at most 1 mA each.
  case setAmplitudes(ChannelAmplitudes)
  /// Climb to an amplitude within the bounds of SR-14, on one channel or all.
  case target(Microamperes, channel: Int8?)
  /// Finish the pulse in progress and wait, setpoint at zero.
  case pause
  /// Go on after a pause with the next train, from zero.
  case resume
}

/// Everything that reaches the controller from outside the board at one tick.
public struct Request: Sendable {
  /// STOP. Acts in the tick in which it is seen, before anything else.
  public var stop: Bool
  /// The level of the reset button; a reset is its rising edge.
  public var reset: Bool
  /// The operator's command.
  public var command: Command
  /// When the operator's lease was last renewed.
  public var leaseRenewedAt: Nanoseconds
  /// When the log last made progress.
  public var loggerProgressAt: Nanoseconds
  /// The session on-time up to which dose records are durable.
  public var durableOnTime: Nanoseconds

  /// A request that asks nothing, with the supervision times as given.
  @inlinable public init(
    stop: Bool = false, reset: Bool = false, command: Command = .none,
    leaseRenewedAt: Nanoseconds, loggerProgressAt: Nanoseconds, durableOnTime: Nanoseconds
  ) {
    self.stop = stop
    self.reset = reset
    self.command = command
    self.leaseRenewedAt = leaseRenewedAt
    self.loggerProgressAt = loggerProgressAt
    self.durableOnTime = durableOnTime
  }
}

/// What became of the command of one tick.
public enum Reply: Sendable, Equatable {
  /// There was none.
  case none
  /// It was accepted as asked.
  case accepted
  /// It was refused and changed nothing.
  case refused(Refusal)
  /// A channel refused it, so that none was raised. The channels that stood or climbed above what
  /// was asked of them were lowered, or climb no further.
  case lowered(ChannelSet, Refusal)

  /// Whether anything changed, or may change.
  public var changes: Bool {
    switch self {
    case .none, .refused: return false
    case .accepted, .lowered: return true
    }
  }

  /// Why it was not done as asked; `nil` when it was.
  public var refusal: Refusal? {
    switch self {
    case .none, .accepted: return nil
    case .refused(let refusal), .lowered(_, let refusal): return refusal
    }
  }
}

/// Why a command is refused. Nothing changes when it is.
public enum Refusal: Sendable, Equatable {
  /// The command does not belong to this state.
  case notInState(StateCode)
  /// A cause is still present, so that a reset is not accepted (SR-22).
  case causePresent(InterlockID)
  /// The self-check is older than 60 s or was not made (SR-04).
  case selfCheckExpired
  /// The operator's lease was not renewed for 1 s, so that nobody is known to be there (SR-23).
  case leaseNotRenewed
  /// An unacknowledged short, over-current or welded relay stands in the log (SR-05).
  case unacknowledgedHazard
  /// The wall clock cannot be trusted for the rest period (SR-47).
  case clockNotTrusted
  /// A daily or rest limit (SR-12).
  case limit(LimitViolation)
  /// The session was run already; another needs a new controller.
  case sessionOver
  /// There is no such channel.
  case noChannel(Int8)
  /// A negative amplitude (SR-11).
  case negative(Microamperes)
  /// Above the channel's ceiling (SR-10).
  case aboveCeiling(Microamperes, ceiling: Microamperes, source: LimitSource, channel: Int8)
  /// Between two steps of the board (SR-16).
  case notRepresentable(Microamperes, below: Microamperes, above: Microamperes)
  /// Too weak for the board to return its charge within the trim (SR-13).
  case notBalanced(Microamperes, lowest: Microamperes, channel: Int8)
  /// A rise of more than 1 mA in one request (SR-14).
  case riseTooLarge(from: Microamperes, to: Microamperes, channel: Int8)
  /// More than 5 mA of rise within a second (SR-14).
  case riseTooFast(to: Microamperes, channel: Int8)
  /// Too far above the highest pulse delivered since the setpoint was zero (SR-14).
  case beyondDelivered(
    Microamperes, highest: Microamperes, most: Microamperes, channel: Int8)
}

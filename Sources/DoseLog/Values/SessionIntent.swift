// Decides: what is written before the first pulse (SR-41).
// Leaves to others: what was delivered (doses) and how it ended (closings).

public import StimulationCore

/// What is intended on one channel.
public struct ChannelIntent: Sendable, Equatable {
  /// The channel, counted from 0.
  public var channel: Int8
  /// The smaller of the channel's electrodes.
  public var electrodeArea: SquareMillimetres
  /// The most that can be set.
  public var ceiling: Microamperes
  /// Who set the ceiling.
  public var ceilingSource: LimitSource
  /// The most rectified charge within the first 2 s of on-time (SR-42).
  public var boundAfter: Femtocoulombs

  /// A channel's intent.
  public init(
    channel: Int8, electrodeArea: SquareMillimetres, ceiling: Microamperes,
    ceilingSource: LimitSource, boundAfter: Femtocoulombs
  ) {
    self.channel = channel
    self.electrodeArea = electrodeArea
    self.ceiling = ceiling
    self.ceilingSource = ceilingSource
    self.boundAfter = boundAfter
  }
}

/// What is intended, written and durable before the first pulse.
public struct SessionIntent: Sendable, Equatable {
  /// Whose muscle.
  public var muscle: MuscleKey
  /// The stage, such as `S4`.
  public var stage: String
  /// The protocol's name.
  public var protocolName: String
  /// The protocol's version.
  public var protocolVersion: String
  /// The digest of the checked plan.
  public var planDigest: PlanDigest
  /// The envelope.
  public var envelope: Envelope
  /// The prescription that the session rests on, if any.
  public var prescription: PrescriptionReference?
  /// The interphase gap, as stated and as the board delivers it (SR-31).
  public var gap: DeliveredGap
  /// The board.
  public var board: String
  /// Whether the board is simulated.
  public var isSimulated: Bool
  /// The seed of a simulated board.
  public var seed: UInt64?
  /// Who starts the session.
  public var actor: String
  /// Trains planned on each channel.
  public var plannedTrains: Int32
  /// The duration of one train, for the trains that 2 s of on-time can hold.
  public var trainOnTime: Nanoseconds
  /// The channels.
  public var channels: [ChannelIntent]

  /// Everything that a session's intent states.
  public init(
    muscle: MuscleKey, stage: String, protocolName: String, protocolVersion: String,
    planDigest: PlanDigest, envelope: Envelope, prescription: PrescriptionReference?,
    gap: DeliveredGap, board: String, isSimulated: Bool, seed: UInt64?, actor: String,
    plannedTrains: Int32,
    trainOnTime: Nanoseconds, channels: [ChannelIntent]
  ) {
    self.muscle = muscle
    self.stage = stage
    self.protocolName = protocolName
    self.protocolVersion = protocolVersion
    self.planDigest = planDigest
    self.envelope = envelope
    self.prescription = prescription
    self.gap = gap
    self.board = board
    self.isSimulated = isSimulated
    self.seed = seed
    self.actor = actor
    self.plannedTrains = plannedTrains
    self.trainOnTime = trainOnTime
    self.channels = channels
  }
}

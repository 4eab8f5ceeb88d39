// Decides: what belongs to one channel alone.
// Leaves to others: the pulse and the schedule, which all channels share.

/// The most channels that a plan or a board can have.
public let maximumChannels = 8

/// The sign of a phase, as the board's two phase outputs name it.
public enum Polarity: UInt8, CaseIterable, Sendable {
  /// Current flows out of the channel's first electrode.
  case positive
  /// Current flows into the channel's first electrode.
  case negative

  /// The other sign.
  @inlinable public var opposite: Polarity { self == .positive ? .negative : .positive }
  /// +1 or −1.
  @inlinable public var sign: Int64 { self == .positive ? 1 : -1 }
}

/// One channel of a plan.
public struct ChannelPlan: Sendable, Equatable {
  /// The most that the operator can set on this channel.
  public let ceiling: Microamperes
  /// Who set the ceiling: the protocol, or a prescription that is tighter.
  public let ceilingSource: LimitSource
  /// Where the session's first target lies when nobody names another.
  public let startingAmplitude: Microamperes
  /// The smaller of the channel's electrodes. There is no default.
  public let electrodeArea: SquareMillimetres
  /// The sign of the leading phase.
  public let polarity: Polarity
  /// How much later than the session's start this channel's first train begins.
  public let offset: Nanoseconds

  /// A channel as written. ``StimulationPlan`` checks it.
  public init(
    ceiling: Microamperes, ceilingSource: LimitSource, startingAmplitude: Microamperes,
    electrodeArea: SquareMillimetres, polarity: Polarity, offset: Nanoseconds
  ) {
    self.ceiling = ceiling
    self.ceilingSource = ceilingSource
    self.startingAmplitude = startingAmplitude
    self.electrodeArea = electrodeArea
    self.polarity = polarity
    self.offset = offset
  }

  static let unused = ChannelPlan(
    ceiling: .zero, ceilingSource: .compiled, startingAmplitude: .zero, electrodeArea: .zero,
    polarity: .positive, offset: .zero)
}

// Decides: what can be seen of a controller from outside.
// Leaves to others: how it is shown.

/// One channel as it stands.
public struct ChannelStatus: Sendable, Equatable {
  /// The setpoint.
  public let setpoint: Microamperes
  /// Where the setpoint climbs to; `nil` while it stands.
  public let target: Microamperes?
  /// The ceiling.
  public let ceiling: Microamperes
  /// The lowest amplitude that may be asked for, other than nothing (SR-13).
  public let lowest: Microamperes
  /// The train that runs or ran last, counted from 1; 0 before the first.
  public let train: Int32
  /// Whether the channel is within a train and delivers in it: its setpoint is above zero, or its
  /// last pulse still in progress.
  public let isInTrain: Bool
  /// The last current measured in a phase, as a magnitude.
  public let current: Microamperes
  /// The load of the last pulse; `nil` before the first.
  public let load: Ohms?
  /// The session's dose so far.
  public let dose: ChannelDose

  /// A channel of which nothing is known.
  public static var none: ChannelStatus {
    ChannelStatus(
      setpoint: .zero, target: nil, ceiling: .zero, lowest: .zero, train: 0, isInTrain: false,
      current: .zero, load: nil, dose: ChannelDose())
  }
}

extension StimulationController {
  /// A channel of the plan as it stands.
  #if RT_CHECKED
    @_noAllocation @_noLocks
  #endif
  public func status(ofChannel index: Int) -> ChannelStatus {
    precondition(index >= 0 && index < plan.channelCount, "a channel of the plan")
    let channel = channels[index]
    let delivers = channel.setpoint.value > .zero || !channel.isAtRest(at: now)
    return ChannelStatus(
      setpoint: channel.setpoint.value, target: channel.setpoint.target,
      ceiling: channel.plan.ceiling, lowest: channel.setpoint.lowest,
      train: channel.clock.trainsBegun,
      isInTrain: delivers && channel.clock.stage == .inTrain, current: channel.measured,
      load: channel.load.load, dose: channel.total)
  }

  /// The tick that was decided last.
  public var lastTick: UInt64 { tick }

  /// When to wake next at the latest.
  public var nextDeadline: Nanoseconds { deadline }
}

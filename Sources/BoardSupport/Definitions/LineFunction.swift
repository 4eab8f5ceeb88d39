// Decides: what GPIO lines of a board are for, and the words for it.
// Leaves to others: which line serves which (LineDefinition, ChannelDefinition).

/// What an output line does.
public enum OutputFunction: Sendable, Hashable {
  /// The coil of the output relay.
  case relayCoil
  /// The line whose edges the missing-pulse detector watches.
  case heartbeat
  /// The output indicator (SR-54).
  case indicator
  /// One of the lines that choose the output range, 0 or 1.
  case rangeSelect(Int)
  /// A channel's positive phase; channels count from 0.
  case phasePositive(channel: Int)
  /// A channel's negative phase.
  case phaseNegative(channel: Int)
  /// Active: the channel's sequencer begins with the negative phase.
  case gateNegative(channel: Int)
  /// Active: the channel's sequencer leaves recovery to the capacitor.
  case gateCapacitor(channel: Int)
}

/// What an input line tells.
public enum InputFunction: Sendable, Hashable {
  /// The emergency-stop chain is closed.
  case emergencyStopClosed
  /// The over-current comparator is not latched.
  case overCurrentClear
  /// The high-voltage supply is present.
  case highVoltagePresent
  /// The output relay's contact is closed.
  case contactClosed
  /// The missing-pulse detector sees the heartbeat.
  case heartbeatSeen
  /// An edge to active for every pulse that the channel's sequencer starts.
  case pulseStarted(channel: Int)
}

extension OutputFunction: CustomStringConvertible {
  /// The key of the file that it stands for, with its channel counted from 1.
  public var description: String {
    switch self {
    case .relayCoil: "relayCoil"
    case .heartbeat: "heartbeat"
    case .indicator: "indicator"
    case .rangeSelect(let line): "rangeSelect\(line)"
    case .phasePositive(let channel): "phasePositive, channel \(channel + 1)"
    case .phaseNegative(let channel): "phaseNegative, channel \(channel + 1)"
    case .gateNegative(let channel): "gate.negative, channel \(channel + 1)"
    case .gateCapacitor(let channel): "gate.capacitor, channel \(channel + 1)"
    }
  }
}

extension InputFunction: CustomStringConvertible {
  /// The key of the file that it stands for, with its channel counted from 1.
  public var description: String {
    switch self {
    case .emergencyStopClosed: "emergencyStopClosed"
    case .overCurrentClear: "overCurrentClear"
    case .highVoltagePresent: "highVoltagePresent"
    case .contactClosed: "contactClosed"
    case .heartbeatSeen: "heartbeatSeen"
    case .pulseStarted(let channel): "gate.pulseStarted, channel \(channel + 1)"
    }
  }
}

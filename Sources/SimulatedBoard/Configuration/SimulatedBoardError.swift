// Decides: which configurations no simulated board can be made of.
// Leaves to others: the checks' place (SimulatedBoard's initialiser).

public import StimulationCore

/// A configuration that is refused, in one line.
public enum SimulatedBoardError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Not 1 to 8 channels.
  case channelCount(Int)
  /// A used channel has no electrode area.
  case noElectrodeArea(channel: Int)
  /// A fault names a channel that the board does not have; counted from 0.
  case noSuchChannel(channel: Int, channelCount: Int)
  /// More faults than a board takes.
  case tooManyFaults(Int)
  /// Lateness outside 0 to 1 s.
  case lateness(Nanoseconds)
  /// A record capacity outside 0 to 2²⁶.
  case recordCapacity(Int)

  /// One line: what is wrong, the limit, what to do.
  public var description: String {
    switch self {
    case .channelCount(let count):
      return "\(count) channels: a simulated board has 1 to \(maximumChannels); ask for fewer"
    case .noElectrodeArea(let channel):
      return "channel \(channel + 1) has no electrode area: state it, there is no default"
    case .noSuchChannel(let channel, let count):
      return "a fault names ch\(channel + 1), and the board has \(count) channel"
        + "\(count == 1 ? "" : "s"): name ch1\(count == 1 ? "" : " to ch\(count)")"
    case .tooManyFaults(let count):
      return "\(count) faults: a simulated board takes \(InjectedFault.most); leave some out"
    case .lateness(let time):
      return "wake-ups late by up to \(time): the limit is 1 s; state 0 to 1 s"
    case .recordCapacity(let count):
      return "a record of \(count) changes: state 0 to \(1 << 26)"
    }
  }
}

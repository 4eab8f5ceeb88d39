// Decides: how a request names some of the channels, and an amplitude of each.
// Leaves to others: whether a channel may have it (Setpoint) and when (Commands).

/// Some of the channels.
public struct ChannelSet: Sendable, Equatable {
  private var bits: UInt8 = 0

  /// None.
  public init() {}

  /// Whether there is none.
  public var isEmpty: Bool { bits == 0 }

  /// Whether a channel, counted from 0, is among them.
  public func contains(_ channel: Int) -> Bool {
    channel >= 0 && channel < maximumChannels && bits & (1 << UInt8(channel)) != 0
  }

  /// Adds a channel, counted from 0.
  public mutating func insert(_ channel: Int) {
    precondition(channel >= 0 && channel < maximumChannels, "a channel of any plan")
    bits |= 1 << UInt8(channel)
  }
}

/// An amplitude for each channel that is named.
public struct ChannelAmplitudes: Sendable, Equatable {
  /// The channels that are named.
  public private(set) var channels = ChannelSet()
  private var values = InlineArray<8, Microamperes>(repeating: .zero)

  /// No channel is named.
  public init() {}

  /// Names a channel, counted from 0, and its amplitude.
  public mutating func set(_ amplitude: Microamperes, channel: Int) {
    channels.insert(channel)
    values[channel] = amplitude
  }

  /// A channel's amplitude; `nil` where it is not named.
  public subscript(channel: Int) -> Microamperes? {
    channels.contains(channel) ? values[channel] : nil
  }

  /// Whether both name the same channels and amplitudes.
  public static func == (left: ChannelAmplitudes, right: ChannelAmplitudes) -> Bool {
    for channel in 0..<maximumChannels where left[channel] != right[channel] { return false }
    return true
  }
}

// Decides: the messages that change amplitude.
// Leaves to others: every limit (StimulationCore).

/// Sets an amplitude; a rise is at most 1 mA (SR-14).
///
/// For all channels: they rise together or, where one refuses it, not at all. Channels above the
/// amplitude are lowered to it in any case; the refusal names them.
public struct AmplitudeSetRequest: ControlRequest {
  /// See ``ControlRequest``.
  public static let method = Method.amplitudeSet
  /// See ``ControlRequest``.
  public typealias Response = Done
  /// As "12 mA".
  public var amplitude: String
  /// The channel, counted from 1; all of them when left out.
  public var channel: Int?

  /// A request.
  public init(amplitude: String, channel: Int? = nil) {
    self.amplitude = amplitude
    self.channel = channel
  }
}

/// Lets an amplitude climb within the bounds of SR-14. For all channels as ``AmplitudeSetRequest``.
public struct AmplitudeTargetRequest: ControlRequest {
  /// See ``ControlRequest``.
  public static let method = Method.amplitudeTarget
  /// See ``ControlRequest``.
  public typealias Response = Done
  /// As "60 mA".
  public var amplitude: String
  /// The channel, counted from 1; all of them when left out.
  public var channel: Int?

  /// A request.
  public init(amplitude: String, channel: Int? = nil) {
    self.amplitude = amplitude
    self.channel = channel
  }
}

/// Changes an amplitude by one step: 1 mA, or 0.5 mA where the ceiling is at most 25 mA.
///
/// For all channels: a step up raises each or, where one refuses it, none; a step down waits for no
/// other channel.
public struct AmplitudeStepRequest: ControlRequest {
  /// See ``ControlRequest``.
  public static let method = Method.amplitudeStep

  /// Which way.
  public enum Direction: String, Codable, Sendable, CaseIterable {
    /// One step more.
    case up
    /// One step less; the last one ends at zero.
    case down
  }

  /// Which way.
  public var direction: Direction
  /// The channel, counted from 1; all of them when left out.
  public var channel: Int?

  /// A request.
  public init(direction: Direction, channel: Int? = nil) {
    self.direction = direction
    self.channel = channel
  }

  /// What the step led to.
  public struct Response: Codable, Sendable, Equatable {
    /// Each channel that was asked for.
    public var channels: [Setpoint]

    /// Setpoints.
    public init(channels: [Setpoint]) { self.channels = channels }
  }

  /// A channel's new setpoint.
  public struct Setpoint: Codable, Sendable, Equatable {
    /// Counted from 1.
    public var channel: Int
    /// What was accepted.
    public var setpoint_uA: Int64

    /// A setpoint.
    public init(channel: Int, setpoint_uA: Int64) {
      self.channel = channel
      self.setpoint_uA = setpoint_uA
    }
  }
}

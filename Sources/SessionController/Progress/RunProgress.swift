// Decides: what is shown of a run while it goes on.
// Leaves to others: drawing it (ProgressLine) and when (SimulatedRun).

public import StimulationCore

/// A run as it stands at an instant.
public struct RunProgress: Sendable {
  /// The session time.
  public let now: Nanoseconds
  /// The controller's state.
  public let state: ControllerState
  /// The envelope (SR-18).
  public let envelope: Envelope
  /// The plan's trains on each channel.
  public let trains: Int32
  /// Until the schedule's end.
  public let timeLeft: Nanoseconds
  /// The session's rectified charge limit.
  public let chargeLimit: Femtocoulombs
  /// The channels.
  public let channels: [ChannelStatus]
  /// The muscles' force in newtons, as the simulated board has it.
  public let force: [Double]
}

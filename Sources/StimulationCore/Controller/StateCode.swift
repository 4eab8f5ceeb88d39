// Decides: the names of the controller's states.
// Leaves to others: what each allows (StimulationController).

/// The state of the controller, without what belongs to it.
public enum StateCode: UInt8, CaseIterable, Sendable {
  /// Nothing runs until the cause is gone, a reset and a self-check. The first state.
  case faulted
  /// The self-check's steps.
  case selfCheck
  /// The board passed its self-check; waits for arming.
  case checked
  /// Ready to start.
  case armed
  /// Trains run and the setpoint climbs to its target.
  case ramping
  /// Trains run at the setpoint.
  case running
  /// The operator paused; phases off, setpoint at zero.
  case paused
  /// Outputs go inactive and the relay is awaited.
  case stopping
  /// The session is over.
  case completed

  /// Whether the relay may be closed, so that the safety tick, lease, lines and heartbeat are
  /// demanded.
  public var energises: Bool {
    switch self {
    case .selfCheck, .armed, .ramping, .running, .paused, .stopping: return true
    case .faulted, .checked, .completed: return false
    }
  }

  /// The state's name in logs and messages.
  public var name: StaticString {
    switch self {
    case .faulted: return "faulted"
    case .selfCheck: return "self-check"
    case .checked: return "checked"
    case .armed: return "armed"
    case .ramping: return "ramping"
    case .running: return "running"
    case .paused: return "paused"
    case .stopping: return "stopping"
    case .completed: return "completed"
    }
  }
}

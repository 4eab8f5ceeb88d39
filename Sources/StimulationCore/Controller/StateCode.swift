// Decides: the names of the controller's states.
// Leaves to others: what each allows (StimulationController).

/// The state of the controller, without what belongs to it.
public enum StateCode: UInt8, CaseIterable, Sendable {
  /// Nothing runs until the cause is gone, a reset and a self-check. The first state.
  case faulted
  /// Reset after a fault, or never faulted: waits for a self-check.
  case idle
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

  /// Whether the relay may be closed and the loop must keep its safety tick.
  public var energises: Bool {
    switch self {
    case .selfCheck, .ramping, .running, .paused, .stopping: return true
    case .faulted, .idle, .checked, .armed, .completed: return false
    }
  }
}

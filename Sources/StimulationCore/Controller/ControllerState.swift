// Decides: the controller's states with what belongs to each.
// Leaves to others: the transitions (StimulationController).

/// Why a session ended.
public enum Ending: UInt8, CaseIterable, Sendable {
  /// Every train of the plan was delivered.
  case planDelivered
  /// STOP.
  case operatorStop
  /// The session's duration is used up.
  case sessionTimer
  /// An interlock tripped.
  case fault
}

/// The items of the self-check, in their order.
public enum SelfCheckItem: UInt8, CaseIterable, Sendable {
  /// Lines good, contact open, no heartbeat seen, every output read back inactive.
  case inactive
  /// The output range taken over, the over-current threshold no higher than SR-28 allows.
  case range
  /// The missing-pulse detector sees the heartbeat.
  case heartbeat
  /// The converters' offset without current.
  case offset
  /// The contact closes.
  case relayCloses
  /// A balanced probe on each channel: amplitude read back, current and load plausible.
  case probe
  /// The contact opens.
  case relayOpens
}

/// The state of the controller.
public enum ControllerState: Sendable, Equatable {
  /// Latched; the latch tells why. The first state, with ``InterlockID/notYetChecked``.
  case faulted
  /// Checking the board, at an item.
  case selfCheck(SelfCheckItem)
  /// The board passed; arming is possible for 60 s.
  case checked
  /// Ready to start, for 60 s.
  case armed
  /// Trains run and at least one setpoint climbs to its target.
  case ramping
  /// Trains run.
  case running
  /// Phases off, setpoints at zero, waiting for the operator.
  case paused
  /// Outputs are inactive; the relay is awaited.
  case stopping(Ending)
  /// The session is over.
  case completed(Ending)

  /// The state's name, without what belongs to it.
  public var code: StateCode {
    switch self {
    case .faulted: return .faulted
    case .selfCheck: return .selfCheck
    case .checked: return .checked
    case .armed: return .armed
    case .ramping: return .ramping
    case .running: return .running
    case .paused: return .paused
    case .stopping: return .stopping
    case .completed: return .completed
    }
  }
}

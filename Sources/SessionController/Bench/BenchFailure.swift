// Decides: why a self-test or a calibration did not come to its end.
// Leaves to others: exit statuses and printing (nmes).

public import DoseLog
public import ProtocolLibrary
public import StimulationCore

/// Why a bench session ended without what was asked of it. The outputs are safe.
public enum BenchFailure: Error, Sendable, CustomStringConvertible {
  /// The log cannot be used.
  case log(DoseLogError)
  /// The plan is refused.
  case plan(SessionRefusal)
  /// The stimulator does not do what it is asked.
  case stimulator(StimulatorError)
  /// The self-check failed.
  case selfCheck(SelfCheckItem?, [TrippedInterlock])
  /// A fault ended it.
  case tripped([TrippedInterlock])
  /// Somebody stopped it.
  case stopped
  /// Its time was over.
  case over
  /// It took longer than it can.
  case tooSlow(String)
  /// The load is not the one that was named.
  case load(found: Ohms, named: Ohms)
  /// The board's own measurement of the current is not the meter's.
  case currentScale(board: Microamperes, meter: Microamperes)

  /// What ended the session that is in a state; `nil` while it goes on.
  ///
  /// On its way to ``ControllerState/faulted`` a trip waits in ``ControllerState/stopping(_:)``
  /// for the contact to open.
  static func ending(
    _ state: ControllerState, isStopped: Bool, trips: [TrippedInterlock]
  ) -> BenchFailure? {
    switch state {
    case .faulted, .stopping(.fault): return isStopped ? .stopped : .tripped(trips)
    case .stopping, .completed:
      if isStopped { return .stopped }
      return trips.isEmpty ? .over : .tripped(trips)
    // What is shown may be a moment old: the check is just over, or the session just begun.
    case .selfCheck, .checked, .armed, .ramping, .running, .paused: return nil
    }
  }

  /// Whether a limit or an interlock refuses it.
  public var isRefusal: Bool {
    switch self {
    case .log(let error): return error.isRefusal
    case .plan(let error): return error.isRefusal
    case .stimulator(let error): return error.isRefusal
    case .selfCheck, .load, .currentScale: return true
    case .tripped, .stopped, .over, .tooSlow: return false
    }
  }

  /// Whether something ran and ended badly, as opposed to bad input.
  public var isNegative: Bool {
    switch self {
    case .tripped, .stopped, .over, .tooSlow: return true
    default: return false
    }
  }

  /// One line: what is wrong and what to do.
  public var description: String {
    switch self {
    case .log(let error): return error.description
    case .plan(let error): return error.description
    case .stimulator(let error): return error.description
    case .selfCheck(let item, let trips):
      return RunFailure.selfCheck(item, trips).description
    case .tripped(let trips):
      let causes = trips.map { "\($0)" }.joined(separator: "; ")
      return "a fault ended it: \(causes.isEmpty ? "not told" : causes); mend it and start again"
    case .stopped: return "stopped; outputs are inactive"
    case .over: return "the session's time is over; outputs are inactive; start again"
    case .tooSlow(let what):
      return "\(what) was waited for in vain; outputs are inactive; see nmes board doctor"
    case .currentScale(let board, let meter):
      return "the board measures \(board) where the meter reads \(meter), more than 1 % and "
        + "100 µA apart, and dose and limits rest on it (SR-46); correct perVolt of the channel's "
        + "current in the definition by that ratio, or mend what senses it, then calibrate again"
    case .load(let found, let named):
      return "the board measures a load of \(found), not the \(named) that was named; connect "
        + "that load, or name the one that is connected"
    }
  }
}

// Decides: why a run could not begin or could not be recorded.
// Leaves to others: exit statuses and printing (nmes).

public import DoseLog
public import SimulatedBoard
public import StimulationCore

/// Why nothing was delivered.
public enum RunFailure: Error, Sendable, CustomStringConvertible {
  /// The log cannot be used.
  case log(DoseLogError)
  /// The simulated board cannot be made as asked.
  case board(SimulatedBoardError)
  /// The record of signals cannot be written.
  case record(RecordError)
  /// A command was refused before anything was delivered.
  case refused(Refusal)
  /// The skin under the electrodes stands against it (SR-51).
  case skin(String)
  /// The self-check failed: the item and the trips, worst first.
  case selfCheck(SelfCheckItem?, [TrippedInterlock])
  /// The stimulator does not do what it is asked.
  case stimulator(StimulatorError)
  /// STOP came before the session started.
  case stoppedBeforeStart
  /// The loop has no way to be woken.
  case noDescriptor(Int32)

  /// Whether a limit or an interlock refuses it (exit 3), as opposed to bad input (exit 2).
  public var isRefusal: Bool {
    switch self {
    case .log(let error): return error.isRefusal
    case .refused, .skin, .selfCheck: return true
    case .stimulator(let error): return error.isRefusal
    case .board, .record, .noDescriptor, .stoppedBeforeStart: return false
    }
  }

  /// One line: what is wrong, the limit and what to do.
  public var description: String {
    switch self {
    case .log(let error): return error.description
    case .board(let error): return error.description
    case .record(let error): return error.description
    case .refused(let refusal): return refusal.description
    case .skin(let text): return text
    case .stimulator(let error): return error.description
    case .selfCheck(let item, let trips):
      let causes = trips.map { "\($0)" }.joined(separator: "; ")
      let place = item.map { " at item \"\($0.text)\"" } ?? ""
      return "the self-check failed\(place): \(causes); mend it and start again"
    case .stoppedBeforeStart:
      return "stopped before the session started; at most a self-check's probe was delivered"
    case .noDescriptor(let code):
      return "no event descriptor (error \(-code)); close other programs and start again"
    }
  }
}

/// A trip as the record has it.
public struct TrippedInterlock: Sendable, Equatable, CustomStringConvertible {
  /// The interlock.
  public let interlock: InterlockID
  /// The channel, counted from 0; `nil` when it concerns the board.
  public let channel: Int?
  /// When, in session time.
  public let at: Nanoseconds

  /// The interlock with its requirement, cause and channel.
  public var description: String {
    let place = channel.map { " on channel \($0 + 1)" } ?? ""
    return "\(interlock.name) (\(interlock.requirement))\(place): \(interlock.cause)"
  }
}

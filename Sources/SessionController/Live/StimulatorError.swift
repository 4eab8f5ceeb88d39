// Decides: why the stimulator does not do what it is asked.
// Leaves to others: the controller's own refusals (Refusal) and the log's (DoseLogError).

public import DoseLog
public import RealTimeLoop
public import StimulationCore

/// Why nothing was done. Nothing changed at the outputs.
public enum StimulatorError: Error, Sendable, CustomStringConvertible {
  /// The session is not where this belongs.
  case notInPhase(act: String, phase: SessionPhase)
  /// The controller refused.
  case refused(Refusal)
  /// Of several channels one refused, so that none was raised; some may have been lowered.
  case refusedByOne(Refusal, lowered: ChannelSet)
  /// The log cannot be used, or refused.
  case log(DoseLogError)
  /// The skin under the electrodes stands against it (SR-51).
  case skin(String)
  /// A question was not answered, or its answer stands against the session (SR-51).
  case checklist(Contraindication, isAnswered: Bool)
  /// The skin was not looked at before the session (SR-51).
  case skinNotChecked
  /// A board with a patient circuit is driven from a prescription only.
  case needsPrescription(board: String)
  /// A fault stands that was not reset (SR-22).
  case faultStands(InterlockID?)
  /// The lease was lost before this reached the loop (SR-23).
  case leaseLost(act: String)
  /// The process is ending.
  case ending
  /// The loop did not answer in time.
  case noAnswer
  /// Too much waits to be written.
  case busy
  /// The loop has no thread.
  case thread(RealTimeThreadError)
  /// The board cannot be used.
  case board(String)

  /// Whether a limit or an interlock refuses it, as opposed to bad input or a broken machine.
  public var isRefusal: Bool {
    switch self {
    case .refused, .refusedByOne, .skin, .checklist, .skinNotChecked, .needsPrescription,
      .faultStands, .notInPhase, .leaseLost, .ending:
      return true
    case .log(let error): return error.isRefusal
    case .noAnswer, .busy, .thread, .board: return false
    }
  }

  /// Why the controller refused; `nil` where something else did.
  public var refusal: Refusal? {
    switch self {
    case .refused(let refusal), .refusedByOne(let refusal, lowered: _): return refusal
    default: return nil
    }
  }

  /// What one channel's refusal means for the others.
  private static func others(_ lowered: ChannelSet) -> String {
    let names = (0..<maximumChannels).filter(lowered.contains).map { "\($0 + 1)" }
    switch names.count {
    case 0: return "no channel was changed"
    case 1: return "nothing was raised, channel \(names[0]) was lowered"
    default: return "nothing was raised, channels \(names.joined(separator: ", ")) were lowered"
    }
  }

  /// One line: what is wrong, the limit and what to do.
  public var description: String {
    switch self {
    case .notInPhase(let act, let phase): return "\(act) is not possible \(phase.text)"
    case .refused(let refusal): return refusal.description
    case .refusedByOne(let refusal, let lowered):
      return "\(refusal); \(Self.others(lowered))"
    case .log(let error): return error.description
    case .skin(let text): return text
    case .checklist(let question, let isAnswered):
      let name = question.rawValue
      if !isAnswered { return "\"\(name)\" is not answered: \(question.question)" }
      return question.mayBeOverridden
        ? "\"\(name)\" is answered yes: only a clinician's override, with a note, permits it"
        : "\"\(name)\" is answered yes, which stands against stimulation: do not treat"
    case .skinNotChecked:
      return "the skin under each electrode is confirmed before a session: look, then confirm"
    case .needsPrescription(let board):
      return "board \"\(board)\" has a patient circuit: load a prescription, not a protocol"
    case .faultStands(let id):
      let cause = id.map { ": \($0.name), \($0.cause)" } ?? ""
      return "a fault stands\(cause); reset it first"
    case .leaseLost(let act):
      return "\(act): the lease was lost while this waited, so that nobody is known to lead "
        + "(SR-23); take the lease again, look at the status, then ask again"
    case .ending: return "the daemon is ending and begins nothing; wait until it runs again"
    case .noAnswer:
      return "the loop gave no answer in time; outputs go safe by the board; start again"
    case .busy: return "too many commands wait to be written to the log; wait, then ask again"
    case .thread(let error): return error.description
    case .board(let text): return text
    }
  }
}

/// How far a session is.
public enum SessionPhase: String, Sendable, CaseIterable {
  /// No protocol is loaded.
  case idle
  /// A plan is loaded; nothing is energised and nothing written.
  case loaded
  /// The intent is written and the loop runs.
  case open
  /// The session is over; the fault that ended it is not reset yet, or the loop still watches.
  case over

  /// Where one is, as it reads after "not possible".
  public var text: String {
    switch self {
    case .idle: return "before a protocol is loaded"
    case .loaded: return "before the self-check"
    case .open: return "while a session is open"
    case .over: return "after the session's end"
    }
  }
}

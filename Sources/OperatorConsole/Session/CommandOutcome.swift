// Decides: what can come of a command.
// Leaves to others: showing it.

internal import ControlAPI

/// What came of a command.
public enum CommandOutcome: Sendable, Equatable {
  /// Done, with what there is to say.
  case said([String])
  /// A limit, an interlock, the lease or the phase refuses it; nothing changed.
  case refused(String)
  /// The message was wrong; nothing changed.
  case wrong(String)
  /// The daemon did not answer: whether it acted is unknown.
  case failed(String)

  init(_ error: ControlClientError) {
    guard case .refused(let refusal) = error else {
      self = .failed(TerminalText.safe(error.description))
      return
    }
    let requirement = refusal.data?.requirement.map { " (\($0))" } ?? ""
    let message = TerminalText.safe(refusal.message + requirement)
    switch refusal.code {
    case .parse, .invalidRequest, .noSuchMethod, .invalidParameters: self = .wrong(message)
    case .internalError: self = .failed(message)
    default: self = .refused(message)
    }
  }

  /// As lines for people.
  public var lines: [String] {
    switch self {
    case .said(let lines): lines
    case .refused(let message): ["refused: \(message)"]
    case .wrong(let message), .failed(let message): ["error: \(message)"]
    }
  }
}

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
    let message = TerminalText.safe(Self.words(refusal))
    switch refusal.code {
    case .parse, .invalidRequest, .noSuchMethod, .invalidParameters: self = .wrong(message)
    case .internalError: self = .failed(message)
    default: self = .refused(message)
    }
  }

  /// A refusal with its requirement, and with the console's own words for what to do about the
  /// lease.
  private static func words(_ refusal: RPCError) -> String {
    var message = refusal.message
    let what = String(message.prefix { $0 != ";" })
    switch refusal.data?.reason {
    case "other-lease": message = "\(what); take over makes this console the operator"
    case "no-lease": message = "nobody is the operator; take makes this console the operator"
    case "lease-lost": message = "the lease is lost; take makes this console the operator"
    default: break
    }
    guard let requirement = refusal.data?.requirement, !message.contains(requirement) else {
      return message
    }
    return message + " (\(requirement))"
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

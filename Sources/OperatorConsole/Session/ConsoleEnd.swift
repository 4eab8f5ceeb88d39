// Decides: how a console or a script can end.
// Leaves to others: the exit status (nmes).

/// How a console or a script ended.
public enum ConsoleEnd: Sendable, Equatable {
  /// As asked, and every line did what it should.
  case done
  /// An expectation did not hold, or the daemon did not answer.
  case failed(String)
  /// A line was wrong, here or to the daemon.
  case wrong(String)
  /// A command was refused and nobody expected it.
  case refused(String)
  /// Somebody or something stopped it.
  case stopped(String)

  /// What a command's outcome makes of lines that nobody watches; `nil` where it went well.
  init?(_ outcome: CommandOutcome) {
    switch outcome {
    case .said: return nil
    case .refused(let message): self = .refused(message)
    case .wrong(let message): self = .wrong(message)
    case .failed(let message): self = .failed(message)
    }
  }
}

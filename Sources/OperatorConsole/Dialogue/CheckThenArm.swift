// Decides: how arming goes on when the board's last check is too old (SR-04): the answers are
// kept, the board checks itself once more, and then arming is asked for.
// Leaves to others: the check and arming itself (the daemon), which judges both again.

internal import StimulationCore

/// Answers that wait for a fresh check of the board.
struct CheckThenArm: Equatable {
  /// A check counts as fresh for so long; its pass lasts 60 s.
  static let freshness = Nanoseconds.seconds(50)
  /// A check that takes longer has gone wrong.
  static let patience = Nanoseconds.seconds(15)

  /// What is to be done now.
  enum Step: Equatable {
    /// The board still checks itself.
    case wait
    /// The check is passed: arm with these answers.
    case arm(ArmAnswers)
    /// Arming is off, and why.
    case giveUp(String)
  }

  let answers: ArmAnswers
  private let since: Nanoseconds
  private var hasBegun = false

  /// The check was asked for.
  init(_ answers: ArmAnswers, at now: Nanoseconds) {
    self.answers = answers
    since = now
  }

  /// Takes a status that was sent after the check had begun.
  mutating func follow(_ status: ConsoleStatus, at now: Nanoseconds) -> Step {
    if status.state == "self-check" { hasBegun = true }
    switch status.state {
    case "checked": return .arm(answers)
    case "self-check" where now - since < Self.patience: return .wait
    case "faulted" where !hasBegun && status.failedItem == nil && now - since < Self.patience:
      return .wait
    case "faulted":
      let item = status.failedItem.map { " at \(TerminalText.safe($0))" } ?? ""
      return .giveUp("the self-check failed\(item): nothing was armed")
    default: return .giveUp("the board did not check itself in time: nothing was armed")
    }
  }
}

// Decides: which states of the stimulator cannot be armed, so that nobody answers every question
// of arming in vain, and what is to be done first.
// Leaves to others: everything that a status does not show, such as a lesion (the daemon).

/// Why arming is refused before its first question.
enum ArmingRefusal {
  /// The reason and what to do; `nil` where the questions may be asked.
  ///
  /// - Parameter isOperator: whether this console holds the lease.
  static func reason(_ status: ConsoleStatus, isOperator: Bool) -> String? {
    switch status.phase {
    case .idle: return "nothing is loaded; load NAME first"
    case .over: return "the session is over; load what comes next"
    case .loaded: return isOperator ? nil : lease(status.lease)
    case .open: return state(status) ?? (isOperator ? nil : lease(status.lease))
    }
  }

  private static func state(_ status: ConsoleStatus) -> String? {
    switch status.state {
    case "armed": return "it is armed already; start begins"
    case "ramping", "running", "paused":
      return "a session runs; stop it before the next is armed"
    case "stopping": return "outputs go inactive; wait for the end, then load what comes next"
    case "completed": return "the session is over; load what comes next"
    case "faulted":
      if let item = status.failedItem {
        return "the self-check failed at \(TerminalText.safe(item)); mend it, then reset and check"
      }
      guard let worst = status.causes.first else { return nil }
      return "a fault is latched (\(worst.requirement) \(TerminalText.safe(worst.cause))); "
        + "when its cause is gone: reset, then check"
    default: return nil
    }
  }

  private static func lease(_ lease: ConsoleStatus.Lease) -> String {
    switch lease {
    case .mine, .free: "nobody is the operator; take makes this console the operator"
    case .other(let holder):
      "\(TerminalText.safe(holder)) leads; take over makes this console the operator"
    }
  }
}

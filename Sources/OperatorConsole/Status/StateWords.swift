// Decides: how each state reads, how urgent it looks, and what the operator does next.
// Leaves to others: where the words stand (StatusArea).

/// A state in words.
struct StateWords: Equatable {
  let title: String
  let role: TextRole
  /// What comes next.
  let hint: String

  init(title: String, role: TextRole, hint: String) {
    self.title = title
    self.role = role
    self.hint = hint
  }

  /// - Parameter isSkinSeen: whether the skin was looked at after a session that is over.
  init(_ status: ConsoleStatus, isSkinSeen: Bool = false) {
    switch status.phase {
    case .idle:
      self.init(title: "IDLE", role: .plain, hint: "nothing is loaded: load NAME")
    case .loaded:
      self.init(title: "LOADED", role: .plain, hint: "nothing energised: check, or arm")
    case .open: self.init(open: status)
    case .over: self.init(over: status, isSkinSeen: isSkinSeen)
    }
  }

  private init(open status: ConsoleStatus) {
    switch status.state {
    case "self-check":
      self.init(title: "SELF-CHECK", role: .caution, hint: "the board checks itself")
    case "checked":
      self.init(title: "CHECKED", role: .plain, hint: "the board passed: arm")
    case "armed":
      self.init(title: "ARMED", role: .caution, hint: "ready: start begins")
    case "ramping":
      self.init(title: "RUNNING", role: .good, hint: "climbing to the target")
    case "running": self.init(title: "RUNNING", role: .good, hint: "+ and - change by one step")
    case "paused":
      self.init(title: "PAUSED", role: .caution, hint: "phases off, setpoint 0: resume")
    case "stopping":
      self.init(title: "STOPPING", role: .caution, hint: "outputs go inactive")
    case "completed": self.init(over: status, isSkinSeen: false)
    case "faulted":
      if let item = status.failedItem {
        self.init(
          title: "SELF-CHECK FAILED", role: .alarm, hint: "at \(TerminalText.safe(item)): reset")
      } else if status.causes.isEmpty {
        self.init(title: "NOT CHECKED", role: .plain, hint: "outputs are off: check")
      } else {
        self.init(title: "FAULT", role: .alarm, hint: "outputs off, latched: reset")
      }
    default:
      self.init(
        title: TerminalText.safe(status.state).uppercased(), role: .caution,
        hint: "a state not known here")
    }
  }

  private init(over status: ConsoleStatus, isSkinSeen: Bool) {
    let outcome = status.outcome.map { TerminalText.safe($0) } ?? "ended"
    let isFault = status.state == "faulted"
    // Without any pulse there is nothing to look for.
    let isLookDue = status.train > 0 && !isSkinSeen
    let look = isLookDue ? "look at the skin, then skin ok" : "load the next, or quit"
    self.init(
      title: isFault ? "OVER, FAULT" : "OVER", role: isFault ? .alarm : .plain,
      hint: "\(outcome): \(isFault && !isLookDue ? "reset" : look)")
  }
}

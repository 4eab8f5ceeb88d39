// Decides: which changes of the status are told as lines of their own, and which of them are heard
// as well: an operator who looks away must learn of them.
// Leaves to others: the rows that show the status (StatusArea), and the sound (TerminalConsole).

internal import StimulationCore

/// Compares each status with the one before.
struct StatusNews {
  /// A status that is older while a session runs is told and heard. The rows show it as stale
  /// before: a machine that is busy for a moment is no alarm.
  static let silence = Nanoseconds.seconds(1)

  /// What there is to tell.
  struct Told: Equatable {
    var lines: [String] = []
    var isAlarm = false
  }

  private var wasUp = false
  private var wasLost = false
  private var wasSilent = false
  private var lease: ConsoleStatus.Lease?
  private var faults: [String] = []
  private var failedItem: String?
  private var logFailure: String?

  mutating func follow(
    _ link: StatusView.Link, _ status: ConsoleStatus?, age: Nanoseconds = .zero,
    isReleased: Bool = false
  ) -> Told {
    var told = Told()
    follow(age: age, mayRun: link == .up && status?.isEnergised == true, &told)
    follow(link, isEnergised: status?.isEnergised ?? false, &told)
    guard link == .up, let status else { return told }
    follow(status.lease, isReleased: isReleased, &told)
    let causes = status.causes
    for cause in causes where !faults.contains(cause.id) {
      told.lines.append("\(cause.requirement) \(TerminalText.safe(cause.cause))")
      told.isAlarm = true
    }
    faults = causes.map(\.id)
    if let item = status.failedItem, item != failedItem {
      told.lines.append("the self-check failed at \(TerminalText.safe(item))")
      told.isAlarm = true
    }
    failedItem = status.failedItem
    if let failure = status.logFailure, failure != logFailure {
      told.lines.append("the log cannot be written: \(TerminalText.safe(failure))")
      told.isAlarm = true
    }
    logFailure = status.logFailure
    return told
  }

  private mutating func follow(age: Nanoseconds, mayRun: Bool, _ told: inout Told) {
    let isSilent = age > Self.silence
    if isSilent && !wasSilent && mayRun {
      told.lines.append("no fresh status: a session ran: in doubt press the emergency stop")
      told.isAlarm = true
    }
    if !isSilent && wasSilent { told.lines.append("the status is fresh again") }
    wasSilent = isSilent && (wasSilent || mayRun)
  }

  private mutating func follow(
    _ link: StatusView.Link, isEnergised: Bool, _ told: inout Told
  ) {
    switch link {
    case .connecting: break
    case .up:
      if wasLost { told.lines.append("the daemon answers again; take becomes the operator") }
      wasUp = true
      wasLost = false
    case .lost(let reason):
      if !wasLost {
        told.lines.append("the link to the daemon is lost: \(TerminalText.safe(reason))")
        told.isAlarm = wasUp
        if wasUp && isEnergised {
          told.lines.append("a session ran: in doubt press the emergency stop")
        }
        lease = nil
      }
      wasLost = true
    }
  }

  /// - Parameter isReleased: whether the lease was given back, which the operator knows.
  private mutating func follow(
    _ new: ConsoleStatus.Lease, isReleased: Bool, _ told: inout Told
  ) {
    defer { lease = new }
    guard lease == .mine, new != .mine, !isReleased else { return }
    told.isAlarm = true
    switch new {
    case .other(let holder):
      told.lines.append("\(TerminalText.safe(holder)) is the operator now, this console is not")
    case .free, .mine:
      told.lines.append("the lease is gone; take makes this console the operator")
    }
  }
}

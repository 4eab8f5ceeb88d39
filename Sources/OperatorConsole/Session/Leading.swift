// Decides: whether the session that stands is this console's own, so that leaving stops it.
// Leaves to others: taking the lease (CommandRunner), its renewal (DaemonLink), and STOP (StopPath).

/// What this console knows of its lead, from every status and from every change of its lease.
struct Leading: Sendable, Equatable {
  /// Statuses so far.
  private(set) var count = 0
  /// Whether it led the session that stands, as far as is known: a lease that is lost is no end of
  /// that, another operator is.
  private(set) var hasLed = false
  private var holdsLease = false
  private var phase = ConsoleStatus.Phase.idle
  /// How many statuses had come when the lease was taken, and when something was asked for: the
  /// next one may still be from before it.
  private var countAtTake = -2
  private var countAtAct = -2

  /// The lease is this console's.
  mutating func took() {
    holdsLease = true
    hasLed = true
    countAtTake = count
  }

  /// The lease was not renewed, or the connection broke.
  mutating func lost() { holdsLease = false }

  /// The lease was given back.
  mutating func released() {
    holdsLease = false
    hasLed = false
  }

  /// Something was asked for, or done, that may change what a status shows.
  mutating func acted() { countAtAct = count }

  /// Takes the next status.
  mutating func follow(_ status: ConsoleStatus) {
    count += 1
    phase = status.phase
    switch status.lease {
    case .mine: hasLed = true
    case .other:
      if count > countAtTake + 1 { hasLed = false }
    case .free:
      // Nobody's session stands that was this console's.
      if !holdsLease && phase != .open { hasLed = false }
    }
  }

  /// Whether the newest status may be from before what was asked for last.
  var isBeforeAct: Bool { count <= countAtAct + 1 }

  /// Whether a session of this console's stands.
  var isSessionOpen: Bool { hasLed && phase == .open }

  /// Whether leaving must stop what may run. In doubt it must, where this console led: another
  /// operator's session is not its to end.
  var mustStop: Bool { hasLed && (phase == .open || isBeforeAct) }
}

// Decides: whether the session that stands is this console's own, so that leaving stops it, and
// whether what was loaded from here is still what is loaded.
// Leaves to others: taking the lease (CommandRunner), renewing it (DaemonLink), STOP (StopPath).

internal import StimulationCore

/// What this console knows of its lead, from every status and from every change of its lease.
struct Leading: Sendable, Equatable {
  /// How long a console that leaves waits for a status from after what it asked for last.
  static let patience = Nanoseconds.milliseconds(1_000)

  /// Statuses so far.
  private(set) var count = 0
  /// Whether it led the session that stands, as far as is known: a lease that is lost is no end of
  /// that, another operator is.
  private(set) var hasLed = false
  /// Whether the lease was given back, and not taken since.
  private(set) var isReleased = false
  private var holdsLease = false
  private var phase = ConsoleStatus.Phase.idle
  /// How many statuses had come when the lease was taken, and when something was asked for: the
  /// next one may still be from before it.
  private var countAtTake = -2
  private var countAtAct = -2
  /// The session that is open.
  private var openSession: Int64?
  /// The newest status that shows another operator, or no session of what was loaded before.
  private var countAtOther = 0
  /// Whether the newest status shows another operator.
  private var isOtherShown = false
  /// How often the lease or the connection was lost, or the lease was taken anew.
  private var lapses = 0

  /// A moment of this console's lead.
  struct Mark: Sendable, Equatable {
    fileprivate let count: Int
    fileprivate let lapses: Int
    /// Whether the status may be from before it.
    func isNew(at count: Int) -> Bool { count <= self.count + 1 }
  }

  /// This moment.
  var mark: Mark { Mark(count: count, lapses: lapses) }

  /// Whether nobody else can have loaded or armed anything since a moment (SR-50).
  func isUnbroken(since mark: Mark) -> Bool {
    mark.lapses == lapses && countAtOther <= mark.count + 1
  }

  /// Whether the newest status is from before this console took over, so that it does not know
  /// what the other operator did last.
  var isBehindOther: Bool { isBeforeTake && isOtherShown }

  private var isBeforeTake: Bool { count <= countAtTake + 1 }

  /// The lease is this console's.
  mutating func took() {
    holdsLease = true
    isReleased = false
    hasLed = true
    countAtTake = count
    lapses += 1
  }

  /// The lease was not renewed, or the connection broke.
  mutating func lost() {
    holdsLease = false
    lapses += 1
  }

  /// The lease was given back.
  mutating func released() {
    holdsLease = false
    isReleased = true
    hasLed = false
  }

  /// Something was asked for, or done, that may change what a status shows.
  mutating func acted() { countAtAct = count }

  /// Takes the next status.
  mutating func follow(_ status: ConsoleStatus) {
    count += 1
    phase = status.phase
    if phase == .idle || phase == .over { countAtOther = count }
    let open = phase == .open ? status.session : nil
    if let open, let before = openSession, open != before { countAtOther = count }
    openSession = open
    isOtherShown = false
    switch status.lease {
    case .mine:
      // One that was on its way when the lease was given back does not know of it yet.
      if !isReleased { hasLed = true }
    case .other:
      if !isBeforeTake { hasLed = false }
      countAtOther = count
      isOtherShown = true
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

// Decides: whether the loop wakes in time and reacts in time (SR-21, SR-24, SR-25, SR-40).
// Leaves to others: the deadlines themselves (controller).

/// Watches the loop's wake-ups.
struct WakeInterlock {
  /// The latest that a wake-up without an edge may come.
  static let latest = Nanoseconds.milliseconds(2)
  /// Later than this counts as late.
  static let late = Nanoseconds.microseconds(500)
  /// So many late wake-ups within a second are allowed.
  static let lateInSecond = 10
  /// The loop advances at least this often, or the heartbeat stays still (SR-24).
  static let starved = Nanoseconds.milliseconds(10)
  /// From a fault line's edge to inactive outputs (SR-21).
  static let reaction = Nanoseconds.milliseconds(1)

  private var lastWake = Nanoseconds.notYet
  private var lateTimes: InlineArray<11, Nanoseconds> = InlineArray(repeating: .notYet)
  private var nextLate = 0
  private var pendingEdge = Nanoseconds.never
  /// The lateness of this wake-up.
  private(set) var lateness = Nanoseconds.zero

  /// - Parameters:
  ///   - deadline: when the loop was asked to wake.
  ///   - edgeTolerance: how late it may be when an edge of a phase was due; `nil` otherwise.
  ///   - mustTick: whether the state that slept demands the safety tick.
  mutating func check(
    wokeAt now: Nanoseconds, deadline: Nanoseconds, edgeTolerance: Nanoseconds?, mustTick: Bool,
    _ latch: inout FaultLatch
  ) {
    if now < lastWake { latch.trip(.clockBackwards) }
    lateness = max(now - deadline, .zero)
    if mustTick && lastWake != .notYet {
      if now - lastWake > WakeInterlock.starved { latch.trip(.loopStarved) }
      if lateness > WakeInterlock.latest { latch.trip(.lateWake) }
      if let edgeTolerance, lateness > edgeTolerance { latch.trip(.lateEdge) }
      if lateness > WakeInterlock.late { countLate(now, &latch) }
    }
    lastWake = max(now, lastWake)
  }

  private mutating func countLate(_ now: Nanoseconds, _ latch: inout FaultLatch) {
    lateTimes[nextLate] = now
    nextLate = (nextLate + 1) % (WakeInterlock.lateInSecond + 1)
    // The ring holds this one and the ten before it; the next place is the oldest of them.
    if now - lateTimes[nextLate] < .seconds(1) { latch.trip(.oftenLate) }
  }

  /// Follows a fault line's edge until outputs went inactive; answers the reaction time then.
  ///
  /// - Parameter wereActive: whether any phase, gate or the coil was commanded on when
  ///   the edge came.
  mutating func checkReaction(
    edgeAt: Nanoseconds, appliedAt: Nanoseconds, wereActive: Bool, areInactive: Bool,
    _ latch: inout FaultLatch
  ) -> Nanoseconds? {
    if edgeAt != .never && wereActive && pendingEdge == .never { pendingEdge = edgeAt }
    guard pendingEdge != .never, areInactive, appliedAt >= pendingEdge else { return nil }
    let reaction = appliedAt - pendingEdge
    pendingEdge = .never
    if reaction > WakeInterlock.reaction { latch.trip(.lateReaction) }
    return reaction
  }
}

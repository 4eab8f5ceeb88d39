// Decides: what the board's status lines, relay contact and heartbeat detector say.
// Leaves to others: the reaction time (WakeInterlock) and the writes (WriteInterlock).

/// Watches the board's lines.
struct LineInterlock {
  /// The contact follows the coil within this, when it closes.
  static let relayOperate = Nanoseconds.milliseconds(10)
  /// The detector sees the heartbeat within this from its first edge.
  static let heartbeatSeen = Nanoseconds.milliseconds(10)

  /// The detector's 12 ± 3 ms, the relay's 5 ms, and a tick of margin on either.
  static let detectorRelease = Nanoseconds.milliseconds(25)

  private var coilChangedAt = Nanoseconds.notYet
  private var coil = false
  private var heartbeatSince = Nanoseconds.never

  /// The relay's contact is open, or nobody can tell any more.
  private(set) var isContactOpen = false

  /// Takes note of what was applied.
  mutating func applied(coil: Bool, heartbeatRuns: Bool, at now: Nanoseconds) {
    if coil != self.coil { coilChangedAt = now }
    self.coil = coil
    if !heartbeatRuns {
      heartbeatSince = .never
    } else if heartbeatSince == .never {
      heartbeatSince = now
    }
  }

  /// - Parameters:
  ///   - hasFallen: whether any fault line fell since the last reading.
  ///   - release: the longest the relay takes to open.
  ///   - mustBeGood: whether the state demands good lines.
  mutating func check(
    _ lines: SafetyLines, hasFallen: Bool, mustBeGood: Bool, coilIsDriven: Bool,
    release: Nanoseconds, at now: Nanoseconds, _ latch: inout FaultLatch
  ) {
    // A chip that is gone reads so. That is one cause: what its lines would say is not known, and
    // neither an over-current nor an open contact must be told of it.
    if lines.isEmpty {
      if mustBeGood { latch.trip(.outputsLost) }
      isContactOpen = true
      return
    }
    if mustBeGood {
      if !lines.contains(.emergencyStopClosed) { latch.trip(.emergencyStop) }
      if !lines.contains(.overCurrentClear) { latch.trip(.overCurrentLine) }
      if !lines.contains(.highVoltagePresent) { latch.trip(.highVoltageLost) }
      if !lines.contains(.outputsHeld) { latch.trip(.outputsLost) }
      // A line that fell and is good again: the comparator latches and the supply takes longer
      // to come back, so it was the chain.
      let isSupplied = lines.contains(.overCurrentClear) && lines.contains(.highVoltagePresent)
      if hasFallen && isSupplied { latch.trip(.emergencyStop) }
    }
    isContactOpen = !lines.contains(.contactClosed)
    let sinceCoil = now - coilChangedAt
    if coil && isContactOpen && sinceCoil > LineInterlock.relayOperate {
      latch.trip(.relayOpen)
    }
    // One safety tick more than the release, because the contact is sampled once a tick. A
    // coil that is still driven although its release was written leaves the opening to the
    // missing-pulse detector; beyond that time the contact is welded either way.
    let opens = coilIsDriven ? LineInterlock.detectorRelease : release + .milliseconds(1)
    if !coil && !isContactOpen && sinceCoil > opens {
      latch.trip(.weldedRelay)
    }
    let sinceHeartbeat = heartbeatSince == .never ? .zero : now - heartbeatSince
    let isUnseen = !lines.contains(.heartbeatSeen)
    if isUnseen && sinceHeartbeat > LineInterlock.heartbeatSeen {
      latch.trip(.heartbeatUnseen)
    }
  }
}

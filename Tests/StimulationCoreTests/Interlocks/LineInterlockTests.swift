// Decides: that the board's lines, relay and heartbeat detector trip as the table says.
// Leaves to others: reaction time (WakeInterlockTests), every state (EveryFaultInterlockTests).

import Testing

@testable import StimulationCore

@Suite struct LineInterlockTests {
  private static let good: SafetyLines = [
    .emergencyStopClosed, .overCurrentClear, .highVoltagePresent, .outputsHeld,
  ]

  @Test(
    "SR-21, SR-26: emergency-stop, over-current-line, high-voltage-lost and outputs-lost cut",
    arguments: [
      (SafetyLines.emergencyStopClosed, InterlockID.emergencyStop),
      (.overCurrentClear, .overCurrentLine), (.highVoltagePresent, .highVoltageLost),
      (.outputsHeld, .outputsLost),
    ])
  func lines(line: SafetyLines, id: InterlockID) throws {
    let rig = try InterlockRig()
    try rig.go(to: .leading)
    #expect(rig.isActive && rig.staysClean(for: .milliseconds(5)))
    rig.turn { $0.lines.remove(line) }
    #expect(rig.trips == [id])
    #expect(rig.unrecovered == 1, "the charge left is recorded")
    expectResponse(.cut, to: id, of: rig)
  }

  @Test("SR-26: a chip that is gone is outputs-lost alone, not an over-current or an open relay")
  func chipGone() throws {
    let rig = try InterlockRig()
    try rig.go(to: .leading)
    rig.corrupt = { readings, _ in readings.lines = [] }
    rig.turn()
    expectResponse(.cut, to: .outputsLost, of: rig)
    rig.run(for: .milliseconds(60))
    #expect(rig.state == .faulted && rig.isOff)
    #expect(rig.trips == [.outputsLost], "and nothing is made of what cannot be read later")
    #expect(rig.turn(.selfCheck) == .refused(.causePresent(.outputsLost)))
  }

  @Test("SR-21: an edge of a fault line cuts although the line reads good again")
  func glitch() throws {
    let rig = try InterlockRig()
    try rig.go(to: .leading)
    rig.turn { [rig] in $0.faultEdgeAt = rig.now - .microseconds(100) }
    expectResponse(.cut, to: .emergencyStop, of: rig)
  }

  @Test("SR-05: welded-relay trips when the contact outlasts the release by a tick")
  func weldedRelay() throws {
    var lines = LineInterlock()
    var latch = FaultLatch(startingWith: .notYetChecked)
    lines.applied(coil: true, heartbeatRuns: false, at: .zero)
    lines.applied(coil: false, heartbeatRuns: false, at: .seconds(1))
    let closed = LineInterlockTests.good.union(.contactClosed)
    let bound = Nanoseconds.seconds(1) + .milliseconds(6)
    lines.check(
      closed, hasFallen: false, mustBeGood: true, coilIsDriven: false, release: .milliseconds(5),
      at: bound, &latch)
    #expect(!latch.all.contains(.weldedRelay))
    lines.check(
      closed, hasFallen: false, mustBeGood: true, coilIsDriven: false, release: .milliseconds(5),
      at: bound + Nanoseconds(1), &latch)
    #expect(latch.all.contains(.weldedRelay))
  }

  @Test("SR-05: welded-relay after STOP faults a session that was over, and persists")
  func weldedAfterStop() throws {
    let rig = try InterlockRig()
    try rig.go(to: .rest)
    rig.contactStuckAt = true
    rig.turn(stop: true)
    #expect(rig.isOff && rig.state == .stopping(.operatorStop))
    #expect(rig.trips(.weldedRelay, within: .milliseconds(10)))
    rig.contactStuckAt = nil
    rig.run(for: .milliseconds(20))
    #expect(rig.state == .faulted && rig.first == .weldedRelay)
    #expect(InterlockID.weldedRelay.response == .cut)
  }

  @Test("SR-05: welded-relay before a self-check keeps the board from being checked")
  func weldedBefore() throws {
    let rig = try InterlockRig()
    rig.contactStuckAt = true
    rig.turn()
    #expect(rig.has(.weldedRelay))
    #expect(rig.turn(.selfCheck) == .refused(.causePresent(.weldedRelay)))
  }

  @Test("SR-26: relay-open trips when the contact is open 10 ms after the coil is driven")
  func relayOpen() throws {
    var lines = LineInterlock()
    var latch = FaultLatch(startingWith: .notYetChecked)
    lines.applied(coil: true, heartbeatRuns: false, at: .zero)
    lines.check(
      LineInterlockTests.good, hasFallen: false, mustBeGood: true, coilIsDriven: false,
      release: .zero,
      at: .milliseconds(10), &latch)
    #expect(!latch.all.contains(.relayOpen))
    lines.check(
      LineInterlockTests.good, hasFallen: false, mustBeGood: true, coilIsDriven: false,
      release: .zero,
      at: .milliseconds(10) + Nanoseconds(1), &latch)
    #expect(latch.all.contains(.relayOpen))

    let rig = try InterlockRig()
    try rig.go(to: .leading)
    rig.turn { $0.lines.remove(.contactClosed) }
    expectResponse(.cut, to: .relayOpen, of: rig)
  }

  @Test("SR-26: relay-open fails a self-check whose contact does not close")
  func relayNeverCloses() throws {
    let rig = try InterlockRig()
    try rig.go(to: .checkRelayCloses)
    rig.contactStuckAt = false
    #expect(rig.trips(.relayOpen, within: .milliseconds(20)))
    #expect(rig.controller.failedItem == .relayCloses && rig.first == .relayOpen)
    #expect(rig.isOff)
  }

  @Test("SR-24: heartbeat-unseen trips when the detector is silent 10 ms after the first edge")
  func heartbeatUnseen() throws {
    var lines = LineInterlock()
    var latch = FaultLatch(startingWith: .notYetChecked)
    lines.applied(coil: false, heartbeatRuns: true, at: .zero)
    lines.applied(coil: false, heartbeatRuns: true, at: .milliseconds(9))
    lines.check(
      LineInterlockTests.good, hasFallen: false, mustBeGood: true, coilIsDriven: false,
      release: .zero,
      at: .milliseconds(10), &latch)
    #expect(!latch.all.contains(.heartbeatUnseen))
    lines.check(
      LineInterlockTests.good, hasFallen: false, mustBeGood: true, coilIsDriven: false,
      release: .zero,
      at: .milliseconds(10) + Nanoseconds(1), &latch)
    #expect(latch.all.contains(.heartbeatUnseen))

    let rig = try InterlockRig()
    try rig.go(to: .leading)
    rig.turn { $0.lines.remove(.heartbeatSeen) }
    expectResponse(.cut, to: .heartbeatUnseen, of: rig)
  }
}

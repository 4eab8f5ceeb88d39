// Decides: that late, starved and backward clocks trip at their bounds and as the table says.
// Leaves to others: the deadlines that the controller returns.

import Testing

@testable import StimulationCore

@Suite struct WakeInterlockTests {
  /// Up to the tick before the next edge of the pulse.
  private func edge(_ rig: InterlockRig) throws {
    try rig.turn {
      $0.controller.channels[0].engine.stage == .leading
        && $0.controller.channels[0].engine.dueAt == $0.deadline
    }
  }

  @Test(
    "SR-25: late-edge trips beyond the smaller of 1 ms and 10 % of the phase",
    arguments: [(Int64(20), Int64(1_000)), (8, 800), (5, 500)])
  func lateEdge(phase: Int64, tolerance: Int64) throws {
    for excess in [Nanoseconds.zero, Nanoseconds(1)] {
      var wanted = InterlockPlan()
      wanted.leading = .milliseconds(phase)
      let rig = try InterlockRig(wanted)
      try rig.run(at: .milliamperes(6))
      try edge(rig)
      rig.turn(late: .microseconds(tolerance) + excess)
      guard excess > .zero else {
        #expect(rig.first == nil, "\(rig.trips)")
        continue
      }
      #expect(rig.trips == [.lateEdge])
      expectResponse(.cut, to: .lateEdge, of: rig)
    }
  }

  @Test("SR-25: a tick keeps clear of the edge that follows it, and none is further than 1 ms")
  func clearOfEdges() throws {
    for lead in stride(from: Int64(0), to: 1_000, by: 90) {
      let rig = try InterlockRig()
      try rig.run(at: .milliamperes(6))
      try edge(rig)
      // Where the ticks of a phase fall depends on when it began.
      rig.turn(late: .microseconds(lead))
      for _ in 0..<200 {
        let due = rig.controller.channels[0].nextEvent
        let next = rig.deadline
        #expect(next <= rig.now + .milliseconds(1))
        let isBusy = next < due && due - next < PulseTiming.longestLead
        #expect(!isBusy || due == .never, "\(due - next) before an edge")
        rig.turn()
      }
    }
  }

  @Test(
    "SR-25: late-wake trips beyond 2 ms where no edge was due", arguments: [Place.rest, .armed])
  func lateWake(place: Place) throws {
    for excess in [Nanoseconds.zero, Nanoseconds(1)] {
      let rig = try InterlockRig()
      try rig.go(to: place)
      rig.turn(late: .milliseconds(2) + excess)
      #expect(rig.trips == (excess > .zero ? [.lateWake] : []))
      if excess > .zero { expectResponse(.cut, to: .lateWake, of: rig) }
    }
  }

  @Test("SR-25: often-late trips at the 11th wake-up over 500 µs late within a second")
  func oftenLate() throws {
    let rig = try InterlockRig()
    try rig.go(to: .rest)
    try rig.ask(.setAmplitude(.zero, channel: nil))
    rig.run(for: .milliseconds(200))
    for _ in 0..<20 { rig.turn(late: .microseconds(500)) }
    for _ in 0..<10 { rig.turn(late: .microseconds(500) + Nanoseconds(1)) }
    #expect(rig.first == nil, "\(rig.trips)")
    rig.turn(late: .microseconds(500) + Nanoseconds(1))
    expectResponse(.finishPulse, to: .oftenLate, of: rig)
  }

  @Test("SR-25: often-late finishes the pulse in progress")
  func oftenLateInPulse() throws {
    let rig = try InterlockRig()
    try rig.go(to: .leading)
    for _ in 0..<11 { rig.turn(late: .microseconds(600)) }
    #expect(rig.has(.oftenLate) && rig.isActive)
    expectResponse(.finishPulse, to: .oftenLate, of: rig)
  }

  @Test("SR-25: often-late forgets wake-ups after exactly one second")
  func oftenLateWindow() {
    for (span, isTrip) in [(Nanoseconds.seconds(1), false), (.seconds(1) - Nanoseconds(1), true)] {
      var wake = WakeInterlock()
      var latch = FaultLatch(startingWith: .notYetChecked)
      var now = Nanoseconds.zero
      wake.check(wokeAt: now, deadline: now, edgeTolerance: nil, mustTick: true, &latch)
      for index in 0..<11 {
        let due = span * Int64(index) / 10
        // Other ticks between, so that the loop is not starved.
        while due - now > .milliseconds(5) {
          now += .milliseconds(5)
          wake.check(wokeAt: now, deadline: now, edgeTolerance: nil, mustTick: true, &latch)
        }
        now = max(due, now)
        wake.check(
          wokeAt: now, deadline: now - .microseconds(501), edgeTolerance: nil, mustTick: true,
          &latch)
      }
      #expect(latch.all.contains(.oftenLate) == isTrip)
      #expect(!latch.all.contains(.loopStarved))
    }
  }

  @Test("SR-24: loop-starved trips when the loop did not advance for more than 10 ms")
  func starved() throws {
    for excess in [Nanoseconds.zero, Nanoseconds(1)] {
      let rig = try InterlockRig()
      try rig.go(to: .rest)
      rig.turn(at: rig.now + .milliseconds(10) + excess)
      #expect(rig.has(.loopStarved) == (excess > .zero))
      if excess > .zero { expectResponse(.cut, to: .loopStarved, of: rig) }
    }
  }

  @Test("SR-40: clock-backwards trips by a nanosecond, and not when time stands still")
  func backwards() throws {
    let rig = try InterlockRig()
    try rig.go(to: .leading)
    rig.turn(at: rig.now)
    #expect(rig.first == nil)
    rig.turn(at: rig.now - Nanoseconds(1))
    expectResponse(.cut, to: .clockBackwards, of: rig)
  }

  @Test("SR-21: late-reaction trips when outputs went inactive over 1 ms after the edge")
  func lateReaction() throws {
    for excess in [Nanoseconds.zero, Nanoseconds(1)] {
      let rig = try InterlockRig()
      try rig.go(to: .leading)
      let before = Nanoseconds.milliseconds(1) - rig.applyDelay + excess
      rig.turn { [rig] in
        $0.lines.remove(.emergencyStopClosed)
        $0.faultEdgeAt = rig.now - before
      }
      #expect(rig.isOff)
      rig.turn()
      #expect(rig.has(.lateReaction) == (excess > .zero))
      #expect(rig.first == .emergencyStop, "the first cause is kept")
      rig.run(for: .milliseconds(20))
      #expect(rig.state == .faulted && InterlockID.lateReaction.response == .cut)
      #expect(rig.has(.lateReaction) == (excess > .zero))
    }
  }

  @Test("SR-25: lateness is nobody's fault in faulted, checked and completed")
  func mayBeLate() throws {
    for place in [Place.checked, .completed] {
      let rig = try InterlockRig()
      try rig.go(to: place)
      for _ in 0..<30 { rig.turn(late: .milliseconds(50)) }
      #expect(rig.first == nil)
    }
    let rig = try InterlockRig()
    for _ in 0..<30 { rig.turn(late: .milliseconds(50)) }
    #expect(rig.trips == [.notYetChecked])
  }

  @Test("SR-25: edges late by just what is allowed do not trip anything else", arguments: [20, 5])
  func allowedLateness(phase: Int64) throws {
    var wanted = InterlockPlan()
    wanted.leading = .milliseconds(phase)
    wanted.gap = .microseconds(500)
    wanted.period = .milliseconds(phase * 5 / 2)
    let rig = try InterlockRig(wanted)
    try rig.run(at: .milliamperes(6))
    let late = min(Nanoseconds.milliseconds(1), .milliseconds(phase) / 10)
    try rig.turn { $0.controller.channels[0].isAtRest(at: $0.now) }
    rig.run(for: .milliseconds(1))
    // One pulse whose start, leading edge and gap end late; the next pulse is on time. The end
    // of the recovery is on time, because what flows after it is net charge (SR-13).
    rig.lateness = { rig in
      let channel = rig.controller.channels[0]
      let isEdge =
        channel.engine.stage != .rest && channel.engine.stage != .recovery
        && channel.engine.dueAt == rig.deadline
      let isStart =
        channel.engine.stage == .rest && channel.clock.nextPulseAt == rig.deadline
      return isEdge || isStart ? late - .microseconds(30) : .zero
    }
    let pulses = rig.controller.channels[0].total.pulses
    try rig.turn { $0.controller.channels[0].total.pulses > pulses }
    try rig.turn { $0.controller.channels[0].engine.stage == .recovery }
    rig.lateness = nil
    #expect(rig.staysClean(for: .milliseconds(200)), "\(rig.trips)")
  }
}

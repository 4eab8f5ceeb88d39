// Decides: that current off its command, in phases and between them, trips as the table says.
// Leaves to others: charge and energy (ChargeInterlockTests).

import Testing

@testable import StimulationCore

@Suite struct CurrentInterlockTests {
  private func gains(_ rig: InterlockRig, _ gain: Int64) {
    rig.channels[0].positiveGain = gain
    rig.channels[0].negativeGain = gain
  }

  @Test("SR-28: current-above-command trips above 10 % of a large command, not at it")
  func aboveTenPercent() throws {
    let rig = try InterlockRig()
    try rig.run(at: .milliamperes(20))
    gains(rig, 1_099)
    #expect(rig.staysClean(for: .milliseconds(300)), "\(rig.trips)")
    gains(rig, 1_101)
    #expect(rig.trips(.currentAboveCommand, within: .milliseconds(100)))
    #expect(rig.isMidPulse == false && rig.unrecovered == 1, "within that phase")
    gains(rig, 1_000)
    expectResponse(.cut, to: .currentAboveCommand, of: rig)
  }

  @Test("SR-28: current-above-command allows 1 mA above a small command")
  func aboveOneMilliampere() throws {
    let rig = try InterlockRig()
    try rig.run(at: .milliamperes(5))
    gains(rig, 1_197)
    #expect(rig.staysClean(for: .milliseconds(300)), "\(rig.trips)")
    gains(rig, 1_203)
    #expect(rig.trips(.currentAboveCommand, within: .milliseconds(100)))
    expectResponse(.cut, to: .currentAboveCommand, of: rig)
  }

  @Test("SR-28: current-above-command needs 2 ms", arguments: [1, 2])
  func patience(ticks: Int) throws {
    let rig = try InterlockRig()
    try rig.go(to: .leading)
    rig.turn()
    for _ in 0..<ticks { rig.turn { $0.channels[0].current = .milliamperes(20) } }
    #expect(rig.has(.currentAboveCommand) == (ticks == 2))
    if ticks == 2 { expectResponse(.cut, to: .currentAboveCommand, of: rig) }
  }

  @Test("SR-28: current-above-command is judged although requests wake the loop all the time")
  func busyLoop() throws {
    let rig = try InterlockRig()
    try rig.run(at: .milliamperes(6))
    try rig.turn { $0.controller.channels[0].engine.stage == .leading }
    rig.run(for: .milliseconds(2))
    gains(rig, 2_000)
    let end = rig.now + .milliseconds(5)
    while rig.now < end && rig.first == nil { rig.turn(at: rig.now + .microseconds(200)) }
    expectResponse(.cut, to: .currentAboveCommand, of: rig)
  }

  @Test("SR-28: current-above-command trips on the held sample of a board-timed pulse")
  func heldAbove() throws {
    let rig = try InterlockRig(.boardTimed)
    try rig.run(at: .milliamperes(20))
    gains(rig, 1_099)
    #expect(rig.staysClean(for: .milliseconds(300)), "\(rig.trips)")
    gains(rig, 1_101)
    #expect(rig.trips(.currentAboveCommand, within: .milliseconds(60)))
    expectResponse(.cut, to: .currentAboveCommand, of: rig)
  }

  @Test("SR-28: current-below-command trips after two pulses under 90 %, not at 90 %")
  func below() throws {
    let rig = try InterlockRig()
    try rig.run(at: .milliamperes(20))
    try rig.turn { $0.controller.channels[0].isAtRest(at: $0.now) }
    gains(rig, 901)
    #expect(rig.staysClean(for: .milliseconds(300)), "\(rig.trips)")
    try rig.turn { $0.controller.channels[0].isAtRest(at: $0.now) }
    gains(rig, 899)
    #expect(rig.staysClean(for: .milliseconds(55)), "one pulse is not enough")
    #expect(rig.trips(.currentBelowCommand, within: .milliseconds(65)))
    expectResponse(.finishPulse, to: .currentBelowCommand, of: rig)
  }

  @Test("SR-28: current-below-command forgets one weak pulse")
  func belowOnce() throws {
    let rig = try InterlockRig()
    try rig.run(at: .milliamperes(20))
    for _ in 0..<3 {
      try rig.turn { $0.controller.channels[0].engine.stage == .leading }
      gains(rig, 850)
      try rig.turn { $0.controller.channels[0].isAtRest(at: $0.now) }
      gains(rig, 1_000)
      #expect(rig.staysClean(for: .milliseconds(65)), "\(rig.trips)")
    }
  }

  @Test("SR-28: current-below-command trips on two held samples of board-timed pulses")
  func heldBelow() throws {
    let rig = try InterlockRig(.boardTimed)
    try rig.run(at: .milliamperes(20))
    gains(rig, 901)
    #expect(rig.staysClean(for: .milliseconds(300)), "\(rig.trips)")
    gains(rig, 899)
    #expect(rig.trips(.currentBelowCommand, within: .milliseconds(60)))
    expectResponse(.finishPulse, to: .currentBelowCommand, of: rig)
  }

  @Test("SR-30: current-with-phases-off trips above 1 mA for 2 ms, not at 1 mA nor for 1 ms")
  func phasesOff() throws {
    let rig = try InterlockRig()
    try rig.run(at: .milliamperes(6))
    func leak(_ current: Microamperes) {
      rig.corrupt = { readings, rig in
        guard rig.controller.channels[0].engine.stage == .rest else { return }
        readings.channels[0].current = current
      }
    }
    leak(.milliamperes(1))
    #expect(rig.staysClean(for: .milliseconds(200)), "\(rig.trips)")
    try rig.turn { $0.controller.channels[0].isAtRest(at: $0.now) }
    rig.corrupt = nil
    rig.run(for: .milliseconds(3))
    rig.turn { $0.channels[0].current = -.milliamperes(40) }
    #expect(rig.first == nil, "1 ms is not enough")
    rig.run(for: .milliseconds(60))
    leak(-.milliamperes(1) - Microamperes(10))
    #expect(rig.trips(.currentWithPhasesOff, within: .milliseconds(100)))
    expectResponse(.cut, to: .currentWithPhasesOff, of: rig)
  }

  @Test("SR-30: leakage trips at a 5 ms mean above 50 µA from 20 ms after the last phase")
  func leakageBound() {
    for (leak, isTrip) in [(Int32(50), false), (51, true), (-50, false), (-51, true)] {
      var current = CurrentInterlock()
      var latch = FaultLatch(startingWith: .notYetChecked)
      for tick in 1...24 {
        current.checkOff(
          Microamperes(500), for: .milliseconds(1), quiet: .milliseconds(Int64(tick) - 4),
          settling: .zero, knowsOffset: true, &latch, channel: 0)
      }
      #expect(!latch.all.contains(.leakage), "the first 20 ms do not count")
      for tick in 21...40 {
        current.checkOff(
          Microamperes(leak), for: .milliseconds(1), quiet: .milliseconds(Int64(tick)),
          settling: .zero, knowsOffset: true, &latch, channel: 0)
        if tick < 25 { #expect(!latch.all.contains(.leakage)) }
      }
      #expect(latch.all.contains(.leakage) == isTrip)
    }
  }

  @Test("SR-30: leakage cuts in a pause, between trains and in armed", arguments: 0..<3)
  func leakage(place: Int) throws {
    var wanted = InterlockPlan()
    wanted.plateau = .milliseconds(600)
    wanted.trainsPerSet = 8
    let rig = try InterlockRig(wanted)
    switch place {
    case 0: try rig.go(to: .armed)
    case 1: try rig.go(to: .paused)
    default:
      try rig.run(at: .milliamperes(6))
      try rig.turn { $0.controller.channels[0].clock.stage == .waiting }
    }
    rig.channels[0].leak = Microamperes(46)
    #expect(rig.staysClean(for: .milliseconds(400)), "\(rig.trips)")
    rig.channels[0].leak = Microamperes(54)
    #expect(rig.trips(.leakage, within: .milliseconds(40)))
    rig.channels[0].leak = .zero
    expectResponse(.cut, to: .leakage, of: rig)
  }

  @Test("SR-30: a converter's offset is no leakage before the self-check has learnt it")
  func offset() throws {
    let rig = try InterlockRig()
    rig.channels[0].offset = Microamperes(400)
    rig.run(for: .milliseconds(100))
    #expect(rig.trips == [.notYetChecked])
    try rig.selfCheck()
    #expect(rig.state == .checked, "\(rig.trips)")
  }

  @Test("SR-22: leakage keeps a reset out as long as it flows, whenever the loop wakes")
  func leakagePersists() throws {
    let rig = try InterlockRig()
    try rig.go(to: .paused)
    rig.channels[0].leak = Microamperes(80)
    #expect(rig.trips(.leakage))
    rig.run(for: .milliseconds(30))
    rig.resetIsHeld = true
    #expect(rig.turn(at: rig.now + .milliseconds(1)) == .refused(.causePresent(.leakage)))
    rig.resetIsHeld = false
    rig.channels[0].leak = .zero
    rig.run(for: .milliseconds(20))
    rig.resetIsHeld = true
    #expect(rig.turn() == .accepted)
  }
}

// Decides: that a frame which a broken engine made never leaves the controller.
// Leaves to others: the guard's exact bounds (GuardInterlockTests).
//
// The controller's own parts keep to the plan, so each test replaces one of them by a part that
// does not, and lets the real `advance` run.

import Testing

@testable import StimulationCore

@Suite struct BrokenEngineInterlockTests {
  private func pulse(
    leading: Nanoseconds = .milliseconds(20), gap: Nanoseconds = .milliseconds(2),
    period: Nanoseconds = .milliseconds(60)
  ) -> PulsePlan {
    var plan = InterlockPlan()
    plan.leading = leading
    plan.gap = gap
    plan.period = period
    return plan.pulse
  }

  /// Turns until the trip and expects that nothing of the refused frame went out.
  private func expectRefused(
    _ id: InterlockID, _ rig: InterlockRig, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(rig.trips(id), sourceLocation: sourceLocation)
    expectResponse(.cut, to: id, of: rig, sourceLocation: sourceLocation)
  }

  @Test("SR-12: amplitude-above-ceiling keeps a setpoint above the ceiling from the board")
  func ceiling() throws {
    let rig = try InterlockRig()
    try rig.start()
    var setpoint = Setpoint(ceiling: .milliamperes(80), step: Microamperes(100), lowest: .zero)
    setpoint.set(Microamperes(30_100), at: rig.now)
    rig.controller.channels[0].setpoint = setpoint
    expectRefused(.amplitudeAboveCeiling, rig)
  }

  @Test("SR-14: amplitude-rise keeps a pulse beyond the highest delivered from the board")
  func rise() throws {
    let rig = try InterlockRig()
    try rig.start()
    var setpoint = Setpoint(ceiling: .milliamperes(30), step: Microamperes(100), lowest: .zero)
    setpoint.delivered(.milliamperes(20))
    setpoint.set(Microamperes(5_100), at: rig.now)
    rig.controller.channels[0].setpoint = setpoint
    expectRefused(.amplitudeRise, rig)
  }

  @Test("SR-12: phase-too-long ends a phase that its engine would hold on")
  func length() throws {
    let rig = try InterlockRig()
    try rig.run(at: .milliamperes(6))
    try rig.turn { $0.controller.channels[0].isAtRest(at: $0.now) }
    rig.controller.channels[0].timing = PulseTiming(
      pulse(leading: .milliseconds(100)), on: rig.board, step: Microamperes(100))
    try rig.turn { $0.isActive }
    let began = rig.now
    #expect(rig.trips(.phaseTooLong))
    #expect(rig.now - began <= .milliseconds(25))
    expectResponse(.cut, to: .phaseTooLong, of: rig)
  }

  @Test("SR-12: pulse-too-early keeps a pulse of a faster clock from the board")
  func early() throws {
    let rig = try InterlockRig()
    try rig.start()
    try rig.ask(.setAmplitude(.milliamperes(1), channel: nil))
    rig.controller.channels[0].clock = TrainClock(
      train: rig.plan.train, pulse: pulse(period: .milliseconds(47)))
    rig.controller.channels[0].clock.schedule(at: rig.now + .milliseconds(20))
    expectRefused(.pulseTooEarly, rig)
    #expect(rig.controller.channels[0].total.pulses == 2)
  }

  @Test("SR-31: phase-overlap keeps a recovery within the dead time from the board")
  func overlap() throws {
    var wanted = InterlockPlan()
    wanted.gap = .zero
    let rig = try InterlockRig(wanted)
    rig.applyDelay = .zero
    try rig.run(at: .milliamperes(6))
    var board = rig.board
    board.deadTime = .microseconds(99)
    try rig.turn { $0.controller.channels[0].isAtRest(at: $0.now) }
    rig.controller.channels[0].timing = PulseTiming(
      pulse(gap: .zero), on: board, step: Microamperes(100))
    expectRefused(.phaseOverlap, rig)
  }

  @Test("SR-33: isolation-overlap keeps a second channel off when channels are not isolated")
  func isolation() throws {
    var wanted = InterlockPlan()
    wanted.channels = 2
    wanted.isolated = false
    wanted.plateau = .seconds(1)
    wanted.offset = .milliseconds(1_500)
    let rig = try InterlockRig(wanted)
    try rig.start()
    try rig.ask(.setAmplitude(.milliamperes(1), channel: nil))
    rig.controller.channels[1].clock.schedule(at: rig.now + .milliseconds(20))
    var both = false
    let end = rig.now + .seconds(1)
    while !rig.has(.isolationOverlap) && rig.now < end {
      rig.turn()
      both = both || (0..<2).allSatisfy { rig.frame.channels[$0].isActive }
    }
    #expect(!both)
    expectResponse(.cut, to: .isolationOverlap, of: rig)
  }

  @Test("SR-33: alternating channels that are not isolated run their session unharmed")
  func alternating() throws {
    var wanted = InterlockPlan()
    wanted.channels = 2
    wanted.isolated = false
    wanted.plateau = .seconds(1)
    wanted.offset = .milliseconds(1_500)
    wanted.trainsPerSet = 3
    let rig = try InterlockRig(wanted)
    try rig.start()
    try rig.ask(.target(.milliamperes(4), channel: nil))
    try rig.turn(for: .seconds(20)) { $0.state.code == .completed || $0.first != nil }
    #expect(rig.state == .completed(.planDelivered), "\(rig.trips)")
  }

  @Test("SR-12: session-trains stops a clock that begins more trains than the plan has")
  func trains() throws {
    var wanted = InterlockPlan()
    wanted.plateau = .milliseconds(300)
    wanted.offTime = .milliseconds(100)
    let rig = try InterlockRig(wanted)
    wanted.trainsPerSet = 4
    try rig.arm()
    rig.controller.channels[0].clock = TrainClock(train: wanted.train, pulse: wanted.pulse)
    try rig.ask(.start)
    #expect(rig.staysClean(for: .milliseconds(800)), "both trains of the plan: \(rig.trips)")
    #expect(rig.controller.channels[0].clock.trainsBegun == 2)
    #expect(rig.trips(.sessionTrains))
    expectResponse(.finishPulse, to: .sessionTrains, of: rig)
    #expect(rig.controller.channels[0].total.pulses == 0, "no pulse of the train too many")
  }

  @Test("SR-12: session-on-time stops a clock whose trains outlast the limit")
  func onTime() throws {
    var wanted = InterlockPlan()
    wanted.plateau = .seconds(1)
    wanted.offTime = .seconds(1)
    wanted.tightened = [(.sessionOnTime, 2_000_000_000)]
    for isLonger in [false, true] {
      let rig = try InterlockRig(wanted)
      var longer = wanted
      longer.trainsPerSet = 1
      longer.plateau = isLonger ? .milliseconds(2_500) : .seconds(2)
      try rig.arm()
      rig.controller.channels[0].clock = TrainClock(train: longer.train, pulse: longer.pulse)
      try rig.ask(.start)
      try rig.ask(.setAmplitude(.milliamperes(1), channel: nil))
      rig.lateness = { _ in .microseconds(200) }
      try rig.turn(for: .seconds(5)) { !$0.controller.isDelivering || $0.first != nil }
      #expect(rig.has(.sessionOnTime) == isLonger)
      guard isLonger else { continue }
      let began = rig.controller.channels[0].trainStartedAt
      #expect((rig.now - began - .seconds(2)).magnitude < .milliseconds(3))
      expectResponse(.finishPulse, to: .sessionOnTime, of: rig)
    }
  }

  @Test("SR-12: two channels that take turns have the on-time limit each")
  func onTimeOfEach() throws {
    var wanted = InterlockPlan()
    wanted.channels = 2
    wanted.plateau = .seconds(1)
    wanted.offTime = .seconds(1)
    wanted.offset = .seconds(1)
    wanted.tightened = [(.sessionOnTime, 2_000_000_000)]
    let rig = try InterlockRig(wanted)
    try rig.start()
    try rig.turn(for: .seconds(8)) { $0.state.code == .completed || $0.first != nil }
    #expect(rig.state == .completed(.planDelivered), "\(rig.trips)")
  }

  @Test("SR-33: simultaneous channels begin together right after their probes, and after a pause")
  func together() throws {
    var wanted = InterlockPlan()
    wanted.channels = 3
    let rig = try InterlockRig(wanted)
    try rig.start()
    try rig.ask(.setAmplitude(.milliamperes(1), channel: nil))
    try rig.turn { $0.isActive }
    #expect((0..<3).allSatisfy { rig.frame.channels[$0].phase == .positive })
    try rig.turn { !$0.isActive }
    try rig.ask(.pause)
    try rig.turn { $0.state == .paused }
    try rig.ask(.resume)
    try rig.ask(.setAmplitude(.milliamperes(1), channel: nil))
    try rig.turn(for: .seconds(10)) { $0.isActive }
    #expect((0..<3).allSatisfy { rig.frame.channels[$0].phase == .positive })
  }

  @Test("SR-33: alternating channels stay apart after a pause between their turns at a set's end")
  func apartAfterPause() throws {
    var wanted = InterlockPlan()
    wanted.channels = 2
    wanted.isolated = false
    wanted.plateau = .seconds(1)
    wanted.offset = .milliseconds(1_500)
    wanted.rest = .milliseconds(3_500)
    wanted.trainsPerSet = 3
    wanted.sets = 3
    let rig = try InterlockRig(wanted)
    try rig.start()
    try rig.ask(.setAmplitude(.milliamperes(1), channel: nil))
    try rig.turn(for: .seconds(20)) { $0.controller.channels[0].clock.trainsBegun == 3 }
    try rig.ask(.pause)
    try rig.turn { $0.state == .paused }
    try rig.ask(.resume)
    try rig.ask(.setAmplitude(.milliamperes(1), channel: nil))
    try rig.turn(for: .seconds(60)) { $0.state.code == .completed || $0.first != nil }
    #expect(rig.state == .completed(.planDelivered), "\(rig.trips)")
    #expect((0..<2).allSatisfy { rig.controller.channels[$0].clock.trainsBegun == 9 })
  }
}

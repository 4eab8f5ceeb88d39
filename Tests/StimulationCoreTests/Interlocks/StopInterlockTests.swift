// Decides: that STOP and the fault lines act from everywhere, and what the heartbeat proves.
// Leaves to others: single interlocks.

import Testing

@testable import StimulationCore

@Suite struct StopInterlockTests {
  @Test(
    "SR-20: STOP makes outputs inactive in its own tick, from every state",
    arguments: Place.allCases)
  func everywhere(place: Place) throws {
    let rig = try InterlockRig()
    try rig.go(to: place)
    let code = rig.state.code
    rig.turn(stop: true)
    #expect(rig.isOff)
    switch code {
    case .faulted, .completed: #expect(rig.state.code == code)
    default: #expect(rig.state.code == .stopping || rig.state == .completed(.operatorStop))
    }
    for _ in 0..<50 {
      rig.turn()
      #expect(rig.isOff)
    }
    #expect(rig.first == nil || place == .faulted, "\(rig.trips)")
    if code.energises { #expect(rig.state == .completed(.operatorStop)) }
  }

  @Test(
    "SR-20: STOP wins over every command of its tick",
    arguments: [
      Command.selfCheck, .start, .pause, .resume, .arm(.none),
      .setAmplitude(.milliamperes(6), channel: nil), .target(.milliamperes(20), channel: nil),
    ])
  func withCommand(command: Command) throws {
    for place in [Place.checked, .armed, .leading, .paused] {
      let rig = try InterlockRig()
      try rig.go(to: place)
      let reply = rig.turn(command, stop: true)
      #expect(rig.isOff && reply == .refused(.notInState(.stopping)))
      rig.run(for: .milliseconds(30))
      #expect(rig.isOff && rig.first == nil)
    }
  }

  @Test("SR-24: the heartbeat stands still from STOP on, and does not wait for the contact")
  func stillAfterStop() throws {
    for place in [Place.leading, .rest, .paused, .armed] {
      let rig = try InterlockRig()
      try rig.go(to: place)
      rig.turn(stop: true)
      let level = rig.controller.frame.heartbeat
      for _ in 0..<50 {
        rig.turn()
        #expect(rig.controller.frame.heartbeat == level, "\(place)")
      }
    }
  }

  @Test("SR-20: STOP held for a second starts nothing and trips nothing")
  func held() throws {
    let rig = try InterlockRig()
    try rig.go(to: .leading)
    for _ in 0..<300 {
      rig.turn(.resume, stop: true)
      #expect(rig.isOff)
    }
    #expect(rig.state == .completed(.operatorStop) && rig.first == nil)
  }

  @Test("SR-20: STOP after a fault that finishes its pulse cuts, and the fault stays")
  func afterFault() throws {
    let rig = try InterlockRig()
    try rig.go(to: .leading)
    rig.meddle = { request, rig in request.loggerProgressAt = rig.now - .seconds(2) }
    rig.turn()
    #expect(rig.isActive && rig.has(.loggerSilent))
    rig.turn(stop: true)
    #expect(rig.isOff)
    rig.run(for: .milliseconds(20))
    #expect(rig.state == .faulted && rig.first == .loggerSilent)
  }

  @Test("SR-21: STOP and the fault lines do not wait for the recovery, and record what is left")
  func unrecovered() throws {
    for stops in [true, false] {
      let rig = try InterlockRig()
      try rig.go(to: .leading)
      rig.run(for: .milliseconds(5))
      if stops { rig.turn(stop: true) } else { rig.turn { $0.lines.remove(.highVoltagePresent) } }
      #expect(rig.isOff)
      let left = rig.records.compactMap { record -> Femtocoulombs? in
        if case .event(let event) = record, case .unrecovered(let charge, _) = event.event {
          return charge
        }
        return nil
      }
      // 6 mA for 6 to 9 ms.
      #expect(left.count == 1 && left[0] > Femtocoulombs(36_000_000_000))
      #expect(left.allSatisfy { $0 < Femtocoulombs(54_000_000_000) })
    }
  }

  @Test("SR-24: the heartbeat toggles at least every 5 ms from arming to the end, and only there")
  func heartbeat() throws {
    var wanted = InterlockPlan()
    wanted.plateau = .milliseconds(700)
    wanted.offTime = .milliseconds(300)
    wanted.trainsPerSet = 6
    let rig = try InterlockRig(wanted)
    var level = rig.frame.heartbeat
    var edge = Nanoseconds.zero
    var mustBeat = false
    func watch(_ step: () throws -> Void) rethrows {
      let before = rig.state
      try step()
      if rig.frame.heartbeat != level {
        level = rig.frame.heartbeat
        edge = rig.now
        #expect(before.code.energises || rig.state.code.energises, "beats in \(before)")
      }
      // The check starts the heartbeat itself, as its third item.
      switch (before, rig.state) {
      case (.armed, .armed), (.armed, .running), (.running, .running), (.running, .ramping),
        (.ramping, .ramping), (.ramping, .running), (.running, .paused), (.paused, .paused),
        (.paused, .running):
        if mustBeat { #expect(rig.now - edge <= .milliseconds(5), "\(rig.state)") }
        mustBeat = true
      default: mustBeat = false
      }
    }
    func run(_ time: Nanoseconds) {
      let end = rig.now + time
      while rig.now < end {
        watch { rig.turn(late: .microseconds(rig.ticks % 30 == 0 ? 400 : 0)) }
      }
    }
    run(.milliseconds(50))
    #expect(edge == .zero)
    try watch { try rig.ask(.selfCheck) }
    run(.milliseconds(400))
    #expect(rig.state == .checked)
    try watch { try rig.ask(.arm(.none)) }
    run(.milliseconds(300))
    try watch { try rig.ask(.start) }
    try watch { try rig.ask(.target(.milliamperes(5), channel: nil)) }
    run(.milliseconds(2_500))
    try watch { try rig.ask(.pause) }
    run(.milliseconds(500))
    #expect(rig.state == .paused)
    try watch { try rig.ask(.resume) }
    run(.seconds(6))
    #expect(rig.state == .completed(.planDelivered), "\(rig.state) \(rig.trips)")
    let last = edge
    run(.seconds(1))
    #expect(edge == last)
  }

  @Test("SR-20: STOP after a passed self-check, or as it passes, lets no arming follow")
  func stopWhenChecked() throws {
    let session = try ScriptedSession(SamplePlan())
    session.lead(to: .checked)
    session.tick(stop: true)
    #expect(session.tick(.arm(.none)) != .accepted)
    #expect(session.run(to: .completed))
    #expect(session.controller.state == .completed(.operatorStop))

    let measured = try ScriptedSession(SamplePlan())
    measured.tick()
    measured.tick(.selfCheck)
    var ticks = 0
    while measured.controller.state.code == .selfCheck {
      measured.tick()
      ticks += 1
    }
    #expect(measured.controller.state == .checked)
    let other = try ScriptedSession(SamplePlan())
    other.tick()
    other.tick(.selfCheck)
    for _ in 1..<ticks { other.tick() }
    #expect(other.controller.state.code == .selfCheck)
    other.tick(stop: true)
    #expect(other.tick(.arm(.none)) != .accepted)
    #expect(other.run(to: .completed))
  }
}

// Decides: that sessions deliver their plan, end as asked, and are reset only by the rules.
// Leaves to others: each interlock (interlock tests), records' storage (DoseLog).

@testable import StimulationCore
import Testing

@Suite struct WholeSessionTests {
  /// Leads to running and climbs to 5 mA before the first train's second half.
  private func run(_ plan: SamplePlan, to amplitude: Microamperes = .milliamperes(5)) throws
    -> ScriptedSession
  {
    let session = try ScriptedSession(plan)
    session.lead(to: .running)
    #expect(session.tick(.target(amplitude, channel: nil)) == .accepted)
    #expect(session.run(to: .completed, within: .seconds(120)))
    return session
  }

  @Test(
    "A session delivers its trains on the grid, and its records add up to its total",
    arguments: PulseShape.allCases)
  func delivers(shape: PulseShape) throws {
    var plan = SamplePlan().with(\.shape, shape).with(\.leading, .milliseconds(40))
    plan.period = .milliseconds(100)
    plan.sets = 2
    plan.restBetweenSets = .seconds(2)
    plan.rampUp = .milliseconds(300)
    plan.rampDown = .milliseconds(200)
    let session = try run(plan)
    #expect(session.controller.state == .completed(.planDelivered) && session.trips.isEmpty)
    let trains = session.doses(.train)
    #expect(trains.map(\.train) == [1, 2, 3, 4] && trains.map(\.set) == [1, 1, 2, 2])
    var sum = ChannelDose.none
    for train in trains {
      sum += train.dose
      #expect(train.certainty == .confirmed)
      #expect(train.dose.onTime == plan.train.onTime)
      #expect(train.dose.unrecovered == .zero)
    }
    #expect(sum == session.controller.status(ofChannel: 0).dose)
    #expect(trains[1].startedAt - trains[0].startedAt == plan.train.onTime + plan.offTime)
    #expect(
      trains[2].startedAt - trains[1].startedAt == plan.train.onTime + plan.restBetweenSets)
    #expect(sum.leading > .zero && sum.net.magnitude <= sum.leading / 1_000)
    #expect((sum.leading - sum.commandedLeading).magnitude <= sum.leading / 100)
    #expect(!session.board.frame.relayCoil)
  }

  @Test("Asymmetric, alternating, board-timed and capacitor pulses run to the end")
  func kinds() throws {
    var lower = SamplePlan().with(\.recovery, .asymmetric).with(\.gap, .milliseconds(1))
    lower.recoveryPhase = .milliseconds(25)
    let plans = [
      lower, SamplePlan().with(\.leadingPolarity, .alternating), SamplePlan.short,
      SamplePlan.short.with(\.recovery, .capacitor), SamplePlan.single,
    ]
    for plan in plans {
      let session = try run(plan)
      #expect(session.controller.state == .completed(.planDelivered))
      #expect(session.trips.isEmpty, "\(plan.recovery) \(plan.leadingPolarity)")
      #expect(session.controller.status(ofChannel: 0).dose.pulses > 0)
    }
  }

  @Test("SR-46: the current of board-timed pulses is counted as it is held")
  func shortPulses() throws {
    let session = try run(.short)
    let dose = session.controller.status(ofChannel: 0).dose
    #expect(dose.leading == dose.recovery && dose.leading == dose.commandedLeading)
    #expect(dose.leading > .zero)
  }

  @Test("SR-33: channels that alternate are never active together, over sets and rests")
  func alternating() throws {
    var plan = SamplePlan().with(\.board, SamplePlan.boardWithoutIsolation())
    plan.channelCount = 2
    plan.offset = .seconds(1)
    plan.sets = 2
    plan.restBetweenSets = .seconds(3)
    let session = try ScriptedSession(plan)
    session.lead(to: .running)
    session.tick(.target(.milliamperes(5), channel: nil))
    var active = [0, 0]
    while session.controller.state.code != .completed && session.now < .seconds(60) {
      session.tick()
      let isActive = (0..<2).map { session.board.frame.channels[$0].isActive }
      #expect(isActive != [true, true])
      for index in 0..<2 where isActive[index] { active[index] += 1 }
    }
    #expect(active[0] > 100 && active[1] > 100 && session.trips.isEmpty)
    #expect(session.controller.state == .completed(.planDelivered))
  }

  @Test("SR-12: on-time is limited for each channel, so that alternating channels share nothing")
  func onTimePerChannel() throws {
    var plan = SamplePlan().with(\.channelCount, 2).with(\.offset, .seconds(1))
    plan.trainsPerSet = 3
    var layer = LimitLayer(source: .prescription)
    layer[.sessionOnTime] = Nanoseconds.milliseconds(3_100).rawValue
    try plan.limits.tighten(by: layer)
    #expect(plan.refusal == nil)
    let session = try run(plan)
    #expect(session.trips.isEmpty)
    #expect(session.controller.state == .completed(.planDelivered))
  }

  @Test("The session's duration ends it, pauses included")
  func timer() throws {
    let plan = SamplePlan().with(\.session, .seconds(4))
    let session = try ScriptedSession(plan)
    session.lead(to: .paused)
    // 15 ms before the start of the first train, the relay's coil was driven.
    session.run(for: .milliseconds(3_900))
    #expect(session.controller.state == .paused && session.board.frame.relayCoil)
    session.run(for: .milliseconds(150))
    #expect(session.controller.state == .completed(.sessionTimer), "nobody need resume it")
    #expect(!session.board.frame.relayCoil && session.trips.isEmpty)
    #expect(session.tick(.resume) == .refused(.notInState(.completed)))
    #expect(session.controller.status(ofChannel: 0).dose.pulses == 0)
  }

  @Test("The session's duration ends it while trains run too")
  func timerInTrain() throws {
    // The schedule fits, but a pause has moved it.
    let plan = SamplePlan().with(\.session, .seconds(4))
    let session = try ScriptedSession(plan)
    session.lead(to: .paused)
    session.run(for: .milliseconds(2_500))
    session.tick(.resume)
    session.tick(.target(.milliamperes(2), channel: nil))
    #expect(session.run(to: .completed, within: .seconds(3)))
    #expect(session.controller.state == .completed(.sessionTimer) && session.trips.isEmpty)
    #expect(session.doses(.train).allSatisfy { $0.certainty == .confirmed })
  }

  @Test("A pause on channels of unequal trains resumes on each, and ends with every train")
  func pauseAndResume() throws {
    let plan = SamplePlan().with(\.trainsPerSet, 4).with(\.channelCount, 2)
      .with(\.offset, .milliseconds(500))
    let session = try ScriptedSession(plan)
    session.lead(to: .running)
    session.tick(.target(.milliamperes(5), channel: nil))
    session.run(for: .milliseconds(700))
    session.tick(.pause)
    session.run(to: .paused)
    session.tick(.resume)
    #expect(session.run(to: .completed, within: .seconds(60)))
    let trains = session.doses(.train)
    for channel: Int8 in 0..<2 {
      #expect(trains.filter { $0.channel == channel }.map(\.train) == [1, 2, 3, 4])
    }
    #expect(session.trips.isEmpty)
  }

  @Test("SR-12: a pause takes nothing off the rest between sets, nor off the off-time")
  func restStays() throws {
    for (trains, sets, rest) in [(Int32(1), Int32(3), 60), (3, 1, 7)] as [(Int32, Int32, Int64)] {
      let plan = SamplePlan().with(\.trainsPerSet, trains).with(\.sets, sets)
        .with(\.restBetweenSets, .seconds(rest)).with(\.offTime, .seconds(rest))
      let session = try ScriptedSession(plan)
      session.lead(to: .ramping)
      while session.doses(.train).isEmpty { session.tick() }
      let ended = session.doses(.train)[0].endedAt
      session.tick(.pause)
      session.run(to: .paused)
      #expect(session.tick(.resume) == .accepted)
      session.tick(.target(.milliamperes(5), channel: nil))
      while !session.board.frame.channels[0].isActive { session.tick() }
      #expect(session.now - ended >= .seconds(rest) - .milliseconds(1))
    }
  }

  @Test("A session whose schedule takes all of its duration delivers all of its plan")
  func fullDuration() throws {
    let plan = SamplePlan().with(\.session, .milliseconds(3_000)).with(\.plateau, .seconds(1))
    let session = try ScriptedSession(plan)
    session.lead(to: .ramping)
    #expect(session.run(to: .completed))
    #expect(session.controller.state == .completed(.planDelivered))
    #expect(session.doses(.train).map(\.certainty) == [.confirmed, .confirmed])
  }

  @Test("A board's own pulse that is cut is told as it was commanded until then")
  func cutShort() throws {
    for delay in [1, 3, 5, 7, 9] as [Int64] {
      let plan = SamplePlan.short.with(\.leading, .microseconds(4_900))
        .with(\.period, .milliseconds(100))
      let session = try ScriptedSession(plan)
      session.lead(to: .ramping)
      session.run(for: .milliseconds(400))
      let count = session.controller.status(ofChannel: 0).dose.pulses
      while session.controller.status(ofChannel: 0).dose.pulses == count { session.tick() }
      let told = session.controller.status(ofChannel: 0).dose
      let amplitude = session.board.frame.channels[0].amplitude
      session.run(for: .milliseconds(delay))
      session.tick(stop: true)
      let dose = session.controller.status(ofChannel: 0).dose
      // The count came at most 1 ms after the pulse began.
      let least = Nanoseconds.milliseconds(delay)
      let most = least + .milliseconds(2)
      let gap = Nanoseconds.microseconds(4_950)
      for (added, from) in [
        (dose.leading - told.leading, Nanoseconds.zero), (dose.recovery - told.recovery, gap),
      ] {
        let shortest = min(max(least - from, .zero), plan.leading)
        let longest = min(max(most - from, .zero), plan.leading)
        #expect(added >= amplitude * shortest && added <= amplitude * longest)
      }
      #expect(dose.unrecovered == (dose.leading - told.leading) - (dose.recovery - told.recovery))
      #expect(session.doses(.train).last?.certainty == .uncertain)
    }
  }

  @Test("A cut pulse is told as uncertain, and what it left is told")
  func cut() throws {
    let session = try ScriptedSession(SamplePlan())
    session.lead(to: .running)
    session.tick(.setAmplitude(.milliamperes(1), channel: nil))
    session.run(untilActive: true)
    session.run(for: .milliseconds(10))
    session.tick(stop: true)
    #expect(session.board.frame.channels[0] == .inactive)
    session.run(to: .completed)
    let trains = session.doses(.train)
    #expect(trains.count == 1 && trains[0].certainty == .uncertain)
    let left = trains[0].dose.unrecovered
    #expect(left >= .init(9_000_000_000_000 / 1_000) && left <= trains[0].dose.leading)
    #expect(trains[0].dose.net == left)
    #expect(session.controller.status(ofChannel: 0).dose == trains[0].dose)
  }

  @Test("SR-40: session time that goes backwards trips, and extends nothing")
  func clockBackwards() throws {
    let session = try ScriptedSession(SamplePlan())
    session.lead(to: .running)
    session.tick(at: session.now - Nanoseconds(1))
    #expect(session.controller.latch.first == .clockBackwards)
    #expect(!session.board.frame.relayCoil)
  }

  @Test("SR-18: the envelope that was opened is seen on the controller, for this session")
  func envelope() throws {
    for envelope in Envelope.allCases {
      let session = try ScriptedSession(SamplePlan().with(\.limits, LimitTable(envelope)))
      #expect(session.controller.plan.limits.envelope == envelope)
    }
  }
}

@Suite struct ResetTests {
  /// A session that a lost high voltage brought to faulted.
  private func faulted() throws -> ScriptedSession {
    let session = try ScriptedSession(SamplePlan())
    session.lead(to: .armed)
    session.corrupt = { readings, _ in readings.lines.remove(.highVoltagePresent) }
    session.tick()
    #expect(session.run(to: .faulted))
    return session
  }

  @Test("SR-22: a reset is refused while its cause is present, and a fault outlives its cause")
  func cause() throws {
    let session = try faulted()
    session.resetHeld = true
    #expect(session.tick() == .refused(.causePresent(.highVoltageLost)))
    session.corrupt = nil
    // Held, not rising: it does nothing although the cause is gone.
    for _ in 0..<50 { #expect(session.tick() == .none) }
    #expect(session.controller.latch.all.contains(.highVoltageLost))
    #expect(session.tick(.selfCheck) == .refused(.causePresent(.highVoltageLost)))
    session.resetHeld = false
    session.tick()
    #expect(session.controller.latch.all.contains(.highVoltageLost))
    session.resetHeld = true
    #expect(session.tick() == .accepted)
    #expect(session.controller.latch.first == .notYetChecked)
    #expect(session.controller.state == .faulted, "a reset alone arms nothing")
    #expect(session.tick(.arm(.none)) == .refused(.notInState(.faulted)))
    #expect(session.tick(.selfCheck) == .accepted)
    #expect(session.run(to: .checked))
  }

  @Test("SR-22: a reset held from before the fault does not clear it")
  func heldBefore() throws {
    let session = try ScriptedSession(SamplePlan())
    session.lead(to: .checked)
    session.resetHeld = true
    session.tick()
    session.corrupt = { readings, _ in readings.lines.remove(.highVoltagePresent) }
    session.tick()
    session.corrupt = nil
    #expect(session.run(to: .faulted))
    for _ in 0..<100 { session.tick() }
    #expect(session.controller.latch.all.contains(.highVoltageLost))
    #expect(session.tick(.selfCheck) == .refused(.causePresent(.highVoltageLost)))
  }

  @Test(
    "SR-22: a reset is refused in every other state",
    arguments: [
      StateCode.selfCheck, .checked, .armed, .running, .ramping, .paused, .completed,
    ])
  func otherStates(state: StateCode) throws {
    let session = try ScriptedSession(SamplePlan())
    session.lead(to: state)
    session.resetHeld = true
    #expect(session.tick() == .refused(.notInState(state)))
    #expect(session.controller.state.code == state)
  }

  @Test(
    "SR-22, SR-23, SR-24: a lost lease or a silent log must be back before a reset",
    arguments: [InterlockID.leaseLost, .loggerSilent])
  func hostCauses(id: InterlockID) throws {
    let session = try ScriptedSession(SamplePlan())
    session.lead(to: .armed)
    if id == .leaseLost { session.leaseRuns = false } else { session.loggerRuns = false }
    #expect(session.run(to: .faulted))
    #expect(session.controller.latch.first == id)
    session.resetHeld = true
    #expect(session.tick() == .refused(.causePresent(id)))
    session.resetHeld = false
    session.leaseRuns = true
    session.loggerRuns = true
    session.tick()
    session.resetHeld = true
    #expect(session.tick() == .accepted)
  }
}

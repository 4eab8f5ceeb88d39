// Decides: that no sequence of requests, lies of the board and late wake-ups breaks what the
// judge watches.
// Leaves to others: what each interlock does by itself. Not part of the mutation run: it proves
// what never happens, not that something trips.

import Testing

@testable import StimulationCore

/// SplitMix64: the same seed gives the same session.
private struct Chance: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }

  mutating func one(in count: Int) -> Bool { Int.random(in: 0..<count, using: &self) == 0 }
}

@Suite struct RandomSessionTests {
  @Test(
    "SR-12, SR-14, SR-20 to SR-33: hostile sessions of 250,000 ticks break no invariant",
    arguments: [UInt64(1), 20_260_101, 77, 4_242])
  func hostile(seed: UInt64) throws {
    print("random sessions: seed \(seed)")
    var chance = Chance(state: seed)
    var ticks = 0
    var active = 0
    var sessions = 0
    var tripped: Set<InterlockID> = []
    while ticks < 250_000 {
      let wanted = plan(&chance)
      let rig = try InterlockRig(wanted)
      var judge = FrameJudge(
        ceiling: wanted.ceiling.rawValue, deadTime: wanted.board.deadTime.rawValue,
        count: wanted.channels)
      session(rig, &judge, calm: chance.one(in: 2), &chance)
      #expect(judge.complaints.isEmpty, "seed \(seed), session \(sessions): \(judge.complaints)")
      ticks += rig.ticks
      active += judge.activeTicks
      sessions += 1
      for record in rig.records {
        if case .event(let event) = record, case .tripped(let id, _) = event.event {
          tripped.insert(id)
        }
      }
    }
    // A test that never energises, or never trips, would prove nothing.
    #expect(active > 10_000 && sessions > 10 && tripped.count > 12)
    print(
      "random sessions: \(sessions) sessions, \(active) of \(ticks) ticks active, "
        + "\(tripped.count) interlocks tripped")
  }

  private func plan(_ chance: inout Chance) -> InterlockPlan {
    var wanted = chance.one(in: 3) ? InterlockPlan.boardTimed : InterlockPlan()
    if !chance.one(in: 3), wanted.pulse.isTimedByBoard == false {
      let shapes: [PulseShape] = [
        .rectangular, .rectangular, .triangular, .exponential, .trapezoid,
      ]
      wanted.shape = shapes.randomElement(using: &chance) ?? .rectangular
      let isFlatAtEnd = wanted.shape == .rectangular || wanted.shape == .trapezoid
      let shortest: Int64 = isFlatAtEnd ? 20 : 40
      wanted.leading = .milliseconds(Int64.random(in: shortest...60, using: &chance))
      wanted.period = wanted.leading * 3
      wanted.leadingPolarity = chance.one(in: 3) ? .alternating : .fixed
    }
    wanted.ceiling = .milliamperes([10, 20, 25, 26, 30].randomElement(using: &chance) ?? 30)
    wanted.plateau = .milliseconds(Int64.random(in: 300...3_000, using: &chance))
    wanted.offTime = .milliseconds(Int64.random(in: 300...1_000, using: &chance))
    wanted.trainsPerSet = Int32.random(in: 1...6, using: &chance)
    wanted.channels = Int.random(in: 1...3, using: &chance)
    if wanted.channels == 2 && chance.one(in: 2) {
      wanted.isolated = false
      wanted.offTime = wanted.plateau * 2
      wanted.offset = wanted.plateau * 3 / 2
    }
    return wanted
  }

  /// One controller's life: mostly towards a running session, with `calm` sessions left in
  /// peace by the board for a while.
  private func session(
    _ rig: InterlockRig, _ judge: inout FrameJudge, calm: Bool, _ chance: inout Chance
  ) {
    let span = Int.random(in: 3_000...12_000, using: &chance)
    for tick in 0..<span {
      let isMean = chance.one(in: calm ? 4_000 : 600)
      if isMean { spoil(rig, &chance) } else if chance.one(in: 20) { rig.corrupt = nil }
      if chance.one(in: 300) {
        rig.resetIsHeld.toggle()
      }
      var late = Nanoseconds.zero
      if chance.one(in: 10) { late = .microseconds(Int64.random(in: 0...300, using: &chance)) }
      if isMean && chance.one(in: 5) {
        late = .microseconds(Int64.random(in: 500...12_000, using: &chance))
      }
      let command = tick < 10 || chance.one(in: 40) ? next(rig, &chance) : .none
      rig.turn(command, stop: chance.one(in: calm ? 20_000 : 3_000), late: late)
      judge.judge(
        rig.frame, at: rig.now.rawValue, code: rig.state.code, trips: rig.controller.latch.all)
    }
  }

  private func next(_ rig: InterlockRig, _ chance: inout Chance) -> Command {
    let amplitude = Microamperes(rawValue: Int32.random(in: -2...330, using: &chance) * 100)
    let channel: Int8? = chance.one(in: 2) ? nil : Int8.random(in: -1...3, using: &chance)
    if chance.one(in: 4) {
      return [
        Command.selfCheck, .arm(.none), .start, .pause, .resume,
        .setAmplitude(amplitude, channel: channel), .target(amplitude, channel: channel),
      ].randomElement(using: &chance) ?? .none
    }
    switch rig.state.code {
    case .faulted, .selfCheck: return .selfCheck
    case .checked: return .arm(.none)
    case .armed: return .start
    case .ramping, .running:
      let now = rig.controller.channels[0].setpoint.value
      return chance.one(in: 3)
        ? .target(amplitude, channel: channel)
        : .setAmplitude(now + Microamperes(1_000), channel: channel)
    case .paused: return .resume
    case .stopping, .completed: return .none
    }
  }

  /// The board, for one tick or for a while, tells something else than the truth.
  private func spoil(_ rig: InterlockRig, _ chance: inout Chance) {
    let index = Int.random(in: 0..<rig.plan.channelCount, using: &chance)
    let size = Int32.random(in: -400_000...400_000, using: &chance)
    let kind = Int.random(in: 0..<16, using: &chance)
    rig.corrupt = { readings, rig in
      switch kind {
      case 0: readings.lines = SafetyLines(rawValue: UInt8(truncatingIfNeeded: size))
      case 1: readings.write = size < 0 ? .failed : .unconfirmed
      case 2: readings.channels[index].current = Microamperes(size)
      case 3: readings.channels[index].voltage = Millivolts(rawValue: size)
      case 4: readings.channels[index].amplitude = Microamperes(size)
      case 5: readings.channels[index].phase = .negative
      case 6: readings.channels[index].pulseCount &+= UInt32(size.magnitude % 4)
      case 7: readings.channels[index].heldLeading = Microamperes(size)
      case 8: readings.channels[index].heldRecovery = Microamperes(size)
      case 9: readings.channels[index].isInRange = false
      case 10: readings.channels[index].sampledAt = rig.now - Nanoseconds(Int64(size) * 50)
      case 11: readings.channels[index].code = 3
      case 12: readings.faultEdgeAt = rig.now - Nanoseconds(Int64(size.magnitude))
      case 13: readings.relayCoil.toggle()
      case 14: readings.rangeMaximum = .zero
      default: readings.channels[index].current = readings.channels[index].current / 4 * 5
      }
    }
    if kind == 15 || chance.one(in: 3) { return }
    // Most lies last one tick; `session` ends the others after a while.
    let lie = rig.corrupt
    rig.corrupt = { readings, rig in
      lie?(&readings, rig)
      rig.corrupt = nil
    }
  }
}

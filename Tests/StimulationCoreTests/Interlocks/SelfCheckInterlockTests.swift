// Decides: that nothing is armed without a check, and that each item can fail.
// Leaves to others: commands in general (Commands' tests).

import Testing

@testable import StimulationCore

@Suite struct SelfCheckInterlockTests {
  @Test("SR-02: not-yet-checked holds a fresh controller faulted, without any output")
  func fresh() throws {
    let rig = try InterlockRig()
    #expect(rig.state == .faulted && rig.trips == [.notYetChecked])
    #expect(rig.first == .notYetChecked && InterlockID.notYetChecked.response == .cut)
    for command in [Command.arm(.none), .start, .resume, .target(.milliamperes(1), channel: 0)] {
      #expect(rig.turn(command) == .refused(.notInState(.faulted)))
    }
    rig.run(for: .seconds(1))
    #expect(rig.isOff && rig.frame.heartbeat == false && rig.state == .faulted)
    #expect(rig.first == .notYetChecked)
  }

  @Test("SR-22: not-yet-checked is what remains after a reset, until a self-check")
  func afterReset() throws {
    let rig = try InterlockRig()
    try rig.go(to: .armed)
    rig.turn { $0.write = .failed }
    rig.run(for: .milliseconds(20))
    #expect(rig.turn(.selfCheck) == .refused(.causePresent(.outputWriteFailed)))
    rig.resetIsHeld = true
    #expect(rig.turn() == .accepted)
    #expect(rig.trips == [.notYetChecked] && rig.first == .notYetChecked)
    #expect(rig.turn(.arm(.none)) == .refused(.notInState(.faulted)))
    try rig.selfCheck()
    #expect(rig.state == .checked && rig.trips.isEmpty)
  }

  /// What can be wrong with a board, the item that finds it, and the first cause.
  private static let defects: [(String, SelfCheckItem, InterlockID)] = [
    ("another range", .inactive, .readBackMismatch),
    ("no threshold", .range, .selfCheckFailed),
    ("threshold too high", .range, .selfCheckFailed),
    ("blind detector", .inactive, .selfCheckFailed),
    ("silent detector", .heartbeat, .heartbeatUnseen),
    ("offset", .offset, .selfCheckFailed),
    ("contact stays open", .relayCloses, .relayOpen),
    ("weak probe", .probe, .selfCheckFailed),
    ("strong probe", .probe, .selfCheckFailed),
    ("open electrode", .probe, .openElectrode),
    ("short", .probe, .shortCircuit), ("dead short", .probe, .shortCircuit),
    ("contact stays closed", .relayOpens, .weldedRelay),
  ]

  private func damage(_ rig: InterlockRig, _ defect: String) {
    switch defect {
    case "another range":
      rig.corrupt = { readings, rig in if rig.ticks > 1 { readings.rangeMaximum = .zero } }
    case "no threshold": rig.corrupt = { readings, _ in readings.overCurrentThreshold = .zero }
    case "threshold too high":
      rig.corrupt = { readings, _ in readings.overCurrentThreshold += Microamperes(1) }
    case "blind detector": rig.corrupt = { readings, _ in readings.lines.insert(.heartbeatSeen) }
    case "silent detector": rig.corrupt = { readings, _ in readings.lines.remove(.heartbeatSeen) }
    case "offset": rig.channels[0].offset = Microamperes(520)
    case "contact stays open": rig.contactStuckAt = false
    case "weak probe":
      rig.channels[0].positiveGain = 740
      rig.channels[0].negativeGain = 740
    case "strong probe":
      rig.channels[0].positiveGain = 1_260
      rig.channels[0].negativeGain = 1_260
    case "open electrode": rig.channels[0].load = Ohms(3_100)
    case "short": rig.channels[0].load = Ohms(49)
    case "dead short": rig.channels[0].load = .zero
    default:
      rig.corrupt = { readings, rig in
        if case .selfCheck(.probe) = rig.state { rig.contactStuckAt = true }
      }
    }
  }

  @Test("SR-04: self-check-failed names the failing item for each defect", arguments: defects)
  func items(defect: String, item: SelfCheckItem, cause: InterlockID) throws {
    let rig = try InterlockRig()
    damage(rig, defect)
    try rig.ask(.selfCheck)
    #expect(rig.trips(.selfCheckFailed))
    #expect(rig.controller.failedItem == item && rig.first == cause, "\(rig.trips)")
    expectResponse(.cut, to: .selfCheckFailed, of: rig, isFirst: cause == .selfCheckFailed)
    #expect(rig.turn(.arm(.none)) == .refused(.notInState(.faulted)))
  }

  @Test("SR-04: self-check-failed spares what is just inside: probe, load, offset, threshold")
  func inside() throws {
    let rig = try InterlockRig()
    rig.channels[0].offset = Microamperes(480)
    rig.channels[0].positiveGain = 770
    rig.channels[0].negativeGain = 770
    rig.channels[0].load = Ohms(2_950)
    try rig.selfCheck()
    #expect(rig.state == .checked, "\(rig.trips)")
    let short = try InterlockRig()
    short.channels[0].load = Ohms(52)
    try short.selfCheck()
    #expect(short.state == .checked, "\(short.trips)")
  }

  @Test("SR-01: a probe that a fault cuts short is on record as dose")
  func cutProbe() throws {
    let rig = try InterlockRig()
    try rig.go(to: .checkProbe)
    rig.run(for: .milliseconds(3))
    rig.turn { $0.write = .failed }
    let probes = rig.records.filter {
      if case .dose(let dose) = $0 { return dose.span == .probe && dose.dose.pulses == 1 }
      return false
    }
    #expect(probes.count == 1 && rig.unrecovered == 1)
  }

  @Test("SR-01: before arming only the self-check's own steps leave, at most 1 mA, 5 ms, 3 times")
  func onlyOwnSteps() throws {
    var wanted = InterlockPlan()
    wanted.channels = 3
    let rig = try InterlockRig(wanted)
    rig.run(for: .milliseconds(100))
    #expect(rig.isOff && !rig.frame.heartbeat)
    rig.turn(.selfCheck)
    var begins = [Nanoseconds](repeating: .notYet, count: 3)
    var pulses = [0, 0, 0]
    var before: [PhaseOutput] = [.off, .off, .off]
    while rig.state != .checked && rig.state != .faulted {
      rig.turn()
      for index in 0..<3 {
        let output = rig.frame.channels[index]
        #expect(output.amplitude <= .milliamperes(1) && output.gate == .still)
        if output.phase != before[index] {
          // A trim of 10 % belongs to the balance of the probe.
          let width = rig.now - begins[index]
          if before[index] != .off { #expect(width <= Nanoseconds.microseconds(5_500)) }
          if output.phase != .off { begins[index] = rig.now }
          if output.phase == .positive { pulses[index] += 1 }
          before[index] = output.phase
        }
      }
    }
    #expect(rig.state == .checked && pulses.allSatisfy { $0 >= 1 && $0 <= 3 })
    let level = rig.frame.heartbeat
    for _ in 0..<100 {
      rig.turn()
      #expect(rig.isOff && rig.frame.heartbeat == level)
    }
  }
}

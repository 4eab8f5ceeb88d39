// Decides: that open, saturated, risen, jumping and shorted loads trip as the table says.
// Leaves to others: the probe's own bounds by area (SelfCheckInterlockTests).

import Testing

@testable import StimulationCore

@Suite struct LoadInterlockTests {
  private func rest(_ rig: InterlockRig) throws {
    try rig.turn { $0.controller.channels[0].isAtRest(at: $0.now) }
  }

  private func warnings(_ rig: InterlockRig) -> [Warning] {
    rig.records.compactMap {
      guard case .event(let event) = $0, case .warned(let warning, _) = event.event else {
        return nil
      }
      return warning
    }
  }

  @Test("SR-27: open-electrode trips in the second pulse without current, not in the first")
  func open() throws {
    let rig = try InterlockRig()
    try rig.run(at: .milliamperes(6))
    try rest(rig)
    rig.channels[0].isOpen = true
    #expect(rig.staysClean(for: .milliseconds(60)), "one pulse is not enough")
    #expect(rig.trips(.openElectrode, within: .milliseconds(60)))
    expectResponse(.cut, to: .openElectrode, of: rig)
  }

  @Test(
    "SR-32: a lead that comes off within a phase is the first cause, not what the pulse lacks",
    arguments: [2, 6, 12, 17, 23, 27, 33, 38], [Int32(2), 6, 20])
  func openWithin(milliseconds: Int64, milliamperes: Int32) throws {
    let rig = try InterlockRig()
    try rig.run(at: .milliamperes(milliamperes))
    try rest(rig)
    try rig.turn { $0.isMidPulse }
    rig.run(for: .milliseconds(milliseconds))
    #expect(rig.isMidPulse && rig.first == nil)
    rig.channels[0].isOpen = true
    #expect(rig.trips(.openElectrode, within: .milliseconds(130)), "\(rig.trips)")
    #expect(rig.first == .openElectrode, "\(rig.trips)")
  }

  @Test("SR-32: an open electrode is the first cause of a board-timed pulse's missing current")
  func openHeld() throws {
    let rig = try InterlockRig(.boardTimed)
    try rig.run(at: .milliamperes(20))
    rig.channels[0].isOpen = true
    #expect(rig.trips(.openElectrode, within: .milliseconds(80)), "\(rig.trips)")
    #expect(rig.first == .openElectrode, "\(rig.trips)")
  }

  @Test("SR-27: open-electrode forgets one open pulse")
  func openOnce() throws {
    let rig = try InterlockRig()
    try rig.run(at: .milliamperes(6))
    try rest(rig)
    rig.channels[0].isOpen = true
    rig.run(for: .milliseconds(30))
    try rest(rig)
    rig.channels[0].isOpen = false
    #expect(rig.staysClean(for: .milliseconds(400)), "\(rig.trips)")
  }

  @Test("SR-27: open-electrode and out-of-compliance part at a tenth of the command")
  func openOrSaturated() {
    for (current, id) in [(Int32(1_000), InterlockID.outOfCompliance), (999, .openElectrode)] {
      var load = LoadInterlock()
      var latch = FaultLatch(startingWith: .notYetChecked)
      for _ in 0..<2 {
        #expect(latch.first == .notYetChecked && !latch.all.contains(id))
        _ = load.check(
          LoadSample(
            command: .milliamperes(10), current: Microamperes(current),
            voltage: Millivolts(80_000), peakVoltage: Millivolts(80_000),
            comparedFrom: LoadInterlock.comparedFrom),
          compliance: Millivolts(80_000), &latch, channel: 0)
      }
      let other: InterlockID = id == .openElectrode ? .outOfCompliance : .openElectrode
      #expect(latch.all.contains(id) && !latch.all.contains(other))
    }
  }

  @Test("SR-27: out-of-compliance trips in two pulses within 3 % of the voltage limit")
  func compliance() throws {
    var wanted = InterlockPlan()
    wanted.area = .squareCentimetres(50)
    let rig = try InterlockRig(wanted)
    rig.channels[0].load = Ohms(3_874)  // 77.48 V at 20 mA, of 80 V
    try rig.run(at: .milliamperes(20))
    #expect(rig.staysClean(for: .milliseconds(300)), "\(rig.trips)")
    try rest(rig)
    rig.channels[0].load = Ohms(3_876)  // 77.52 V
    #expect(rig.staysClean(for: .milliseconds(60)), "one pulse is not enough")
    #expect(rig.trips(.outOfCompliance, within: .milliseconds(60)))
    #expect(!rig.has(.openElectrode))
    expectResponse(.cut, to: .outOfCompliance, of: rig)
  }

  @Test("SR-27: load-rise trips after two pulses above 150 %, not at it, and warns above 130 %")
  func rise() throws {
    let rig = try InterlockRig()
    try rig.run(at: .milliamperes(10))
    rig.run(for: .milliseconds(200))
    rig.channels[0].load = Ohms(645)
    #expect(rig.staysClean(for: .milliseconds(200)) && warnings(rig).isEmpty)
    rig.channels[0].load = Ohms(655)
    #expect(rig.staysClean(for: .milliseconds(200)))
    #expect(warnings(rig) == [.loadRise], "once")
    rig.channels[0].load = Ohms(747)
    #expect(rig.staysClean(for: .milliseconds(300)), "\(rig.trips)")
    try rest(rig)
    rig.channels[0].load = Ohms(753)
    #expect(rig.staysClean(for: .milliseconds(60)), "one pulse is not enough")
    #expect(rig.trips(.loadRise, within: .milliseconds(60)))
    #expect(rig.isMidPulse)
    expectResponse(.finishPulse, to: .loadRise, of: rig)
  }

  @Test("SR-27: a load that falls by half warns and trips nothing above 50 Ω")
  func fall() throws {
    let rig = try InterlockRig()
    try rig.run(at: .milliamperes(10))
    rig.run(for: .milliseconds(200))
    rig.channels[0].load = Ohms(255)
    #expect(rig.staysClean(for: .milliseconds(200)) && warnings(rig).isEmpty)
    rig.channels[0].load = Ohms(245)
    #expect(rig.staysClean(for: .milliseconds(300)))
    #expect(warnings(rig) == [.loadFall])
  }

  @Test("SR-27: load-jump trips when a new amplitude's load exceeds the lower one's by over 10 %")
  func jump() throws {
    for (load, isTrip) in [(Int32(547), false), (553, true)] {
      let rig = try InterlockRig()
      try rig.run(at: .milliamperes(12))
      rig.run(for: .milliseconds(200))
      rig.channels[0].load = Ohms(load)
      #expect(rig.staysClean(for: .milliseconds(200)), "not a new amplitude: \(rig.trips)")
      try rest(rig)
      try rig.ask(.setAmplitude(.milliamperes(13), channel: nil))
      rig.run(for: .milliseconds(65))
      #expect(rig.has(.loadJump) == isTrip)
      guard isTrip else { continue }
      #expect(rig.first == .loadJump && InterlockID.loadJump.response == .finishPulse)
      rig.run(for: .milliseconds(60))
      #expect(rig.state == .faulted && rig.unrecovered == 0)
    }
  }

  @Test("SR-27: load-jump finishes the pulse that found it")
  func jumpFinishes() throws {
    let rig = try InterlockRig()
    try rig.run(at: .milliamperes(12))
    rig.run(for: .milliseconds(200))
    rig.channels[0].load = Ohms(553)
    try rest(rig)
    try rig.ask(.setAmplitude(.milliamperes(13), channel: nil))
    #expect(rig.trips(.loadJump))
    #expect(rig.isMidPulse)
    expectResponse(.finishPulse, to: .loadJump, of: rig)
  }

  @Test("SR-27: short-circuit trips in one pulse under 50 Ω at 5 mA, not at 51 Ω")
  func short() throws {
    let rig = try InterlockRig()
    try rig.run(at: .milliamperes(6))
    rig.channels[0].load = Ohms(51)
    #expect(rig.staysClean(for: .milliseconds(300)), "\(rig.trips)")
    try rest(rig)
    rig.channels[0].load = Ohms(49)
    let unrecovered = rig.unrecovered
    #expect(rig.trips(.shortCircuit, within: .milliseconds(60)))
    #expect(rig.unrecovered == unrecovered + 1, "it does not wait for the recovery")
    expectResponse(.cut, to: .shortCircuit, of: rig)
  }

  @Test("SR-27: short-circuit is not judged under 5 mA")
  func shortAtLittle() {
    for (current, isTrip) in [(Int32(4_999), false), (5_000, true)] {
      var load = LoadInterlock()
      var latch = FaultLatch(startingWith: .notYetChecked)
      _ = load.check(
        LoadSample(
          command: Microamperes(current), current: Microamperes(current),
          voltage: Millivolts(rawValue: 240), peakVoltage: Millivolts(rawValue: 240),
          comparedFrom: LoadInterlock.comparedFrom),
        compliance: Millivolts(80_000), &latch, channel: 0)
      #expect(latch.all.contains(.shortCircuit) == isTrip)
    }
  }
}

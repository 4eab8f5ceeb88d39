// Decides: that charge left behind, energy, power and session charge trip as the table says.
// Leaves to others: how the recovery is trimmed (PulseEngine's tests).

import Testing

@testable import StimulationCore

@Suite struct ChargeInterlockTests {
  /// A pulse of measured phases: 20 ms leading at `current`, then what leaves `net`.
  private func result(_ current: Microamperes, net: Femtocoulombs) -> PulseResult {
    var leading = PhaseMeasurement()
    let width = Nanoseconds.milliseconds(20)
    leading.add(
      PhaseInterval(
        time: width, command: current, current: current, voltage: .zero),
      endedAt: width, of: width)
    return PulseResult(
      amplitude: current, leading: leading, recovery: leading, net: net,
      duration: .milliseconds(42))
  }

  @Test(
    "SR-13: net-charge and residue allow the larger of 3 % and 100 µA × the pulse, and no more",
    arguments: [(Int32(20), Int64(12_000_000_000)), (5, 4_200_000_000)])
  func bound(milliamperes: Int32, limit: Int64) {
    for (net, isTrip) in [(limit, false), (limit + 1, true), (-limit, false), (-limit - 1, true)] {
      var charge = ChargeInterlock()
      var latch = FaultLatch(startingWith: .notYetChecked)
      charge.check(
        result(.milliamperes(milliamperes), net: Femtocoulombs(net)), &latch, channel: 0)
      #expect(latch.all.contains(.netCharge) == isTrip)
      #expect(latch.all.contains(.residue) == isTrip)
    }
    var charge = ChargeInterlock()
    var latch = FaultLatch(startingWith: .notYetChecked)
    for _ in 0..<2 {
      charge.check(
        result(.milliamperes(milliamperes), net: Femtocoulombs(limit / 2)), &latch, channel: 0)
    }
    #expect(!latch.all.contains(.residue))
    charge.check(result(.milliamperes(milliamperes), net: Femtocoulombs(1)), &latch, channel: 0)
    #expect(latch.all.contains(.residue) && !latch.all.contains(.netCharge))
  }

  @Test("SR-13: net-charge trips when the recovery cannot be trimmed to return the charge")
  func netCharge() throws {
    let rig = try InterlockRig()
    try rig.run(at: .milliamperes(10))
    rig.channels[0].negativeGain = 930
    #expect(rig.staysClean(for: .milliseconds(500)), "the trim returns it: \(rig.trips)")
    rig.channels[0].negativeGain = 860
    #expect(rig.trips(.netCharge, within: .milliseconds(130)))
    rig.channels[0].negativeGain = 1_000
    expectResponse(.finishPulse, to: .netCharge, of: rig)
  }

  @Test("SR-13: net-charge trips on the held samples of a board-timed pulse")
  func heldNetCharge() throws {
    let rig = try InterlockRig(.boardTimed)
    try rig.run(at: .milliamperes(20))
    rig.channels[0].negativeGain = 980
    #expect(rig.staysClean(for: .milliseconds(200)), "\(rig.trips)")
    rig.channels[0].negativeGain = 920
    // Eight pulses are judged together, so that sixteen at the most pass.
    #expect(rig.trips(.netCharge, within: .milliseconds(640)))
    rig.channels[0].negativeGain = 1_000
    expectResponse(.finishPulse, to: .netCharge, of: rig)
  }

  @Test("SR-13: residue trips when small net charges add up beyond one pulse's bound")
  func residue() throws {
    let rig = try InterlockRig()
    try rig.run(at: .milliamperes(10))
    let before = rig.controller.channels[0].charge.residue
    rig.channels[0].negativeGain = 903
    #expect(rig.trips(.residue))
    #expect(!rig.has(.netCharge))
    let residue = rig.controller.channels[0].charge.residue - before
    #expect(residue.magnitude > Femtocoulombs(5_000_000_000))
    rig.channels[0].negativeGain = 1_000
    expectResponse(.finishPulse, to: .residue, of: rig)
  }

  @Test("SR-12: pulse-energy trips above 110 % of the limit as measured", arguments: [false, true])
  func pulseEnergy(isBoardTimed: Bool) throws {
    var wanted = isBoardTimed ? InterlockPlan.boardTimed : InterlockPlan()
    wanted.ceiling = .milliamperes(20)
    let planned: Int64 = isBoardTimed ? 160_000_000 : 8_000_000_000
    wanted.tightened = [(.pulseEnergy, planned + planned / 1_000)]
    let rig = try InterlockRig(wanted)
    try rig.run(at: .milliamperes(20))
    rig.channels[0].positiveGain = 1_042
    rig.channels[0].negativeGain = 1_042
    #expect(rig.staysClean(for: .milliseconds(300)), "\(rig.trips)")
    rig.channels[0].positiveGain = 1_055
    rig.channels[0].negativeGain = 1_055
    #expect(rig.trips(.pulseEnergy, within: .milliseconds(130)))
    expectResponse(.finishPulse, to: .pulseEnergy, of: rig)
  }

  @Test("SR-12: pulse-energy counts charge at 80 V in the extended envelope")
  func extendedEnergy() {
    let limits = PulseLimits(LimitTable(.extended))
    // 3 J and 10 %: 41.25 mC at 80 V.
    for (charge, isTrip) in [
      (Int64(41_250_000_000_000), false), (41_250_000_000_000 + 25_000, true),
    ] {
      var latch = FaultLatch(startingWith: .notYetChecked)
      ChargeInterlock.checkEnergy(
        squareTime: .zero, charge: Femtocoulombs(charge), limits: limits, &latch, channel: 0)
      #expect(latch.all.contains(.pulseEnergy) == isTrip)
    }
  }

  @Test("SR-12: power-density trips on measured voltage and current over a second")
  func powerDensity() throws {
    var wanted = InterlockPlan()
    wanted.ceiling = .milliamperes(20)
    wanted.tightened = [(.powerDensity, 800)]
    let rig = try InterlockRig(wanted)
    try rig.run(at: .milliamperes(20))
    #expect(rig.staysClean(for: .seconds(4)), "\(rig.trips)")
    rig.channels[0].load = Ohms(560)
    #expect(rig.trips(.powerDensity))
    expectResponse(.finishPulse, to: .powerDensity, of: rig)
  }

  @Test("SR-12: power-density allows the limit itself and not 1 pJ more a mm² than it rounds to")
  func powerBound() {
    // 250,000 µW/cm² on 100 mm² is 250 mJ in a second.
    for (energy, isTrip) in [(Int64(250_000_000_000), false), (250_001_000_000, true)] {
      var charge = ChargeInterlock()
      var latch = FaultLatch(startingWith: .notYetChecked)
      for (energy, at) in [(Picojoules(rawValue: energy), Nanoseconds.zero), (.zero, .seconds(1))] {
        charge.addPower(
          energy, area: SquareMillimetres(100), limits: PulseLimits(LimitTable(.standard)), at: at,
          &latch,
          channel: 0)
      }
      #expect(latch.all.contains(.powerDensity) == isTrip)
    }
  }

  @Test("SR-12: session-charge stops before the pulse that could exceed the session's limit")
  func sessionCharge() throws {
    var wanted = InterlockPlan()
    wanted.ceiling = .milliamperes(1)
    wanted.plateau = .seconds(2)
    wanted.offTime = .milliseconds(500)
    // 66 pulses of 2 × 20 µC, each 1 % and 0.6 µC more a phase, and 4 µC: the plan's figure.
    let limit: Int64 = 66 * 2 * 20_800_000_000 + 4_000_000_000
    wanted.tightened = [(.sessionCharge, limit - 1)]
    #expect(throws: PlanRefusal.self) { try wanted.make() }
    wanted.tightened = [(.sessionCharge, limit)]
    for (gain, isTrip) in [(Int64(1_000), false), (1_010, false), (1_100, true)] {
      let rig = try InterlockRig(wanted)
      var chance = SplitMix(seed: UInt64(gain))
      rig.lateness = { _ in .microseconds(Int64.random(in: 400...500, using: &chance)) }
      try rig.start()
      try rig.ask(.setAmplitude(.milliamperes(1), channel: nil))
      rig.channels[0].positiveGain = gain
      rig.channels[0].negativeGain = gain
      try rig.turn(for: .seconds(6)) { !$0.controller.isDelivering || $0.first != nil }
      #expect(rig.has(.sessionCharge) == isTrip, "\(rig.trips)")
      let dose = rig.controller.channels[0].total
      #expect(dose.rectified.rawValue <= limit)
      if !isTrip { #expect(rig.state.code != .faulted && dose.pulses == 66) }
      if isTrip { #expect(dose.rectified.rawValue > limit - 60_000_000_000) }
      if isTrip { expectResponse(.finishPulse, to: .sessionCharge, of: rig) }
    }
  }

  @Test(
    "SR-12: a plan at the session's charge limit is delivered to its last pulse",
    arguments: PulseShape.allCases)
  func sessionChargeOfShapes(shape: PulseShape) throws {
    var wanted = InterlockPlan()
    wanted.shape = shape
    wanted.leading = .milliseconds(40)
    wanted.period = .milliseconds(120)
    wanted.ceiling = .milliamperes(1)
    wanted.plateau = .milliseconds(600)
    wanted.offTime = .milliseconds(500)
    let figures = PlanFigures(
      pulse: wanted.pulse, train: wanted.train, amplitude: wanted.ceiling,
      electrodeArea: wanted.area, envelope: .standard)
    wanted.tightened = [(.sessionCharge, figures[.sessionCharge])]
    let rig = try InterlockRig(wanted)
    try rig.start()
    try rig.ask(.setAmplitude(.milliamperes(1), channel: nil))
    rig.channels[0].positiveGain = 1_010
    rig.channels[0].negativeGain = 1_010
    try rig.turn(for: .seconds(6)) { $0.state.code == .completed || $0.first != nil }
    #expect(rig.state == .completed(.planDelivered), "\(rig.trips)")
    #expect(rig.controller.channels[0].total.pulses == 10)
  }

  @Test("SR-12: session-charge stops a board-timed train before it begins")
  func sessionChargeOfGate() throws {
    var wanted = InterlockPlan.boardTimed
    wanted.ceiling = .milliamperes(1)
    wanted.plateau = .seconds(1)
    wanted.offTime = .milliseconds(500)
    // 100 pulses of 2 × 0.4 µC and 1 %, and a fifth of a phase: the plan's figure.
    let limit: Int64 = 100 * 2 * 404_000_000 + 80_000_000
    wanted.tightened = [(.sessionCharge, limit)]
    let rig = try InterlockRig(wanted)
    try rig.start()
    try rig.ask(.setAmplitude(.milliamperes(1), channel: nil))
    rig.channels[0].positiveGain = 1_500
    rig.channels[0].negativeGain = 1_500
    #expect(rig.trips(.sessionCharge, within: .seconds(4)), "\(rig.state)")
    #expect(rig.controller.channels[0].total.rectified.rawValue <= limit)
    expectResponse(.finishPulse, to: .sessionCharge, of: rig)
  }
}

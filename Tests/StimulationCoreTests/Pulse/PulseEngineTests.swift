// Decides: that whatever plant and wake-ups do, the charge of a pulse returns to zero (SR-13).
// Leaves to others: the interlocks that watch the same charge, and trains (TrainClockTests).

@testable import StimulationCore
import Testing

/// A pulse and a plant to deliver it with.
struct PulseCase: Sendable, CustomTestStringConvertible {
  let name: String
  let plan: SamplePlan
  let isAlternating: Bool
  var testDescription: String { name }

  /// The pulses that a plan may have: no shape so short that its last edge is too late.
  static var accepted: [PulseCase] {
    all.filter { test in
      do throws(PlanRefusal) {
        try PlanCheck.check(test.plan.pulse)
        return true
      } catch {
        return false
      }
    }
  }

  static let all: [PulseCase] = {
    var cases: [PulseCase] = []
    for shape in PulseShape.allCases {
      for milliseconds: Int64 in [20, 40, 50, 75, 150] {
        var plan = SamplePlan().with(\.shape, shape).with(\.leading, .milliseconds(milliseconds))
        plan.period = .milliseconds(milliseconds * 4)
        cases.append(
          PulseCase(name: "\(shape) \(milliseconds) ms", plan: plan, isAlternating: false))
        plan.recovery = .asymmetric
        plan.gap = .milliseconds(1)
        plan.recoveryPhase = .milliseconds(milliseconds * 2)
        cases.append(
          PulseCase(name: "\(shape) \(milliseconds) ms, lower", plan: plan, isAlternating: false))
      }
    }
    let plan = SamplePlan().with(\.period, .milliseconds(80))
    cases.append(PulseCase(name: "alternating 20 ms", plan: plan, isAlternating: true))
    return cases
  }()
}

@Suite struct PulseEngineTests {
  private func run(_ plant: inout PulsePlant, _ test: PulseCase, pulses: Int, _ amplitude: Int32) {
    for index in 0..<pulses {
      let flips = test.isAlternating && index % 2 == 1
      plant.pulse(
        Microamperes(amplitude), flips ? .negative : .positive, rest: test.plan.period)
    }
  }

  @Test(
    "SR-13: on an ideal board a pulse leaves nothing and lasts as planned",
    arguments: PulseCase.all)
  func ideal(test: PulseCase) {
    var plant = PulsePlant(test.plan)
    run(&plant, test, pulses: 5, 50_000)
    #expect(plant.results.count == 5)
    // One wake-up has a resolution of 1 ns, at 50 mA 50 pC a step.
    #expect(abs(plant.net) <= plant.rectified / 1_000_000)
    let planned = test.plan.pulse.recoveryPhase
    for width in plant.recoveryWidths {
      #expect((width - planned).magnitude <= planned / 50)
    }
  }

  @Test(
    "SR-13: with mismatched gains, an offset and edge delays the charge goes to zero",
    arguments: PulseCase.all)
  func mismatch(test: PulseCase) {
    var plant = PulsePlant(test.plan)
    plant.gainPositive = 1_010_000
    plant.gainNegative = 990_000
    plant.offset = 20
    plant.edgeDelay = .microseconds(20)
    run(&plant, test, pulses: 40, 50_000)
    #expect(abs(plant.net) * 1_000 <= plant.rectified)
    expectTrims(plant, test)
  }

  @Test(
    "SR-13: with wake-ups up to 500 µs late the charge goes to zero",
    arguments: PulseCase.accepted)
  func lateWakes(test: PulseCase) {
    for seed: UInt64 in 1...3 {
      var plant = PulsePlant(test.plan)
      plant.gainPositive = 1_010_000
      plant.gainNegative = 990_000
      plant.offset = 20
      plant.edgeDelay = .microseconds(20)
      plant.random = SplitMix(seed: seed)
      plant.lateness = { .microseconds(Int64.random(in: 0...500, using: &$0)) }
      for pulse in 1...60 {
        run(&plant, test, pulses: 1, 50_000)
        #expect(abs(plant.net) <= plant.residueLimit, "pulse \(pulse), seed \(seed)")
      }
      #expect(abs(plant.net) * 1_000 <= plant.rectified, "seed \(seed)")
      expectTrims(plant, test)
    }
  }

  /// No recovery is trimmed by more than 10 %, but for the lateness of its last edge.
  private func expectTrims(_ plant: PulsePlant, _ test: PulseCase) {
    let planned = test.plan.pulse.recoveryPhase
    for width in plant.recoveryWidths {
      let trim = (width - planned).magnitude
      #expect(trim <= planned / 10 + .milliseconds(1))
    }
  }

  @Test("SR-13: what the engine measured is what the electrodes received", arguments: PulseCase.all)
  func measured(test: PulseCase) {
    var plant = PulsePlant(test.plan)
    plant.edgeDelay = .microseconds(20)
    plant.gainNegative = 980_000
    plant.random = SplitMix(seed: 5)
    plant.lateness = { .microseconds(Int64.random(in: 0...500, using: &$0)) }
    run(&plant, test, pulses: 20, 30_000)
    var net: Int64 = 0
    var rectified: Int64 = 0
    for result in plant.results {
      net += result.net.rawValue
      rectified += result.leading.charge.rawValue + result.recovery.charge.rawValue
    }
    // Steps of a shaped phase take effect 20 µs after the reading that is taken for them.
    #expect(abs(rectified - plant.rectified) <= plant.rectified / 200)
    #expect(abs(net - plant.net) <= plant.rectified / 200)
  }

  @Test(
    "SR-13: a plant beyond the trim is left at the trim, not followed",
    arguments: [
      500_000, 800_000, 1_200_000, 2_000_000,
    ])
  func trimBound(gain: Int) {
    var plant = PulsePlant(SamplePlan().with(\.period, .milliseconds(100)))
    plant.gainNegative = gain
    plant.pulse(.milliamperes(50), rest: .milliseconds(100))
    let bound = Nanoseconds.milliseconds(gain < 1_000_000 ? 22 : 18)
    #expect(plant.recoveryWidths == [bound])
  }

  @Test(
    "SR-13: of a residue at most 3 % of a phase is carried to the next pulse, less where late",
    arguments: [1, -1])
  func carry(sign: Int64) {
    let plan = SamplePlan().with(\.leading, .milliseconds(20)).with(\.period, .milliseconds(100))
    var plant = PulsePlant(plan)
    plant.gainNegative = sign > 0 ? 500_000 : 2_000_000
    plant.pulse(.milliamperes(50), rest: .milliseconds(100))
    let left = plant.engine.carry
    #expect(left.rawValue.signum() == sign && left.magnitude > .zero)
    #expect(left.rawValue == plant.net)
    plant.gainNegative = 1_000_000
    let leading = Microamperes.milliamperes(50) * Nanoseconds.milliseconds(20)
    plant.pulse(.milliamperes(50), rest: .milliseconds(100))
    // A longer recovery leaves room for its end to come 500 µs late, and takes half the rest.
    let room = leading * 3 / 100 - Microamperes.milliamperes(50) * .microseconds(500)
    let share = sign > 0 ? room / 2 : leading * -3 / 100
    #expect(plant.results[1].recovery.charge == leading + share)
    #expect(plant.engine.carry == left - share)
  }

  @Test("SR-13: an alternating pulse returns the residue of the pulse before with its own sign")
  func carryAlternates() {
    var plant = PulsePlant(SamplePlan().with(\.period, .milliseconds(100)))
    plant.gainNegative = 990_000
    plant.lateness = { _ in .zero }
    plant.engine.dropCarry()
    // The first recovery is cut late by 200 µs: 1 % too much.
    plant.pulse(.milliamperes(50), .positive, rest: .milliseconds(100))
    let before = abs(plant.net)
    for index in 0..<6 {
      plant.pulse(
        .milliamperes(50), index % 2 == 0 ? .negative : .positive, rest: .milliseconds(100))
    }
    #expect(abs(plant.net) <= max(before, 1_000_000_000))
  }

  @Test("SR-13: a residue is never carried over a stop, pause or fault")
  func dropped() {
    var plant = PulsePlant(SamplePlan().with(\.period, .milliseconds(100)))
    plant.gainNegative = 500_000
    plant.pulse(.milliamperes(50), rest: .milliseconds(100))
    #expect(plant.engine.carry != .zero)
    plant.engine.dropCarry()
    plant.gainNegative = 1_000_000
    plant.pulse(.milliamperes(50), rest: .milliseconds(100))
    let leading = Microamperes.milliamperes(50) * Nanoseconds.milliseconds(20)
    #expect(plant.results[1].recovery.charge == leading && plant.engine.carry == .zero)
  }

  @Test(
    "SR-13: an asymmetric recovery returns the charge of weak pulses too",
    arguments: [Int32(1_000), 1_250, 2_000, 2_500, 4_000, 7_750, 49_750])
  func weakAsymmetric(amplitude: Int32) {
    for shape in PulseShape.allCases {
      for (factor, step) in [(Int64(2), Int32(250)), (3, 250), (3, 100), (4, 250)]
      where amplitude % step == 0 {
        expectAsymmetric(shape, amplitude, factor: factor, step: step)
      }
    }
  }

  private func expectAsymmetric(
    _ shape: PulseShape, _ amplitude: Int32, factor: Int64, step: Int32
  ) {
    var plan = SamplePlan().with(\.recovery, .asymmetric).with(\.gap, .milliseconds(1))
    plan.shape = shape
    plan.recoveryPhase = plan.leading * factor
    plan.period = .milliseconds(200)
    var plant = PulsePlant(plan, step: Microamperes(step))
    for _ in 0..<40 { plant.pulse(Microamperes(amplitude), rest: plan.period) }
    #expect(abs(plant.net) <= plant.rectified / 1_000, "\(shape), \(factor) times, \(step)")
    for width in plant.recoveryWidths {
      #expect(width <= plan.pulse.recoveryPhase + plan.pulse.recoveryPhase / 20)
    }
  }

  @Test(
    "SR-13: a lower recovery of any amplitude keeps to the board's steps and the planned width",
    arguments: PulseShape.allCases)
  func lowerRecovery(shape: PulseShape) {
    for (factor, step) in [(Int64(2), Int32(250)), (3, 250), (3, 100), (7, 250)] {
      var plan = SamplePlan().with(\.recovery, .asymmetric).with(\.shape, shape)
      plan.leading = .milliseconds(40)
      plan.recoveryPhase = plan.leading * factor
      plan.period = .milliseconds(500)
      let timing = PulseTiming(plan.pulse, on: plan.board, step: Microamperes(step))
      for amplitude in stride(from: step, through: 30_000, by: Int(step)) {
        let leading = Microamperes(amplitude)
        let recovery = timing.recovery(after: leading)
        #expect(recovery.amplitude.roundedDown(to: timing.step) == recovery.amplitude)
        #expect(recovery.amplitude > .zero && recovery.amplitude <= leading)
        #expect(recovery.width <= timing.recovery)
        let asked = timing.charge(of: leading, over: timing.leading)
        let returned = timing.charge(of: recovery.amplitude, over: recovery.width)
        // The width is exact to 1 ns; each of 50 steps ends on a whole nanosecond.
        #expect((asked - returned).magnitude <= leading * Nanoseconds(50), "\(amplitude) µA")
        plan.ceiling = leading
        #expect(energy(of: timing, leading) <= figure(plan))
      }
    }
  }

  /// The energy of a pulse into the counted load, in pJ, from its steps.
  private func energy(of timing: PulseTiming, _ leading: Microamperes) -> Double {
    let recovery = timing.recovery(after: leading)
    var energy = 0.0
    for (amplitude, width) in [
      (leading, timing.leading), (recovery.amplitude, recovery.width),
    ] {
      let time = Double(width.rawValue) / Double(timing.shape.steps)
      for index in 0..<timing.shape.steps {
        let current = Double(timing.stepAmplitude(index, of: amplitude).rawValue)
        energy += current * current * time * 500 / 1e9
      }
    }
    return energy
  }

  private func figure(_ plan: SamplePlan) -> Double {
    let figures = PlanFigures(
      pulse: plan.pulse, train: plan.train, amplitude: plan.ceiling, electrodeArea: plan.area,
      envelope: .standard)
    return Double(figures[.pulseEnergy])
  }

  @Test("SR-15: a pulse in progress keeps the amplitude with which it began")
  func amplitudeIsHeld() {
    var engine = PulseEngine()
    let plan = SamplePlan()
    let timing = PulseTiming(plan.pulse, on: plan.board, step: Microamperes(250))
    var output = ChannelOutput.inactive
    engine.begin(.milliamperes(10), .positive, timing, at: .zero)
    engine.drive(&output, timing, at: .zero)
    output.amplitude = .milliamperes(50)
    engine.drive(&output, timing, at: .milliseconds(1))
    #expect(output.amplitude == .milliamperes(10))
  }

  private func noisy(_ plan: SamplePlan, seed: UInt64) -> PulsePlant {
    var plant = PulsePlant(plan)
    plant.random = SplitMix(seed: seed)
    plant.code = 10
    plant.noise = { 10 * Int64.random(in: -1...1, using: &$0) }
    return plant
  }

  @Test(
    "SR-13: a converter's noise does not reach the charge, however weak the pulse",
    arguments: [Int32(1_000), 2_000, 10_000, 80_000])
  func noise(amplitude: Int32) {
    for seed: UInt64 in 1...5 {
      var plant = noisy(SamplePlan().with(\.period, .milliseconds(60)), seed: seed)
      for pulse in 1...60 {
        let before = plant.net
        plant.pulse(Microamperes(amplitude), rest: .milliseconds(60))
        let phase = Int64(amplitude) * plant.timing.leading.rawValue
        let ppm = abs(plant.net - before) * 1_000_000 / phase
        #expect(ppm <= 1_000, "pulse \(pulse), seed \(seed)")
      }
    }
  }

  @Test(
    "SR-13: a mismatch below a step of the converter adds up only to half of what may be left",
    arguments: [Int32(1_000), 10_000], [1, -1])
  func belowOneStep(amplitude: Int32, sign: Int) {
    var plant = PulsePlant(SamplePlan().with(\.period, .milliseconds(60)))
    // 6 µA: of 1 mA 0.6 %, of 10 mA 0.06 %.
    plant.gainNegative = 1_000_000 + sign * 6_000_000 / Int(amplitude)
    let duration = plant.timing.leading * 2 + plant.timing.gap
    for _ in 0..<600 { plant.pulse(Microamperes(amplitude), rest: .milliseconds(60)) }
    #expect(abs(plant.net) <= 55 * duration.rawValue)
  }

  @Test(
    "A cut in the leading phase reports what was left, and what it left is not carried",
    arguments: Polarity.allCases)
  func cut(polarity: Polarity) {
    var plant = PulsePlant(SamplePlan())
    plant.engine.begin(.milliamperes(10), polarity, plant.timing, at: plant.now)
    for _ in 0..<5 { plant.tick() }
    let left = plant.engine.cut(at: plant.now)
    #expect(left.rawValue == polarity.sign * 10_000 * 4_000_000 || left.magnitude > .zero)
    #expect(left.rawValue.signum() == polarity.sign)
    #expect(plant.engine.carry == .zero && plant.engine.stage == .rest && plant.engine.isOver)
    #expect(plant.engine.takeResult() == nil)
    #expect(plant.engine.cut(at: plant.now) == .zero)
  }

  @Test("A cut in the tick in which the recovery ended leaves no result for a later tick")
  func cutAtTheEnd() {
    var plant = PulsePlant(SamplePlan())
    plant.engine.begin(.milliamperes(10), .positive, plant.timing, at: plant.now)
    while plant.engine.stage != .recovery { plant.tick() }
    while plant.engine.stage == .recovery { plant.tick() }
    #expect(!plant.engine.isOver, "the last edge is not yet measured")
    _ = plant.engine.cut(at: plant.now)
    #expect(plant.engine.isOver)
    plant.tick()
    #expect(plant.results.isEmpty)
  }

  @Test("A pulse cannot begin while another runs, nor without amplitude")
  func misuse() async {
    await #expect(processExitsWith: .failure) {
      var plant = PulsePlant(SamplePlan())
      plant.engine.begin(.milliamperes(1), .positive, plant.timing, at: .zero)
      plant.engine.begin(.milliamperes(1), .positive, plant.timing, at: .zero)
    }
    await #expect(processExitsWith: .failure) {
      var plant = PulsePlant(SamplePlan())
      plant.engine.begin(.zero, .positive, plant.timing, at: .zero)
    }
  }

  @Test("A board's own delay from wake-up to edge is learnt, and widths and charge come out even")
  func edgeLead() throws {
    for delay in [0, 20, 80, 200] {
      var plant = PulsePlant(SamplePlan())
      plant.edgeDelay = .microseconds(Int64(delay))
      for _ in 0..<12 { plant.pulse(.milliamperes(20), rest: .milliseconds(60)) }
      let last = try #require(plant.results.last)
      let planned = plant.timing.charge(of: .milliamperes(20), over: plant.timing.leading)
      let ppm = (last.leading.charge - planned).magnitude.rawValue * 1_000_000 / planned.rawValue
      #expect(ppm <= 500, "\(delay) µs: \(ppm) ppm of the leading phase")
      let net = last.net.magnitude.rawValue * 1_000_000 / planned.rawValue
      #expect(net <= 500, "\(delay) µs: \(net) ppm left")
    }
  }
}

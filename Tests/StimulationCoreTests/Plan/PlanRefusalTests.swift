// Decides: that each reason to refuse a plan is found, and not found one unit earlier.
// Leaves to others: limits (LimitBoundaryTests), overlaps (OverlapTests).

@testable import StimulationCore
import Testing

@Suite struct PulseRefusalTests {
  @Test("A reasonable plan is accepted, in every shape that it can have")
  func accepted() {
    #expect(SamplePlan().refusal == nil)
    #expect(SamplePlan.short.refusal == nil)
    #expect(SamplePlan.single.refusal == nil)
    for shape in PulseShape.allCases {
      let plan = SamplePlan.single.with(\.shape, shape).with(\.leading, .milliseconds(40))
      #expect(plan.refusal == nil)
    }
  }

  @Test("SR-11: no channel, and a ninth, are refused", arguments: [0, 9, -1, .max])
  func channelCount(count: Int) {
    #expect(SamplePlan().with(\.channelCount, count).refusal == .channelCount(count))
  }

  @Test("SR-11: empty, negative and day-long durations are refused and named")
  func durations() {
    let day = Nanoseconds.seconds(86_400)
    let mayBeZero: [(WritableKeyPath<SamplePlan, Nanoseconds>, PlanPart)] = [
      (\.gap, .interphaseGap), (\.rampUp, .rampUp), (\.rampDown, .rampDown),
      (\.offTime, .offTime), (\.restBetweenSets, .restBetweenSets),
    ]
    let positive: [(WritableKeyPath<SamplePlan, Nanoseconds>, PlanPart)] = [
      (\.leading, .leadingPhase), (\.period, .pulsePeriod), (\.plateau, .plateau),
      (\.session, .sessionDuration),
    ]
    for (path, part) in mayBeZero + positive {
      for bad in [Nanoseconds(-1), day + Nanoseconds(1), .never, .notYet, Nanoseconds(.min)] {
        #expect(SamplePlan().with(path, bad).refusal == .emptyDuration(part))
      }
    }
    for (path, part) in positive {
      #expect(SamplePlan().with(path, .zero).refusal == .emptyDuration(part))
    }
    var plan = SamplePlan()
    plan.recoveryPhase = Nanoseconds(-1)
    #expect(plan.refusal == .emptyDuration(.recoveryPhase))
    plan = SamplePlan()
    plan.channelCount = 2
    plan.offset = Nanoseconds(-1)
    #expect(plan.refusal == .emptyDuration(.offset))
    plan.offset = day + Nanoseconds(1)
    #expect(plan.refusal == .emptyDuration(.offset))
  }

  @Test("A symmetric recovery of another width is refused by a nanosecond", arguments: [-1, 1])
  func recoveryWidth(by: Int64) {
    var plan = SamplePlan()
    plan.recoveryPhase = plan.leading + Nanoseconds(by)
    #expect(
      plan.refusal == .recoveryWidth(leading: plan.leading, recovery: plan.pulse.recoveryPhase))
  }

  @Test("An asymmetric recovery as long as its leading phase is refused, one longer is not")
  func asymmetric() {
    var plan = SamplePlan().with(\.recovery, .asymmetric).with(\.gap, .milliseconds(1))
    plan.recoveryPhase = .milliseconds(20)
    #expect(
      plan.refusal == .recoveryNotLonger(leading: .milliseconds(20), recovery: .milliseconds(20)))
    plan.recoveryPhase = .milliseconds(25)
    #expect(plan.refusal == nil)
  }

  @Test("SR-30: a capacitor recovers phases under 5 ms only, and has no width of its own")
  func capacitor() {
    let five = SamplePlan().with(\.recovery, .capacitor).with(\.leading, .milliseconds(5))
    #expect(five.refusal == .capacitorRecovery(leading: .milliseconds(5)))
    #expect(five.with(\.leading, Nanoseconds(4_999_999)).refusal == nil)
    var wide = SamplePlan.short.with(\.recovery, .capacitor)
    wide.recoveryPhase = Nanoseconds(1)
    #expect(wide.refusal == .capacitorRecovery(leading: .microseconds(400)))
  }

  @Test("Under 5 ms only rectangles of fixed polarity, not asymmetric, are timed by the board")
  func boardTimed() {
    let refused = PlanRefusal.notBoardTimeable(leading: .microseconds(400))
    #expect(SamplePlan.short.with(\.shape, .triangular).refusal == refused)
    #expect(SamplePlan.short.with(\.leadingPolarity, .alternating).refusal == refused)
    var lower = SamplePlan.short.with(\.recovery, .asymmetric)
    lower.recoveryPhase = .microseconds(800)
    #expect(lower.refusal == refused)
    let five = SamplePlan().with(\.leading, .milliseconds(5))
    #expect(five.with(\.leadingPolarity, .alternating).refusal == nil)
  }

  @Test("A pulse longer than its period by a nanosecond is refused")
  func period() {
    let plan = SamplePlan().with(\.period, Nanoseconds(39_999_999))
    #expect(
      plan.refusal
        == .pulseLongerThanPeriod(pulse: .milliseconds(40), period: Nanoseconds(39_999_999)))
  }

  @Test("SR-13: the recovery's rounding to whole microamperes is not a net charge by plan")
  func netChargeRounding() {
    var plan = SamplePlan.single.with(\.recovery, .asymmetric).with(\.gap, .milliseconds(1))
    plan.leading = .milliseconds(20)
    plan.recoveryPhase = .milliseconds(70)
    #expect(plan.refusal == nil)
  }
}

@Suite struct ScheduleRefusalTests {
  @Test("A train shorter than its pulse by a nanosecond is refused")
  func shortTrain() {
    let plan = SamplePlan().with(\.plateau, Nanoseconds(39_999_999))
    #expect(
      plan.refusal
        == .trainShorterThanPulse(onTime: Nanoseconds(39_999_999), pulse: .milliseconds(40)))
    #expect(SamplePlan().with(\.plateau, .milliseconds(40)).refusal == nil)
  }

  @Test("The pulse period is kept from train to train, or the plan is refused")
  func trainsTooClose() {
    var plan = SamplePlan().with(\.plateau, .milliseconds(40))
    plan.offTime = Nanoseconds(9_999_999)
    #expect(
      plan.refusal == .trainsTooClose(gap: Nanoseconds(49_999_999), period: .milliseconds(50)))
    plan.offTime = .milliseconds(10)
    #expect(plan.refusal == nil)
    plan.sets = 2
    #expect(plan.refusal == .trainsTooClose(gap: .milliseconds(40), period: .milliseconds(50)))
    plan.restBetweenSets = .milliseconds(10)
    #expect(plan.refusal == nil)
    // One train a set: the off-time never comes.
    plan.trainsPerSet = 1
    plan.offTime = .zero
    #expect(plan.refusal == nil)
  }

  @Test(
    "SR-11: counts of trains and sets outside their bounds are refused",
    arguments: [
      (Int32(0), Int32(1)), (-1, 1), (1, 0), (1, -1), (10_001, 1), (1, 101), (.max, .max),
      (.min, .min), (-1, -1),
    ])
  func counts(trains: Int32, sets: Int32) {
    let plan = SamplePlan().with(\.trainsPerSet, trains).with(\.sets, sets)
    #expect(plan.refusal == .trainCount)
  }

  @Test("A schedule longer than the session by a nanosecond is refused")
  func schedule() {
    var plan = SamplePlan()
    plan.trainsPerSet = 3
    plan.sets = 2
    plan.restBetweenSets = .seconds(7)
    // Six trains of 1 s, four off-times of 1 s, one rest of 7 s.
    plan.session = .seconds(17)
    #expect(plan.refusal == nil)
    plan.session = .seconds(17) - Nanoseconds(1)
    #expect(
      plan.refusal
        == .scheduleLongerThanSession(schedule: .seconds(17), session: plan.session))
    plan.session = .seconds(18)
    plan.channelCount = 2
    plan.offset = .seconds(1)
    #expect(plan.refusal == nil)
    plan.offset = .seconds(1) + Nanoseconds(1)
    #expect(
      plan.refusal
        == .scheduleLongerThanSession(
          schedule: .seconds(18) + Nanoseconds(1), session: .seconds(18)))
  }

  @Test("SR-11: a schedule that does not fit 64 bits is refused, not trapped on")
  func scheduleOverflow() async {
    await #expect(processExitsWith: .success) {
      var plan = SamplePlan()
      plan.rampUp = .seconds(86_400)
      plan.plateau = .seconds(86_400)
      plan.rampDown = .seconds(86_400)
      plan.trainsPerSet = 10_000
      plan.sets = 100
      guard case .scheduleLongerThanSession = plan.refusal else {
        preconditionFailure("refused otherwise, or not at all")
      }
      plan = SamplePlan()
      plan.offTime = .seconds(86_400)
      plan.trainsPerSet = 10_000
      plan.sets = 100
      guard case .scheduleLongerThanSession = plan.refusal else {
        preconditionFailure("refused otherwise, or not at all")
      }
    }
  }
}

@Suite struct ChannelRefusalTests {
  @Test("SR-11: a channel without electrode area is refused, there is no default")
  func area() {
    #expect(SamplePlan().with(\.area, .zero).refusal == .noElectrodeArea(channel: 0))
    #expect(
      SamplePlan().with(\.area, SquareMillimetres(-1)).refusal == .noElectrodeArea(channel: 0))
  }

  @Test("SR-12: an electrode larger than any that is worn is refused")
  func largestArea() {
    let largest = SquareMillimetres.squareCentimetres(1_000)
    #expect(SamplePlan().with(\.area, largest).refusal == nil)
    for area in [largest + SquareMillimetres(1), .squareCentimetres(21_000_000)] {
      #expect(
        SamplePlan().with(\.area, area).refusal
          == .electrodeTooLarge(channel: 0, area: area, largest: largest))
    }
  }

  @Test("SR-11: an interphase gap beyond 100 ms is refused")
  func longestGap() {
    var plan = SamplePlan()
    plan.period = .seconds(2)
    plan.plateau = .seconds(10)
    plan.gap = .milliseconds(100)
    #expect(plan.refusal == nil)
    plan.gap = .milliseconds(100) + Nanoseconds(1)
    #expect(plan.refusal == .gapTooLong(gap: plan.gap, longest: .milliseconds(100)))
  }

  @Test("SR-11: a ceiling that is not positive is refused", arguments: [0, -1, Int32.min])
  func ceiling(ceiling: Int32) {
    let plan = SamplePlan().with(\.ceiling, Microamperes(ceiling)).with(\.start, .zero)
    #expect(plan.refusal == .noCeiling(channel: 0))
  }

  @Test("SR-10: a start below nothing or above the ceiling is refused, the ceiling itself is not")
  func start() {
    let plan = SamplePlan()
    #expect(plan.with(\.start, plan.ceiling).refusal == nil)
    #expect(plan.with(\.start, .zero).refusal == nil)
    for start in [plan.ceiling + Microamperes(1), Microamperes(-1)] {
      #expect(
        plan.with(\.start, start).refusal
          == .startAboveCeiling(channel: 0, start: start, ceiling: plan.ceiling))
    }
  }

  @Test("SR-16: an amplitude between two steps of the board is refused and named")
  func representable() {
    let step = Microamperes(250)
    for (ceiling, start) in [(50_000, 2_001), (50_001, 2_000), (49_999, 2_000)] {
      var plan = SamplePlan()
      plan.ceiling = Microamperes(Int32(ceiling))
      plan.start = Microamperes(Int32(start))
      plan.plateau = .milliseconds(40)  // a single pulse: far from every other limit
      let odd = ceiling % 250 == 0 ? plan.start : plan.ceiling
      #expect(plan.refusal == .notRepresentable(channel: 0, value: odd, step: step))
    }
  }

  @Test("SR-16: a ceiling beyond the largest range is refused with the range's maximum")
  func range() {
    var plan = SamplePlan().with(\.ceiling, Microamperes(250_001))
    #expect(
      plan.refusal
        == .noRange(channel: 0, ceiling: Microamperes(250_001), largest: .milliamperes(250)))
    plan.ceiling = Microamperes(.max)
    #expect(
      plan.refusal
        == .noRange(channel: 0, ceiling: Microamperes(.max), largest: .milliamperes(250)))
  }

  @Test(
    "SR-28: a plan takes the smallest range that holds its ceiling",
    arguments: [
      (Int32(1_000), Int32(10_000)), (10_000, 10_000), (10_100, 25_000), (25_000, 25_000),
      (25_250, 100_000), (50_000, 100_000),
    ])
  func smallestRange(ceiling: Int32, maximum: Int32) throws {
    var plan = SamplePlan().with(\.ceiling, Microamperes(ceiling))
    plan.start = .zero
    #expect(try plan.make().range(of: plan.board).maximum == Microamperes(maximum))
  }

  @Test("SR-28: a range may be armed with a threshold of 1.25 × its maximum + 2 mA")
  func threshold() {
    let range = OutputRange(maximum: .milliamperes(80), step: Microamperes(100))
    #expect(range.highestThreshold == .milliamperes(102))
  }
}

@Suite struct BoardRefusalTests {
  @Test("More channels than the board has are refused")
  func channels() {
    var plan = SamplePlan().with(\.channelCount, 2)
    plan.board.channelCount = 2
    #expect(plan.refusal == nil)
    plan.board.channelCount = 1
    #expect(plan.refusal == .boardChannels(asked: 2, board: 1))
  }

  @Test("A leading phase outside the sequencer's range is refused by a nanosecond")
  func gateRange() {
    var plan = SamplePlan.short
    plan.board.shortestGate = plan.leading
    plan.board.longestGate = plan.leading
    #expect(plan.refusal == nil)
    plan.board.shortestGate = plan.leading + Nanoseconds(1)
    plan.board.longestGate = .milliseconds(4)
    let shortest = plan.board.shortestGate
    #expect(
      plan.refusal
        == .gateRange(leading: plan.leading, shortest: shortest, longest: .milliseconds(4)))
    plan.board.shortestGate = .microseconds(50)
    plan.board.longestGate = plan.leading - Nanoseconds(1)
    #expect(
      plan.refusal
        == .gateRange(
          leading: plan.leading, shortest: .microseconds(50), longest: plan.board.longestGate))
    plan.board.shortestGate = .never
    plan.board.longestGate = .zero
    #expect(
      plan.refusal == .gateRange(leading: plan.leading, shortest: .never, longest: .zero))
  }

  @Test("Short phases need sample-and-hold, and the recovery that they ask for")
  func shortPhases() {
    var plan = SamplePlan.short
    plan.board.holdsAndCountsPulses = false
    #expect(plan.refusal == .noSampleAndHold)
    plan = SamplePlan.short
    plan.board.mirrorsRecovery = false
    #expect(plan.refusal == .recoveryNotMade(.symmetric))
    #expect(plan.with(\.recovery, .capacitor).refusal == nil)
    plan = SamplePlan.short.with(\.recovery, .capacitor)
    plan.board.recoversByCapacitor = false
    #expect(plan.refusal == .recoveryNotMade(.capacitor))
    plan.recovery = .symmetric
    #expect(plan.refusal == nil)
  }

  @Test("A phase longer than the hardware limiter allows is refused by a nanosecond")
  func limiter() {
    var plan = SamplePlan()
    plan.board.longestPhase = plan.leading
    #expect(plan.refusal == nil)
    plan.board.longestPhase = plan.leading - Nanoseconds(1)
    #expect(
      plan.refusal == .phaseLimiter(width: plan.leading, longest: plan.board.longestPhase))
    var long = SamplePlan.single.with(\.recovery, .asymmetric).with(\.gap, .milliseconds(1))
    long.recoveryPhase = .milliseconds(40)
    long.board.longestPhase = .milliseconds(39)
    #expect(
      long.refusal == .phaseLimiter(width: .milliseconds(40), longest: .milliseconds(39)))
  }

  @Test("A phase charge beyond the hardware integrator is refused by a femtocoulomb")
  func integrator() {
    var plan = SamplePlan()
    let charge = plan.ceiling * plan.leading
    plan.board.phaseCharge = charge
    #expect(plan.refusal == nil)
    plan.board.phaseCharge = charge - Femtocoulombs(1)
    #expect(plan.refusal == .chargeIntegrator(charge: charge, most: plan.board.phaseCharge))
  }

  @Test("Steps of a shaped phase are longer than the board settles, or the shape is refused")
  func steps() {
    var plan = SamplePlan().with(\.shape, .trapezoid)
    plan.board.settling = .microseconds(400) - Nanoseconds(1)
    #expect(plan.refusal == nil)
    plan.board.settling = .microseconds(400)
    #expect(
      plan.refusal
        == .stepShorterThanSettling(step: .microseconds(400), settling: .microseconds(400)))
  }

  @Test("SR-13: a shape is refused whose last edge, late within SR-25, leaves more than 3 %")
  func steepShapes() throws {
    // 600 µs of the last step's height are 3 % of the phase's charge.
    for (shape, shortest) in [
      (PulseShape.triangular, Int64(39_600_000)), (.exponential, 24_778_638),
      (.trapezoid, 1_066_099),
    ] {
      #expect(PlanCheck.shortestRecovery(shape) == Nanoseconds(shortest), "\(shape)")
    }
    #expect(PlanCheck.shortestRecovery(.rectangular) == .zero)
    for shape in [PulseShape.triangular, .exponential] {
      let shortest = PlanCheck.shortestRecovery(shape)
      var plan = SamplePlan.single.with(\.shape, shape).with(\.leading, shortest)
      #expect(plan.refusal == nil)
      plan.leading = shortest - Nanoseconds(1)
      #expect(plan.refusal == .shapeTooShort(recovery: plan.leading, shortest: shortest))
      // What counts is the recovery: a lower one ends less steeply.
      plan.recovery = .asymmetric
      plan.gap = .milliseconds(1)
      plan.recoveryPhase = shortest
      #expect(plan.refusal == nil)
    }
  }

  @Test("SR-31: a recovery of another amplitude needs a gap in which the board settles")
  func gap() {
    var plan = SamplePlan().with(\.recovery, .asymmetric)
    plan.recoveryPhase = .milliseconds(25)
    plan.gap = plan.board.settling
    #expect(plan.refusal == nil)
    plan.gap = plan.board.settling - Nanoseconds(1)
    #expect(
      plan.refusal == .gapShorterThanSettling(gap: plan.gap, settling: plan.board.settling))
  }

  @Test("SR-31: dead times, settling and the trim need room in the period")
  func room() {
    var plan = SamplePlan()
    // 20 ms + 50 µs + 20 ms + 2 ms of trim + 50 µs + 200 µs.
    plan.period = .microseconds(42_300)
    #expect(plan.refusal == nil)
    plan.period = .microseconds(42_300) - Nanoseconds(1)
    #expect(
      plan.refusal == .noRoomInPeriod(needed: .microseconds(42_300), period: plan.period))
  }

  @Test("Every refusal of a plan has words of its own")
  func words() {
    let refusals: [PlanRefusal] = [
      .channelCount(9), .emptyDuration(.plateau), .recoveryWidth(leading: .zero, recovery: .zero),
      .recoveryNotLonger(leading: .zero, recovery: .zero), .capacitorRecovery(leading: .zero),
      .notBoardTimeable(leading: .zero), .pulseLongerThanPeriod(pulse: .zero, period: .zero),
      .trainShorterThanPulse(onTime: .zero, pulse: .zero),
      .trainsTooClose(gap: .milliseconds(40), period: .milliseconds(50)), .trainCount,
      .scheduleLongerThanSession(schedule: .zero, session: .zero), .noElectrodeArea(channel: 0),
      .electrodeTooLarge(channel: 0, area: .zero, largest: .zero),
      .gapTooLong(gap: .zero, longest: .zero),
      .noCeiling(channel: 0), .startAboveCeiling(channel: 0, start: .zero, ceiling: .zero),
      .netCharge(channel: 0, net: .zero, limit: .zero),
      .limit(
        LimitViolation(
          kind: .rms, figure: 2, limit: LimitTable(.standard)[.rms], channel: 0)),
      .boardChannels(asked: 2, board: 1), .notIsolated,
      .noRange(channel: 0, ceiling: .zero, largest: .zero),
      .notRepresentable(channel: 0, value: Microamperes(1), step: Microamperes(250)),
      .gateRange(leading: .zero, shortest: .zero, longest: .zero), .noSampleAndHold,
      .recoveryNotMade(.capacitor), .phaseLimiter(width: .zero, longest: .zero),
      .chargeIntegrator(charge: .zero, most: .zero),
      .shapeTooShort(recovery: .zero, shortest: .zero),
      .stepShorterThanSettling(step: .zero, settling: .zero),
      .gapShorterThanSettling(gap: .zero, settling: .zero),
      .noRoomInPeriod(needed: .zero, period: .zero),
    ]
    var seen = Set<String>()
    for refusal in refusals {
      #expect(refusal.description.count > 20, "\(String(reflecting: refusal)) has no words")
      #expect(seen.insert(refusal.description).inserted)
    }
  }

  @Test("SR-12: trains of one pulse each have the r.m.s. of pulses as close as the trains")
  func closeSinglePulses() {
    var plan = SamplePlan().with(\.period, .milliseconds(50)).with(\.plateau, .milliseconds(45))
    plan.trainsPerSet = 100
    plan.sets = 2
    plan.restBetweenSets = .milliseconds(5)
    plan.ceiling = .milliamperes(75)
    for off in [Nanoseconds.milliseconds(5), .seconds(5)] {
      plan.offTime = off
      // 75 mA for 40 ms of 50 ms: 67 mA, above 50 mA.
      guard case .limit(let violation) = plan.refusal else {
        Issue.record("\(off): \(String(describing: plan.refusal))")
        continue
      }
      #expect(violation.kind == .rms)
    }
    plan.sets = 1
    plan.offTime = .milliseconds(955)
    #expect(plan.refusal == nil, "75 mA for 40 ms of 1 s: 15 mA")
  }
}

// Decides: that a plan at each limit is accepted and one unit beyond it is refused (SR-12).
// Leaves to others: the figures themselves (PlanFiguresTests), daily limits (ArmingTests).

@testable import StimulationCore
import Testing

/// A plan that stands exactly at a compiled limit, and one that is one unit beyond it.
struct LimitBoundary: Sendable, CustomTestStringConvertible {
  let kind: LimitKind
  let envelope: Envelope
  let at: @Sendable (inout SamplePlan) -> Void
  let beyond: @Sendable (inout SamplePlan) -> Void
  var testDescription: String { "\(kind), \(envelope)" }

  /// A plan far from every limit on a board that allows every microampere.
  var base: SamplePlan {
    var plan = SamplePlan.single
    let fine = OutputRange(maximum: .milliamperes(300), step: Microamperes(1))
    plan.board.ranges = [fine, fine, fine, fine]
    plan.board.phaseCharge = Femtocoulombs(.max)
    plan.board.longestPhase = .seconds(1)
    plan.ceiling = .milliamperes(10)
    plan.start = .zero
    plan.area = .squareCentimetres(1_000)
    plan.limits = LimitTable(envelope)
    return plan
  }

  /// Limits that bind before any other does; r.m.s. in the extended envelope lies behind the
  /// amplitude, power density behind density and r.m.s., and session charge is set by layers.
  static let all: [LimitBoundary] = [
    LimitBoundary(kind: .amplitude, envelope: .standard) {
      $0.leading = .microseconds(400)
      $0.ceiling = Microamperes(250_000)
    } beyond: {
      $0.ceiling = Microamperes(250_001)
    },
    LimitBoundary(kind: .amplitude, envelope: .extended) {
      $0.leading = .milliseconds(20)
      $0.ceiling = Microamperes(250_000)
    } beyond: {
      $0.ceiling = Microamperes(250_001)
    },
    LimitBoundary(kind: .longPulseAmplitude, envelope: .standard) {
      $0.shape = .triangular
      $0.leading = .milliseconds(50)
      $0.ceiling = Microamperes(80_000)
    } beyond: {
      $0.ceiling = Microamperes(80_001)
    },
    LimitBoundary(kind: .phaseWidth, envelope: .standard) {
      $0.leading = Nanoseconds(500_000_000)
      $0.period = .seconds(2)
      $0.plateau = .seconds(2)
      $0.ceiling = .milliamperes(5)
    } beyond: {
      $0.leading = Nanoseconds(500_000_001)
    },
    LimitBoundary(kind: .phaseWidth, envelope: .extended) {
      $0.leading = Nanoseconds(150_000_000)
    } beyond: {
      $0.leading = Nanoseconds(150_000_001)
    },
    LimitBoundary(kind: .pulseRate, envelope: .standard) {
      $0.leading = .microseconds(400)
      $0.period = Nanoseconds(10_000_000)
    } beyond: {
      $0.period = Nanoseconds(9_999_999)
    },
    LimitBoundary(kind: .pulseRate, envelope: .extended) {
      $0.leading = .microseconds(400)
      $0.period = Nanoseconds(10_000_000)
    } beyond: {
      $0.period = Nanoseconds(9_999_999)
    },
    LimitBoundary(kind: .phaseCharge, envelope: .standard) {
      $0.leading = .milliseconds(100)
      $0.ceiling = Microamperes(50_000)
    } beyond: {
      $0.ceiling = Microamperes(50_001)
    },
    LimitBoundary(kind: .phaseCharge, envelope: .extended) {
      $0.leading = Nanoseconds(75_000_000)
      $0.ceiling = Microamperes(250_000)
    } beyond: {
      $0.leading = Nanoseconds(75_000_001)
    },
    LimitBoundary(kind: .pulseEnergy, envelope: .standard) {
      $0.leading = .milliseconds(30)
      $0.ceiling = Microamperes(100_000)
    } beyond: {
      $0.ceiling = Microamperes(100_001)
    },
    LimitBoundary(kind: .pulseEnergy, envelope: .extended) {
      $0.shape = .triangular
      $0.leading = Nanoseconds(75_000_000)
      $0.ceiling = Microamperes(250_000)
    } beyond: {
      $0.leading = Nanoseconds(75_000_001)
    },
    LimitBoundary(kind: .rms, envelope: .standard) {
      $0.leading = .milliseconds(10)
      $0.period = .milliseconds(80)
      $0.ceiling = Microamperes(100_000)
    } beyond: {
      $0.ceiling = Microamperes(100_001)
    },
    LimitBoundary(kind: .currentDensity, envelope: .standard) {
      $0.leading = .milliseconds(10)
      $0.period = .milliseconds(80)
      $0.ceiling = Microamperes(100_000)
      $0.area = SquareMillimetres(2_500)
    } beyond: {
      $0.area = SquareMillimetres(2_499)
    },
    LimitBoundary(kind: .currentDensity, envelope: .extended) {
      $0.leading = .milliseconds(10)
      $0.period = .milliseconds(80)
      $0.ceiling = Microamperes(200_000)
      $0.area = SquareMillimetres(5_000)
    } beyond: {
      $0.area = SquareMillimetres(4_999)
    },
    LimitBoundary(kind: .sessionOnTime, envelope: .standard) {
      $0.plateau = .seconds(2)
      $0.offTime = .milliseconds(500)
      $0.trainsPerSet = 675
    } beyond: {
      // The shortest on-time beyond: 675 trains of 1 ns more each.
      $0.plateau = .seconds(2) + Nanoseconds(1)
    },
    LimitBoundary(kind: .trainsPerDay, envelope: .extended) {
      $0.offTime = .milliseconds(500)
      $0.trainsPerSet = 800
    } beyond: {
      $0.trainsPerSet = 801
    },
  ]
}

@Suite struct LimitBoundaryTests {
  @Test(
    "SR-12: a plan at a compiled limit is accepted, one unit beyond it is refused and named",
    arguments: LimitBoundary.all)
  func compiled(boundary: LimitBoundary) {
    var plan = boundary.base
    boundary.at(&plan)
    #expect(plan.refusal == nil)
    boundary.beyond(&plan)
    guard case .limit(let violation) = plan.refusal else {
      Issue.record("not refused by a limit: \(String(describing: plan.refusal))")
      return
    }
    #expect(violation.kind == boundary.kind)
    #expect(violation.channel == 0)
    #expect(
      violation.limit
        == Limit(value: LimitTable(boundary.envelope)[boundary.kind].value, source: .compiled))
    #expect(violation.figure > violation.limit.value)
    #expect(violation.description.contains("the compiled envelope"))
  }

  @Test("SR-12: pulses under 100 ms may exceed 80 mA in the standard envelope")
  func longPulses() {
    var plan = LimitBoundary.all[2].base
    LimitBoundary.all[2].at(&plan)
    plan.ceiling = Microamperes(80_001)
    plan.leading = Nanoseconds(49_999_999)
    #expect(plan.refusal == nil)
  }

  @Test(
    "SR-10, SR-12: a layer at the plan's own figure is kept, one unit tighter refuses it",
    arguments: LimitKind.allCases, [LimitSource.board, .prescription, .protocolFile])
  func layers(kind: LimitKind, source: LimitSource) throws {
    var plan = SamplePlan()
    plan.leading = .milliseconds(50)
    plan.period = .milliseconds(200)
    plan.limits = LimitTable(.extended)
    let figures = PlanFigures(
      pulse: plan.pulse, train: plan.train, amplitude: plan.ceiling, electrodeArea: plan.area,
      envelope: .extended)
    guard kind != .restBetweenSessions else { return }  // the log decides it, not the plan
    var layer = LimitLayer(source: source)
    layer[kind] = figures[kind]
    try plan.limits.tighten(by: layer)
    #expect(plan.refusal == nil)
    layer[kind] = figures[kind] - 1
    try plan.limits.tighten(by: layer)
    let expected = LimitViolation(
      kind: kind, figure: figures[kind],
      limit: Limit(value: figures[kind] - 1, source: source), channel: 0)
    #expect(plan.refusal == .limit(expected))
    #expect(expected.description.contains("\(source)"))
  }

  @Test("SR-12: the channel that breaks a limit is the one that is named")
  func channel() throws {
    let plan = SamplePlan()
    let refused = #expect(throws: PlanRefusal.self) {
      try StimulationPlan(
        pulse: plan.pulse, train: plan.train,
        channels: InlineArray { index in
          index == 3
            ? plan.with(\.area, .squareCentimetres(5)).channel(index) : plan.channel(index)
        },
        channelCount: 5, limits: plan.limits, board: plan.board)
    }
    guard case .limit(let violation)? = refused else {
      Issue.record("not refused by a limit")
      return
    }
    #expect(violation.channel == 3 && violation.kind == .currentDensity)
    #expect(violation.description.hasPrefix("channel 4: "))
  }

  @Test(
    "SR-12: no setting at or below an accepted ceiling has a figure above its limit",
    arguments: 1...4)
  func everySettingBelow(seed: UInt64) {
    var random = SplitMix(seed: seed)
    var accepted = 0
    for _ in 0..<300 {
      var plan = SamplePlan()
      plan.shape = PulseShape.allCases[Int.random(in: 0..<4, using: &random)]
      plan.leading = .milliseconds(Int64.random(in: 11...75, using: &random))
      plan.period = plan.leading * 2 + .milliseconds(Int64.random(in: 10...500, using: &random))
      plan.ceiling = Microamperes(250 * Int32.random(in: 101...1_000, using: &random))
      plan.limits = LimitTable(Bool.random(using: &random) ? .standard : .extended)
      guard plan.refusal == nil else { continue }
      accepted += 1
      for _ in 0..<20 {
        let setting = Microamperes(Int32.random(in: 0...plan.ceiling.rawValue, using: &random))
        let figures = PlanFigures(
          pulse: plan.pulse, train: plan.train, amplitude: setting, electrodeArea: plan.area,
          envelope: plan.limits.envelope)
        for kind in LimitKind.allCases where kind != .restBetweenSessions {
          #expect(figures[kind] <= plan.limits[kind].value)
        }
      }
    }
    #expect(accepted > 30)
  }
}

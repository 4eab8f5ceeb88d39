// Decides: that a plan's figures are those of `clinical.md`, and never below the true ones.
// Leaves to others: what they are compared with (LimitBoundaryTests).

import Foundation
import StimulationCore
import Testing

/// The figures in floating point, from the definitions and nothing of the core but the plan.
private struct FloatingFigures {
  var phaseCharge = 0.0
  var energy = 0.0
  var rms = 0.0
  var sessionCharge = 0.0

  init(_ plan: SamplePlan, _ envelope: Envelope) {
    let amplitude = Double(plan.ceiling.rawValue) * 1e-6
    let leading = Double(plan.pulse.leadingPhase.rawValue) * 1e-9
    let recovery = Double(plan.pulse.recoveryPhase.rawValue) * 1e-9
    let steps = plan.shape == .rectangular ? 1 : 50
    let heights = (0..<steps).map {
      PulseShapeTests.curve(plan.shape, (Double($0) + 0.5) / Double(steps))
    }
    let mean = heights.reduce(0, +) / Double(steps)
    let square = heights.map { $0 * $0 }.reduce(0, +) / Double(steps)
    // A lower recovery may be a board's step above the proportion, and three of a shape's.
    let step = steps == 1 ? 2.5e-4 : 7.5e-4
    let lower =
      plan.recovery == .asymmetric
      ? min(amplitude, amplitude * leading / recovery + step) : amplitude
    let squareTime = square * (amplitude * amplitude + amplitude * lower) * leading
    phaseCharge = amplitude * leading * mean
    energy = envelope == .extended ? amplitude * 80 * (leading + recovery) : squareTime * 500
    let onTime = Double(plan.train.onTime.rawValue) * 1e-9
    let duration = leading + Double(plan.gap.rawValue) * 1e-9 + recovery
    let period = Double(plan.period.rawValue) * 1e-9
    let pulses = floor((onTime - duration) / period + 1e-9) + 1
    rms = sqrt(squareTime / (pulses > 1 ? period : max(1, duration)))
    // 1 % of gain and 600 µs of lateness in every phase, and two trims of a tenth of a phase.
    let most = phaseCharge * 1.01 + amplitude * 600e-6
    sessionCharge = 2 * most * pulses * Double(plan.train.trains) + phaseCharge / 5
  }
}

/// A row of the table at the end of the section Limits of `clinical.md`.
struct ClinicalRow: Sendable, CustomTestStringConvertible {
  let name: String
  let shape: PulseShape
  let leading: Nanoseconds
  let period: Nanoseconds
  let milliamperes: Int32
  let squareCentimetres: Int32
  let millicoulombs: Double
  let joules: Double
  let milliamperesRMS: Double?
  let density: Double?
  let isStandard: Bool
  var testDescription: String { name }

  var plan: SamplePlan {
    var plan = SamplePlan()
    plan.shape = shape
    plan.leading = leading
    plan.period = period
    plan.plateau = .seconds(2)
    plan.trainsPerSet = 1
    plan.ceiling = .milliamperes(milliamperes)
    plan.area = .squareCentimetres(squareCentimetres)
    return plan
  }

  /// The page counts a triangle's energy over the leading phase alone, rectangles over both.
  var phasesInEnergy: Double { shape == .rectangular ? 2 : 1 }

  static let all: [ClinicalRow] = [
    ClinicalRow(
      name: "150 ms, 250 mA, 1.5 pps", shape: .rectangular, leading: .milliseconds(75),
      period: .milliseconds(650), milliamperes: 250, squareCentimetres: 180, millicoulombs: 18.75,
      joules: 4.7, milliamperesRMS: 120, density: 0.67, isStandard: false),
    ClinicalRow(
      name: "150 ms, 100 mA, 1.5 pps", shape: .rectangular, leading: .milliseconds(75),
      period: .milliseconds(650), milliamperes: 100, squareCentimetres: 180, millicoulombs: 7.5,
      joules: 0.75, milliamperesRMS: 48, density: 0.27, isStandard: false),
    ClinicalRow(
      name: "40/10 ms, 250 mA, 20 pps", shape: .rectangular, leading: .milliseconds(20),
      period: .milliseconds(50), milliamperes: 250, squareCentimetres: 180, millicoulombs: 5.0,
      joules: 1.25, milliamperesRMS: 224, density: 1.24, isStandard: false),
    ClinicalRow(
      name: "40/10 ms, 100 mA, 20 pps", shape: .rectangular, leading: .milliseconds(20),
      period: .milliseconds(50), milliamperes: 100, squareCentimetres: 180, millicoulombs: 2.0,
      joules: 0.20, milliamperesRMS: 89, density: 0.50, isStandard: false),
    ClinicalRow(
      name: "triangle 200 ms, 20 mA", shape: .triangular, leading: .milliseconds(200),
      period: .milliseconds(3_000), milliamperes: 20, squareCentimetres: 180, millicoulombs: 2.0,
      joules: 0.013, milliamperesRMS: nil, density: nil, isStandard: true),
    ClinicalRow(
      name: "triangle 250 ms, 15 mA", shape: .triangular, leading: .milliseconds(250),
      period: .milliseconds(3_000), milliamperes: 15, squareCentimetres: 10, millicoulombs: 1.9,
      joules: 0.009, milliamperesRMS: nil, density: nil, isStandard: true),
    ClinicalRow(
      name: "400 µs, 80 mA, 50 pps", shape: .rectangular, leading: .microseconds(400),
      period: .milliseconds(20), milliamperes: 80, squareCentimetres: 25, millicoulombs: 0.032,
      joules: 0.0026, milliamperesRMS: 16, density: 0.64, isStandard: true),
  ]
}

@Suite struct PlanFiguresTests {
  private func figures(_ plan: SamplePlan, _ envelope: Envelope) -> PlanFigures {
    PlanFigures(
      pulse: plan.pulse, train: plan.train, amplitude: plan.ceiling, electrodeArea: plan.area,
      envelope: envelope)
  }

  @Test(
    "SR-12: each row of the clinical table gives the figures that the page prints",
    arguments: ClinicalRow.all)
  func clinicalFigures(row: ClinicalRow) {
    let figures = figures(row.plan, .standard)
    let charge = Double(figures[.phaseCharge]) * 1e-12
    #expect(abs(charge - row.millicoulombs) <= 0.05 * row.millicoulombs)
    let joules = Double(figures[.pulseEnergy]) * 1e-12 / 2 * row.phasesInEnergy
    #expect(abs(joules - row.joules) <= 0.06 * row.joules)
    if let expected = row.milliamperesRMS {
      #expect(abs(Double(figures[.rms]) * 1e-3 - expected) <= 0.5)
    }
    if let expected = row.density {
      #expect(abs(Double(figures[.currentDensity]) * 1e-4 - expected) <= 0.006)
    }
  }

  @Test(
    "SR-12, SR-18: each row of the clinical table has the verdict that the page prints",
    arguments: ClinicalRow.all)
  func clinicalVerdicts(row: ClinicalRow) {
    #expect((row.plan.refusal == nil) == row.isStandard)
    if !row.isStandard {
      let extended = row.plan.with(\.limits, LimitTable(.extended))
      #expect(extended.refusal == nil)
      guard case .limit = row.plan.refusal else {
        Issue.record("refused for another reason than a limit")
        return
      }
    }
  }

  @Test("SR-12: 250 mA for 150 ms count as 3.0 J at 80 V")
  func extendedEnergy() {
    #expect(figures(ClinicalRow.all[0].plan, .extended)[.pulseEnergy] == 3_000_000_000_000)
  }

  @Test(
    "SR-12: over a grid no figure is below the true one, nor above it by 10 ppm",
    arguments: PulseShape.allCases, Envelope.allCases)
  func grid(shape: PulseShape, envelope: Envelope) {
    let recoveries: [(Recovery, Int64)] = [
      (.symmetric, 1), (.asymmetric, 2), (.asymmetric, 3),
    ]
    for milliamperes: Int32 in [1, 7, 50, 133, 250] {
      for leading in [Nanoseconds.milliseconds(7), Nanoseconds(33_333_333), .milliseconds(75)] {
        for (recovery, factor) in recoveries {
          for onTime in [Nanoseconds.milliseconds(500), Nanoseconds(1_999_999_999), .seconds(3)] {
            var plan = SamplePlan()
            plan.shape = shape
            plan.ceiling = .milliamperes(milliamperes)
            plan.leading = leading
            plan.recovery = recovery
            plan.recoveryPhase = leading * factor
            plan.gap = .milliseconds(1)
            plan.period = Nanoseconds(444_444_444)
            plan.plateau = onTime
            check(plan, envelope)
          }
        }
      }
    }
  }

  private func check(_ plan: SamplePlan, _ envelope: Envelope) {
    let figures = figures(plan, envelope)
    let exact = FloatingFigures(plan, envelope)
    // Heights are rounded to 1 ppm, hence 2 ppm below; a shape's mean may round up by 1 ppm.
    func compare(_ kind: LimitKind, _ expected: Double, _ unit: Double) {
      let figure = Double(figures[kind])
      #expect(figure >= expected * (1 - 2e-6) - unit * 1e-6, "\(kind) below")
      #expect(figure <= expected * (1 + 1e-5) + 2 * unit, "\(kind) above")
    }
    compare(.phaseCharge, exact.phaseCharge * 1e15, 1)
    compare(.pulseEnergy, exact.energy * 1e12, 2)
    compare(.rms, exact.rms * 1e6, 1)
    compare(.sessionCharge, exact.sessionCharge * 1e15, 20)
    let area = Double(plan.area.rawValue)
    compare(.currentDensity, exact.rms * 1e9 / area, 1)
    compare(.powerDensity, exact.rms * exact.rms * 500 * 1e6 / (area / 100), 2)
    #expect(figures[.sessionOnTime] == plan.train.onTime.rawValue * Int64(plan.train.trains))
    #expect(figures[.trainsPerDay] == Int64(plan.train.trains))
    #expect(figures[.amplitude] == Int64(plan.ceiling.rawValue))
    #expect(
      figures[.phaseWidth] == max(plan.pulse.leadingPhase, plan.pulse.recoveryPhase).rawValue)
  }

  @Test(
    "SR-12: a shaped phase's charge is not rounded below the sum of its steps",
    arguments: PulseShape.allCases)
  func chargeRoundsUp(shape: PulseShape) {
    for leading in [Nanoseconds.milliseconds(75), Nanoseconds(33_333_333), Nanoseconds(9_999_999)] {
      let plan = SamplePlan().with(\.shape, shape).with(\.leading, leading)
      var sum: Int64 = 0
      for index in 0..<shape.steps { sum += Int64(shape.height(ofStep: index).rawValue) }
      let product = Int64(plan.ceiling.rawValue) * leading.rawValue
      let exact = Double(product) * (Double(sum) / Double(shape.steps) / 1e6)
      let figure = Double(figures(plan, .standard)[.phaseCharge])
      #expect(figure >= exact - 0.01)
      #expect(figure <= exact * (1 + 3e-6) + 2)
    }
  }

  @Test("A pulse whose period is not a whole part of a second rounds its rate up")
  func rateRoundsUp() {
    let plan = SamplePlan().with(\.period, Nanoseconds(9_999_999))
    #expect(figures(plan, .standard)[.pulseRate] == 100_001)
    #expect(figures(plan.with(\.period, .milliseconds(10)), .standard)[.pulseRate] == 100_000)
  }

  @Test(
    "A train has as many pulses as end within it",
    arguments: [
      (Int64(40_000_000), Int64(1)), (89_999_999, 1), (90_000_000, 2), (1_000_000_000, 20),
      (39_999_999, 0),
    ])
  func pulsesPerTrain(onTime: Int64, pulses: Int64) {
    let plan = SamplePlan().with(\.plateau, Nanoseconds(onTime))
    #expect(PlanFigures.pulsesPerTrain(plan.pulse, plan.train) == pulses)
  }

  @Test("SR-11: a session charge that does not fit 64 bits reads as beyond any limit")
  func sessionChargeOverflow() {
    var plan = SamplePlan().with(\.plateau, .seconds(3_600)).with(\.ceiling, .milliamperes(250))
    plan.trainsPerSet = 10_000
    plan.sets = 100
    plan.period = .milliseconds(40)
    #expect(figures(plan, .standard)[.sessionCharge] == .max)
  }
}

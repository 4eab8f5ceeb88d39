// Decides: how weak a pulse may be, against the charge that a crooked source would leave.
// Leaves to others: refusing what is weaker (SetpointTests, AmplitudeTests).

@testable import StimulationCore
import Testing

@Suite struct BalanceFloorTests {
  /// Sessions whose floor is worked out here by walking up the steps, in floating point.
  static let plans: [(String, SamplePlan)] = [
    ("tetanic", SamplePlan().with(\.trainsPerSet, 60)),
    ("twitch", SamplePlan().with(\.leading, .milliseconds(70)).with(\.period, .milliseconds(640))),
    ("triangle", SamplePlan.single.with(\.shape, .triangular).with(\.leading, .milliseconds(100))),
    (
      "lower recovery",
      SamplePlan().with(\.recovery, .asymmetric).with(\.leading, .milliseconds(10))
        .with(\.recoveryPhase, .milliseconds(30)).with(\.gap, .milliseconds(1))
    ),
    ("few", SamplePlan.single.with(\.trainsPerSet, 1)),
  ]

  /// The lowest multiple of `step` whose pulses leave what is allowed, or 1 mA.
  private func walkedFloor(_ plan: SamplePlan, step: Double) -> Double {
    let leading = Double(plan.pulse.leadingPhase.rawValue) / 1e9
    let recovery = Double(plan.pulse.recoveryPhase.rawValue) / 1e9
    let height = Double(plan.shape.meanHeight.rawValue) / 1e6
    let pulses = Double(
      PlanFigures.pulsesPerTrain(plan.pulse, plan.train) * Int64(plan.train.trains))
    let allowed = 100 * Double(plan.pulse.duration.rawValue) / 1e9
    for steps in 0... {
      let amplitude = Double(steps) * step
      let moved = (height * amplitude + 35) * leading
      let returned = 1.1 * (height * amplitude * leading - 35 * recovery)
      if amplitude >= 1_000 || pulses * (moved - returned) <= allowed { return amplitude }
    }
    return .nan
  }

  @Test("SR-13: the floor is the weakest amplitude whose pulses leave no more than is allowed")
  func formula() {
    for (name, plan) in Self.plans {
      for step: Int32 in [10, 100, 250] {
        let floor = BalanceFloor.lowest(plan.pulse, plan.train, step: Microamperes(step))
        #expect(
          Double(floor.rawValue) == walkedFloor(plan, step: Double(step)), "\(name), \(step)")
      }
    }
  }

  @Test("SR-13: a board that times the pulses itself has no floor")
  func boardTimed() {
    let plan = SamplePlan.short
    #expect(BalanceFloor.lowest(plan.pulse, plan.train, step: Microamperes(100)) == .zero)
  }

  @Test("SR-13: a plan that starts below its floor is refused, at it and at nothing accepted")
  func start() {
    let plan = SamplePlan().with(\.trainsPerSet, 60)
    let floor = BalanceFloor.lowest(plan.pulse, plan.train, step: Microamperes(250))
    #expect(floor == Microamperes(750))
    let below = Microamperes(500)
    #expect(
      plan.with(\.start, below).refusal
        == .notBalanced(channel: 0, value: below, lowest: Microamperes(750)))
    for start in [Microamperes.zero, floor] { #expect(plan.with(\.start, start).refusal == nil) }
  }
}

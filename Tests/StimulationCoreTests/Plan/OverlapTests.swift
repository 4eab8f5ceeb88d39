// Decides: that trains of channels that are not isolated never overlap (SR-33).
// Leaves to others: the guard that checks the frames (interlock tests).

@testable import StimulationCore
import Testing

@Suite struct OverlapTests {
  private var alternating: SamplePlan {
    var plan = SamplePlan().with(\.channelCount, 2).with(
      \.board, SamplePlan.boardWithoutIsolation())
    plan.trainsPerSet = 5
    plan.offset = .seconds(1)
    return plan
  }

  @Test("SR-33: channels that take turns are accepted, a nanosecond of overlap is refused")
  func turns() {
    #expect(alternating.refusal == nil)
    #expect(alternating.with(\.offset, .seconds(1) - Nanoseconds(1)).refusal == .notIsolated)
    #expect(alternating.with(\.offset, .seconds(1) + Nanoseconds(1)).refusal == .notIsolated)
    #expect(alternating.with(\.offset, .zero).refusal == .notIsolated)
  }

  @Test("SR-33: isolated channels may overlap, and one channel never overlaps itself")
  func isolated() {
    #expect(alternating.with(\.offset, .zero).with(\.board, SamplePlan.idealBoard()).refusal == nil)
    #expect(alternating.with(\.channelCount, 1).with(\.offset, .zero).refusal == nil)
  }

  @Test("SR-33: an offset beyond all trains of the other channel is accepted")
  func oneAfterTheOther() {
    // Five trains of 1 s with four off-times of 1 s end at 9 s.
    #expect(alternating.with(\.offset, .seconds(9)).refusal == nil)
    #expect(alternating.with(\.offset, .seconds(9) - Nanoseconds(1)).refusal == .notIsolated)
    #expect(alternating.with(\.offset, .seconds(8)).refusal == .notIsolated)
  }

  @Test("SR-33: rests that do not divide into cycles are found", arguments: 1...8)
  func rests(seed: UInt64) {
    var random = SplitMix(seed: seed)
    var refused = 0
    for _ in 0..<200 {
      var plan = alternating
      plan.plateau = .milliseconds(Int64.random(in: 100...400, using: &random))
      plan.offTime = .milliseconds(Int64.random(in: 100...900, using: &random))
      plan.trainsPerSet = Int32.random(in: 1...4, using: &random)
      plan.sets = Int32.random(in: 1...4, using: &random)
      plan.restBetweenSets = .milliseconds(Int64.random(in: 100...2_000, using: &random))
      plan.offset = .milliseconds(Int64.random(in: 0...2_000, using: &random))
      let overlaps = OverlapTests.overlap(plan)
      #expect((plan.refusal == .notIsolated) == overlaps)
      if overlaps { refused += 1 }
    }
    #expect(refused > 20 && refused < 180, "both answers are tried")
  }

  /// Every train of both channels against every other, from the words of the plan.
  private static func overlap(_ plan: SamplePlan) -> Bool {
    var starts: [Int64] = []
    var start: Int64 = 0
    for _ in 0..<plan.sets {
      for train in 0..<plan.trainsPerSet {
        starts.append(start)
        let isLast = train == plan.trainsPerSet - 1
        start += plan.plateau.rawValue
        start += isLast ? plan.restBetweenSets.rawValue : plan.offTime.rawValue
      }
    }
    // The last pulse (one in 50 ms, 40 ms long) may outlast its train: 2.3 ms of trim, dead times
    // and settling, 2 ms of lateness.
    let lastPulse = (plan.plateau.rawValue - 40_000_000) / 50_000_000 * 50_000_000
    let length = max(plan.plateau.rawValue, lastPulse + 44_300_000)
    return starts.contains { one in
      starts.contains { other in
        let shifted = other + plan.offset.rawValue
        return one < shifted + length && shifted < one + length
      }
    }
  }
}

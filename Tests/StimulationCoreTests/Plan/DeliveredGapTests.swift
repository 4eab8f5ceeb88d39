// Decides: that the gap which is shown is the gap which is delivered (SR-31).
// Leaves to others: the edges themselves (PulseEngineTests, GateEngineTests).

import Testing

@testable import StimulationCore

@Suite("The delivered gap")
struct DeliveredGapTests {
  private func pulse(_ shape: PulseShape, gap: Nanoseconds) -> PulsePlan {
    PulsePlan(
      shape: shape, leadingPhase: .milliseconds(20), interphaseGap: gap,
      recoveryPhase: .milliseconds(20), recovery: .symmetric, pulsePeriod: .milliseconds(50),
      leadingPolarity: .fixed)
  }

  @Test("SR-31: what is told of a gap is what the pulse is timed with, for every shape")
  func sameAsTiming() {
    for shape in PulseShape.allCases {
      for gap in [0, 99_999, 100_000, 100_001, 5_000_000] as [Int64] {
        for (deadTime, settling) in [(100_000, 500_000), (200_000, 50_000)] as [(Int64, Int64)] {
          var board = SamplePlan.idealBoard()
          board.deadTime = Nanoseconds(deadTime)
          board.settling = Nanoseconds(settling)
          let pulse = pulse(shape, gap: Nanoseconds(gap))
          let told = DeliveredGap(of: pulse, on: board)
          let timed = PulseTiming(pulse, on: board, step: Microamperes(250)).gap
          #expect(told.delivered == timed, "\(shape) \(gap) \(deadTime) \(settling)")
          #expect(told.isLonger == (timed > Nanoseconds(gap)))
        }
      }
    }
  }

  @Test("SR-31: a gap shorter than the dead time is shown with the delivered one and the board")
  func words() {
    let short = DeliveredGap(stated: .zero, delivered: .microseconds(100))
    #expect(short.text(on: "bench") == "0 ms, delivered as 100 µs on bench")
    let kept = DeliveredGap(stated: .microseconds(100), delivered: .microseconds(100))
    #expect(kept.text(on: "bench") == "100 µs")
    #expect(
      DeliveredGap.textWithoutBoard(.zero)
        == "0 ms, or the board's dead time where that is longer")
  }
}

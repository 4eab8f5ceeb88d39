// Decides: that the board's pulse counter is believed only when the gate can have made it.
// Leaves to others: the held samples of those pulses (interlock tests).

@testable import StimulationCore
import Testing

@Suite struct GateEngineTests {
  private let pulse = SamplePlan.short.pulse  // 400 µs, every 20 ms

  /// Counts like a perfect board: the first pulse at once, then one a period.
  private func perfect(_ elapsed: Nanoseconds) -> UInt32 {
    elapsed < .zero ? 0 : UInt32(elapsed / pulse.pulsePeriod) + 1
  }

  @Test(
    "A perfect board's count is taken, whatever it stood at before",
    arguments: [UInt32(0), UInt32(1), UInt32(4_711), UInt32.max - 10])
  func perfectCounts(base: UInt32) {
    var gate = GateEngine()
    #expect(gate.count(base, pulse, appliedAt: .zero, at: .zero) == 0)
    let start = Nanoseconds.milliseconds(5)
    gate.start(at: start)
    var total: Int64 = 0
    for millisecond: Int64 in 1...2_000 {
      let now = start + .milliseconds(millisecond)
      let new = gate.count(base &+ perfect(now - start), pulse, appliedAt: start, at: now)
      guard let new else {
        Issue.record("refused after \(millisecond) ms")
        return
      }
      total += new
    }
    #expect(total == 101)
  }

  @Test("A pulse too many is found at once")
  func extra() {
    var gate = GateEngine()
    _ = gate.count(0, pulse, appliedAt: .zero, at: .zero)
    gate.start(at: .zero)
    #expect(gate.count(1, pulse, appliedAt: .zero, at: .milliseconds(1)) == 1)
    #expect(gate.count(2, pulse, appliedAt: .zero, at: .milliseconds(10)) == nil)
  }

  @Test("A missing pulse is found 2 ms after it was due")
  func missing() {
    var gate = GateEngine()
    _ = gate.count(0, pulse, appliedAt: .zero, at: .zero)
    gate.start(at: .zero)
    #expect(gate.count(1, pulse, appliedAt: .zero, at: .milliseconds(1)) == 1)
    let due = Nanoseconds.milliseconds(20)
    #expect(
      gate.count(1, pulse, appliedAt: .zero, at: due + .milliseconds(2) - Nanoseconds(1)) == 0)
    #expect(gate.count(1, pulse, appliedAt: .zero, at: due + .microseconds(2_023)) == nil)
  }

  @Test("A count that goes backwards, or jumps, is not believed")
  func nonsense() {
    for reading: UInt32 in [99, 0, .max, 200] {
      var gate = GateEngine()
      _ = gate.count(100, pulse, appliedAt: .zero, at: .zero)
      gate.start(at: .zero)
      #expect(gate.count(reading, pulse, appliedAt: .zero, at: .milliseconds(1)) == nil)
    }
  }

  @Test("A pulse without a gate is not believed")
  func unasked() {
    var gate = GateEngine()
    _ = gate.count(5, pulse, appliedAt: .zero, at: .zero)
    #expect(gate.count(5, pulse, appliedAt: .zero, at: .seconds(1)) == 0)
    #expect(gate.count(6, pulse, appliedAt: .zero, at: .seconds(2)) == nil)
  }

  @Test("After a stop one pulse may still end, a second or a late one is not believed")
  func afterStop() {
    let start = Nanoseconds.zero
    let stop = Nanoseconds.milliseconds(19)
    for (reading, later, answer): (UInt32, Int64, Int64?) in [
      (1, 1, 0), (2, 1, 1), (2, 2, 1), (2, 3, nil), (3, 1, nil), (0, 1, nil),
    ] {
      var gate = GateEngine()
      _ = gate.count(0, pulse, appliedAt: .zero, at: .zero)
      gate.start(at: start)
      _ = gate.count(1, pulse, appliedAt: .zero, at: .milliseconds(1))
      gate.stop(at: stop)
      #expect(!gate.isRunning)
      let now = stop + .milliseconds(later)
      #expect(gate.count(reading, pulse, appliedAt: .zero, at: now) == answer)
    }
  }

  @Test("SR-30: the channel is quiet when the pulse and its recharge are over")
  func quiet() {
    var gate = GateEngine()
    gate.start(at: .zero)
    #expect(!gate.isQuiet(pulse, at: .seconds(1)))
    gate.stop(at: .seconds(1))
    for (pulse, rest) in [
      (SamplePlan.short.pulse, Nanoseconds.milliseconds(2)),
      (SamplePlan.short.with(\.recovery, .capacitor).pulse, .milliseconds(10)),
    ] {
      let quiet = Nanoseconds.seconds(1) + pulse.duration + rest
      #expect(!gate.isQuiet(pulse, at: quiet))
      #expect(gate.quietSince(pulse, at: quiet) == nil)
      #expect(gate.isQuiet(pulse, at: quiet + Nanoseconds(1)))
      #expect(gate.quietSince(pulse, at: quiet + Nanoseconds(1)) == quiet)
    }
  }

  @Test("SR-28: a board's clock that differs by 0.02 % is followed, one that differs by 1 % is not")
  func drift() {
    let pulse = SamplePlan.short.pulse
    for (ppm, isFollowed) in [(Int64(200), true), (-200, true), (10_000, false), (-10_000, false)] {
      var gate = GateEngine()
      _ = gate.count(0, pulse, appliedAt: .zero, at: .zero)
      gate.start(at: .zero)
      let period = pulse.pulsePeriod.rawValue / 1_000_000 * (1_000_000 - ppm)
      var isRefused = false
      for tick in 1...20_000 as ClosedRange<Int64> where !isRefused {
        let now = Nanoseconds.milliseconds(tick)
        let count = UInt32(now.rawValue / period + 1)
        isRefused = gate.count(count, pulse, appliedAt: .zero, at: now) == nil
        let truth = Nanoseconds(Int64(count - 1) * period)
        if isFollowed { #expect((gate.pulseBeganAt - truth).magnitude <= .milliseconds(1)) }
      }
      #expect(isRefused != isFollowed, "\(ppm) ppm")
    }
  }
}

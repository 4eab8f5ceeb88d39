// Decides: that the muscle reproduces the figures of clinical.md.
// Leaves to others: the currents that excite it.

import Glibc
import Testing

@testable import SimulatedBoard

@Suite("The muscle")
struct MuscleTests {
  private static func threshold(
    _ state: DenervationState, accommodation: Double? = nil, width: Double, isTriangle: Bool
  ) -> Double {
    var membrane = Membrane(
      chronaxie: state.chronaxie, accommodation: accommodation ?? state.accommodation)
    let steps = 20_000
    var peak = 0.0
    for step in 0..<steps {
      let current = isTriangle ? (Double(step) + 0.5) / Double(steps) : 1
      peak = max(peak, membrane.step(current: current, time: width / Double(steps)))
    }
    return 1 / peak
  }

  @Test(
    "The accommodation quotient is the one of the state",
    arguments: [
      (.innervated, 130, 7.6), (.innervated, 433, 2.6), (.earlyDenervated, 700, 1.8),
      (.denervated, 1_100, 1.4), (.denervated, 2_200, 1.2), (.longTerm, 2_200, 1.2),
      (.longTerm, 4_300, 1.1),
    ] as [(DenervationState, Double, Double)])
  func accommodation(state: DenervationState, lambda: Double, expected: Double) {
    let triangle = Self.threshold(state, accommodation: lambda, width: 1_000, isTriangle: true)
    let rectangle = Self.threshold(state, accommodation: lambda, width: 1_000, isTriangle: false)
    let quotient = triangle / rectangle
    #expect(abs(quotient - expected) <= 0.05 * expected, "α = \(quotient)")
  }

  @Test("Without accommodation the threshold follows Lapicque, twice the rheobase at chronaxie")
  func strengthAndDuration() {
    for width in [1.0, 5, 15, 40, 200] {
      let lapicque = 1 / (1 - pow(2, -width / 15))
      let threshold = Self.threshold(
        .denervated, accommodation: 1e7, width: width, isTriangle: false)
      #expect(abs(threshold - lapicque) < 0.001 * lapicque)
    }
    let atChronaxie = Self.threshold(
      .denervated, accommodation: 1e7, width: 15, isTriangle: false)
    #expect(abs(atChronaxie - 2) < 0.002)
  }

  @Test("Half of the fibres answer at the median rheobase, with a spread of 30 %")
  func pool() {
    let pool = FibrePool(.denervated, area: 18_000)
    #expect(pool.rheobase == 50)
    #expect(abs(pool.share(at: 50) - 0.5) < 1e-6)
    let sigma = log(1.09).squareRoot()
    #expect(abs(pool.share(at: 50 * exp(sigma)) - 0.8413) < 1e-3)
    #expect(pool.share(at: 0) == 0)
    #expect(pool.share(at: 5_000) > 0.9999)
  }

  @Test("100 pps gives about 311 N")
  func tetanus() {
    var muscle = DingForce(.innervated)
    var peak = 0.0
    for pulse in 0..<100 {
      let time = Int64(pulse) * 10_000_000
      muscle.pulse(at: time, share: 1)
      peak = max(peak, muscle.force)
    }
    #expect(abs(peak - 311) < 6, "\(peak) N")
  }

  @Test("20 pps, 3 s on and 3 s off, falls from 237 N to 94 N in 5 minutes")
  func fatigue() {
    var muscle = DingForce(.innervated)
    var peaks: [Double] = []
    for train in 0..<50 {
      var peak = 0.0
      for pulse in 0..<60 {
        let start = Int64(train) * 6_000_000_000 + Int64(pulse) * 50_000_000
        muscle.pulse(at: start, share: 1)
        for part in 1...10 {
          muscle.advance(to: start + Int64(part) * 5_000_000)
          peak = max(peak, muscle.force)
        }
      }
      peaks.append(peak)
    }
    #expect(abs(peaks[0] - 237) < 5, "\(peaks[0]) N")
    #expect(abs(peaks[49] - 94) < 5, "\(peaks[49]) N")
  }

  @Test("A tired muscle recovers at rest")
  func recovery() {
    var muscle = DingForce(.innervated)
    func peak(from start: Int64) -> Double {
      var peak = 0.0
      for pulse in 0..<300 {
        muscle.pulse(at: start + Int64(pulse) * 50_000_000, share: 1)
        muscle.advance(to: start + Int64(pulse) * 50_000_000 + 25_000_000)
        peak = max(peak, muscle.force)
      }
      return peak
    }
    let fresh = peak(from: 0)
    let tired = muscle.force
    let rested = peak(from: 1_800_000_000_000)
    #expect(tired < fresh * 0.9)
    #expect(abs(rested - fresh) < fresh * 0.001)
  }
}

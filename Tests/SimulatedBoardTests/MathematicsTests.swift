// Decides: that the plant's own functions agree with the C library's.
// Leaves to others: what they are used for.

import Glibc
import Testing

@testable import SimulatedBoard

@Suite("The plant's mathematics")
struct MathematicsTests {
  @Test("The exponential agrees with the C library's to 4 parts in 10¹⁵")
  func exponentials() {
    var worst = 0.0
    for step in -70_000...2_000 {
      let x = Double(step) * 0.01
      let expected = exp(x)
      worst = max(worst, abs(exponential(x) - expected) / expected)
    }
    #expect(worst < 4e-15)
    #expect(exponential(0) == 1)
    #expect(exponential(-1e9) == 0)
  }

  @Test("The logarithm agrees with the C library's to 1 part in 10¹⁴")
  func logarithms() {
    for step in -600...600 {
      let x = exp(Double(step) * 0.37)
      let expected = log(x)
      #expect(abs(naturalLogarithm(x) - expected) <= 1e-14 * max(1, abs(expected)))
    }
  }

  @Test("The share of a normal distribution agrees with the C library's to 2 in 10⁷")
  func shares() {
    for step in -500...500 {
      let z = Double(step) * 0.01
      #expect(abs(normalShare(below: z) - 0.5 * erfc(-z / 2.0.squareRoot())) < 2e-7)
    }
  }

  @Test("Noise has mean 0 and r.m.s. 1, and follows from its seed")
  func noise() {
    var one = NoiseSource(seed: 7, stream: 0)
    var same = NoiseSource(seed: 7, stream: 0)
    var other = NoiseSource(seed: 8, stream: 0)
    var sum = 0.0
    var square = 0.0
    var differs = false
    for _ in 0..<100_000 {
      let value = one.normal()
      #expect(value == same.normal())
      if value != other.normal() { differs = true }
      sum += value
      square += value * value
    }
    #expect(abs(sum / 100_000) < 0.015)
    #expect(abs(square / 100_000 - 1) < 0.02)
    #expect(differs)
  }
}

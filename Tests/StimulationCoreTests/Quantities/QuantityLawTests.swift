// Decides: that quantities are exact, and that overflow stops the process instead of wrapping.
// Leaves to others: their text (QuantityTextTests) and what they are used for.

import StimulationCore
import Testing

@Suite struct QuantityLawTests {
  @Test("1 µA for 1 ns is exactly 1 fC, with every sign")
  func chargeIsExact() {
    #expect(Microamperes(1) * Nanoseconds(1) == Femtocoulombs(1))
    #expect(Microamperes(-3) * Nanoseconds(7) == Femtocoulombs(-21))
    #expect(Microamperes(-3) * Nanoseconds(-7) == Femtocoulombs(21))
    #expect(
      Microamperes.milliamperes(250) * Nanoseconds.milliseconds(75)
        == Femtocoulombs(18_750_000_000_000))
  }

  @Test("Charge divided by either factor gives the other back", arguments: 1...20)
  func chargeDivides(seed: Int) {
    var random = SplitMix(seed: UInt64(seed))
    for _ in 0..<500 {
      let current = Microamperes(Int32.random(in: 1...250_000, using: &random))
      let time = Nanoseconds(Int64.random(in: 1...1_000_000_000, using: &random))
      #expect((current * time) / current == time)
      #expect((current * time) / time == current)
      let rest = Femtocoulombs(Int64.random(in: 0..<Int64(current.rawValue), using: &random))
      #expect((current * time + rest) / current == time)
    }
  }

  @Test("Quotients round towards zero on both sides of zero")
  func quotientsTruncate() {
    #expect(Femtocoulombs(7) / Microamperes(2) == Nanoseconds(3))
    #expect(Femtocoulombs(-7) / Microamperes(2) == Nanoseconds(-3))
    #expect(Femtocoulombs(7) / Nanoseconds(2) == Microamperes(3))
    #expect(Femtocoulombs(-7) / Nanoseconds(2) == Microamperes(-3))
    #expect(Microamperes(-7) / 2 == Microamperes(-3))
    #expect(Nanoseconds(-7) / Nanoseconds(2) == -3)
  }

  @Test("Sums, differences, multiples, order and magnitude are those of integers")
  func integers() {
    #expect(Ohms(3) + Ohms(-5) == Ohms(-2))
    #expect(Ohms(3) - Ohms(-5) == Ohms(8))
    #expect(-Ohms(3) == Ohms(-3))
    #expect(Millivolts(3) * -2 == Millivolts(-6))
    #expect(Picojoules(-4).magnitude == Picojoules(4))
    #expect(Picojoules(4).magnitude == Picojoules(4))
    #expect(SquareMillimetres(-1) < .zero && !(SquareMillimetres.zero < .zero))
    var sum = Femtocoulombs(5)
    sum += Femtocoulombs(2)
    sum -= Femtocoulombs(10)
    #expect(sum == Femtocoulombs(-3))
  }

  @Test("Scaling keeps the whole, rounds towards zero, and keeps its sign")
  func scaling() {
    #expect(Microamperes(250_000).scaled(by: .whole) == Microamperes(250_000))
    #expect(Microamperes(3).scaled(by: PartsPerMillion(500_000)) == Microamperes(1))
    #expect(Microamperes(-3).scaled(by: PartsPerMillion(500_000)) == Microamperes(-1))
    #expect(Microamperes(250_000).scaled(by: .zero) == .zero)
    #expect(Nanoseconds(1_999_999).scaled(by: PartsPerMillion(1)) == Nanoseconds(1))
  }

  @Test("Scaling a charge too large to multiply loses less than 1 ppm", arguments: 1...10)
  func largeScaling(seed: Int) {
    var random = SplitMix(seed: UInt64(seed))
    for _ in 0..<500 {
      let charge = Int64.random(in: 1_000_000_000_000_000...260_000_000_000_000_000, using: &random)
      let share = Int32.random(in: 0...2_000_000, using: &random)
      let wide = charge.multipliedFullWidth(by: Int64(share))
      let exact = Int64(1_000_000).dividingFullWidth((wide.high, wide.low)).quotient
      let scaled = Femtocoulombs(charge).scaled(by: PartsPerMillion(share)).rawValue
      #expect(scaled <= exact && exact - scaled <= max(exact / 1_000_000, 2_000_000))
    }
  }

  @Test("A current is rounded down to the steps of the board, and a step is its own")
  func roundedDown() {
    #expect(Microamperes(1_249).roundedDown(to: Microamperes(250)) == Microamperes(1_000))
    #expect(Microamperes(1_250).roundedDown(to: Microamperes(250)) == Microamperes(1_250))
    #expect(Microamperes(249).roundedDown(to: Microamperes(250)) == .zero)
  }

  @Test("Energy is voltage × current × time in pJ, also where the product does not fit")
  func energy() {
    // 80 V × 250 mA × 150 ms = 3 J.
    #expect(
      Picojoules(
        voltage: Millivolts(80_000), current: Microamperes(250_000), time: .milliseconds(150))
        == Picojoules(3_000_000_000_000))
    // 1,000 s of it is 20 kJ, beyond 64 bits in aJ.
    #expect(
      Picojoules(voltage: Millivolts(80_000), current: Microamperes(250_000), time: .seconds(1_000))
        == Picojoules(20_000_000_000_000_000))
    #expect(
      Picojoules(voltage: Millivolts(1), current: Microamperes(1), time: Nanoseconds(999_999))
        == .zero)
  }

  @Test("A load without current is unknown, not a number")
  func load() {
    #expect(Ohms(voltage: Millivolts(1), current: .zero) == nil)
    #expect(Ohms(voltage: Millivolts(500), current: Microamperes(1_000)) == Ohms(500))
    #expect(Ohms(voltage: Millivolts(-500), current: Microamperes(1_000)) == Ohms(-500))
    #expect(Ohms(voltage: Millivolts(.max), current: Microamperes(1)) == Ohms(.max))
  }

  @Test("A share of a duration runs from nothing to the whole, also over hours")
  func shares() {
    let hour = Nanoseconds.seconds(3_600)
    for whole in [Nanoseconds(1), .milliseconds(1), hour * 2, hour * 3, hour * 24] {
      #expect(PartsPerMillion(.zero, of: whole) == .zero)
      #expect(PartsPerMillion(whole, of: whole) == .whole)
    }
    #expect(PartsPerMillion(hour, of: hour * 4) == PartsPerMillion(250_000))
    let odd = Nanoseconds(9_000_000_999_999)
    #expect(PartsPerMillion(odd, of: odd) == .whole)
  }
}

@Suite struct QuantityOverflowTests {
  @Test("SR-11: a sum that does not fit stops the process instead of wrapping")
  func sum() async {
    await #expect(processExitsWith: .failure) {
      print(Microamperes(.max) + Microamperes(1))
    }
    await #expect(processExitsWith: .failure) {
      print(Femtocoulombs(.min) - Femtocoulombs(1))
    }
  }

  @Test("SR-11: a product that does not fit stops the process instead of wrapping")
  func product() async {
    await #expect(processExitsWith: .failure) {
      print(Microamperes(.max) * Nanoseconds.seconds(86_400))
    }
    await #expect(processExitsWith: .failure) {
      print(Microamperes.milliamperes(.max))
    }
    await #expect(processExitsWith: .failure) {
      print(Nanoseconds.seconds(.max))
    }
    await #expect(processExitsWith: .failure) {
      print(Ohms(.min).magnitude)
    }
  }

  @Test("A charge over no current or no time stops the process")
  func zero() async {
    await #expect(processExitsWith: .failure) { print(Femtocoulombs(1) / Microamperes.zero) }
    await #expect(processExitsWith: .failure) { print(Femtocoulombs(1) / Nanoseconds.zero) }
    await #expect(processExitsWith: .failure) { print(Femtocoulombs(.max) / Nanoseconds(1)) }
  }

  @Test("A share outside 0...1 stops the process")
  func share() async {
    await #expect(processExitsWith: .failure) {
      print(PartsPerMillion(Nanoseconds(2), of: Nanoseconds(1)))
    }
    await #expect(processExitsWith: .failure) {
      print(PartsPerMillion(Nanoseconds(-1), of: Nanoseconds(1)))
    }
    await #expect(processExitsWith: .failure) {
      print(PartsPerMillion(.zero, of: .zero))
    }
  }
}

// Decides: that doses add up and that their r.m.s. is the root of their mean square.
// Leaves to others: what is counted when (PulseEngineTests).

import Foundation
import StimulationCore
import Testing

@Suite struct ChannelDoseTests {
  private func dose(_ factor: Int64) -> ChannelDose {
    var dose = ChannelDose.none
    dose.pulses = 1 * factor
    dose.withheld = 2 * factor
    dose.commandedLeading = Femtocoulombs(3 * factor)
    dose.commandedRecovery = Femtocoulombs(4 * factor)
    dose.leading = Femtocoulombs(5 * factor)
    dose.recovery = Femtocoulombs(6 * factor)
    dose.net = Femtocoulombs(-7 * factor)
    dose.unrecovered = Femtocoulombs(8 * factor)
    dose.peak = Microamperes(Int32(9 * factor))
    dose.squareTime = 10 * factor
    dose.energy = Picojoules(11 * factor)
    dose.onTime = Nanoseconds(12 * factor)
    return dose
  }

  @Test("Doses add figure by figure; the peak is the larger one")
  func sums() {
    var sum = dose(2)
    sum += dose(5)
    var expected = dose(7)
    expected.peak = dose(5).peak
    #expect(sum == expected)
    var other = dose(5)
    other += dose(2)
    #expect(other == expected)
    sum += .none
    #expect(sum == expected)
    #expect(expected.rectified == Femtocoulombs(77))
  }

  @Test("R.m.s. over the on-time is rounded down, and nothing without on-time")
  func rms() {
    var dose = ChannelDose.none
    #expect(dose.rmsOnTimeCurrent == .zero)
    dose.squareTime = 1_000_000
    dose.onTime = Nanoseconds(999_999)
    #expect(dose.rmsOnTimeCurrent == .zero)
    // 50 mA for 1 s.
    dose.squareTime = 50_000 * 50_000 * 1_000
    dose.onTime = .seconds(1)
    #expect(dose.rmsOnTimeCurrent == .milliamperes(50))
    dose.squareTime -= 1_000
    #expect(dose.rmsOnTimeCurrent == Microamperes(49_999))
    dose.squareTime = 10
    dose.onTime = .milliseconds(1)
    #expect(dose.rmsOnTimeCurrent == Microamperes(3))
  }

  @Test("R.m.s. agrees with floating point over a whole session", arguments: 1...10)
  func rmsAgrees(seed: UInt64) {
    var random = SplitMix(seed: seed)
    for _ in 0..<200 {
      var dose = ChannelDose.none
      let milliseconds = Int64.random(in: 1...1_350_000, using: &random)
      let current = Int64.random(in: 0...250_000, using: &random)
      dose.squareTime = current * current * milliseconds
      dose.onTime = .milliseconds(milliseconds)
      #expect(dose.rmsOnTimeCurrent == Microamperes(Int32(current)))
      dose.squareTime += Int64.random(in: 0..<milliseconds, using: &random)
      #expect(dose.rmsOnTimeCurrent == Microamperes(Int32(current)))
    }
  }
}

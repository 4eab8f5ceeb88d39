// Decides: that figures for people are rounded to the nearest, with their sign and unit.
// Leaves to others: where they stand (SummaryTests).

import StimulationCore
import Testing

@testable import DoseLog

@Suite("Figures for people")
struct FigureTextTests {
  @Test(
    "A charge is rounded to the nearest thousandth of its unit, not cut",
    arguments: [
      (177_662_910_000_000, "177.663 mC"), (0, "0 fC"), (999, "999 fC"), (1_000, "1.000 pC"),
      (1_000_499, "1.000 nC"), (1_000_500, "1.001 nC"), (999_999, "999.999 pC"),
      (999_999_499, "999.999 nC"), (999_999_500, "1.000 µC"), (-4_500_000, "-4.500 nC"),
      (-999_999_500, "-1.000 µC"), (-1_000_500, "-1.001 nC"),
      (102_950_558_421_520, "102.951 mC"), (.max, "9223.372 C"), (.min, "-9223.372 C"),
    ] as [(Int64, String)])
  func charge(value: Int64, text: String) {
    #expect(FigureText.charge(Femtocoulombs(value)) == text)
  }

  @Test("Currents, energies and times have their units")
  func others() {
    #expect(FigureText.current(Microamperes(999)) == "999 µA")
    #expect(FigureText.current(Microamperes(55_123)) == "55.123 mA")
    #expect(FigureText.current(.milliamperes(1_250)) == "1250.000 mA")
    #expect(FigureText.energy(Picojoules(13_431_500_000)) == "13.432 mJ")
    #expect(FigureText.milliseconds(Nanoseconds(172_499_999)) == "172 ms")
    #expect(FigureText.milliseconds(Nanoseconds(999_500_000)) == "1.000 s")
    #expect(FigureText.duration(.microseconds(120)) == "120.000 µs")
  }
}

// Decides: that quantities are written exactly and in a unit that people read.
// Leaves to others: reading them back (ProtocolLibraryTests).

import StimulationCore
import Testing

@Suite struct QuantityTextTests {
  @Test("Quantities are written in the largest unit that they reach, without trailing zeros")
  func units() {
    #expect(Microamperes(55_000).description == "55 mA")
    #expect(Microamperes(250).description == "250 µA")
    #expect(Microamperes(1_250).description == "1.25 mA")
    #expect(Microamperes(-1_250).description == "-1.25 mA")
    #expect(Nanoseconds.microseconds(400).description == "400 µs")
    #expect(Nanoseconds.seconds(1_800).description == "30 min")
    #expect(Nanoseconds.seconds(14_400).description == "4 h")
    #expect(Nanoseconds.never.description == "never")
    #expect(Femtocoulombs(18_750_000_000_000).description == "18.75 mC")
    #expect(Picojoules(300_000_000_000).description == "300 mJ")
    #expect(Millivolts(80_000).description == "80 V")
    #expect(SquareMillimetres(18_000).description == "180 cm²")
    #expect(Ohms(500).description == "500 Ω")
    #expect(PartsPerMillion(30_000).description == "3 %")
  }

  @Test("One unit above a round number is seen in its text")
  func nothingIsRoundedAway() {
    #expect(Microamperes(50_001).description == "50.001 mA")
    #expect(Femtocoulombs(5_000_000_000_001).description == "5.000000000001 mC")
    #expect(Nanoseconds(14_400_000_000_001).description == "14400.000000001 s")
  }

  @Test("The smallest number of 64 bits is written, not trapped on")
  func smallest() {
    #expect(Femtocoulombs(.min).description == "-9223.372036854775808 C")
  }
}

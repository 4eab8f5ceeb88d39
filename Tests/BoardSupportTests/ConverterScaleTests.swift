// Decides: whether converter codes become exact values.
// Leaves to others: which definitions are refused (RejectedBoardTests).

import BoardSupport
import StimulationCore
import Testing

@Suite("Converter scales")
struct ConverterScaleTests {
  @Test("A scale of codes is exact, signed, and rounds to the nearest")
  func codes() throws {
    let scale = ConverterScale.codes(zeroCode: 100, spanCodes: 3, span: Microamperes(10))
    let linear = try #require(scale.fixed)
    #expect(linear.value(of: 100) == .zero)
    #expect(linear.value(of: 103) == Microamperes(10))
    #expect(linear.value(of: 101) == Microamperes(3))
    #expect(linear.value(of: 102) == Microamperes(7))
    #expect(linear.value(of: 99) == Microamperes(-3))
    #expect(linear.value(of: 97) == Microamperes(-10))
    // The kernel's scale says nothing where the file says it all.
    #expect(scale.linear(picovoltsPerCode: 1, offset: 5) == linear)
  }

  @Test("A kernel's scale of 0.3125 mV and an offset of −32,768 codes give volts")
  func kernel() throws {
    let scale = ConverterScale.kernel(zero: .zero, perVolt: Microamperes(31_250))
    #expect(scale.fixed == nil)
    let linear = try #require(scale.linear(picovoltsPerCode: 312_500_000, offset: -32_768))
    #expect(linear.value(of: 32_768) == .zero)
    // 3,200 codes are 1 V.
    #expect(linear.value(of: 35_968) == Microamperes(31_250))
    #expect(linear.value(of: 0) == Microamperes(-320_000))
    #expect(linear.value(of: 32_769) == Microamperes(10))
  }

  @Test("A zero above 0 V is taken off")
  func zero() throws {
    let scale = ConverterScale.kernel(zero: Millivolts(1_650), perVolt: Millivolts(100_000))
    let linear = try #require(scale.linear(picovoltsPerCode: 1_000_000_000, offset: 0))
    #expect(linear.value(of: 1_650) == .zero)
    #expect(linear.value(of: 2_650) == Millivolts(100_000))
    #expect(linear.value(of: 650) == Millivolts(-100_000))
  }

  @Test("A scale that a code of 24 bits would overflow is none")
  func overflow() {
    let wide = ConverterScale.codes(zeroCode: 0, spanCodes: 1, span: Microamperes(1_000))
    #expect(wide.fixed == nil)
    let kernel = ConverterScale.kernel(zero: .zero, perVolt: Microamperes(31_250))
    #expect(kernel.linear(picovoltsPerCode: .max, offset: 0) == nil)
    #expect(kernel.linear(picovoltsPerCode: 0, offset: 0) == nil)
    #expect(LinearScale<Microamperes>(numerator: 1, addend: 0, denominator: 0) == nil)
  }
}

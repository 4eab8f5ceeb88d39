// Decides: whether quantities are read exactly or refused for the right reason.
// Leaves to others: where they stand in files.

import CheckedFiles
import StimulationCore
import Testing

@Suite("Quantities")
struct QuantityParserTests {
  private func code<Value>(_ read: () throws(QuantityError) -> Value) -> DiagnosticCode? {
    do throws(QuantityError) {
      _ = try read()
      return nil
    } catch {
      return error.code
    }
  }

  @Test("Quantities are read exactly, with one space or none before the unit")
  func exact() throws {
    #expect(try QuantityParser.parseDuration("40 ms") == .milliseconds(40))
    #expect(try QuantityParser.parseDuration("40ms") == .milliseconds(40))
    #expect(try QuantityParser.parseDuration("0.1 s") == .milliseconds(100))
    #expect(try QuantityParser.parseDuration("1.5 h") == .seconds(5_400))
    #expect(try QuantityParser.parseDuration("0.000001 ms") == Nanoseconds(1))
    #expect(try QuantityParser.parseDuration("1.50 min") == .seconds(90))
    #expect(try QuantityParser.parseCurrent("1.5 mA") == Microamperes(1_500))
    #expect(try QuantityParser.parseCurrent("0.25A") == .milliamperes(250))
    #expect(try QuantityParser.parseArea("180 cm²") == .squareCentimetres(180))
    #expect(try QuantityParser.parseArea("180 cm2") == .squareCentimetres(180))
    #expect(try QuantityParser.parseVoltage("1.65 V") == Millivolts(1_650))
    #expect(try QuantityParser.parseCharge("18.75 mC") == Femtocoulombs(18_750_000_000_000))
    #expect(try QuantityParser.parseCharge("1 uC") == QuantityParser.parseCharge("1000 nC"))
    #expect(try QuantityParser.parseCode("-32768") == -32_768)
    #expect(try QuantityParser.parseCode("65535") == 65_535)
    #expect(try QuantityParser.parseArea("12.25 cm2") == SquareMillimetres(1_225))
    #expect(try QuantityParser.parseRate("20 pps") == .milliseconds(50))
    #expect(try QuantityParser.parseRate("12.5 pps") == .milliseconds(80))
    #expect(try QuantityParser.parseCount("12") == 12)
    #expect(try QuantityParser.parseRatio("2.5") == PartsPerMillion(rawValue: 2_500_000))
  }

  @Test("The two micro signs and the letter u are one unit", arguments: ["µ", "μ", "u"])
  func micro(sign: String) throws {
    #expect(try QuantityParser.parseDuration("400 \(sign)s") == .microseconds(400))
    #expect(try QuantityParser.parseCurrent("250 \(sign)A") == Microamperes(250))
  }

  @Test(
    "SR-11: a text that is no duration is refused for its reason",
    arguments: [
      ("", DiagnosticCode.malformedQuantity), ("ms", .malformedQuantity),
      (" 40 ms", .malformedQuantity), ("40 ms ", .malformedQuantity),
      ("40  ms", .malformedQuantity), ("40 m s", .malformedQuantity),
      ("040 ms", .malformedQuantity), ("4.", .malformedQuantity), (".5 ms", .malformedQuantity),
      ("1,5 ms", .malformedQuantity), ("1_000 ms", .malformedQuantity),
      ("1.5.5 ms", .malformedQuantity), ("2e1 ms", .malformedQuantity),
      ("+40 ms", .malformedQuantity), ("0x28 ms", .malformedQuantity), ("40", .missingUnit),
      ("40 mA", .wrongUnit), ("40 MS", .wrongUnit), ("40 msec", .wrongUnit),
      ("40 cm2", .wrongUnit), ("20 pps", .wrongUnit), ("-40 ms", .negative), ("−40 ms", .negative),
      ("nan ms", .notFinite), ("NaN", .notFinite), (".inf s", .notFinite), ("∞ s", .notFinite),
      ("0.5 ns", .notWhole), ("1.0000001 ms", .notWhole),
      ("9223372036854775808 ns", .overflow), ("9999999999999999999999 h", .overflow),
      ("0.000000000000000000001 h", .notWhole), ("٤٠ ms", .malformedQuantity),
      ("40\u{0}ms", .wrongUnit),
      ("1111111111111111111111111111111111111111 ms", .malformedQuantity),
    ])
  func refused(text: String, expected: DiagnosticCode) {
    #expect(code { () throws(QuantityError) in try QuantityParser.parseDuration(text) } == expected)
  }

  @Test("SR-11: currents, areas, rates, counts and ratios refuse what they cannot hold")
  func others() {
    typealias Parser = QuantityParser
    #expect(code { () throws(QuantityError) in try Parser.parseCurrent("2147.483647 A") } == nil)
    #expect(
      code { () throws(QuantityError) in try Parser.parseCurrent("2147.483648 A") } == .overflow)
    #expect(code { () throws(QuantityError) in try Parser.parseCurrent("4294968 mA") } == .overflow)
    #expect(code { () throws(QuantityError) in try Parser.parseCurrent("0.5 µA") } == .notWhole)
    #expect(
      code { () throws(QuantityError) in try Parser.parseArea("0 cm2") } == .malformedQuantity)
    #expect(code { () throws(QuantityError) in try Parser.parseArea("1.005 cm2") } == .notWhole)
    #expect(code { () throws(QuantityError) in try Parser.parseRate("35 pps") } == .notWhole)
    #expect(code { () throws(QuantityError) in try Parser.parseRate("0 pps") } == .notWhole)
    #expect(code { () throws(QuantityError) in try Parser.parseCount("1.0") } == .wrongUnit)
    #expect(code { () throws(QuantityError) in try Parser.parseCount("2147483648") } == .overflow)
    #expect(code { () throws(QuantityError) in try Parser.parseRatio("2.5 ms") } == .wrongUnit)
    #expect(code { () throws(QuantityError) in try Parser.parseRatio("2.5555") } == .notWhole)
  }

  @Test("A message names the text, the problem and what to write, on one line")
  func message() {
    do throws(QuantityError) {
      _ = try QuantityParser.parseDuration("40 MS")
      Issue.record("a unit that does not exist was read")
    } catch {
      #expect(
        error.message
          == "unit \"MS\" does not exist (\"ms\"?); write a duration such as \"40 ms\"")
    }
  }

  @Test("What a quantity says of itself is read back exactly")
  func roundTrip() throws {
    var seed: UInt64 = 42
    for _ in 0..<2_000 {
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let duration = Nanoseconds(Int64(seed >> 14))
      #expect(try QuantityParser.parseDuration("\(duration)") == duration)
      let current = Microamperes(Int32(seed >> 36))
      #expect(try QuantityParser.parseCurrent("\(current)") == current)
      let area = SquareMillimetres(Int32(seed >> 36) + 1)
      #expect(try QuantityParser.parseArea("\(area)") == area)
    }
  }

  @Test("A voltage, a charge or a code that is not one is refused for its reason")
  func electrical() {
    #expect(
      code { () throws(QuantityError) in try QuantityParser.parseVoltage("80") } == .missingUnit)
    #expect(
      code { () throws(QuantityError) in try QuantityParser.parseVoltage("8 mA") } == .wrongUnit)
    #expect(
      code { () throws(QuantityError) in try QuantityParser.parseVoltage("0.5 mV") } == .notWhole)
    #expect(
      code { () throws(QuantityError) in try QuantityParser.parseCharge("9224 C") } == .overflow)
    #expect(
      code { () throws(QuantityError) in try QuantityParser.parseCharge("-1 C") } == .negative)
    for text in ["--1", "-0", "-", "1.5", "-2147483649", "1 V", " 1", "-01"] {
      #expect(
        code { () throws(QuantityError) in try QuantityParser.parseCode(text) } != nil, "\(text)")
    }
  }
}

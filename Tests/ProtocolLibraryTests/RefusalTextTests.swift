// Decides: whether every refusal of a plan has words: one line with what to do.
// Leaves to others: when a plan is refused (StimulationCore's tests).

import StimulationCore
import Testing

@Suite("Refusal texts")
struct RefusalTextTests {
  static let violations: [PlanRefusal] = LimitKind.allCases.map { kind in
    let limit = LimitTable(.standard)[kind]
    return .limit(LimitViolation(kind: kind, figure: limit.value, limit: limit, channel: 0))
  }

  static let others: [PlanRefusal] = [
    .channelCount(9), .emptyDuration(.rampUp),
    .recoveryWidth(leading: .milliseconds(20), recovery: .milliseconds(19)),
    .recoveryNotLonger(leading: .milliseconds(20), recovery: .milliseconds(19)),
    .capacitorRecovery(leading: .milliseconds(20)), .notBoardTimeable(leading: .milliseconds(1)),
    .pulseLongerThanPeriod(pulse: .milliseconds(40), period: .milliseconds(39)),
    .trainShorterThanPulse(onTime: .milliseconds(1), pulse: .milliseconds(40)), .trainCount,
    .scheduleLongerThanSession(schedule: .seconds(2), session: .seconds(1)),
    .noElectrodeArea(channel: 0), .noCeiling(channel: 0),
    .electrodeTooLarge(
      channel: 0, area: .squareCentimetres(1_001), largest: .squareCentimetres(1_000)),
    .gapTooLong(gap: .milliseconds(101), longest: .milliseconds(100)),
    .startAboveCeiling(channel: 0, start: .milliamperes(2), ceiling: .milliamperes(1)),
    .netCharge(channel: 0, net: Femtocoulombs(2), limit: Femtocoulombs(1)),
    .boardChannels(asked: 3, board: 2), .notIsolated,
    .noRange(channel: 0, ceiling: .milliamperes(2), largest: .milliamperes(1)),
    .notRepresentable(channel: 0, value: Microamperes(5_130), step: Microamperes(250)),
    .gateRange(leading: .milliseconds(1), shortest: .zero, longest: .zero),
    .gateRange(leading: .milliseconds(1), shortest: .milliseconds(2), longest: .milliseconds(3)),
    .noSampleAndHold, .recoveryNotMade(.capacitor),
    .phaseLimiter(width: .milliseconds(2), longest: .milliseconds(1)),
    .chargeIntegrator(charge: Femtocoulombs(2), most: Femtocoulombs(1)),
    .shapeTooShort(recovery: .milliseconds(20), shortest: .milliseconds(40)),
    .stepShorterThanSettling(step: .microseconds(2), settling: .microseconds(3)),
    .gapShorterThanSettling(gap: .microseconds(2), settling: .microseconds(3)),
    .noRoomInPeriod(needed: .milliseconds(2), period: .milliseconds(1)),
  ]

  @Test("SR-10: every refusal is one line of its own with what to do")
  func words() {
    let texts = (Self.violations + Self.others).map { "\($0)" }
    #expect(Set(texts).count == texts.count)
    for text in texts {
      #expect(text.count > 30 && !text.contains("\n"), "\(text)")
      #expect(text.contains("; ") || text.contains(", so "), "\(text)")
    }
  }

  @Test("SR-16: a value between two steps names its neighbours")
  func neighbours() {
    let refusal = PlanRefusal.notRepresentable(
      channel: 1, value: Microamperes(5_130), step: Microamperes(250))
    let text = "\(refusal)"
    #expect(text.contains("channel 2") && text.contains("5 mA") && text.contains("5.25 mA"))
  }

  @Test("Quantities are written exactly, in the largest unit that they reach")
  func quantities() {
    #expect("\(Microamperes(55_000))" == "55 mA" && "\(Microamperes(-250))" == "-250 µA")
    #expect("\(Microamperes(5_050))" == "5.05 mA" && "\(Microamperes(0))" == "0 mA")
    #expect("\(Nanoseconds.seconds(1_350))" == "1350 s")
    #expect("\(Nanoseconds.seconds(1_800))" == "30 min")
    #expect("\(Nanoseconds.seconds(14_400))" == "4 h")
    #expect("\(Nanoseconds.microseconds(4_999))" == "4.999 ms")
    #expect("\(Nanoseconds.never)" == "never" && "\(Nanoseconds.notYet)".hasPrefix("-"))
    #expect("\(Femtocoulombs(1_100_000_000_000))" == "1.1 mC")
    #expect("\(Picojoules(300_000_000_000))" == "300 mJ" && "\(SquareMillimetres(50))" == "50 mm²")
    #expect("\(SquareMillimetres(18_050))" == "180.5 cm²" && "\(Millivolts(80_000))" == "80 V")
  }
}

// Decides: that files of the shipped formats are read for ever. These texts are never edited.
// Leaves to others: what today's presets say.

import ProtocolLibrary
import StimulationCore
import Testing

@Suite("Frozen formats")
struct FrozenFormatTests {
  static let protocol1 = """
    format: "protocol 1"
    name: "frozen-1"
    stage: "S1"
    title: "Every key of format 1"
    version: "1.2.3"
    summary: "Never edited."
    entry:
      finding: "fibrillationsWithoutMotorUnits"
      findingSource: "C21"
      alphaAtLeast: "1"
      alphaAtLeastSource: "C10, C11"
      alphaAtMost: "2.5"
      alphaAtMostSource: "local, unconfirmed"
    pulse:
      shape: 'trapezoid'  # single quotes and comments too
      shapeSource: "m, unconfirmed"
      leadingPhase: "50ms"
      leadingPhaseSource: "C10"
      interphaseGap: "400 µs"
      interphaseGapSource: "proposal, unconfirmed"
      recovery: "asymmetric"
      recoverySource: "C9"
      recoveryPhase: "0.1 s"
      recoveryPhaseSource: "C9"
      pulsePeriod: "1 s"
      pulsePeriodSource: "C5"
      leadingPolarity: "alternating"
      leadingPolaritySource: "C19b, proposal, unconfirmed"
    train:
      rampUp: "1 s"
      rampUpSource: "C5"
      plateau: "3 s"
      plateauSource: "C5"
      rampDown: "500 ms"
      rampDownSource: "C5"
      offTime: "4 s"
      offTimeSource: "C5"
    session:
      trainsPerSet: "5"
      trainsPerSetSource: "C15"
      sets: "2"
      setsSource: "C15"
      restBetweenSets: "1 min"
      restBetweenSetsSource: "C15"
      duration: "0.25 h"
      durationSource: "C15"
      sessionsPerDay: "2"
      sessionsPerDaySource: "C15"
    amplitude:
      start: "500 uA"
      startSource: "C7"
      ceiling: "12.5 mA"
      ceilingSource: "C7"
      extendedCeiling: "0.02 A"
      extendedCeilingSource: "C7"
    channels:
      arrangement: "alternating"
      arrangementSource: "C5"
      channelOffset: "4 s"
      channelOffsetSource: "C5"
      polarity:
        - "positive"
        - "negative"
    """

  static let prescription1 = """
    format: "prescription 1"
    patient: "A.b_c-1"
    muscle: "Extensor digitorum 2-5"
    side: "both"
    stage: "S1"
    finding:
      kind: "fibrillationsWithoutMotorUnits"
      recorded: "2024-02-29"
      alpha: "1.75"
      curve: "Shown on paper."
      enteredBy: "B"
    protocol: "frozen-1"
    protocolVersion: "1.2.3"
    envelope: "extended"
    sessionsPerDay: "1"
    validFrom: "2024-03-01"
    validUntil: "2024-12-31"
    clinician: "B"
    channels:
      - firstElectrodeArea: "2500 mm2"
        secondElectrodeArea: "30 cm²"
        ceiling: "20 mA"
    """

  @Test("Protocol format 1 is read as it always was")
  func readsProtocol() throws {
    let therapy = try ProtocolLibrary.parseProtocol(text: Self.protocol1, file: "frozen.yaml")
    #expect(
      therapy.pulse
        == PulsePlan(
          shape: .trapezoid, leadingPhase: .milliseconds(50), interphaseGap: .microseconds(400),
          recoveryPhase: .milliseconds(100), recovery: .asymmetric, pulsePeriod: .seconds(1),
          leadingPolarity: .alternating))
    #expect(
      therapy.train
        == TrainPlan(
          rampUp: .seconds(1), plateau: .seconds(3), rampDown: .milliseconds(500),
          offTime: .seconds(4), trainsPerSet: 5, sets: 2, restBetweenSets: .seconds(60),
          sessionDuration: .seconds(900)))
    #expect(therapy.startingAmplitude == Microamperes(500))
    #expect(therapy.ceiling(for: .standard) == Microamperes(12_500))
    #expect(therapy.ceiling(for: .extended) == Microamperes(20_000))
    #expect(therapy.arrangement == .alternating && therapy.channelOffset == .seconds(4))
    #expect(therapy.polarities == [.positive, .negative] && therapy.sessionsPerDay == 2)
    #expect(therapy.entry.alphaAtMost == PartsPerMillion(rawValue: 2_500_000))
    #expect(therapy.values.count == 24)
  }

  @Test("Prescription format 1 is read as it always was, and fits its protocol")
  func readsPrescription() throws {
    let therapy = try ProtocolLibrary.parseProtocol(text: Self.protocol1, file: "frozen.yaml")
    let read = try ProtocolLibrary.parsePrescription(text: Self.prescription1, file: "p.yaml")
    try read.check(against: therapy)
    // Its start of 500 µA is too weak for this board to balance (SR-13).
    let made = try SessionRequest(
      therapy: therapy, prescription: read, amplitude: .milliamperes(1),
      today: Fixture.date("2024-12-31")
    ).makeSession(on: Fixture.board())
    #expect(made.plan[channel: 0].electrodeArea == .squareCentimetres(25))
    #expect(made.plan[channel: 0].ceiling == .milliamperes(20))
    #expect(made.side == .both && made.muscle == "Extensor digitorum 2-5")
  }
}

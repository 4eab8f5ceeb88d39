// Decides: that board files of the shipped format are read for ever. This text is never edited.
// Leaves to others: what today's boards say.

import BoardSupport
import StimulationCore
import Testing
import Yams

@Suite("Frozen board format")
struct FrozenBoardTests {
  static let board1 = """
    format: "board 1"
    name: "frozen-1"
    title: "Every key of format 1"
    revision: "1.2.3"
    summary: "Never edited."
    patientCircuit: 'isolated'  # single quotes and comments too
    channelIsolation: "mutual"
    outputs:
      chip: "chip-a"
      relayCoil:
        line: "A0"
        active: "high"
        bias: "pullDown"
      heartbeat:
        line: "A1"
        active: "high"
        bias: "none"
      indicator:
        line: "A2"
        active: "low"
        bias: "pullUp"
      rangeSelect0:
        line: "A3"
        active: "high"
        bias: "pullDown"
      rangeSelect1:
        line: "A4"
        active: "high"
        bias: "pullDown"
    inputs:
      chip: "chip-b"
      emergencyStopClosed:
        line: "A0"
        active: "high"
        bias: "pullDown"
      overCurrentClear:
        line: "A1"
        active: "high"
        bias: "pullDown"
      highVoltagePresent:
        line: "A2"
        active: "high"
        bias: "pullDown"
      contactClosed:
        line: "A3"
        active: "high"
        bias: "pullDown"
      heartbeatSeen:
        line: "A4"
        active: "low"
        bias: "pullUp"
    electronics:
      compliance: "120 V"
      complianceSource: "measured"
      deadTime: "0.05 ms"
      deadTimeSource: "measured"
      settling: "1 ms"
      settlingSource: "measured"
      shortestTimedPhase: "2 ms"
      shortestTimedPhaseSource: "measured"
      longestPhase: "400 ms"
      longestPhaseSource: "measured"
      phaseCharge: "15000 uC"
      phaseChargeSource: "measured"
      relayRelease: "4 ms"
      relayReleaseSource: "measured"
      missingPulseShortest: "10 ms"
      missingPulseShortestSource: "measured"
      missingPulseLongest: "14 ms"
      missingPulseLongestSource: "measured"
      gate:
        shortest: "100 us"
        shortestSource: "measured"
        longest: "4 ms"
        longestSource: "measured"
        recovery: "either"
        recoverySource: "measured"
    ranges:
      - maximum: "25 mA"
        maximumSource: "measured"
        step: "50 uA"
        stepSource: "SR-16"
        threshold: "30 mA"
        thresholdSource: "measured"
        select: "01"
      - maximum: "100 mA"
        maximumSource: "measured"
        step: "200 uA"
        stepSource: "SR-16"
        threshold: "0.12 A"
        thresholdSource: "measured"
        select: "10"
    overCurrentThreshold:
      device: "adc"
      input: "0"
      scale: "codes"
      lowestCode: "-30000"
      highestCode: "30000"
      zeroCode: "-5"
      spanCodes: "10000"
      span: "100 mA"
      spanSource: "m, unconfirmed"
      resolution: "10 uA"
      resolutionSource: "derived"
      updateInterval: "1 ms"
      updateIntervalSource: "datasheet, unconfirmed"
    channels:
      - phasePositive:
          line: "A5"
          active: "high"
          bias: "pullDown"
        phaseNegative:
          line: "A6"
          active: "high"
          bias: "pullDown"
        amplitude:
          device: "platform/pwm.0"
          output: "3"
          polarity: "normal"
          granularity: "5 ns"
          granularitySource: "measured"
          period: "20 us"
          periodSource: "measured"
        current:
          device: "adc"
          input: "1"
          scale: "codes"
          lowestCode: "-30000"
          highestCode: "30000"
          zeroCode: "-5"
          spanCodes: "10000"
          span: "100 mA"
          spanSource: "m, unconfirmed"
          resolution: "10 uA"
          resolutionSource: "derived"
          updateInterval: "1 ms"
          updateIntervalSource: "datasheet, unconfirmed"
        voltage:
          device: "adc"
          input: "2"
          scale: "kernel"
          lowestCode: "0"
          highestCode: "65535"
          zero: "1.65 V"
          zeroSource: "local, unconfirmed"
          perVolt: "100 V"
          perVoltSource: "measured"
          resolution: "250 mV"
          resolutionSource: "derived"
          updateInterval: "5 ms"
          updateIntervalSource: "SR-29"
        gate:
          pwm:
            device: "platform/pwm.1"
            output: "0"
            polarity: "normal"
            granularity: "10 ns"
            granularitySource: "measured"
          negative:
            line: "A7"
            active: "high"
            bias: "pullDown"
          capacitor:
            line: "A8"
            active: "high"
            bias: "pullDown"
          pulseStarted:
            line: "A5"
            active: "high"
            bias: "pullDown"
          heldLeading:
            device: "adc"
            input: "3"
            scale: "kernel"
            lowestCode: "0"
            highestCode: "65535"
            zero: "1.65 V"
            zeroSource: "local, unconfirmed"
            perVolt: "100 mA"
            perVoltSource: "measured"
            resolution: "100 uA"
            resolutionSource: "derived"
            updateInterval: "5 ms"
            updateIntervalSource: "SR-29"
          heldRecovery:
            device: "adc"
            input: "4"
            scale: "kernel"
            lowestCode: "0"
            highestCode: "65535"
            zero: "1.65 V"
            zeroSource: "local, unconfirmed"
            perVolt: "100 mA"
            perVoltSource: "measured"
            resolution: "100 uA"
            resolutionSource: "derived"
            updateInterval: "5 ms"
            updateIntervalSource: "SR-29"
          heldVoltage:
            device: "adc"
            input: "5"
            scale: "kernel"
            lowestCode: "0"
            highestCode: "65535"
            zero: "1.65 V"
            zeroSource: "local, unconfirmed"
            perVolt: "100 V"
            perVoltSource: "measured"
            resolution: "0.1 V"
            resolutionSource: "derived"
            updateInterval: "5 ms"
            updateIntervalSource: "SR-29"
        calibration:
          - range: "100 mA"
            pointsSource: "measured"
            points:
              - activeTime: "100 ns"
                current: "0 mA"
              - activeTime: "10 us"
                current: "52 mA"
              - activeTime: "19 us"
                current: "101 mA"
          - range: "25 mA"
            pointsSource: "proposal, unconfirmed"
            points:
              - activeTime: "0 s"
                current: "0 A"
              - activeTime: "20 us"
                current: "25 mA"
    limits:
      amplitude: "90 mA"
      amplitudeSource: "local, unconfirmed"
      longPulseAmplitude: "70 mA"
      longPulseAmplitudeSource: "local, unconfirmed"
      phaseWidth: "300 ms"
      phaseWidthSource: "local, unconfirmed"
      phaseCharge: "4 mC"
      phaseChargeSource: "local, unconfirmed"
      rms: "45 mA"
      rmsSource: "local, unconfirmed"
    """

  @Test("Board format 1 is read as it always was")
  func reads() throws {
    let board = try BoardLibrary.parseBoard(text: Self.board1, file: "frozen.yaml")
    #expect(board.name == "frozen-1" && board.revision == "1.2.3")
    #expect(board.patientCircuit == .isolated && board.channelIsolation == .mutual)
    #expect(board.outputs.chip == "chip-a" && board.inputs.chip == "chip-b")
    #expect(
      board.outputLines.map(\.line.name)
        == ["A5", "A6", "A0", "A1", "A2", "A3", "A4", "A7", "A8"])
    #expect(board.inputLines.map(\.line.name) == ["A0", "A1", "A2", "A3", "A4", "A5"])
    #expect(board.outputs.indicator.isActiveLow && board.outputs.indicator.bias == .pullUp)
    #expect(board.outputs.heartbeat.bias == .none && board.inputs.heartbeatSeen.isActiveLow)
    #expect(board.ranges.map(\.selection) == [1, 2])
    #expect(board.ranges.map(\.threshold) == [.milliamperes(30), .milliamperes(120)])
    #expect(board.values.count == 50)
    #expect(!board.isCalibrated)
  }

  @Test("Board format 1's electronics and limits are read as they always were")
  func electronics() throws {
    let board = try BoardLibrary.parseBoard(text: Self.board1, file: "frozen.yaml")
    let electronics = board.electronics
    #expect(electronics.compliance == Millivolts(120_000))
    #expect(electronics.deadTime == .microseconds(50) && electronics.settling == .milliseconds(1))
    #expect(electronics.shortestTimedPhase == .milliseconds(2))
    #expect(electronics.longestPhase == .milliseconds(400))
    #expect(electronics.phaseCharge == Femtocoulombs(15_000_000_000_000))
    #expect(electronics.relayRelease == .milliseconds(4))
    #expect(electronics.missingPulse == .milliseconds(10) ... .milliseconds(14))
    #expect(electronics.gate?.leadingPhase == .microseconds(100) ... .milliseconds(4))
    #expect(electronics.gate?.recovery == .either)
    #expect(board.limits[.amplitude] == 90_000 && board.limits[.longPulseAmplitude] == 70_000)
    #expect(board.limits[.phaseWidth] == 300_000_000 && board.limits[.rms] == 45_000)
    #expect(board.limits[.phaseCharge] == 4_000_000_000_000)
  }

  @Test("Board format 1's channel is read as it always was")
  func channel() throws {
    let board = try BoardLibrary.parseBoard(text: Self.board1, file: "frozen.yaml")
    let channel = board.channels[0]
    #expect(
      channel.amplitude.output.device == "platform/pwm.0" && channel.amplitude.output.index == 3)
    #expect(channel.amplitude.period == .microseconds(20))
    #expect(channel.current.codes == -30_000...30_000 && channel.voltage.codes == 0...65_535)
    #expect(channel.current.scale.fixed?.value(of: 9_995) == .milliamperes(100))
    #expect(
      channel.voltage.scale == .kernel(zero: Millivolts(1_650), perVolt: Millivolts(100_000)))
    let gate = try #require(channel.gate)
    #expect(gate.pwm.device == "platform/pwm.1" && gate.pwm.granularity == Nanoseconds(10))
    #expect(gate.heldLeading.input == 3 && gate.heldRecovery?.input == 4)
    #expect(gate.heldVoltage.resolution == Millivolts(100))
    #expect(channel.curves.map(\.count) == [2, 3])
    #expect(channel.curves[1].maximum == .milliamperes(101))
    #expect(channel.curves[1].activeTime(for: .milliamperes(52)) == .microseconds(10))
  }

  @Test("Today's schema accepts board format 1")
  func schema() throws {
    let value = try #require(try Yams.load(yaml: Self.board1))
    #expect(try Fixture.schema().problems(of: value) == [])
  }
}

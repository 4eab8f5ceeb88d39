// Decides: the board that these tests open.
// Leaves to others: its devices (DeviceTree) and lines (BoardFaults).

@testable import BoardSupport
import StimulationCore

/// A board definition of two channels with gates and two ranges, on the test's devices.
enum SampleDefinition {
  static let pwmDevice = "bench-pwm"
  static let converter = "bench-adc"
  static let amplitudePeriod = Nanoseconds(100_000)

  static func line(_ name: String, isActiveLow: Bool = false) -> LineDefinition {
    LineDefinition(name: name, isActiveLow: isActiveLow, bias: .none)
  }

  static func output(_ index: Int) -> PWMOutput {
    PWMOutput(
      device: pwmDevice, index: index, granularity: Nanoseconds(1))
  }

  /// µA from the kernel's scale of 0.5 mV a code: 10 mA a volt, nothing at 1,024 mV.
  static func current(_ input: Int, updateInterval: Nanoseconds = .zero)
    -> ConverterDefinition<Microamperes>
  {
    ConverterDefinition(
      device: converter, input: input,
      scale: .kernel(zero: Millivolts(1_024), perVolt: .milliamperes(10)), codes: 1...4_094,
      resolution: Microamperes(5), updateInterval: updateInterval)
  }

  /// mV by calibration: nothing at code 2,048, 80 V 2,000 codes above.
  static func voltage(_ input: Int) -> ConverterDefinition<Millivolts> {
    ConverterDefinition(
      device: converter, input: input,
      scale: .codes(zeroCode: 2_048, spanCodes: 2_000, span: Millivolts(80_000)),
      codes: 1...4_094, resolution: Millivolts(40), updateInterval: .zero)
  }

  static func curve(_ maximum: Int32, step: Int32, longest: Int64) -> AmplitudeCurve {
    AmplitudeCurve(
      points: [
        CurvePoint(activeTime: Nanoseconds(500), current: .zero),
        CurvePoint(
          activeTime: Nanoseconds(longest / 5), current: .milliamperes(maximum) / 5),
        CurvePoint(activeTime: Nanoseconds(longest), current: .milliamperes(maximum)),
      ], granularity: Nanoseconds(1), step: Microamperes(step))
  }

  static func gate(_ channel: Int) -> GateDefinition {
    GateDefinition(
      pwm: output(2 * channel + 1), negative: line("gate-negative-\(channel)"),
      capacitor: line("gate-capacitor-\(channel)"), pulseStarted: line("pulse-\(channel)"),
      heldLeading: current(5 * channel + 2), heldRecovery: current(5 * channel + 3),
      heldVoltage: voltage(5 * channel + 4))
  }

  static func channel(_ index: Int, curves: [AmplitudeCurve]) -> ChannelDefinition {
    ChannelDefinition(
      phasePositive: line("positive-\(index)"), phaseNegative: line("negative-\(index)"),
      amplitude: AmplitudePWM(output: output(2 * index), period: amplitudePeriod),
      current: current(5 * index), voltage: voltage(5 * index + 1), gate: gate(index),
      curves: curves)
  }

  static let ranges = [
    RangeDefinition(
      range: OutputRange(maximum: .milliamperes(25), step: Microamperes(25)), selection: 0,
      threshold: Microamperes(33_000)),
    RangeDefinition(
      range: OutputRange(maximum: .milliamperes(250), step: Microamperes(250)), selection: 1,
      threshold: Microamperes(310_000)),
  ]

  static func make(
    chip: String = "test-chip",
    curves: [AmplitudeCurve] = [
      curve(25, step: 25, longest: 90_000), curve(250, step: 250, longest: 90_000),
    ]
  ) -> BoardDefinition {
    BoardDefinition(
      name: "sample", title: "Sample", revision: "1", summary: "For tests.",
      patientCircuit: .none, channelIsolation: .mutual,
      outputs: OutputLines(
        chip: chip, relayCoil: line("coil"), heartbeat: line("heartbeat"),
        indicator: line("indicator"), rangeSelect: [line("range")]),
      inputs: InputLines(
        chip: chip, emergencyStopClosed: line("stop-closed"), overCurrentClear: line("oc-clear"),
        highVoltagePresent: line("hv"), contactClosed: line("contact"),
        heartbeatSeen: line("seen")),
      ranges: ranges, channels: [channel(0, curves: curves), channel(1, curves: curves)],
      overCurrentThreshold: current(10),
      electronics: BoardElectronics(
        compliance: Millivolts(80_000), deadTime: .microseconds(10), settling: .microseconds(160),
        shortestTimedPhase: .milliseconds(5), longestPhase: .milliseconds(500),
        phaseCharge: Femtocoulombs(18_750_000_000_000), relayRelease: .milliseconds(5),
        missingPulse: .milliseconds(9)...(.milliseconds(15)),
        gate: GateElectronics(
          leadingPhase: .microseconds(50)...(.microseconds(4_999)), recovery: .either)),
      limits: LimitLayer(source: .board), values: [], file: "sample.yaml", locations: [:])
  }
}

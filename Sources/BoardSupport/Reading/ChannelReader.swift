// Decides: how one channel is read from a board definition.
// Leaves to others: what all channels share (BoardReader).

import CheckedFiles
import StimulationCore

/// Reads channels.
struct ChannelReader {
  private static let keys = [
    "phasePositive", "phaseNegative", "amplitude", "current", "voltage", "gate", "calibration",
  ]
  private static let pwmKeys = ["device", "output", "polarity"] + sourced(["granularity"])
  private static let gateKeys = [
    "pwm", "negative", "capacitor", "pulseStarted", "heldLeading", "heldRecovery", "heldVoltage",
  ]
  let outputs: LineReader
  let inputs: LineReader
  let wiring: Wiring
  /// What the sequencers do; `nil` when the board has none.
  let gate: GateElectronics?
  /// The ranges that were read; `nil` when one could not be.
  let ranges: [RangeDefinition]?
  private var converters: ConverterReader { ConverterReader(wiring: wiring) }

  init(
    outputs: LineReader, inputs: LineReader, wiring: Wiring, gate: GateElectronics?,
    ranges: [RangeDefinition]?
  ) {
    self.outputs = outputs
    self.inputs = inputs
    self.wiring = wiring
    self.gate = gate
    self.ranges = ranges
  }

  /// The channel at `index`; `hasGates` says whether the board declares sequencers at all, be
  /// they readable or not.
  func read(
    _ node: SourceNode, at index: Int, hasGates: Bool, findings: Findings
  ) -> ChannelDefinition? {
    let section = Section(
      node, path: "channels[\(index + 1)]", at: node.location, keys: ChannelReader.keys,
      findings: findings)
    guard let section else { return nil }
    let positive = outputs.read(section, "phasePositive")
    let negative = outputs.read(section, "phaseNegative")
    let amplitude = readAmplitude(section)
    let current = converters.read(section, "current", .current)
    let voltage = converters.read(section, "voltage", .voltage)
    let gate = readGate(section, hasGates: hasGates)
    let curves = amplitude.flatMap { CalibrationReader(ranges: ranges, pwm: $0).read(section) }
    guard let positive, let negative, let amplitude, let current, let voltage, let curves,
      !hasGates || gate != nil
    else { return nil }
    return ChannelDefinition(
      phasePositive: positive, phaseNegative: negative, amplitude: amplitude, current: current,
      voltage: voltage, gate: gate, curves: curves)
  }

  private func readAmplitude(_ section: Section) -> AmplitudePWM? {
    let keys = ChannelReader.pwmKeys + sourced(["period"])
    guard let found = section.section("amplitude", keys: keys) else { return nil }
    let output = readOutput(found)
    let period = found.bounded("period", QuantityParser.parseDuration, .pwmPeriod)
    guard let output, let period else { return nil }
    return AmplitudePWM(output: output, period: period)
  }

  private func readOutput(_ section: Section) -> PWMOutput? {
    let device = section.text("device", .devicePath)
    let index = section.index("output", most: 63)
    let isNormal = section.option("polarity", [("normal", true), ("inversed", false)])
    if let isNormal, !isNormal.value {
      section.report(
        .failsActive, "polarity",
        "\(section.join("polarity")) \"inversed\" drives while the chip is stopped and when the "
          + "program is gone; write \"normal\", and invert the signal on the board")
    }
    let granularity = section.bounded(
      "granularity", QuantityParser.parseDuration, .granularity)
    if let device, let index {
      wiring.use("output \(index) of PWM \(device.value)", at: device.location)
    }
    guard let device, let index, let isNormal, isNormal.value, let granularity else { return nil }
    return PWMOutput(device: device.value, index: index, granularity: granularity)
  }

  private func readGate(_ section: Section, hasGates: Bool) -> GateDefinition? {
    guard hasGates else {
      if section.has("gate") {
        section.report(
          .inconsistent, "gate",
          "\(section.join("gate")) without electronics.gate; say there what the sequencers do")
      }
      return nil
    }
    guard let found = section.section("gate", keys: ChannelReader.gateKeys) else { return nil }
    let pwm = found.section("pwm", keys: ChannelReader.pwmKeys).flatMap(readOutput)
    let negative = outputs.read(found, "negative", isRequired: false)
    let capacitor = outputs.read(found, "capacitor", isRequired: gate?.recovery == .either)
    let started = inputs.read(found, "pulseStarted")
    let leading = converters.read(found, "heldLeading", .held)
    let mirrors = gate.map { $0.recovery != .capacitor } ?? false
    let recovery = converters.read(found, "heldRecovery", .held, isRequired: mirrors)
    let voltage = converters.read(found, "heldVoltage", .voltage)
    if let gate, gate.recovery != .either, found.has("capacitor") {
      found.report(
        .inconsistent, "capacitor",
        "\(found.join("capacitor")) chooses a recovery, and electronics.gate.recovery is "
          + "\"\(gate.recovery)\"; write \"either\" there, or delete the line")
    }
    guard let pwm, let started, let leading, let voltage,
      negative != nil || !found.has("negative"), capacitor != nil || !found.has("capacitor"),
      recovery != nil || !found.has("heldRecovery")
    else { return nil }
    return GateDefinition(
      pwm: pwm, negative: negative, capacitor: capacitor, pulseStarted: started,
      heldLeading: leading, heldRecovery: recovery, heldVoltage: voltage)
  }
}

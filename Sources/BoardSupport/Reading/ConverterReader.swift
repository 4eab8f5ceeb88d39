// Decides: how an input of a converter is read from a board definition.
// Leaves to others: what is measured and what it must cover (ChannelReader, BoardCheck).

import CheckedFiles
import StimulationCore

/// What is asked of one converter input.
struct ConverterDemand<Unit: Quantity & CustomStringConvertible> where Unit.Raw == Int32 {
  let parse: (String) throws(QuantityError) -> Unit
  let resolution: Bound<Unit>
  let updateInterval: Bound<Nanoseconds>
}

extension ConverterDemand where Unit == Microamperes {
  static var current: ConverterDemand {
    ConverterDemand(
      parse: QuantityParser.parseCurrent, resolution: .currentResolution,
      updateInterval: .updateInterval)
  }
  static var held: ConverterDemand {
    ConverterDemand(
      parse: QuantityParser.parseCurrent, resolution: .coarseResolution,
      updateInterval: .updateInterval)
  }
  static var threshold: ConverterDemand {
    ConverterDemand(
      parse: QuantityParser.parseCurrent, resolution: .coarseResolution,
      updateInterval: .slowUpdateInterval)
  }
}

extension ConverterDemand where Unit == Millivolts {
  static var voltage: ConverterDemand {
    ConverterDemand(
      parse: QuantityParser.parseVoltage, resolution: .voltageResolution,
      updateInterval: .updateInterval)
  }
}

/// Reads converter inputs.
struct ConverterReader {
  private static let codeKeys = ["zeroCode", "spanCodes", "span"]
  private static let kernelKeys = ["zero", "perVolt"]
  private static let keys =
    ["device", "input", "scale", "lowestCode", "highestCode", "zeroCode", "spanCodes"]
    + sourced(["span", "zero", "perVolt", "resolution", "updateInterval"])
  /// The largest code that is counted with.
  private static let widestCode: Int32 = 8_388_607
  let wiring: Wiring

  func read<Unit>(
    _ section: Section, _ key: String, _ demand: ConverterDemand<Unit>, isRequired: Bool = true
  ) -> ConverterDefinition<Unit>? {
    guard isRequired || section.has(key) else { return nil }
    guard let input = section.section(key, keys: ConverterReader.keys) else { return nil }
    let device = input.text("device", .label)
    let number = input.index("input", most: 63)
    if let device, let number {
      wiring.use("input \(number) of converter \(device.value)", at: device.location)
    }
    let scale = readScale(input, demand)
    let codes = readCodes(input)
    let resolution = input.bounded("resolution", demand.parse, demand.resolution)
    let interval = input.bounded(
      "updateInterval", QuantityParser.parseDuration, demand.updateInterval)
    guard let device, let number, let scale, let codes, let resolution, let interval else {
      return nil
    }
    if let step = scale.coarsestStep, step > resolution {
      input.report(
        .resolution, "resolution",
        "\(input.join("resolution")) \(resolution) is finer than a code, \(step) by "
          + "\(input.join("span")) at \(input.location(of: "span")); write \"\(step)\" or more")
      return nil
    }
    return ConverterDefinition(
      device: device.value, input: number, scale: scale, codes: codes, resolution: resolution,
      updateInterval: interval)
  }

  private func readScale<Unit>(
    _ input: Section, _ demand: ConverterDemand<Unit>
  ) -> ConverterScale<Unit>? {
    guard let kind = input.option("scale", [("codes", true), ("kernel", false)]) else {
      return nil
    }
    let others = kind.value ? ConverterReader.kernelKeys : ConverterReader.codeKeys
    for other in others where input.has(other) {
      input.report(
        .inconsistent, other,
        "\(input.join(other)) belongs to the other scale; delete it, or change "
          + "\(input.join("scale"))")
    }
    if kind.value {
      let zero = input.quantity("zeroCode", QuantityParser.parseCode)
      let codes = input.quantity("spanCodes", QuantityParser.parseCount)
      let span = input.sourced("span", demand.parse)
      guard let zero, let codes, let span, isAboveNothing(input, "spanCodes", codes.value == 0),
        isAboveNothing(input, "span", span.value == .zero)
      else { return nil }
      let scale = ConverterScale.codes(
        zeroCode: zero.value, spanCodes: codes.value, span: span.value)
      if scale.fixed == nil { refuseOverflow(input, "span") }
      return scale.fixed == nil ? nil : scale
    }
    let zero = input.sourced("zero", QuantityParser.parseVoltage)
    let perVolt = input.sourced("perVolt", demand.parse)
    guard let zero, let perVolt, isAboveNothing(input, "perVolt", perVolt.value == .zero) else {
      return nil
    }
    return .kernel(zero: zero.value, perVolt: perVolt.value)
  }

  private func isAboveNothing(_ input: Section, _ key: String, _ isNothing: Bool) -> Bool {
    if isNothing {
      input.report(.inconsistent, key, "\(input.join(key)) is nothing; write what is above it")
    }
    return !isNothing
  }

  private func refuseOverflow(_ input: Section, _ key: String) {
    input.report(
      .overflow, key,
      "\(input.join(key)): a code of 24 bits would be more than can be counted; write a smaller "
        + "span for as many codes")
  }

  private func readCodes(_ input: Section) -> ClosedRange<Int32>? {
    let low = input.quantity("lowestCode", QuantityParser.parseCode)
    let high = input.quantity("highestCode", QuantityParser.parseCode)
    guard let low, let high else { return nil }
    for (key, code) in [("lowestCode", low.value), ("highestCode", high.value)]
    where code.magnitude > ConverterReader.widestCode {
      input.report(
        .count, key,
        "\(input.join(key)) \(code) has more than 24 bits, which is the limit; change it")
      return nil
    }
    guard low.value < high.value else {
      input.report(
        .inconsistent, "highestCode",
        "\(input.join("highestCode")) \(high.value) is not above lowestCode \(low.value) at "
          + "\(low.location); exchange them")
      return nil
    }
    return low.value...high.value
  }
}

extension ConverterScale {
  /// The value of one code, rounded up; `nil` where the kernel's scale is needed.
  var coarsestStep: Unit? {
    guard case .codes(_, let spanCodes, let span) = self else { return nil }
    return Unit(rawValue: span.rawValue / spanCodes + (span.rawValue % spanCodes > 0 ? 1 : 0))
  }
}

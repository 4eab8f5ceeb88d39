// Decides: which keys a board definition has and how what all channels share is read.
// Leaves to others: one channel (ChannelReader), electronics and limits (ElectronicsReader),
// and whether the values fit together (BoardCheck).

import CheckedFiles
import StimulationCore

/// Reads a board definition. Every reader reports what is wrong and goes on.
struct BoardReader {
  static let format = "board 1"
  private static let keys = [
    "format", "name", "title", "revision", "summary", "patientCircuit", "channelIsolation",
    "outputs", "inputs", "electronics", "ranges", "overCurrentThreshold", "channels", "limits",
  ]
  private let root: Section
  private let findings: Findings
  private let wiring: Wiring

  init?(_ node: SourceNode, findings: Findings) {
    let root = Section(
      node, path: "", at: node.location, keys: BoardReader.keys, findings: findings)
    guard let root else { return nil }
    self.root = root
    self.findings = findings
    wiring = Wiring(findings: findings)
  }

  /// Reads everything; `nil` when an error was reported.
  func read() -> BoardDefinition? {
    _ = root.option("format", [(word: BoardReader.format, value: ())])
    let name = root.text("name", .name)
    let title = root.text("title", .line)
    let revision = root.text("revision", .version)
    let summary = root.text("summary", .paragraph)
    let circuit = root.option("patientCircuit", PatientCircuit.options)
    let isolation = root.option("channelIsolation", ChannelIsolation.options)
    let outputs = readOutputs()
    let inputs = readInputs()
    let electronics = ElectronicsReader(root: root, findings: findings)
    let found = electronics.read()
    let ranges = readRanges(lines: outputs.selectLines)
    let threshold = ConverterReader(wiring: wiring).read(root, "overCurrentThreshold", .threshold)
    let channels = readChannels(
      ChannelReader(
        outputs: outputs.reader, inputs: inputs.reader, wiring: wiring, gate: found?.gate,
        ranges: ranges), hasGates: electronics.hasGates)
    let limits = electronics.readLimits()
    guard let outputs = outputs.lines, let inputs = inputs.lines, let electronics = found,
      let ranges, let threshold, let channels
    else { return nil }
    // The texts are not needed for checking the values: an error in one hides none of the rest.
    let result = BoardDefinition(
      name: name?.value ?? "", title: title?.value ?? "", revision: revision?.value ?? "",
      summary: summary?.value ?? "", patientCircuit: circuit?.value ?? .isolated,
      channelIsolation: isolation?.value ?? .shared, outputs: outputs, inputs: inputs,
      ranges: ranges, channels: channels, overCurrentThreshold: threshold,
      electronics: electronics, limits: limits, values: findings.values,
      file: root.location.file, locations: findings.locations)
    BoardCheck(result, findings: findings).run()
    return findings.diagnostics.isEmpty ? result : nil
  }

  /// The lines; the reader of others on their chip; and how many range-select lines stand there,
  /// so that an error in one line hides none in the ranges.
  private func readOutputs() -> (lines: OutputLines?, reader: LineReader, selectLines: Int?) {
    let keys = ["chip", "relayCoil", "heartbeat", "indicator", "rangeSelect0", "rangeSelect1"]
    let section = root.section("outputs", keys: keys)
    let chip = section?.text("chip", .label)?.value
    let reader = LineReader(chip: chip, wiring: wiring)
    guard let section else { return (nil, reader, nil) }
    let hasFirst = section.has("rangeSelect0")
    let hasSecond = section.has("rangeSelect1")
    let coil = reader.read(section, "relayCoil")
    let heartbeat = reader.read(section, "heartbeat")
    let indicator = reader.read(section, "indicator")
    let first = reader.read(section, "rangeSelect0", isRequired: hasSecond)
    let second = reader.read(section, "rangeSelect1", isRequired: false)
    let selectLines = hasFirst ? (hasSecond ? 2 : 1) : (hasSecond ? nil : 0)
    guard let chip, let coil, let heartbeat, let indicator,
      first != nil || !hasFirst, second != nil || !hasSecond, hasFirst || !hasSecond
    else { return (nil, reader, selectLines) }
    let lines = OutputLines(
      chip: chip, relayCoil: coil, heartbeat: heartbeat, indicator: indicator,
      rangeSelect: [first, second].compactMap { $0 })
    return (lines, reader, selectLines)
  }

  private func readInputs() -> (lines: InputLines?, reader: LineReader) {
    let keys = [
      "chip", "emergencyStopClosed", "overCurrentClear", "highVoltagePresent", "contactClosed",
      "heartbeatSeen",
    ]
    let section = root.section("inputs", keys: keys)
    let chip = section?.text("chip", .label)?.value
    let reader = LineReader(chip: chip, wiring: wiring)
    guard let section else { return (nil, reader) }
    let stop = reader.read(section, "emergencyStopClosed")
    let over = reader.read(section, "overCurrentClear")
    let supply = reader.read(section, "highVoltagePresent")
    let contact = reader.read(section, "contactClosed")
    let seen = reader.read(section, "heartbeatSeen")
    guard let chip, let stop, let over, let supply, let contact, let seen else {
      return (nil, reader)
    }
    let lines = InputLines(
      chip: chip, emergencyStopClosed: stop, overCurrentClear: over, highVoltagePresent: supply,
      contactClosed: contact, heartbeatSeen: seen)
    return (lines, reader)
  }

  private func readChannels(_ reader: ChannelReader, hasGates: Bool) -> [ChannelDefinition]? {
    guard let list = root.list("channels") else { return nil }
    guard (1...maximumChannels).contains(list.value.count) else {
      findings.report(
        .count, list.location,
        "\(list.value.count) channels; a board has 1 to \(maximumChannels); list one an entry")
      return nil
    }
    var channels: [ChannelDefinition] = []
    for (index, item) in list.value.enumerated() {
      let channel = reader.read(item, at: index, hasGates: hasGates, findings: findings)
      if let channel { channels.append(channel) }
    }
    return channels.count == list.value.count ? channels : nil
  }

  private func readRanges(lines: Int?) -> [RangeDefinition]? {
    guard let list = root.list("ranges") else { return nil }
    guard (1...4).contains(list.value.count) else {
      findings.report(
        .count, list.location,
        "\(list.value.count) output ranges; a board has 1 to 4; list one an entry")
      return nil
    }
    var ranges: [RangeDefinition] = []
    var places: [SourceLocation] = []
    for (index, item) in list.value.enumerated() {
      guard let range = readRange(item, index, lines: lines) else { continue }
      for (earlier, place) in zip(ranges, places) where earlier.selection == range.selection {
        findings.report(
          .usedTwice, item.location,
          "ranges[\(index + 1)] is selected like the range of \(earlier.range.maximum) at "
            + "\(place); every range has lines of its own")
      }
      if let last = ranges.last, last.range.maximum >= range.range.maximum {
        findings.report(
          .inconsistent, item.location,
          "the range of \(range.range.maximum) stands behind that of \(last.range.maximum) at "
            + "\(places[places.count - 1]); list the smallest first")
      }
      ranges.append(range)
      places.append(item.location)
    }
    return ranges.count == list.value.count ? ranges : nil
  }

  private func readRange(_ node: SourceNode, _ index: Int, lines: Int?) -> RangeDefinition? {
    let section = Section(
      node, path: "ranges[\(index + 1)]", at: node.location,
      keys: sourced(["maximum", "step", "threshold"]) + ["select"], findings: findings)
    guard let section else { return nil }
    let maximum = section.bounded("maximum", QuantityParser.parseCurrent, .rangeMaximum)
    let step = section.sourced("step", QuantityParser.parseCurrent)
    let threshold = section.sourced("threshold", QuantityParser.parseCurrent)
    let selection = readSelection(section, lines: lines)
    guard let maximum, let step, let threshold, let selection else { return nil }
    let range = OutputRange(maximum: maximum, step: step.value)
    let bound = Bound.step(upTo: maximum)
    guard step.value >= bound.least && step.value <= bound.most else {
      section.report(
        .resolution, "step",
        "\(section.join("step")) \(step.value) in a range of \(maximum) is not within "
          + "\(bound.least) to \(bound.most) (\(bound.reason)); \(bound.remedy)")
      return nil
    }
    guard maximum.rawValue % step.value.rawValue == 0 else {
      section.report(
        .inconsistent, "step",
        "the range's maximum of \(maximum) is not a whole multiple of its step of \(step.value); "
          + "change one")
      return nil
    }
    guard section.isWithin(threshold.value, .threshold(of: range), "threshold") else { return nil }
    return RangeDefinition(range: range, selection: selection, threshold: threshold.value)
  }

  /// The digits of `select`, one a line, that of line 1 before that of line 0.
  private func readSelection(_ section: Section, lines: Int?) -> UInt8? {
    let digits = section.text("select", .digits, isRequired: lines.map { $0 > 0 } ?? false)
    guard let lines else { return nil }
    guard lines > 0 else {
      if section.has("select") {
        section.report(
          .inconsistent, "select",
          "\(section.join("select")) without outputs.rangeSelect0; add the line, or delete this")
        return nil
      }
      return 0
    }
    guard let digits else { return nil }
    guard digits.value.count == lines else {
      section.report(
        .count, "select",
        "\(section.join("select")) \"\(digits.value)\" has \(digits.value.count) digits; there are "
          + "\(lines) range-select lines, so write a digit a line")
      return nil
    }
    return UInt8(digits.value, radix: 2)
  }
}

extension TextForm {
  /// The levels of range-select lines.
  static let digits = TextForm("1 or 2 digits 0 and 1, that of rangeSelect1 first") {
    (1...2).contains($0.unicodeScalars.count) && $0.allSatisfy { $0 == "0" || $0 == "1" }
  }
}

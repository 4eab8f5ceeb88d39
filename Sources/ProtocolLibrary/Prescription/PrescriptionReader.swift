// Decides: which keys a prescription has, how each is read, and what one file alone can show
// to be wrong.
// Leaves to others: agreement with the protocol that it names (SessionRequest).

import CheckedFiles
import StimulationCore

/// Reads a prescription. Every reader reports what is wrong and goes on.
struct PrescriptionReader {
  static let format = "prescription 1"
  private static let keys = [
    "format", "patient", "muscle", "side", "stage", "finding", "protocol", "protocolVersion",
    "envelope", "sessionsPerDay", "validFrom", "validUntil", "clinician", "channels",
  ]
  private let text: String
  private let root: Section
  private let findings: Findings

  init?(_ node: SourceNode, text: String, findings: Findings) {
    guard
      let root = Section(
        node, path: "", at: node.location, keys: PrescriptionReader.keys, findings: findings)
    else { return nil }
    self.text = text
    self.root = root
    self.findings = findings
  }

  /// Reads everything; `nil` when an error was reported.
  func read() -> Prescription? {
    readFormat(root, PrescriptionReader.format)
    let patient = root.text("patient", .patientCode)?.value
    let muscle = root.text("muscle", .muscle)?.value
    let side = root.option("side", BodySide.options)?.value
    let stage = root.option("stage", Stage.options)?.value
    let finding = readFinding(stage)
    let name = root.text("protocol", .name)?.value
    let version = root.text("protocolVersion", .version)?.value
    let envelope = root.option("envelope", Envelope.options)?.value
    let perDay = readSessionsPerDay(envelope)
    let from = date(root, "validFrom")
    let until = date(root, "validUntil")
    let clinician = root.text("clinician", .line)?.value
    let channels = readChannels(envelope)
    checkDates(from: from, until: until, recorded: finding?.recorded)
    guard let patient, let muscle, let side, let stage, let finding, let name, let version,
      let envelope, let perDay, let from, let until, let clinician, let channels,
      findings.diagnostics.isEmpty
    else { return nil }
    let fields = PrescriptionFields(
      patient: patient, muscle: muscle, side: side, stage: stage, finding: finding,
      protocolName: name, protocolVersion: version, envelope: envelope, sessionsPerDay: perDay,
      validFrom: from, validUntil: until, clinician: clinician, channels: channels.map(\.channel))
    return Prescription(
      fields: fields, file: root.location.file, text: text, locations: findings.locations,
      channelLocations: channels.map(\.locations))
  }

  private func readFinding(_ stage: Stage?) -> RecordedFinding? {
    let keys = ["kind", "recorded", "alpha", "curve", "enteredBy"]
    guard let section = root.section("finding", keys: keys) else { return nil }
    let kind = section.option("kind", FindingKind.options)?.value
    let recorded = date(section, "recorded")
    let alpha = section.quantity("alpha", isRequired: false, QuantityParser.parseRatio)?.value
    let curve = section.text("curve", .paragraph, isRequired: false)?.value
    let enteredBy = section.text("enteredBy", .line, isRequired: false)?.value
    if let stage, let kind, kind != stage.finding {
      section.report(
        .finding, "kind",
        "stage \(stage) rests on \"\(stage.finding)\" (\(stage.finding.meaning)), not on "
          + "\"\(kind)\"; record that finding, or prescribe another stage")
    }
    if stage == .s7 && !section.has("alpha") && !section.has("curve") {
      section.report(
        .finding, "kind",
        "stage S7 needs a recorded curve or alpha; add finding.curve or finding.alpha")
    }
    if stage == .s7 && !section.has("enteredBy") {
      section.report(
        .finding, "kind", "stage S7 needs a clinician's entry; add finding.enteredBy")
    }
    guard let kind, let recorded else { return nil }
    return RecordedFinding(
      kind: kind, recorded: recorded, alpha: alpha, curve: curve, enteredBy: enteredBy)
  }

  private func readSessionsPerDay(_ envelope: Envelope?) -> Int32? {
    let found = root.quantity("sessionsPerDay", QuantityParser.parseCount)
    guard let found else { return nil }
    let limit = (envelope ?? .standard).limit(of: .sessionsPerDay)
    if found.value == 0 {
      findings.report(.count, found.location, "sessionsPerDay is 0; write 1 to \(limit)")
    } else if Int64(found.value) > limit {
      findings.report(
        .limit, found.location,
        "sessions in a day \(found.value) is above the limit of \(limit) set by the compiled "
          + "envelope; prescribe fewer")
    }
    return found.value
  }

  private func date(_ section: Section, _ key: String) -> CalendarDate? {
    guard let found = section.value(key) else { return nil }
    if let date = CalendarDate(found.text) { return date }
    section.report(
      .malformedText, key,
      "\(section.join(key)) \"\(printable(found.text))\" is no date of 2000 to 2199; write one "
        + "such as \"2026-01-31\"")
    return nil
  }

  private func checkDates(from: CalendarDate?, until: CalendarDate?, recorded: CalendarDate?) {
    if let from, let until, until < from {
      root.report(
        .inconsistent, "validUntil",
        "validUntil \(until) is before validFrom \(from) at \(root.location(of: "validFrom")); "
          + "write a later day")
    }
    if let from, let recorded, recorded > from {
      root.report(
        .finding, "validFrom",
        "validFrom \(from) is before the finding was recorded (\(recorded)); a stage rests on a "
          + "finding, so begin later")
    }
  }

  private func readChannels(
    _ envelope: Envelope?
  ) -> [(channel: PrescribedChannel, locations: [String: SourceLocation])]? {
    guard let list = root.list("channels") else { return nil }
    if list.value.isEmpty || list.value.count > maximumChannels {
      findings.report(
        .count, list.location,
        "\(list.value.count) channels; there are 1 to \(maximumChannels); list one an entry")
    }
    var result: [(channel: PrescribedChannel, locations: [String: SourceLocation])] = []
    for (index, item) in list.value.enumerated() {
      if let channel = readChannel(item, index, envelope) { result.append(channel) }
    }
    return result
  }

  private func readChannel(
    _ node: SourceNode, _ index: Int, _ envelope: Envelope?
  ) -> (channel: PrescribedChannel, locations: [String: SourceLocation])? {
    let keys = ["firstElectrodeArea", "secondElectrodeArea", "ceiling"]
    let path = "channels[\(index + 1)]"
    let section = Section(node, path: path, at: node.location, keys: keys, findings: findings)
    guard let section else { return nil }
    for key in keys.prefix(2) where envelope == .extended && !section.has(key) {
      section.report(
        .extendedEnvelope, key,
        "the extended envelope needs the area of every electrode; add \(key) to \(path)")
    }
    let isRequired = envelope != .extended
    let first = section.quantity(
      "firstElectrodeArea", isRequired: isRequired, QuantityParser.parseArea)
    let second = section.quantity(
      "secondElectrodeArea", isRequired: isRequired, QuantityParser.parseArea)
    let ceiling = section.quantity("ceiling", QuantityParser.parseCurrent)
    if let ceiling { check(ceiling, envelope ?? .standard) }
    guard let first, let second, let ceiling else { return nil }
    var locations: [String: SourceLocation] = [:]
    for key in keys { locations[key] = section.location(of: key) }
    let channel = PrescribedChannel(
      firstElectrodeArea: first.value, secondElectrodeArea: second.value, ceiling: ceiling.value)
    return (channel, locations)
  }

  private func check(_ ceiling: Located<Microamperes>, _ envelope: Envelope) {
    let limit = envelope.limit(of: .amplitude)
    if ceiling.value == .zero {
      findings.report(
        .inconsistent, ceiling.location, "the ceiling is 0 mA; write one above it")
    } else if Int64(ceiling.value.rawValue) > limit {
      findings.report(
        .limit, ceiling.location,
        "amplitude \(ceiling.value) is above the limit of \(LimitKind.amplitude.text(of: limit)) "
          + "set by the compiled envelope (\(envelope)); lower the ceiling")
    }
  }
}

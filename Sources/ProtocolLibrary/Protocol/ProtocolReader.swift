// Decides: which keys a protocol file has and how each is read.
// Leaves to others: whether the values fit together and keep to the limits (ProtocolCheck).

import CheckedFiles
import StimulationCore

/// Reads a protocol's sections. Every reader reports what is wrong and goes on.
struct ProtocolReader {
  static let format = "protocol 1"
  private static let plainKeys = ["format", "name", "stage", "title", "version", "summary"]
  private let root: Section
  private let findings: Findings

  init?(_ node: SourceNode, findings: Findings) {
    let keys =
      ProtocolReader.plainKeys + ["entry", "pulse", "train", "session", "amplitude", "channels"]
    guard
      let root = Section(
        node, path: "", at: node.location, keys: keys, findings: findings)
    else { return nil }
    self.root = root
    self.findings = findings
  }

  private func sourced(_ keys: [String]) -> [String] { keys.flatMap { [$0, "\($0)Source"] } }

  /// Reads everything; `nil` when an error was reported.
  func read() -> TherapyProtocol? {
    readFormat(root, ProtocolReader.format)
    let name = root.text("name", .name)
    let stage = root.option("stage", Stage.options)
    let title = root.text("title", .line)
    let version = root.text("version", .version)
    let summary = root.text("summary", .paragraph)
    let entry = readEntry(stage)
    let pulse = readPulse()
    let train = readTrain()
    let amplitude = readAmplitude()
    let channels = readChannels()
    guard let entry, let pulse, let train, let channels, let amplitude else { return nil }
    // The texts are not needed for checking the values: an error in one hides none of the rest.
    let result = TherapyProtocol(
      name: name?.value ?? "", stage: stage?.value ?? .s0, title: title?.value ?? "",
      version: version?.value ?? "", summary: summary?.value ?? "", pulse: pulse,
      train: train.plan, arrangement: channels.arrangement, channelOffset: channels.offset,
      polarities: channels.polarities, startingAmplitude: amplitude.start,
      sessionsPerDay: train.sessionsPerDay, entry: entry, values: findings.values,
      standardCeiling: amplitude.ceiling, extendedCeiling: amplitude.extended,
      file: root.location.file, locations: findings.locations)
    ProtocolCheck(result, findings: findings).run()
    return findings.diagnostics.isEmpty ? result : nil
  }

  private func readEntry(_ stage: Located<Stage>?) -> EntryFinding? {
    let keys = sourced(["finding", "alphaAtLeast", "alphaAtMost"])
    guard let section = root.section("entry", keys: keys) else { return nil }
    let kind = section.option("finding", FindingKind.options)
    if let kind { section.keepSource(of: "finding", text: kind.value.rawValue) }
    let least = ratio(section, "alphaAtLeast")
    let most = ratio(section, "alphaAtMost")
    guard let kind else { return nil }
    if let stage, kind.value != stage.value.finding {
      section.report(
        .finding, "finding",
        "stage \(stage.value) rests on \"\(stage.value.finding)\" "
          + "(\(stage.value.finding.meaning)), not on \"\(kind.value)\"; write the stage's finding")
    }
    return EntryFinding(kind: kind.value, alphaAtLeast: least, alphaAtMost: most)
  }

  private func ratio(_ section: Section, _ key: String) -> PartsPerMillion? {
    guard section.has(key) else {
      refuseLoneSource(section, key)
      return nil
    }
    let found = section.quantity(key, QuantityParser.parseRatio)
    if let text = section.value(key)?.text { section.keepSource(of: key, text: text) }
    return found?.value
  }

  private func refuseLoneSource(_ section: Section, _ key: String) {
    if section.has("\(key)Source") {
      section.report(
        .missingKey, "\(key)Source", "a source without its value; add \"\(key)\" or delete it")
    }
  }

  private func readPulse() -> PulsePlan? {
    let keys = sourced([
      "shape", "leadingPhase", "interphaseGap", "recovery", "recoveryPhase", "pulsePeriod",
      "leadingPolarity",
    ])
    guard let section = root.section("pulse", keys: keys) else { return nil }
    let shape = option(section, "shape", PulseShape.options)
    let leading = duration(section, "leadingPhase", mayBeZero: false)
    let gap = duration(section, "interphaseGap")
    let recovery = option(section, "recovery", Recovery.options)
    let recoveryPhase = duration(section, "recoveryPhase")
    let period = duration(section, "pulsePeriod", mayBeZero: false)
    let polarity = option(section, "leadingPolarity", LeadingPolarity.options)
    guard let shape, let leading, let gap, let recovery, let recoveryPhase, let period,
      let polarity
    else { return nil }
    return PulsePlan(
      shape: shape, leadingPhase: leading, interphaseGap: gap, recoveryPhase: recoveryPhase,
      recovery: recovery, pulsePeriod: period, leadingPolarity: polarity)
  }

  private func readTrain() -> (plan: TrainPlan, sessionsPerDay: Int32)? {
    let trainKeys = sourced(["rampUp", "plateau", "rampDown", "offTime"])
    let sessionKeys = sourced([
      "trainsPerSet", "sets", "restBetweenSets", "duration", "sessionsPerDay",
    ])
    let train = root.section("train", keys: trainKeys)
    let session = root.section("session", keys: sessionKeys)
    guard let train, let session else { return nil }
    let rampUp = duration(train, "rampUp")
    let plateau = duration(train, "plateau", mayBeZero: false)
    let rampDown = duration(train, "rampDown")
    let offTime = duration(train, "offTime")
    let trainsPerSet = count(session, "trainsPerSet", most: 10_000)
    let sets = count(session, "sets", most: 100)
    let rest = duration(session, "restBetweenSets")
    let length = duration(session, "duration", mayBeZero: false)
    let perDay = count(session, "sessionsPerDay", most: 24)
    guard let rampUp, let plateau, let rampDown, let offTime, let trainsPerSet, let sets,
      let rest, let length, let perDay
    else { return nil }
    let plan = TrainPlan(
      rampUp: rampUp, plateau: plateau, rampDown: rampDown, offTime: offTime,
      trainsPerSet: trainsPerSet, sets: sets, restBetweenSets: rest, sessionDuration: length)
    return (plan, perDay)
  }

  private func readAmplitude() -> (
    start: Microamperes, ceiling: Microamperes, extended: Microamperes?
  )? {
    let keys = sourced(["start", "ceiling", "extendedCeiling"])
    guard let section = root.section("amplitude", keys: keys) else { return nil }
    let start = current(section, "start")
    let ceiling = current(section, "ceiling")
    let hasExtended = section.has("extendedCeiling")
    if !hasExtended { refuseLoneSource(section, "extendedCeiling") }
    let extended = hasExtended ? current(section, "extendedCeiling") : nil
    guard let start, let ceiling, !hasExtended || extended != nil else { return nil }
    return (start, ceiling, extended)
  }

  private func readChannels() -> (
    arrangement: ChannelArrangement, offset: Nanoseconds, polarities: [Polarity]
  )? {
    let keys = sourced(["arrangement", "channelOffset"]) + ["polarity"]
    guard let section = root.section("channels", keys: keys) else { return nil }
    let arrangement = option(section, "arrangement", ChannelArrangement.options)
    let offset = duration(section, "channelOffset")
    let polarities = readPolarities(section)
    guard let arrangement, let offset, let polarities else { return nil }
    if arrangement == .simultaneous && offset != .zero {
      section.report(
        .inconsistent, "channelOffset",
        "simultaneous channels have an offset of \"0 s\", not \(offset); write that, or "
          + "alternating")
    }
    if arrangement == .alternating && offset == .zero {
      section.report(
        .inconsistent, "channelOffset",
        "alternating channels need an offset above 0 s; write one, or simultaneous")
    }
    return (arrangement, offset, polarities)
  }

  private func readPolarities(_ section: Section) -> [Polarity]? {
    guard section.has("polarity") else { return [] }
    guard let list = section.list("polarity") else { return nil }
    if list.value.isEmpty || list.value.count > maximumChannels {
      findings.report(
        .count, list.location,
        "\(list.value.count) polarities; there are 1 to \(maximumChannels) channels; list one a "
          + "channel")
    }
    var result: [Polarity] = []
    for item in list.value {
      guard case .value(let value) = item else {
        if case .refused = item { continue }
        findings.report(.structure, item.location, "a polarity is one quoted word")
        continue
      }
      guard let polarity = Polarity.allCases.first(where: { $0.description == value.text }) else {
        findings.report(
          .notAnOption, value.location,
          "polarity \"\(printable(value.text))\" is none of positive, negative; write one of them")
        continue
      }
      result.append(polarity)
    }
    return result
  }

  private func option<Value: Sendable>(
    _ section: Section, _ key: String, _ options: [(word: String, value: Value)]
  ) -> Value? {
    let found = section.option(key, options)
    if let text = section.value(key, isRequired: false)?.text {
      section.keepSource(of: key, text: text)
    }
    return found?.value
  }

  private func duration(
    _ section: Section, _ key: String, mayBeZero: Bool = true
  ) -> Nanoseconds? {
    let found = section.quantity(key, QuantityParser.parseDuration)
    if section.has(key) { section.keepSource(of: key, text: found?.value.description ?? "") }
    guard let found else { return nil }
    if found.value > .seconds(86_400) {
      section.report(
        .limit, key,
        "\(section.join(key)) \(found.value) is above the absolute limit of 24 h; shorten it")
      return nil
    }
    if found.value == .zero && !mayBeZero {
      section.report(
        .inconsistent, key, "\(section.join(key)) is nothing; write a duration above 0 s")
      return nil
    }
    return found.value
  }

  private func current(_ section: Section, _ key: String) -> Microamperes? {
    let found = section.quantity(key, QuantityParser.parseCurrent)
    if section.has(key) { section.keepSource(of: key, text: found?.value.description ?? "") }
    return found?.value
  }

  private func count(_ section: Section, _ key: String, most: Int32) -> Int32? {
    let found = section.quantity(key, QuantityParser.parseCount)
    if section.has(key) { section.keepSource(of: key, text: found?.value.description ?? "") }
    guard let found else { return nil }
    guard (1...most).contains(found.value) else {
      section.report(
        .count, key, "\(section.join(key)) \(found.value) is not within 1 to \(most); change it")
      return nil
    }
    return found.value
  }
}

/// Reads the key that says what kind of file this is.
func readFormat(_ root: Section, _ format: String) {
  _ = root.option("format", [(word: format, value: ())])
}

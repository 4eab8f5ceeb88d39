// Decides: how the keys of one mapping are read, and the errors that every key can have.
// Leaves to others: which keys there are and what their values mean (the readers).

/// A value and where it stands.
public struct Located<Value: Sendable>: Sendable {
  /// The value.
  public let value: Value
  /// Where it stands.
  public let location: SourceLocation

  /// A value at a place.
  public init(value: Value, location: SourceLocation) {
    self.value = value
    self.location = location
  }
}

/// One mapping of a file.
public struct Section {
  /// The key that leads here from the root, for example `pulse`; empty for the root.
  public let path: String
  /// Where it begins.
  public let location: SourceLocation
  /// Where its errors go.
  public let findings: Findings
  private var entries: [String: SourceEntry] = [:]

  /// Reads a mapping; refuses keys that are not among `keys`.
  public init?(
    _ node: SourceNode, path: String, at location: SourceLocation, keys: [String],
    findings: Findings
  ) {
    self.path = path
    self.location = location
    self.findings = findings
    guard case .mapping(let found, _) = node else {
      if case .refused = node { return nil }
      findings.report(
        .structure, node.location, "\(Section.name(path)) holds keys; write them a line each")
      return nil
    }
    for entry in found {
      guard keys.contains(entry.key) else {
        findings.report(
          .unknownKey, entry.location,
          "key \"\(printable(entry.key))\" does not exist in \(Section.name(path)); "
            + Section.advice(entry.key, keys))
        continue
      }
      entries[entry.key] = entry
      findings.locations[join(entry.key)] = entry.node.location
    }
  }

  private static func name(_ path: String) -> String { path.isEmpty ? "this file" : path }

  private static func advice(_ key: String, _ keys: [String]) -> String {
    if key.lowercased().contains("week") || key.lowercased().contains("month") {
      return "no stage is chosen from elapsed time, so record a finding instead"
    }
    if let near = NearestName.of(key, among: keys) { return "did you mean \"\(near)\"?" }
    let list = keys.filter { !$0.hasSuffix("Source") }.joined(separator: ", ")
    return "the keys here are: \(list)"
  }

  /// A key of this mapping with what leads to it.
  public func join(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  /// Whether the key stands here.
  public func has(_ key: String) -> Bool { entries[key] != nil }

  /// Where a key's value stands, or the mapping itself.
  public func location(of key: String) -> SourceLocation { entries[key]?.node.location ?? location }

  /// Reports an error at a key's value.
  public func report(_ code: DiagnosticCode, _ key: String, _ message: String) {
    findings.report(code, location(of: key), message)
  }

  private func entry(_ key: String, isRequired: Bool) -> SourceEntry? {
    if let entry = entries[key] { return entry }
    if isRequired {
      findings.report(
        .missingKey, location, "key \"\(key)\" is missing in \(Section.name(path)); add it")
    }
    return nil
  }

  /// A quoted value.
  public func value(_ key: String, isRequired: Bool = true) -> SourceValue? {
    guard let entry = entry(key, isRequired: isRequired) else { return nil }
    switch entry.node {
    case .value(let value): return value
    case .refused: return nil
    case .mapping, .list:
      findings.report(
        .structure, entry.location, "\(join(key)) is one value; write it in quotes on its line")
      return nil
    }
  }

  /// A mapping within.
  public func section(_ key: String, keys: [String], isRequired: Bool = true) -> Section? {
    guard let entry = entry(key, isRequired: isRequired) else { return nil }
    return Section(
      entry.node, path: join(key), at: entry.location, keys: keys, findings: findings)
  }

  /// A list within.
  public func list(_ key: String, isRequired: Bool = true) -> Located<[SourceNode]>? {
    guard let entry = entry(key, isRequired: isRequired) else { return nil }
    switch entry.node {
    case .list(let items, _): return Located(value: items, location: entry.location)
    case .refused: return nil
    case .mapping, .value:
      findings.report(
        .structure, entry.location, "\(join(key)) is a list; write one \"- …\" a line below it")
      return nil
    }
  }

  /// A quantity.
  public func quantity<Value: Sendable>(
    _ key: String, isRequired: Bool = true, _ parse: (String) throws(QuantityError) -> Value
  ) -> Located<Value>? {
    guard let found = value(key, isRequired: isRequired) else { return nil }
    do throws(QuantityError) {
      return Located(value: try parse(found.text), location: found.location)
    } catch {
      findings.report(error.code, found.location, "\(join(key)): \(error.message)")
      return nil
    }
  }

  /// A text of a stated form.
  public func text(_ key: String, _ form: TextForm, isRequired: Bool = true) -> Located<String>? {
    guard let found = value(key, isRequired: isRequired) else { return nil }
    guard form.allows(found.text) else {
      findings.report(
        .malformedText, found.location,
        "\(join(key)) \"\(printable(found.text))\" is not \(form.expectation); write it so")
      return nil
    }
    return Located(value: found.text, location: found.location)
  }

  /// One of a few words.
  public func option<Value: Sendable>(
    _ key: String, _ options: [(word: String, value: Value)], isRequired: Bool = true
  ) -> Located<Value>? {
    guard let found = value(key, isRequired: isRequired) else { return nil }
    for option in options where option.word == found.text {
      return Located(value: option.value, location: found.location)
    }
    let words = options.map(\.word)
    let near = NearestName.of(found.text, among: words).map { "; did you mean \"\($0)\"?" } ?? ""
    findings.report(
      .notAnOption, found.location,
      "\(join(key)) \"\(printable(found.text))\" is none of \(words.joined(separator: ", "))"
        + (near.isEmpty ? "; write one of them" : near))
    return nil
  }

  /// Reads the sibling that says where a value comes from, and keeps both for `show`.
  public func keepSource(of key: String, text: String) {
    let sourceKey = "\(key)Source"
    guard let source = value(sourceKey) else { return }
    if let problem = findings.family.sources.problem(source.text) {
      findings.report(.source, source.location, "\(join(sourceKey)) \(problem)")
      return
    }
    findings.values.append(SourcedValue(key: join(key), text: text, source: source.text))
  }
}

extension CaseIterable where Self: CustomStringConvertible & Sendable {
  /// The words of every case, for ``Section/option(_:_:isRequired:)``.
  public static var options: [(word: String, value: Self)] { allCases.map { ($0.description, $0) } }
}

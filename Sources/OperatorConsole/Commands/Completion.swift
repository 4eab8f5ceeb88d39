// Decides: what a half-typed word can become.
// Leaves to others: showing it (LineEditor) and knowing the names (ConsoleSession).

/// What can be named besides commands.
public struct KnownNames: Sendable, Equatable {
  /// The presets.
  public var protocols: [String] = []
  /// The prescriptions in the daemon's folder.
  public var prescriptions: [String] = []
  /// The patients of the log.
  public var patients: [String] = []
  /// The muscles of the log.
  public var muscles: [String] = []
  /// Amplitudes of what is loaded, such as its ceilings.
  public var amplitudes: [String] = []
  /// How many channels are loaded.
  public var channels = 0

  /// No names.
  public init() {}
}

/// How the word before the cursor can go on.
public struct Completion: Sendable, Equatable {
  /// How many characters before the cursor are replaced.
  public let replaced: Int
  /// What can stand in their place, in order.
  public let candidates: [String]

  /// Completes the text before the cursor.
  public init(_ text: String, names: KnownNames) {
    let quoted = Completion.openQuote(text)
    let start = quoted ?? Completion.wordStart(text)
    let typed = String(text[start...])
    replaced = typed.count
    let before = text[..<start].split(separator: " ").map { $0.lowercased() }
    let partial = typed.filter { $0 != "\"" }.lowercased()
    if let unit = Completion.unit(partial, before: before) {
      candidates = unit
      return
    }
    var seen: Set<String> = []
    candidates = Completion.words(after: before, names: names)
      // A name that could steer the terminal is not put on the line.
      .filter { TerminalText.safe($0) == $0 }
      .filter { $0.lowercased().hasPrefix(partial) && seen.insert($0).inserted }
      .map { Completion.written($0) }
  }

  /// What all candidates have in common, if it is more than what was typed.
  public func common(after typed: String) -> String? {
    guard var shared = candidates.first else { return nil }
    for candidate in candidates { shared = shared.commonPrefix(with: candidate) }
    return shared.count > typed.count ? shared : nil
  }

  /// A name with spaces needs quotes; a quantity is read without.
  private static func written(_ word: String) -> String {
    let isQuantity = word.first?.isNumber == true
    return word.contains(" ") && !isQuantity ? "\"\(word)\"" : word
  }

  private static func wordStart(_ text: String) -> String.Index {
    text.lastIndex(of: " ").map(text.index(after:)) ?? text.startIndex
  }

  private static func openQuote(_ text: String) -> String.Index? {
    guard text.count(where: { $0 == "\"" }) % 2 == 1 else { return nil }
    return text.lastIndex(of: "\"")
  }

  /// A number that wants its unit.
  private static func unit(_ partial: String, before: [String]) -> [String]? {
    guard let first = partial.first, first.isNumber,
      partial.allSatisfy({ $0.isNumber || $0 == "." }), let field = before.last
    else { return nil }
    switch field {
    case "amplitude", "amp", "set": return ["\(partial) mA"]
    case "area": return ["\(partial) cm2"]
    default: return nil
    }
  }

  private static func words(after before: [String], names: KnownNames) -> [String] {
    guard let command = before.first else { return CommandTable.names }
    switch before.last {
    case "patient": return names.patients
    case "muscle": return names.muscles
    case "channel", "ch": return (0..<names.channels).map { "\($0 + 1)" }
    case "area" where command == "load": return ["5 cm2", "25 cm2", "50 cm2", "180 cm2"]
    case "amplitude" where command == "load": return names.amplitudes
    default: break
    }
    switch command {
    case "help": return before.count == 1 ? CommandTable.names + ["all"] : []
    case "protocol": return shown(before, names.protocols)
    case "prescription": return shown(before, names.prescriptions)
    case "load": return load(before, names)
    case "amplitude", "amp", "set":
      return before.count == 1 ? names.amplitudes : before.contains("channel") ? [] : ["channel"]
    case "up", "down": return before.count == 1 ? ["channel"] : []
    case "skin":
      if before.count == 1 { return ["ok", "lesion", "clear"] }
      return before.count == 2 && before[1] != "clear" ? ["session"] : []
    case "dose":
      if before.count == 1 { return ["last", "list"] }
      return before.last == "list" ? ["patient"] : []
    case "clock": return before.count == 1 ? ["confirm"] : []
    case "take": return before.count == 1 ? ["over"] : []
    default: return []
    }
  }

  private static func shown(_ before: [String], _ names: [String]) -> [String] {
    switch before.count {
    case 1: return ["list", "show"]
    case 2 where before[1] == "show": return names
    default: return []
    }
  }

  private static func load(_ before: [String], _ names: KnownNames) -> [String] {
    if before.count == 1 { return names.protocols + ["prescription"] }
    if before.count == 2 && before[1] == "prescription" { return names.prescriptions }
    let isPrescription = before[1] == "prescription"
    return LoadFields.names.filter { field in
      if isPrescription && ["patient", "muscle", "area"].contains(field) { return false }
      return field == "area" || !before.contains(field)
    }
  }
}

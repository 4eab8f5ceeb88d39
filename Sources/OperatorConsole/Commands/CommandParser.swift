// Decides: which lines are commands, and what each asks for.
// Leaves to others: limits and phases (the daemon), and the exact values (QuantityParser).

internal import CheckedFiles
public import StimulationCore

/// Reads lines as people write them.
public enum CommandParser {
  /// The command of a line; `nil` for an empty line and a comment.
  ///
  /// - Parameter ceiling: of what is loaded, so that an example of an amplitude lies within it.
  public static func parse(
    _ line: String, ceiling: Microamperes? = nil
  ) throws(CommandError) -> ConsoleCommand? {
    if isStop(line) { return .stop }
    var words = try CommandWords(line)
    guard let first = words.take(), !first.hasPrefix("#") else { return nil }
    let name = aliases[first.lowercased()] ?? first.lowercased()
    guard CommandTable.entry(name) != nil else {
      let near = NearestCommand.of(name).map { "; did you mean \($0)?" } ?? ""
      throw CommandError("\"\(TerminalText.safe(first))\" is no command\(near) (help lists them)")
    }
    let command = try parse(name, &words, ceiling)
    if let more = words.peek {
      throw wrong(name, "\"\(TerminalText.safe(more))\" is too much")
    }
    return command
  }

  /// Whether a line is STOP: its first word is, whatever somebody in haste has typed behind it.
  static func isStop(_ line: String) -> Bool {
    line.split { $0 == " " || $0 == "\t" }.first?.lowercased() == "stop"
  }

  private static let aliases = [
    "+": "up", "-": "down", "exit": "quit", "?": "help", "amp": "amplitude",
    "protocols": "protocol", "prescriptions": "prescription", "presets": "protocol",
    "preset": "protocol",
  ]

  private static func parse(
    _ name: String, _ words: inout CommandWords, _ ceiling: Microamperes?
  ) throws(CommandError) -> ConsoleCommand {
    switch name {
    case "help":
      guard let topic = words.take() else { return .help(nil) }
      let isPaged = topic.lowercased() == "all" && words.peek.flatMap { Int($0) } != nil
      return .help(isPaged ? "\(topic) \(words.take() ?? "")" : topic)
    case "protocol": return try protocols(&words)
    case "prescription": return try prescriptions(&words)
    case "load": return .load(try load(&words))
    case "check": return .selfCheck
    case "arm": return .arm
    case "start": return .start
    case "amplitude":
      let amplitude = try current(name, &words, ceiling)
      return .target(amplitude, channel: try channel(name, &words))
    case "set":
      let amplitude = try current(name, &words, ceiling)
      return .set(amplitude, channel: try channel(name, &words))
    case "up": return .step(.up, channel: try channel(name, &words))
    case "down": return .step(.down, channel: try channel(name, &words))
    case "pause": return .pause
    case "resume": return .resume
    case "stop": return .stop
    case "skin": return try skin(&words)
    case "reset": return .reset
    case "unload": return .unload
    case "hazards": return .hazards
    case "acknowledge": return try acknowledge(&words)
    case "dose": return try dose(&words)
    case "clock":
      guard words.take()?.lowercased() == "confirm" else {
        throw wrong(name, "what about the clock?")
      }
      return .clockConfirm
    case "take":
      guard words.peek?.lowercased() == "over" else { return .take(over: false) }
      _ = words.take()
      return .take(over: true)
    case "release": return .release
    case "status": return .status
    case "quit": return .quit
    default: preconditionFailure("\(name) stands in the table and is not read")
    }
  }

  /// An error that ends in how the command is written.
  private static func wrong(_ name: String, _ problem: String) -> CommandError {
    guard let entry = CommandTable.entry(name) else { return CommandError(problem) }
    let usage = entry.usage.split(separator: "\n").joined(separator: " | ")
    return CommandError("\(problem): \(usage), such as: \(entry.example)")
  }

  private static func current(
    _ name: String, _ words: inout CommandWords, _ ceiling: Microamperes?
  ) throws(CommandError) -> Microamperes {
    let rest = words.rest
    guard let text = words.takeQuantity() else {
      let usage = CommandTable.entry(name)?.usage ?? name
      let example = AmplitudeWords.example(within: ceiling)
      throw CommandError("a current is missing: \(usage), such as: \(name) \(example)")
    }
    do throws(QuantityError) { return try QuantityParser.parseCurrent(text) } catch {
      if let order = swapped(rest) {
        throw CommandError("the current comes first; write: \(name) \(order)")
      }
      throw CommandError(TerminalText.safe(error.message))
    }
  }

  /// The right order of a channel, with or without its word, that stands before a current.
  private static func swapped(_ rest: [String]) -> String? {
    let isNamed = ["channel", "ch"].contains(rest.first?.lowercased() ?? "")
    let named = rest.dropFirst(isNamed ? 1 : 0)
    guard let channel = named.first.flatMap({ Int($0) }), (1...maximumChannels).contains(channel),
      let current = try? QuantityParser.parseCurrent(named.dropFirst().joined(separator: " "))
    else { return nil }
    return "\(current) channel \(channel)"
  }

  private static func channel(
    _ name: String, _ words: inout CommandWords
  ) throws(CommandError) -> Int? {
    guard let word = words.peek, ["channel", "ch"].contains(word.lowercased()) else { return nil }
    _ = words.take()
    let channel = try count(name, "a channel", &words)
    guard channel >= 1, channel <= Int64(maximumChannels) else {
      throw CommandError("there is no channel \(channel); channels are 1 to \(maximumChannels)")
    }
    return Int(channel)
  }

  private static func count(
    _ name: String, _ what: String, _ words: inout CommandWords
  ) throws(CommandError) -> Int64 {
    guard let text = words.take() else { throw wrong(name, "\(what) is missing") }
    do throws(QuantityError) { return Int64(try QuantityParser.parseCount(text)) } catch {
      throw CommandError(TerminalText.safe(error.message))
    }
  }

  private static func protocols(_ words: inout CommandWords) throws(CommandError) -> ConsoleCommand
  {
    guard let name = try shown("protocol", &words) else { return .protocolList }
    return .protocolShow(name)
  }

  private static func prescriptions(
    _ words: inout CommandWords
  ) throws(CommandError) -> ConsoleCommand {
    guard let name = try shown("prescription", &words) else { return .prescriptionList }
    return .prescriptionShow(name)
  }

  /// What `show` names; `nil` for `list` or nothing.
  private static func shown(
    _ name: String, _ words: inout CommandWords
  ) throws(CommandError) -> String? {
    switch words.take()?.lowercased() {
    case nil, "list": return nil
    case "show":
      guard let shown = words.take() else { throw wrong(name, "a name is missing") }
      return shown
    default: throw wrong(name, "list or show?")
    }
  }

  private static func load(_ words: inout CommandWords) throws(CommandError) -> LoadRequest {
    guard let first = words.take() else { throw wrong("load", "a preset's name is missing") }
    var request = LoadRequest(protocolName: first)
    if first.lowercased() == "prescription" {
      guard let name = words.take() else { throw wrong("load", "a prescription's name is missing") }
      request = LoadRequest(prescription: name)
    }
    while let word = words.take() {
      try LoadFields.read(word.lowercased(), &words, into: &request)
    }
    return request
  }

  private static func skin(_ words: inout CommandWords) throws(CommandError) -> ConsoleCommand {
    let finding = words.take()?.lowercased()
    switch finding {
    case "ok", "lesion":
      var session: Int64?
      if words.peek?.lowercased() == "session" {
        _ = words.take()
        session = try count("skin", "a session", &words)
      }
      return .skin(isOK: finding == "ok", session: session)
    case "clear":
      let note = words.takeRest()
      if note.isEmpty { throw wrong("skin", "a note is missing: who cleared it, and why") }
      return .skinClear(note: note)
    default: throw wrong("skin", "what was seen?")
    }
  }

  private static func acknowledge(
    _ words: inout CommandWords
  ) throws(CommandError) -> ConsoleCommand {
    let event = try count("acknowledge", "an event's number", &words)
    let note = words.takeRest()
    if note.isEmpty { throw wrong("acknowledge", "a note is missing: what was done") }
    return .acknowledge(event: event, note: note)
  }

  private static func dose(_ words: inout CommandWords) throws(CommandError) -> ConsoleCommand {
    switch words.peek?.lowercased() {
    case nil: return .doseShow(session: nil)
    case "last":
      _ = words.take()
      return .doseShow(session: nil)
    case "list":
      _ = words.take()
      guard words.peek?.lowercased() == "patient" else { return .doseList(patient: nil) }
      _ = words.take()
      guard let code = words.take() else { throw wrong("dose", "a patient's code is missing") }
      return .doseList(patient: code)
    default: return .doseShow(session: try count("dose", "a session", &words))
    }
  }
}

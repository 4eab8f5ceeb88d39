// Decides: the commands' names, what is said of each, and an example of each.
// Leaves to others: reading them (CommandParser); a test reads every example.

/// What is said of one command.
public struct CommandEntry: Sendable, Equatable {
  /// Its first word.
  public let name: String
  /// How it is written.
  public let usage: String
  /// What it does, in a few words.
  public let summary: String
  /// A line that can be typed as it stands.
  public let example: String
  /// What else there is to know.
  public let detail: String
}

/// All commands, in the order of a session.
public enum CommandTable {
  /// The entry of a command.
  public static func entry(_ name: String) -> CommandEntry? { entries.first { $0.name == name } }

  /// The names, in order.
  public static var names: [String] { entries.map(\.name) }

  /// What fits under the status of the smallest screen, for `help`.
  public static func overview(_ form: ConsoleForm) -> [String] {
    func names(_ entries: [CommandEntry]) -> String {
      entries.map(\.name).joined(separator: "  ")
    }
    let keys =
      form == .lines
      ? [
        "+ and - are up and down.",
        "STOP at any time: Ctrl-C at once, or the word stop and Enter.",
      ]
      : [
        "The keys + and - are up and down while it runs and the line is empty.",
        "STOP at any time: Esc, Ctrl-C, Space on an empty line, or the word stop.",
      ]
    return [
      "before  \(names(before))",
      "during  \(names(during))",
      "after   \(names(after))",
      "always  \(names(always))",
      "A session in order: load, check, arm, start, amplitude, stop, skin.",
      keys[0],
      "help COMMAND tells more, with an example; help all has a line for each.",
      keys[1],
    ]
  }

  /// A line for each command, for `help all`.
  public static func summaries(_ form: ConsoleForm) -> [String] {
    let width = entries.map(\.name.count).max() ?? 0
    return entries.map { entry in
      entry.name + String(repeating: " ", count: width - entry.name.count + 2)
        + summary(entry, form)
    }
  }

  /// One command in full.
  public static func text(_ entry: CommandEntry, _ form: ConsoleForm) -> [String] {
    ["\(entry.usage)", "  \(summary(entry, form))"]
      + entry.detail.split(separator: "\n").map { "  \($0)" }
      + ["  example: \(entry.example)"]
  }

  /// Where no key acts at once, none is named.
  private static func summary(_ entry: CommandEntry, _ form: ConsoleForm) -> String {
    guard form == .lines, entry.name == "stop" else { return entry.summary }
    return "STOP: this word and Enter, or Ctrl-C at once"
  }

  /// What `help` answers: the overview, a line for each command, or one command in full.
  public static func help(_ name: String?, _ form: ConsoleForm) -> CommandOutcome {
    guard let name else { return .said(overview(form)) }
    let words = name.lowercased().split(separator: " ")
    if words.first == "all" {
      return page(words.count > 1 ? Int(words[1]) ?? 0 : 1, of: summaries(form), form)
    }
    guard let entry = entry(name.lowercased()) else {
      return .wrong("\"\(TerminalText.safe(name))\" is no command (help lists them)")
    }
    return .said(text(entry, form))
  }

  /// So much of a list as the screen holds with the line typed before it and the prompt behind it;
  /// all of it where there is no screen.
  private static func page(_ page: Int, of all: [String], _ form: ConsoleForm) -> CommandOutcome {
    guard case .screen(let rows) = form, all.count > rows - 2 else {
      return page == 1 ? .said(all) : .wrong("there is no page \(page); help all has one")
    }
    let each = max(1, rows - 3)
    let pages = (all.count + each - 1) / each
    guard (1...pages).contains(page) else {
      return .wrong("there is no page \(page); help all has \(pages)")
    }
    let shown = Array(all[((page - 1) * each)..<min(page * each, all.count)])
    return .said(page < pages ? shown + ["help all \(page + 1) goes on"] : shown)
  }

  /// The table.
  public static let entries: [CommandEntry] = before + during + after + always

  private static let before = [
    CommandEntry(
      name: "protocol", usage: "protocol list | protocol show NAME",
      summary: "list the presets, or show one with every value and its source",
      example: "protocol show large-muscle-tetanic", detail: ""),
    CommandEntry(
      name: "prescription", usage: "prescription list | prescription show NAME",
      summary: "list the prescriptions of this place, or show one",
      example: "prescription list",
      detail: "A board that energises electrodes runs prescriptions only."),
    CommandEntry(
      name: "load",
      usage: "load NAME [patient CODE] [muscle NAME] [area SIZE]… [amplitude CURRENT] [trains N]\n"
        + "load prescription NAME [amplitude CURRENT] [trains N]",
      summary: "load what will run; nothing is energised",
      example: "load large-muscle-tetanic patient P001 muscle quadriceps area 180 cm2",
      detail: "Area is the smaller electrode's; name it once for each channel.\n"
        + "Quotes hold a name with spaces together: muscle \"vastus lateralis\"."),
    CommandEntry(
      name: "check", usage: "check", summary: "let the board check itself", example: "check",
      detail: "Opens the session in the log. A pass lasts 60 s; the item that fails is named."),
    CommandEntry(
      name: "arm", usage: "arm",
      summary: "first act of START: what will run, the questions, the skin", example: "arm",
      detail: "Every question is answered y or n; the answers are logged.\n"
        + "A check that is too old by then is made once more, with the answers kept.\n"
        + "Nothing is energised before the second act, start."),
    CommandEntry(
      name: "start", usage: "start", summary: "second act of START", example: "start",
      detail: "The setpoint begins at zero and climbs to the amplitude that arm has shown,\n"
        + "by at most 5 mA a second."),
  ]

  private static let during = [
    CommandEntry(
      name: "amplitude", usage: "amplitude CURRENT [channel N]",
      summary: "climb to an amplitude, or fall to it at once", example: "amplitude 10 mA",
      detail: "On every channel when none is named. Any other command ends the climb.\n"
        + "Where one channel refuses none rises; those above the amplitude still fall to it."),
    CommandEntry(
      name: "set", usage: "set CURRENT [channel N]",
      summary: "set an amplitude at once; a rise is at most 1 mA", example: "set 4.5mA channel 2",
      detail: "What the board cannot represent is refused, with its neighbours."),
    CommandEntry(
      name: "up", usage: "up [channel N]", summary: "one step more (+)",
      example: "up",
      detail: "1 mA, or 0.5 mA where the ceiling is 25 mA or less.\n"
        + "Every channel rises when none is named or, where one refuses, none does."),
    CommandEntry(
      name: "down", usage: "down [channel N]", summary: "one step less (-)",
      example: "down channel 1", detail: "Acts on the next pulse."),
    CommandEntry(
      name: "pause", usage: "pause", summary: "phases off, setpoints at zero, waiting",
      example: "pause", detail: ""),
    CommandEntry(
      name: "resume", usage: "resume", summary: "go on after a pause, at zero",
      example: "resume", detail: "Nothing flows before an amplitude is given, or +."),
    CommandEntry(
      name: "stop", usage: "stop", summary: "STOP, at once (also Esc, Ctrl-C, Space)",
      example: "stop", detail: "Needs no lease and waits for nothing. nmes stop does the same."),
  ]

  private static let after = [
    CommandEntry(
      name: "skin", usage: "skin ok [session N] | skin lesion [session N] | skin clear NOTE",
      summary: "what the skin looks like after a session, or a clearance",
      example: "skin ok",
      detail: "Without this check, or after a lesion, the muscle's next session is refused\n"
        + "until a clinician clears it."),
    CommandEntry(
      name: "reset", usage: "reset", summary: "put a latched fault back, its cause gone",
      example: "reset", detail: "A fresh check is needed before arming."),
    CommandEntry(
      name: "unload", usage: "unload", summary: "forget what is loaded", example: "unload",
      detail: ""),
    CommandEntry(
      name: "hazards", usage: "hazards",
      summary: "shorts, over-currents and welded relays that nobody has acknowledged",
      example: "hazards", detail: "Arming is refused while one stands."),
    CommandEntry(
      name: "acknowledge", usage: "acknowledge EVENT NOTE",
      summary: "say that somebody has looked at a hazard, and what was done",
      example: "acknowledge 17 lead replaced", detail: ""),
    CommandEntry(
      name: "dose", usage: "dose [last | SESSION] | dose list [patient CODE]",
      summary: "what the log says was delivered", example: "dose last", detail: ""),
    CommandEntry(
      name: "clock", usage: "clock confirm", summary: "say that the wall clock is right",
      example: "clock confirm", detail: "Asked for when the clock is behind the log."),
  ]

  private static let always = [
    CommandEntry(
      name: "take", usage: "take [over]", summary: "become the operator (take the lease)",
      example: "take",
      detail: "take over takes it from somebody else; both names are logged.\n"
        + "Without renewal for 1 s the session stops."),
    CommandEntry(
      name: "release", usage: "release", summary: "be the operator no longer",
      example: "release", detail: "Refused while a session runs: stop first."),
    CommandEntry(
      name: "status", usage: "status", summary: "print the status once", example: "status",
      detail: ""),
    CommandEntry(
      name: "help", usage: "help [COMMAND | all [PAGE]]",
      summary: "this list, or one command in full",
      example: "help load", detail: ""),
    CommandEntry(
      name: "quit", usage: "quit", summary: "leave; a session that runs is stopped first",
      example: "quit", detail: ""),
  ]
}

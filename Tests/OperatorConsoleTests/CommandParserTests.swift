// Decides: that lines are read as people write them, and that what is no command says why.
// Leaves to others: carrying commands out.

import StimulationCore
import Testing

@testable import OperatorConsole

@Suite("Command parser") struct CommandParserTests {
  @Test(
    "A current is read with and without its space, in any unit of current",
    arguments: ["60 mA", "60mA", "\"60 mA\"", "60000 uA", "60000µA", "0.06 A"])
  func currents(_ text: String) throws {
    #expect(
      try CommandParser.parse("amplitude \(text)")
        == .target(.milliamperes(60), channel: nil))
    #expect(
      try CommandParser.parse("  SET   \(text)  channel 2 ")
        == .set(.milliamperes(60), channel: 2))
  }

  @Test("A load takes its parts in any order, and an area for each channel")
  func load() throws {
    var wanted = LoadRequest(protocolName: "large-muscle-tetanic")
    wanted.patient = "P001"
    wanted.muscle = "vastus lateralis"
    wanted.electrodeAreas = [SquareMillimetres(18_000), SquareMillimetres(5_000)]
    wanted.amplitude = .milliamperes(40)
    wanted.trains = 3
    #expect(
      try CommandParser.parse(
        "load large-muscle-tetanic trains 3 muscle \"vastus lateralis\" area 180 cm2 "
          + "patient P001 area 50cm² amplitude 40 mA") == .load(wanted))
    #expect(
      try CommandParser.parse("load prescription p003")
        == .load(LoadRequest(prescription: "p003")))
  }

  @Test("Every command's example is read, and every command has one")
  func examples() throws {
    for entry in CommandTable.entries {
      #expect(try CommandParser.parse(entry.example) != nil, "\(entry.name)")
      #expect(entry.example.hasPrefix(entry.name), "\(entry.name)")
      #expect(!entry.summary.isEmpty && !entry.usage.isEmpty, "\(entry.name)")
    }
    #expect(Set(CommandTable.names).count == CommandTable.names.count)
  }

  @Test("Help is the overview, a line for each command, or one command, and names what is none")
  func help() {
    let form = ConsoleForm.lines
    #expect(CommandTable.help(nil, form) == .said(CommandTable.overview(form)))
    #expect(CommandTable.help("ALL", form) == .said(CommandTable.summaries(form)))
    #expect(CommandTable.summaries(form).count == CommandTable.entries.count)
    for entry in CommandTable.entries {
      #expect(
        CommandTable.help(entry.name.uppercased(), form)
          == .said(CommandTable.text(entry, form)))
    }
    #expect(
      CommandTable.help("nonsense", form).lines
        == ["error: \"nonsense\" is no command (help lists them)"])
  }

  @Test("On a screen help all comes in pages that fit it, with every command on one of them")
  func pages() throws {
    for rows in [6, 10, 15, 24, 60] {
      let form = ConsoleForm.screen(rows: rows)
      var seen: [String] = []
      var page = 1
      while page > 0 {
        guard case .said(let lines) = CommandTable.help("all \(page)", form) else { break }
        #expect(lines.count <= rows - 2, "\(rows) rows")
        let goesOn = lines.last == "help all \(page + 1) goes on"
        seen += goesOn ? lines.dropLast() : lines[...]
        page = goesOn ? page + 1 : 0
      }
      #expect(seen == CommandTable.summaries(form), "\(rows) rows")
    }
    #expect(
      CommandTable.help("all 9", .screen(rows: 15))
        == .wrong("there is no page 9; help all has 3"))
    #expect(CommandTable.help("all 2", .lines) == .wrong("there is no page 2; help all has one"))
    #expect(try CommandParser.parse("help all 2") == .help("all 2"))
  }

  @Test("A channel before its current is answered with the right order, an example in the ceiling")
  func order() {
    func said(_ line: String, _ ceiling: Microamperes? = nil) -> String {
      do throws(CommandError) {
        _ = try CommandParser.parse(line, ceiling: ceiling)
        return ""
      } catch {
        return error.message
      }
    }
    #expect(said("amplitude channel 1 20 mA").contains("write: amplitude 20 mA channel 1"))
    #expect(said("amplitude 1 25 mA").contains("write: amplitude 25 mA channel 1"))
    #expect(said("set ch 2 4.5mA").contains("write: set 4.5 mA channel 2"))
    #expect(!said("amplitude 1 25 mV").contains("write:"))
    #expect(!said("amplitude 60").contains("write:"))
    #expect(said("amplitude").hasSuffix("such as: amplitude 10 mA"))
    #expect(said("amplitude", .milliamperes(5)).hasSuffix("such as: amplitude 5 mA"))
  }

  @Test("An empty line and a comment ask for nothing", arguments: ["", "   ", "# 60 mA", "#stop"])
  func nothing(_ line: String) throws {
    #expect(try CommandParser.parse(line) == nil)
  }

  @Test("What is no command is refused in one line that says what to write")
  func refusals() {
    let cases: [(line: String, says: String)] = [
      ("strat", "did you mean start"), ("zzzz", "is no command"), ("amplitude", "is missing"),
      ("amplitude 60", "has no unit"), ("amplitude 60 V", "unit of another kind"),
      ("amplitude -5 mA", "negative"), ("amplitude nan", "finite"),
      ("amplitude 60 MA", "(\"mA\"?)"), ("amplitude 1e3 mA", "exponent"),
      ("amplitude 60 ms", "another kind"), ("amplitude 60 mA 70 mA", "too much"),
      ("amplitude 60 mA channel 0", "channels are 1 to"),
      ("amplitude 60 mA channel 9", "channels are 1 to"),
      ("amplitude 60 mA channel x", "digits"), ("start now", "too much"),
      ("load", "missing"), ("load x patient", "no value"), ("load x colour red", "no part"),
      ("load x patient A patient B", "too often"), ("load prescription", "missing"),
      ("load prescription p patient A", "states the patient"), ("load x area 0 cm2", "no area"),
      ("skin", "what was seen"), ("skin fine", "what was seen"), ("skin clear", "note"),
      ("acknowledge", "missing"), ("acknowledge 7", "note"), ("clock", "confirm"),
      ("load \"x", "not closed"), ("dose list patient", "missing"), ("protocol show", "missing"),
    ]
    for (line, says) in cases {
      let error = #expect(throws: CommandError.self, "\(line)") { try CommandParser.parse(line) }
      let message = error?.message ?? ""
      #expect(message.contains(says), "\(line): \(message)")
      #expect(!message.contains { $0.isNewline }, "\(line): \(message)")
    }
  }

  @Test("A line of control characters or beyond the bound is refused without echoing them")
  func hostile() {
    let escape = #expect(throws: CommandError.self) { try CommandParser.parse("\u{1B}[2Jx") }
    #expect(escape?.message.contains("\u{1B}") == false)
    let long = String(repeating: "a", count: 5_000)
    let error = #expect(throws: CommandError.self) { try CommandParser.parse(long) }
    #expect(error?.message.contains("1000 characters") == true)
  }

  @Test("Steps, sessions and notes are read in full")
  func others() throws {
    #expect(try CommandParser.parse("+") == .step(.up, channel: nil))
    #expect(try CommandParser.parse("down channel 2") == .step(.down, channel: 2))
    #expect(try CommandParser.parse("take over") == .take(over: true))
    #expect(try CommandParser.parse("take") == .take(over: false))
    #expect(try CommandParser.parse("skin lesion session 7") == .skin(isOK: false, session: 7))
    #expect(
      try CommandParser.parse("acknowledge 17 lead  replaced")
        == .acknowledge(event: 17, note: "lead replaced"))
    #expect(try CommandParser.parse("dose 12") == .doseShow(session: 12))
    #expect(try CommandParser.parse("dose") == .doseShow(session: nil))
    #expect(try CommandParser.parse("STOP") == .stop)
  }
}

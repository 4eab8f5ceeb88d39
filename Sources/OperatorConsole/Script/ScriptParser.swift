// Decides: which lines are a script; the whole of it is read before any is carried out.
// Leaves to others: the commands (CommandParser) and where the text comes from.

internal import CheckedFiles
internal import StimulationCore

/// A line that is no step of a script.
public struct ScriptError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Counted from 1.
  public let line: Int
  /// What is wrong and what to write.
  public let message: String

  /// As `12: message`; the file's name goes before it.
  public var description: String { "\(line): \(message)" }
}

/// Reads scripts.
public enum ScriptParser {
  /// The most lines of a script.
  public static let mostLines = 10_000
  /// How long an expectation without a time waits.
  static let usualWait = Nanoseconds.seconds(5)
  /// The words that begin a line which is no command.
  static let words = ["expect", "wait", "answer"]

  /// Every step of a script.
  public static func parse(_ text: String) throws(ScriptError) -> [ScriptLine] {
    var steps: [ScriptLine] = []
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    if lines.count > mostLines {
      throw ScriptError(line: mostLines + 1, message: "a script has at most \(mostLines) lines")
    }
    for (index, line) in lines.enumerated() {
      do throws(CommandError) {
        guard let step = try parse(line: String(line)) else { continue }
        if case .expectRefused = step, !Self.isCommand(steps.last?.step) {
          throw CommandError("expect refused follows the command that is to be refused")
        }
        steps.append(ScriptLine(number: index + 1, step: step))
      } catch {
        throw ScriptError(line: index + 1, message: error.message)
      }
    }
    return steps
  }

  private static func isCommand(_ step: ScriptStep?) -> Bool {
    if case .command = step { return true }
    return false
  }

  /// One line; `nil` for an empty line and a comment.
  static func parse(line: String) throws(CommandError) -> ScriptStep? {
    var words = try CommandWords(line)
    guard let first = words.peek?.lowercased(), self.words.contains(first) else {
      guard let command = try CommandParser.parse(line) else { return nil }
      return .command(command)
    }
    _ = words.take()
    let step =
      switch first {
      case "expect": try expectation(&words)
      case "wait": ScriptStep.wait(try duration(&words))
      default: try answer(&words)
      }
    if let more = words.peek {
      throw CommandError("\"\(TerminalText.safe(more))\" is too much for \(first)")
    }
    return step
  }

  private static func answer(_ words: inout CommandWords) throws(CommandError) -> ScriptStep {
    let wrong = CommandError(
      "write answer all no, answer QUESTION yes, answer skin ok or answer override NOTE")
    guard let subject = words.take()?.lowercased() else { throw wrong }
    if subject == "override" {
      let note = words.takeRest()
      if note.isEmpty { throw wrong }
      return .answerOverride(note)
    }
    guard let value = words.take()?.lowercased() else { throw wrong }
    if subject == "skin" {
      guard value == "ok" || value == "lesion" else { throw wrong }
      return .answerSkin(isOK: value == "ok")
    }
    guard let yes = ArmDialogue.yes(value) else { throw wrong }
    return .answer(question: subject == "all" ? nil : subject, yes: yes)
  }

  private static func expectation(
    _ words: inout CommandWords
  ) throws(CommandError) -> ScriptStep {
    guard let subject = words.take()?.lowercased() else {
      throw CommandError(
        "what is expected? state, phase, outcome, fault, amplitude, measured, train or refused")
    }
    if subject == "refused" {
      let text = words.takeRest()
      return .expectRefused(containing: text.isEmpty ? nil : text)
    }
    let expected = try figure(subject, &words)
    guard words.peek?.lowercased() == "within" else {
      return .expect(expected, within: usualWait)
    }
    _ = words.take()
    return .expect(expected, within: try duration(&words))
  }

  private static func figure(
    _ subject: String, _ words: inout CommandWords
  ) throws(CommandError) -> Expectation {
    switch subject {
    case "state":
      let name = try name(subject, &words)
      guard states.contains(name) else {
        throw CommandError(
          "\"\(TerminalText.safe(name))\" is no state; the states are "
            + states.joined(separator: ", "))
      }
      return .state(name)
    case "phase":
      let name = try name(subject, &words)
      guard let phase = ConsoleStatus.Phase(rawValue: name) else {
        let all = ConsoleStatus.Phase.allCases.map(\.rawValue).joined(separator: ", ")
        throw CommandError("\"\(TerminalText.safe(name))\" is no phase; the phases are \(all)")
      }
      return .phase(phase)
    case "outcome": return .outcome(try name(subject, &words))
    case "fault":
      guard let id = words.take() else { throw CommandError("which fault? name the interlock") }
      return .fault(id)
    case "amplitude", "measured":
      let comparison = comparison(&words)
      let current = try current(&words)
      let channel = try channel(&words)
      return subject == "amplitude"
        ? .amplitude(comparison, current, channel: channel)
        : .measured(comparison, current, channel: channel)
    case "train":
      let comparison = comparison(&words)
      return .train(comparison, try count(&words))
    default:
      throw CommandError(
        "\"\(TerminalText.safe(subject))\" cannot be expected; what can: state, phase, outcome, "
          + "fault, amplitude, measured, train, refused")
    }
  }

  private static let states = StateCode.allCases.map { "\($0.name)" }

  private static func name(
    _ subject: String, _ words: inout CommandWords
  ) throws(CommandError) -> String {
    guard let name = words.take() else { throw CommandError("which \(subject) is expected?") }
    return name.lowercased()
  }

  private static func comparison(_ words: inout CommandWords) -> Expectation.Comparison {
    guard let word = words.peek, let found = Expectation.Comparison(rawValue: word) else {
      return .equal
    }
    _ = words.take()
    return found
  }

  private static func channel(_ words: inout CommandWords) throws(CommandError) -> Int {
    guard words.peek?.lowercased() == "channel" else { return 1 }
    _ = words.take()
    let channel = try count(&words)
    guard (1...maximumChannels).contains(channel) else {
      throw CommandError("there is no channel \(channel); channels are 1 to \(maximumChannels)")
    }
    return channel
  }

  private static func current(_ words: inout CommandWords) throws(CommandError) -> Microamperes {
    do throws(QuantityError) {
      return try QuantityParser.parseCurrent(words.takeQuantity() ?? "")
    } catch {
      throw CommandError(TerminalText.safe(error.message))
    }
  }

  private static func count(_ words: inout CommandWords) throws(CommandError) -> Int {
    do throws(QuantityError) {
      return Int(try QuantityParser.parseCount(words.take() ?? ""))
    } catch {
      throw CommandError(TerminalText.safe(error.message))
    }
  }

  private static func duration(_ words: inout CommandWords) throws(CommandError) -> Nanoseconds {
    do throws(QuantityError) {
      return try QuantityParser.parseDuration(words.takeQuantity() ?? "")
    } catch {
      throw CommandError(TerminalText.safe(error.message))
    }
  }
}

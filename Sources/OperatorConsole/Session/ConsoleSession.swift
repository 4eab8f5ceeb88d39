// Decides: what a line leads to: a command, an answer of arming, or the look at the skin.
// Leaves to others: where lines come from and where words go (TerminalConsole, PlainConsole).

internal import ControlAPI
internal import StimulationCore

/// The operator's side of the console, used on the thread that draws.
final class ConsoleSession {
  /// What is being asked.
  enum Question: Equatable {
    case none
    case arming(ArmDialogue)
    case skin(session: Int64)
  }

  static let usualPrompt = "nmes> "

  let link: DaemonLink
  let runner: CommandRunner
  let stop: StopPath
  private let inbox: ConsoleInbox
  private(set) var names = KnownNames()
  private(set) var question = Question.none
  private(set) var isEnded = false
  private(set) var isAsked = true
  /// Commands whose outcome has not come yet.
  private(set) var pending = 0
  private var chart = CurrentChart()
  private var chartedCount = 0
  private var lastPhase: ConsoleStatus.Phase?
  private var lastState: String?
  private var askedAbout: Int64?
  private let print: ([String]) -> Void

  init(
    link: DaemonLink, stop: StopPath, inbox: ConsoleInbox, print: @escaping ([String]) -> Void
  ) {
    self.link = link
    self.stop = stop
    self.inbox = inbox
    self.print = print
    runner = CommandRunner(link)
  }

  /// Becomes the operator if nobody is, and learns names.
  func greet() {
    let inbox = inbox
    perform(.take(over: false))
    runner.fetchNames { change in inbox.post(.names(change)) }
  }

  var prompt: String {
    switch question {
    case .none: return Self.usualPrompt
    case .skin(let session):
      return "session \(session): skin under every electrode without a lesion? [y/n/later] "
    case .arming(let dialogue):
      if case .ask(let text) = dialogue.step { return text }
      return Self.usualPrompt
    }
  }

  // MARK: - Lines

  /// Takes a line of the operator.
  func take(_ line: String) {
    if line.trimmed.lowercased() == "stop" {
      stop.stop(.word)
      return
    }
    switch question {
    case .none: command(line)
    case .arming(let dialogue): answer(dialogue, line)
    case .skin(let session): answerSkin(session, line)
    }
  }

  private func command(_ line: String) {
    do throws(CommandError) {
      guard let command = try CommandParser.parse(line) else { return }
      perform(command)
    } catch {
      print(["error: \(error.message)"])
    }
  }

  private func perform(_ command: ConsoleCommand) {
    switch command {
    case .stop: stop.stop(.word)
    case .help(let name): print(help(name))
    case .quit: quit()
    case .status: print(PlainStatus.lines(view(at: ConsoleClock.now)))
    case .arm: arm()
    default:
      pending += 1
      let inbox = inbox
      runner.run(command) { inbox.post(.outcome($0)) }
    }
  }

  private func help(_ name: String?) -> [String] {
    guard let name else { return CommandTable.overview }
    guard let entry = CommandTable.entry(name.lowercased()) else {
      return ["error: \"\(TerminalText.safe(name))\" is no command (help lists them)"]
    }
    return CommandTable.text(entry)
  }

  private func quit() {
    if link.standing.status?.isEnergised == true { stop.stop(.word) }
    isEnded = true
  }

  // MARK: - Questions

  private func arm() {
    pending += 1
    let inbox = inbox
    runner.prepareArming { result in
      switch result {
      case .success(let ready):
        inbox.post(.arming(lines: ready.lines, questions: ready.questions))
      case .failure(let refused): inbox.post(.outcome(refused.outcome))
      }
    }
  }

  private func answer(_ dialogue: ArmDialogue, _ line: String) {
    var dialogue = dialogue
    if let problem = dialogue.answer(line) { print([problem]) }
    switch dialogue.step {
    case .ask: question = .arming(dialogue)
    case .abandoned(let reason):
      question = .none
      print([reason])
    case .complete(let answers):
      question = .none
      pending += 1
      let inbox = inbox
      runner.arm(answers) { inbox.post(.outcome($0)) }
    }
  }

  private func answerSkin(_ session: Int64, _ line: String) {
    let text = line.trimmed.lowercased()
    if text == "later" {
      question = .none
      print(["without skin ok or skin lesion this muscle's next session is refused (SR-51)"])
      return
    }
    guard let yes = ArmDialogue.yes(text) else {
      print(["answer y or n, or later"])
      return
    }
    question = .none
    perform(.skin(isOK: yes, session: session))
  }

  // MARK: - Events

  /// Takes what other threads handed over. Answers whether the screen's size has changed.
  func meet(_ events: [ConsoleEvent]) -> Bool {
    var isResized = false
    for event in events {
      switch event {
      case .lines(let lines): print(lines)
      case .outcome(let outcome):
        pending -= 1
        print(outcome.lines)
      case .arming(let lines, let questions):
        pending -= 1
        print(["START will run (first act: these questions; second act: start):"] + lines)
        question = .arming(ArmDialogue(questions: questions))
      case .stopped(let act, let notice):
        if case .arming = question { question = .none }
        print(["\(StopWords.line(notice)) [\(act.rawValue)]"])
      case .names(let change): change(&names)
      case .resized: isResized = true
      case .end(let isAsked):
        self.isAsked = isAsked
        isEnded = true
      }
    }
    return isResized
  }

  /// Follows the status: the chart, the end of a session, completion's amplitudes.
  func follow(at now: Nanoseconds) {
    let standing = link.standing
    chart.advance(to: now)
    guard let status = standing.status else { return }
    if standing.count != chartedCount, !status.channels.isEmpty {
      chartedCount = standing.count
      chart.add(status.channels.map(\.measured).max() ?? .zero, at: now)
    }
    names.channels = status.channels.count
    names.amplitudes = Array(Set(status.channels.map(\.ceiling))).sorted().map { "\($0)" }
    if status.state != lastState && status.isRunning { stop.forget() }
    if lastPhase == .open && status.phase == .over { over(status) }
    lastPhase = status.phase
    lastState = status.state
  }

  private func over(_ status: ConsoleStatus) {
    guard let session = status.session, askedAbout != session else { return }
    askedAbout = session
    let outcome = status.outcome.map { TerminalText.safe($0) } ?? "ended"
    print(["session \(session) is over: \(outcome)"])
    if status.lease == .mine, status.trains > 0, status.train > 0 {
      question = .skin(session: session)
    }
  }

  /// Everything that is shown.
  func view(at now: Nanoseconds) -> StatusView {
    let standing = link.standing
    var view = StatusView()
    view.status = standing.status
    view.link = standing.link
    view.chart = chart
    view.stop = stop.latest
    if let status = standing.status {
      // The loop's age counts while there is a loop that must be alive.
      let age = status.phase == .open ? status.age : .zero
      view.age = now - standing.receivedAt + age
    }
    return view
  }
}

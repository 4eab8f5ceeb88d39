// Decides: how a script's steps are carried out, and where it stops.
// Leaves to others: reading it (ScriptParser) and the exit status (nmes).

internal import ControlAPI
import Foundation
internal import StimulationCore
import Synchronization

/// What another thread will answer.
private final class Awaited<Value: Sendable>: Sendable {
  let value = Mutex<Value?>(nil)
}

/// A script on its way. STOP (Ctrl-C) ends it.
final class ScriptRun {
  private let file: String
  private let session: Parts
  private let print: ([String]) -> Void
  private var answers = ArmAnswers()
  private var answerAll: Bool?
  private var lastOutcome: CommandOutcome?
  private var ending: ConsoleEnd?
  private var hasQuit = false

  struct Parts {
    let console: ConsoleParts
    let runner: CommandRunner
  }

  init(file: String, parts: ConsoleParts, print: @escaping ([String]) -> Void) {
    self.file = file
    session = Parts(console: parts, runner: CommandRunner(parts.link))
    self.print = print
  }

  /// Carries out the steps up to `quit` or the first failure; a session that still runs is
  /// stopped.
  func run(_ steps: [ScriptLine]) -> ConsoleEnd {
    session.console.presence.advanced(at: ConsoleClock.now)
    var end = connect()
    if end == .done {
      end = outcome(of: perform(.take(over: false)), at: 0) ?? .done
    }
    for (index, line) in steps.enumerated() where end == .done && !hasQuit {
      let next = index + 1 < steps.count ? steps[index + 1].step : nil
      end = carryOut(line, next) ?? .done
    }
    let left = leave()
    return end == .done ? left : end
  }

  private func connect() -> ConsoleEnd {
    let isUp = wait(atMost: .seconds(5)) {
      session.console.link.standing.status != nil
    }
    if isUp { return .done }
    guard case .lost(let reason) = session.console.link.standing.link else {
      return .failed("the daemon does not answer")
    }
    return .failed(reason)
  }

  /// Stops what runs and is this script's; a script whose STOP is not confirmed has failed.
  private func leave() -> ConsoleEnd {
    let link = session.console.link
    // What the last step began is seen first; also after a STOP, which ends every other wait.
    let limit = ConsoleClock.now + Leading.patience
    while !link.standing.isLastActSeen, ConsoleClock.now < limit {
      session.console.presence.advanced(at: ConsoleClock.now)
      _ = Bell.wait(for: [], atMost: .milliseconds(10))
    }
    guard link.standing.leading.mustStop else { return .done }
    let notice = StopPath.deliver(directory)
    print(["\(StopWords.line(notice)) [end of script]"])
    guard case .inactive = notice else { return .failed("\(file): \(StopWords.line(notice))") }
    return .done
  }

  private var directory: RuntimeDirectory { session.console.directory }

  // MARK: - Steps

  /// `nil` when the step did what it should.
  private func carryOut(_ line: ScriptLine, _ next: ScriptStep?) -> ConsoleEnd? {
    if let end = endAfterStop() { return end }
    switch line.step {
    case .command(let command):
      let outcome = perform(command)
      lastOutcome = outcome
      if case .expectRefused? = next { return ending }
      return self.outcome(of: outcome, at: line.number)
    case .expectRefused(let text): return refused(text, at: line.number)
    case .expect(let expectation, let time): return expect(expectation, time, at: line.number)
    case .wait(let time):
      _ = wait(atMost: time) { false }
      return ending
    case .answer(let question, let yes):
      if let question { answers.answers[question] = yes } else { answerAll = yes }
    case .answerSkin(let isOK): answers.skinIsOK = isOK
    case .answerOverride(let note): answers.override = note
    }
    return nil
  }

  /// Once STOP is said nothing more is carried out, although it is not answered yet.
  private func endAfterStop() -> ConsoleEnd? {
    guard session.console.stop.said > 0 else { return nil }
    _ = wait(atMost: .seconds(5)) { false }
    return ending ?? .stopped("\(file): stopped")
  }

  private func place(_ number: Int) -> String { number > 0 ? "\(file):\(number)" : file }

  private func outcome(of outcome: CommandOutcome, at number: Int) -> ConsoleEnd? {
    if let ending { return ending }
    switch outcome {
    case .said(let lines):
      print(lines)
      return nil
    case .refused(let message): return .refused("\(place(number)): refused: \(message)")
    case .wrong(let message): return .wrong("\(place(number)): \(message)")
    case .failed(let message): return .failed("\(place(number)): \(message)")
    }
  }

  private func refused(_ text: String?, at number: Int) -> ConsoleEnd? {
    switch lastOutcome {
    case .refused(let message), .wrong(let message):
      guard let text, !message.lowercased().contains(text.lowercased()) else { return nil }
      return .failed("\(place(number)): refused without \"\(text)\": \(message)")
    case .failed(let message): return .failed("\(place(number)): \(message)")
    default: return .failed("\(place(number)): expected refused, but it was accepted")
    }
  }

  private func expect(
    _ expectation: Expectation, _ time: Nanoseconds, at number: Int
  ) -> ConsoleEnd? {
    // A status from before the step cannot speak for it.
    let before = session.console.link.standing.count
    let holds = wait(atMost: time) {
      let standing = session.console.link.standing
      guard standing.link == .up, standing.count > before + 1 else { return false }
      return standing.status.map { expectation.holds(in: $0) } ?? false
    }
    if holds { return nil }
    if let ending { return ending }
    let standing = session.console.link.standing
    guard standing.link == .up, let status = standing.status else {
      return .failed("\(place(number)): no status: the daemon is not reached")
    }
    return .failed(
      "\(place(number)): after \(time) found \(TerminalText.safe(expectation.found(in: status)))")
  }

  // MARK: - Commands

  private func perform(_ command: ConsoleCommand) -> CommandOutcome {
    switch command {
    case .stop:
      let notice = StopPath.deliver(directory)
      session.console.link.act()
      guard case .inactive = notice else { return .failed(StopWords.line(notice)) }
      return .said([StopWords.line(notice)])
    case .help(let name): return CommandTable.help(name, .lines)
    case .status:
      let standing = session.console.link.standing
      guard standing.status != nil else { return .failed("no status") }
      return .said(PlainStatus.lines(StatusView(standing, at: ConsoleClock.now)))
    case .quit:
      hasQuit = true
      return .said([])
    case .arm: return arm()
    default:
      return finish { done in session.runner.run(command, done) }
    }
  }

  private func arm() -> CommandOutcome {
    let prepared = Awaited<Result<CommandRunner.Prepared, CommandRunner.Refused>>()
    session.runner.prepareArming { result in prepared.value.withLock { $0 = result } }
    _ = wait(atMost: .seconds(6)) { prepared.value.withLock { $0 != nil } }
    switch prepared.value.withLock({ $0 }) {
    case nil: return .failed("the daemon did not answer")
    case .failure(let refused): return refused.outcome
    case .success(let ready):
      let questions = ready.questions
      print(ready.lines)
      var given = answers
      if let answerAll {
        for question in questions where given.answers[question.id] == nil {
          given.answers[question.id] = answerAll
        }
      }
      let open = questions.filter { given.answers[$0.id] == nil }.map(\.id)
      guard open.isEmpty else {
        return .wrong("not answered: \(open.joined(separator: ", ")); write answer QUESTION no")
      }
      if endAfterStop() != nil { return .failed("STOP was said: nothing was armed") }
      return finish { done in session.runner.arm(given, done) }
    }
  }

  /// Begins something and waits for what comes of it.
  private func finish(_ begin: (@escaping CommandRunner.Done) -> Void) -> CommandOutcome {
    let result = Awaited<CommandOutcome>()
    begin { outcome in result.value.withLock { $0 = outcome } }
    _ = wait(atMost: .seconds(6)) { result.value.withLock { $0 != nil } }
    return result.value.withLock { $0 } ?? .failed("the daemon did not answer")
  }

  // MARK: - Time

  /// Waits until something holds, proving progress meanwhile; ends early at STOP.
  private func wait(atMost time: Nanoseconds, until holds: () -> Bool) -> Bool {
    let limit = ConsoleClock.now + time
    while ending == nil {
      let now = ConsoleClock.now
      session.console.presence.advanced(at: now)
      for event in session.console.inbox.take() { meet(event) }
      if holds() { return true }
      if now >= limit { return false }
      let left = min(limit - now, .milliseconds(10))
      _ = Bell.wait(for: [session.console.inbox.bell.descriptor], atMost: left)
    }
    return false
  }

  private func meet(_ event: ConsoleEvent) {
    switch event {
    case .stopped(let act, let notice):
      print(["\(StopWords.line(notice)) [\(act.rawValue)]"])
      session.console.link.act()
      ending = .stopped("\(file): stopped by \(act.rawValue)")
    case .end: ending = ending ?? .stopped("\(file): ended by a signal")
    default: break
    }
  }
}

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

  /// How long the end of a session that leaving has stopped may take to be told.
  static let farewell = Nanoseconds.milliseconds(1_000)
  /// The daemon tells of this console's own STOP at most so much later.
  static let ownStop = Nanoseconds.seconds(3)
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
  private var news = StatusNews()
  private var checking: CheckThenArm?
  /// How often STOP had been said when arming began: arming does not outlast another.
  private var saidAtArm = 0
  /// Only a status after this one can speak of the check that arming waits for.
  private var checkedFrom = 0
  private var checkPassedAt: Nanoseconds?
  private var seenCount = 0
  private var lastPhase: ConsoleStatus.Phase?
  private var lastState: String?
  private var askedAbout: Int64?
  /// The session whose skin was looked at afterwards.
  private var skinSeen: Int64?
  /// When a STOP of this console was reported last.
  private var stoppedAt: Nanoseconds?
  /// The session whose STOP elsewhere was told.
  private var toldStop: Int64?
  /// How many statuses had come when the last STOP was reported.
  private var countAtStop = -2
  /// The session that stood then.
  private var stoppedSession: Int64?
  /// How many statuses had come when the first showed the session over.
  private var countAtEnd = -2
  /// Whether the status was asked for, and one from after STOP is waited for.
  private var isStatusDue = false
  /// Whether quit has sent STOP.
  private var hasStoppedToLeave = false
  /// The first line that failed.
  private(set) var failure: ConsoleEnd?
  private var lastKeyLines: [String] = []
  private var isAlarmDue = false
  private let mayLead: Bool
  private let form: () -> ConsoleForm
  private let print: ([String]) -> Void

  init(
    link: DaemonLink, stop: StopPath, inbox: ConsoleInbox, mayLead: Bool = true,
    form: @escaping () -> ConsoleForm, print: @escaping ([String]) -> Void
  ) {
    self.mayLead = mayLead
    self.link = link
    self.stop = stop
    self.inbox = inbox
    self.form = form
    self.print = print
    runner = CommandRunner(link, mayLead: mayLead)
  }

  /// Becomes the operator if nobody is, and learns names.
  func greet() {
    learnNames()
    guard mayLead else { return print([CommandRunner.looksOn]) }
    pending += 1
    let inbox = inbox
    runner.run(.take(over: false)) { inbox.post(.greeted($0)) }
  }

  private func learnNames() {
    let inbox = inbox
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

  /// Prints the status once it was asked for, from after a STOP.
  private func printStatus(at now: Nanoseconds) {
    guard isStatusDue, !isBeforeEnd(at: now) else { return }
    isStatusDue = false
    pending -= 1
    print(PlainStatus.lines(view(at: now)))
  }

  /// Whether the figures of the newest status may be from before a STOP or an end that is known
  /// already. Only while fresh ones come: what is old is told as it is.
  func isBeforeEnd(at now: Nanoseconds) -> Bool {
    let standing = link.standing
    guard standing.link == .up, DaemonLink.age(of: standing, at: now) <= StatusView.stale else {
      return false
    }
    return stop.latest == .sent || standing.count <= max(countAtStop, countAtEnd) + 1
  }

  /// Takes a line of the operator.
  ///
  /// - Parameter hasStopped: whether the keys were STOP already, as the word `stop` is.
  func take(_ line: String, hasStopped: Bool = false) {
    lastKeyLines = []
    endArmingAfterStop()
    if CommandParser.isStop(line) {
      if !hasStopped { stop.stop(.word) }
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
      let ceiling = link.standing.status?.channels.map(\.ceiling).min()
      guard let command = try CommandParser.parse(line, ceiling: ceiling) else { return }
      perform(command)
    } catch {
      tell(.wrong(error.message))
    }
  }

  /// Whether arming is under way, so that the end of input leaves it undone.
  var isArming: Bool {
    if case .arming = question { return true }
    return checking != nil
  }

  /// Prints what came of a line, and remembers the first that failed.
  private func tell(_ outcome: CommandOutcome) {
    failure = failure ?? ConsoleEnd(outcome)
    print(outcome.lines)
  }

  private func perform(_ command: ConsoleCommand) {
    switch command {
    case .stop: stop.stop(.word)
    case .help(let name): tell(CommandTable.help(name, form()))
    case .quit: quit()
    case .status:
      pending += 1
      isStatusDue = true
      printStatus(at: ConsoleClock.now)
    case .arm: arm()
    case .skin(_, let session):
      pending += 1
      let inbox = inbox
      // Without a number it is the last session, which is the one that is shown.
      let looked = session ?? link.standing.status?.session
      runner.run(command) { inbox.post(.skin(session: looked, $0)) }
    default:
      pending += 1
      let inbox = inbox
      runner.run(command) { inbox.post(.outcome($0)) }
    }
  }

  private func quit() {
    if link.standing.leading.isSessionOpen {
      stop.stop(.word)
      hasStoppedToLeave = true
    }
    isEnded = true
  }

  /// STOP is on its way before the console is gone, where the session is this console's; what came
  /// of it, and that the session is over, is told where it comes in time.
  func leave() {
    // A session that the last line began is seen first; one that is seen is not waited for.
    if !link.standing.leading.isSessionOpen || stop.latest != nil {
      wait(Leading.patience) { link.standing.isLastActSeen }
    }
    let mustStop = link.standing.leading.mustStop
    if mustStop, !hasStoppedToLeave, stop.latest != .sent { stop.stop(.hangUp) }
    wait(.milliseconds(StopPath.patience_ms)) { stop.latest != .sent }
    if mustStop || hasStoppedToLeave {
      wait(Self.farewell) { link.standing.link != .up || lastPhase != .open }
    }
    if let status = link.standing.status, status.phase == .over, status.train > 0,
      let session = status.session, !isSkinSeen(status), mustStop || hasStoppedToLeave
    {
      print([
        "look at the skin under every electrode of session \(session) and record it: nmes console, "
          + "then skin ok or skin lesion (SR-51)"
      ])
    }
  }

  /// Meets what comes until something holds, at most for a time.
  private func wait(_ time: Nanoseconds, until holds: () -> Bool) {
    let limit = ConsoleClock.now + time
    repeat {
      _ = meet(inbox.take())
      follow(at: ConsoleClock.now)
      if holds() { break }
      _ = Bell.wait(for: [inbox.bell.descriptor], atMost: .milliseconds(20))
    } while ConsoleClock.now < limit
    _ = meet(inbox.take())
  }

  // MARK: - Questions

  /// STOP was said since arming began: nothing that is answered or checked by now arms any more.
  private var isArmingStopped: Bool { stop.said != saidAtArm }

  private func endArmingAfterStop() {
    guard isArmingStopped else { return }
    if case .arming = question { question = .none }
    if checking != nil {
      checking = nil
      pending -= 1
    }
  }

  private func arm() {
    pending += 1
    saidAtArm = stop.said
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
    if let problem = dialogue.answer(line) {
      failure = failure ?? .wrong(problem)
      print([problem])
    }
    switch dialogue.step {
    case .ask: question = .arming(dialogue)
    case .abandoned(let reason):
      question = .none
      failure = failure ?? .refused(reason)
      print([reason])
    case .complete(let answers):
      question = .none
      pending += 1
      confirm(answers)
    case .standsAgainst(let answers):
      question = .none
      pending += 1
      // The daemon refuses it, with the reason, once it is on record (SR-51).
      arm(answers)
    }
  }

  /// Arms with these answers; after a fresh check where the last one is too old: who reads every
  /// question with the patient takes longer than a check lasts (SR-04).
  private func confirm(_ answers: ArmAnswers) {
    let now = ConsoleClock.now
    let isChecked = link.standing.status?.phase == .open && lastState == "checked"
    if isChecked, let passed = checkPassedAt, now - passed < CheckThenArm.freshness {
      arm(answers)
    } else {
      checkAgain(answers)
    }
  }

  private func arm(_ answers: ArmAnswers) {
    guard !isArmingStopped else {
      pending -= 1
      return
    }
    let inbox = inbox
    runner.arm(answers, expired: { inbox.post(.checkExpired(answers)) }) {
      inbox.post(.outcome($0))
    }
  }

  private func checkAgain(_ answers: ArmAnswers) {
    guard !isArmingStopped else {
      pending -= 1
      return
    }
    print(["answers kept; the board checks itself before it is armed (SR-04)"])
    let inbox = inbox
    runner.run(.selfCheck) { inbox.post(.checking(answers, $0)) }
  }

  private func follow(_ status: ConsoleStatus, count: Int, at now: Nanoseconds) {
    guard count > checkedFrom + 1, var waiting = checking else { return }
    switch waiting.follow(status, at: now) {
    case .wait: checking = waiting
    case .arm(let answers):
      checking = nil
      arm(answers)
    case .giveUp(let reason):
      checking = nil
      pending -= 1
      failure = failure ?? .failed(reason)
      print([reason])
    }
  }

  private func answerSkin(_ session: Int64, _ line: String) {
    let text = line.trimmed.lowercased()
    if text == "later" {
      question = .none
      print(["without skin ok or skin lesion this muscle's next session is refused (SR-51)"])
      return
    }
    if case .skin(let isOK, let named)? = try? CommandParser.parse(line) {
      question = .none
      perform(.skin(isOK: isOK, session: named ?? session))
      return
    }
    guard let yes = ArmDialogue.yes(text) else {
      // Any other command is carried out, and the question waits on.
      if let command = try? CommandParser.parse(line) { return perform(command) }
      failure = failure ?? .wrong("no answer to the question about the skin")
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
      case .lines(let lines):
        // A held key is refused the same thing again and again.
        if lines != lastKeyLines { print(lines) }
        lastKeyLines = lines
      case .greeted(let outcome):
        pending -= 1
        print(outcome.lines)
      case .outcome(let outcome):
        pending -= 1
        tell(outcome)
      case .skin(let session, let outcome):
        pending -= 1
        if case .said = outcome { skinSeen = session }
        tell(outcome)
      case .checking(let answers, .said):
        checking = CheckThenArm(answers, at: ConsoleClock.now)
        checkedFrom = link.standing.count
        endArmingAfterStop()
      case .checking(_, let outcome):
        pending -= 1
        tell(outcome)
      case .checkExpired(let answers): checkAgain(answers)
      case .arming(let lines, let questions):
        pending -= 1
        if isArmingStopped { break }
        print(["START will run (first act: these questions; second act: start):"] + lines)
        question = .arming(ArmDialogue(questions: questions))
      case .stopped(let act, let notice):
        countAtStop = link.standing.count
        link.act()
        stoppedAt = ConsoleClock.now
        endArmingAfterStop()
        if case .inactive = notice {
        } else {
          failure = failure ?? .failed(StopWords.line(notice))
        }
        print(["\(StopWords.line(notice)) [\(act.rawValue)]"])
      case .heard(let event): hear(event)
      case .names(let change): change(&names)
      case .resized: isResized = true
      case .end(let isAsked):
        self.isAsked = isAsked
        isEnded = true
      }
    }
    return isResized
  }

  /// Tells once for a session that it was not this console which stopped it.
  private func hear(_ event: HeardEvent) {
    guard case .stop(let actor) = event, let status = link.standing.status,
      let session = status.session, [.open, .over].contains(status.phase), toldStop != session
    else { return }
    let now = ConsoleClock.now
    let isOwn = stop.latest != nil || stoppedAt.map { now - $0 < Self.ownStop } ?? false
    if isOwn { return }
    toldStop = session
    print(["STOP was said elsewhere, by \(actor)"])
  }

  /// Follows the status: the chart, the end of a session, completion's amplitudes.
  func follow(at now: Nanoseconds) {
    let standing = link.standing
    endArmingAfterStop()
    chart.advance(to: now)
    let age = DaemonLink.age(of: standing, at: now)
    let told = news.follow(
      standing.link, standing.status, age: age, isReleased: standing.leading.isReleased)
    isAlarmDue = isAlarmDue || told.isAlarm
    if !told.lines.isEmpty { print(told.lines) }
    defer { printStatus(at: now) }
    guard let status = standing.status else { return }
    if standing.count != seenCount {
      seenCount = standing.count
      if !status.channels.isEmpty { chart.add(status.current, at: now) }
      follow(status, count: standing.count, at: now)
      settleStop(status, count: standing.count)
    }
    names.channels = status.channels.count
    names.amplitudes = Array(Set(status.channels.map(\.ceiling))).sorted().map { "\($0)" }
    if status.state != lastState {
      checkPassedAt = status.state == "checked" && lastState == "self-check" ? now : nil
    }
    if status.phase != lastPhase, [.idle, .loaded].contains(status.phase) {
      // What was measured belongs to the session before.
      chart = CurrentChart()
    }
    forgetStop(status, count: standing.count)
    if lastPhase == .open && status.phase == .over {
      countAtEnd = standing.count
      over(status)
    }
    lastPhase = status.phase
    lastState = status.state
  }

  /// How a STOP went is shown until there is another session, or arming anew. An alarm does not go
  /// because the session that it could not stop is seen to run.
  private func forgetStop(_ status: ConsoleStatus, count: Int) {
    if count <= countAtStop + 1 { stoppedSession = status.session }
    let isArmedAnew = status.state == "armed" && lastState != nil && lastState != "armed"
    if isArmedAnew || (status.phase == .open && status.session != stoppedSession) {
      stop.forget()
    } else if status.isRunning || [.idle, .loaded].contains(status.phase) {
      stop.forgetSuccess()
    }
  }

  /// Withdraws that a STOP was not confirmed once a status from after it shows outputs inactive.
  private func settleStop(_ status: ConsoleStatus, count: Int) {
    guard count > countAtStop + 1, !status.outputsAreActive, !status.isEnergised, stop.settle()
    else { return }
    print([StopWords.line(.inactiveByNow)])
  }

  private func over(_ status: ConsoleStatus) {
    guard let session = status.session, askedAbout != session else { return }
    askedAbout = session
    let outcome = status.outcome.map { TerminalText.safe($0) } ?? "ended"
    print(["session \(session) is over: \(outcome)"])
    // The log knows its patient and muscle now.
    learnNames()
    if status.lease == .mine, status.trains > 0, status.train > 0 {
      question = .skin(session: session)
    }
  }

  /// Whether something has happened that is to be heard; answers yes once.
  func takeAlarm() -> Bool {
    defer { isAlarmDue = false }
    return isAlarmDue
  }

  /// A status that was on its way when this console recorded it does not know of it yet.
  private func isSkinSeen(_ status: ConsoleStatus) -> Bool {
    status.isSkinSeen || (skinSeen != nil && status.session == skinSeen)
  }

  /// Everything that is shown.
  func view(at now: Nanoseconds) -> StatusView {
    let standing = link.standing
    var view = StatusView(standing, at: now)
    view.chart = chart
    view.isSkinSeen = standing.status.map(isSkinSeen) ?? false
    view.stop = stop.latest
    return view
  }
}

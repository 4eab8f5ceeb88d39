// Decides: which requests a command becomes, and how their answers read.
// Leaves to others: the connection (DaemonLink), arming's questions (ArmDialogue), STOP (StopPath).

internal import ControlAPI
import Foundation
internal import StimulationCore
import Synchronization

/// Carries out commands over a link.
public final class CommandRunner: Sendable {
  typealias Done = @Sendable (CommandOutcome) -> Void

  let link: DaemonLink
  private let loaded = Mutex<Loaded?>(nil)
  /// Whether what is loaded was armed from here, and so shown here.
  private let isArmedHere = Atomic<Bool>(false)

  /// What was loaded from here, and when.
  private struct Loaded {
    let summary: SessionSummary
    let mark: Leading.Mark
  }

  /// Why a terminal without a screen leads nothing: it cannot be asked whether it is still there.
  static let looksOn =
    "this terminal has no screen that answers, so this console looks on and cannot lead (SR-23); "
    + "set TERM to the terminal's kind, such as xterm, and leave standard output on it, or give "
    + "the lines by a pipe or by --script"
  private let mayLead: Bool

  /// A runner over a link.
  public init(_ link: DaemonLink, mayLead: Bool = true) {
    self.link = link
    self.mayLead = mayLead
  }

  /// The channels as the newest status shows them.
  private var channels: [ConsoleStatus.Channel] { link.standing.status?.channels ?? [] }

  /// Asks for something that may change what the status shows.
  private func send<R: ControlRequest>(
    _ request: R, _ done: @escaping @Sendable (Result<R.Response, ControlClientError>) -> Void
  ) {
    link.act()
    link.ask(request) { [self] result in
      // Also what was not answered may have been done.
      link.act()
      done(result)
    }
  }

  /// Asks, and tells what came of it.
  private func ask<R: ControlRequest>(
    _ request: R, _ done: @escaping Done, _ text: @escaping @Sendable (R.Response) -> [String]
  ) {
    send(request) { result in
      switch result {
      case .success(let response): done(.said(text(response)))
      case .failure(let error): done(CommandOutcome(error))
      }
    }
  }

  /// Carries out a command that needs no more questions.
  func run(_ command: ConsoleCommand, _ done: @escaping Done) {
    if !mayLead && command.isOperators { return done(.refused(Self.looksOn)) }
    switch command {
    case .load(let request): load(request, done)
    case .selfCheck: ask(SelfCheckRequest(), done) { _ in ["the board checks itself"] }
    case .start: start(done)
    case .target(let amplitude, let channel):
      let request = AmplitudeTargetRequest(amplitude: "\(amplitude)", channel: channel)
      let before = channels
      ask(request, done) { _ in
        [AmplitudeWords.target(amplitude, channel: channel, from: before)]
      }
    case .set(let amplitude, let channel):
      let request = AmplitudeSetRequest(amplitude: "\(amplitude)", channel: channel)
      let before = channels
      ask(request, done) { _ in
        [AmplitudeWords.plain(amplitude, channel: channel, of: before)]
      }
    case .step(let direction, let channel): step(direction, channel, done)
    case .pause: ask(PauseRequest(), done) { _ in ["paused: phases off, setpoints at zero"] }
    case .resume:
      let example = AmplitudeWords.example(within: channels.map(\.ceiling).min())
      ask(ResumeRequest(), done) { _ in
        ["goes on at zero; give an amplitude: amplitude \(example) (or +)"]
      }
    case .reset: ask(ResetRequest(), done) { _ in ["reset asked for; a fresh check is needed"] }
    case .unload: ask(UnloadRequest(), done) { _ in ["nothing is loaded"] }
    case .take(let over): take(over: over, done)
    case .release: release(done)
    default: runRecords(command, done)
    }
  }

  private func runRecords(_ command: ConsoleCommand, _ done: @escaping Done) {
    switch command {
    case .protocolList:
      ask(ProtocolListRequest(), done) { ListingText.protocols($0.protocols) }
    case .protocolShow(let name):
      ask(ProtocolShowRequest(name: name), done) { ListingText.lines($0.text) }
    case .prescriptionList:
      ask(PrescriptionListRequest(), done) { ListingText.prescriptions($0.prescriptions) }
    case .prescriptionShow(let name):
      ask(PrescriptionShowRequest(name: name), done) { ListingText.lines($0.text) }
    case .skin(let isOK, let session):
      let request = SkinCheckRequest(finding: isOK ? .ok : .lesion, session: session)
      ask(request, done) { _ in
        [isOK ? "skin recorded: ok" : "lesion recorded: a clinician clears the next session"]
      }
    case .skinClear(let note):
      ask(SkinClearRequest(note: note), done) { _ in ["clearance recorded"] }
    case .hazards: ask(HazardListRequest(), done) { ListingText.hazards($0.hazards) }
    case .acknowledge(let event, let note):
      let request = HazardAcknowledgeRequest(event: event, note: note)
      ask(request, done) { _ in ["hazard \(event) acknowledged"] }
    case .clockConfirm: ask(ClockConfirmRequest(), done) { _ in ["the clock is confirmed"] }
    case .doseList(let patient):
      ask(DoseListRequest(patient: patient), done) { ListingText.lines($0.text) }
    case .doseShow(let session):
      let request = DoseShowRequest(session: session.map { .session($0) } ?? .last)
      ask(request, done) { ListingText.lines($0.text) }
    default: preconditionFailure("\(command) is carried out elsewhere")
    }
  }

  /// Starts, and lets the setpoint climb to what was shown before arming (SR-50).
  private func start(_ done: @escaping Done) {
    let standing = link.standing
    let isShown = isArmedHere.load(ordering: .relaxed) && summary != nil
    let mayBeArmed =
      standing.status?.state == "\(StateCode.armed.name)" || standing.leading.isBehindOther
    guard isShown || !mayBeArmed else {
      done(
        .refused(
          "what is armed was not shown at this console; stop it, load it and arm it here (SR-50)"))
      return
    }
    send(StartRequest()) { [self] result in
      switch result {
      case .success: climb(done)
      case .failure(let error): done(CommandOutcome(error))
      }
    }
  }

  private func climb(_ done: @escaping Done) {
    // A climb is of every channel to one amplitude: a second one would end the first.
    guard let summary, let start = summary.startingAmplitudes_uA.first, start > 0,
      summary.startingAmplitudes_uA.allSatisfy({ $0 == start })
    else {
      done(.said(["started at zero; amplitude CURRENT or + raises it"]))
      return
    }
    let amplitude = Microamperes(Int32(clamping: start))
    ask(AmplitudeTargetRequest(amplitude: "\(amplitude)", channel: nil), done) { _ in
      ["started at zero; climbs to \(SummaryText.starts(summary))"]
    }
  }

  private func load(_ request: LoadRequest, _ done: @escaping Done) {
    let areas = request.electrodeAreas.map { "\($0)" }
    let message = SessionLoadRequest(
      protocolName: request.protocolName, prescription: request.prescription,
      patient: request.patient, muscle: request.muscle,
      electrodeAreas: areas.isEmpty ? nil : areas,
      amplitude: request.amplitude.map { "\($0)" }, trains: request.trains)
    send(message) { [self] result in
      switch result {
      case .success(let summary):
        isArmedHere.store(false, ordering: .relaxed)
        loaded.withLock { $0 = Loaded(summary: summary, mark: link.standing.leading.mark) }
        done(.said(["loaded; nothing is energised. Next: check"] + SummaryText.lines(summary)))
      case .failure(let error): done(CommandOutcome(error))
      }
    }
  }

  private func step(
    _ direction: ConsoleCommand.Direction, _ channel: Int?, _ done: @escaping Done
  ) {
    let request = AmplitudeStepRequest(direction: direction == .up ? .up : .down, channel: channel)
    let before = channels
    ask(request, done) { [AmplitudeWords.step(direction, $0.channels, from: before)] }
  }

  /// One step by a key. The status shows what was set, and a key that is held is bounded by
  /// SR-14 as it should be; only what else is refused needs words.
  func stepByKey(
    _ direction: ConsoleCommand.Direction, _ refused: @escaping @Sendable ([String]) -> Void
  ) {
    let request = AmplitudeStepRequest(direction: direction == .up ? .up : .down, channel: nil)
    link.ask(request) { result in
      guard case .failure(let error) = result else { return }
      if case .refused(let refusal) = error, refusal.data?.reason == "rise" { return }
      refused(CommandOutcome(error).lines)
    }
  }

  private func take(over: Bool, _ done: @escaping Done) {
    link.ask(LeaseTakeRequest(takeOver: over ? true : nil)) { [link] result in
      switch result {
      case .success(let response):
        link.hold(response.lease)
        done(.said(["this console is the operator"]))
      case .failure(let error): done(CommandOutcome(error))
      }
    }
  }

  private func release(_ done: @escaping Done) {
    guard let lease = link.lease else {
      done(.refused("this console holds no lease"))
      return
    }
    guard link.standing.status?.isEnergised != true else {
      done(.refused("a session runs, and ends in a fault where nobody leads (SR-23); stop first"))
      return
    }
    link.release()
    ask(LeaseReleaseRequest(lease: lease), done) { _ in
      ["this console is the operator no longer"]
    }
  }

  // MARK: - Arming

  /// What SR-50 shows before arming, and the questions; or why there is nothing to arm.
  func prepareArming(_ done: @escaping @Sendable (Result<Prepared, Refused>) -> Void) {
    if let reason = mayLead ? armingRefusal : Self.looksOn {
      done(.failure(Refused(outcome: .refused(reason))))
      return
    }
    guard let summary else {
      done(
        .failure(
          Refused(
            outcome: .refused(
              "what is loaded was not shown here; load it from this console (SR-50)"))))
      return
    }
    link.ask(QuestionsRequest()) { result in
      switch result {
      case .success(let response):
        let questions = response.questions.map { question in
          SafetyQuestion(
            id: question.id, question: TerminalText.safe(Self.bare(question.question)),
            mayBeOverridden: question.mayBeOverridden)
        }
        done(.success(Prepared(lines: SummaryText.lines(summary), questions: questions)))
      case .failure(let error): done(.failure(Refused(outcome: CommandOutcome(error))))
      }
    }
  }

  /// What the status says against arming, where it speaks of now.
  private var armingRefusal: String? {
    let standing = link.standing
    guard standing.link == .up, !standing.leading.isBeforeAct else { return nil }
    return standing.status.flatMap {
      ArmingRefusal.reason($0, isOperator: standing.lease != nil)
    }
  }

  /// What was loaded from here, where nobody else can have loaded or armed something since.
  private var summary: SessionSummary? {
    let standing = link.standing
    guard let loaded = loaded.withLock({ $0 }), standing.leading.isUnbroken(since: loaded.mark)
    else { return nil }
    let summary = loaded.summary
    // A status that was on its way when the answer came does not know of it yet.
    if loaded.mark.isNew(at: standing.count) { return summary }
    guard let status = standing.status, status.patient == summary.patient,
      status.muscle == summary.muscle, status.protocolName == summary.protocolName
    else { return nil }
    return summary
  }

  /// The question without the mark of its source, which the log keeps.
  static func bare(_ question: String) -> String {
    guard let end = question.lastIndex(of: "?") else { return question }
    return String(question[...end])
  }

  /// Arms with these answers.
  func arm(_ answers: ArmAnswers, _ done: @escaping Done) {
    arm(answers, expired: nil, done)
  }

  /// Arms with these answers; hears of it when the board's check is too old for that (SR-04).
  func arm(
    _ answers: ArmAnswers, expired: (@Sendable () -> Void)?, _ done: @escaping Done
  ) {
    let request = ArmRequest(
      answers: answers.answers, override: answers.override,
      skin: answers.skinIsOK.map { $0 ? .ok : .lesion })
    send(request) { [self] result in
      switch result {
      case .success:
        isArmedHere.store(true, ordering: .relaxed)
        done(.said(["armed. Next: start begins the session"]))
      case .failure(.refused(let refusal)) where refusal.data?.reason == "self-check-expired":
        if let expired { expired() } else { done(CommandOutcome(.refused(refusal))) }
      case .failure(let error): done(CommandOutcome(error))
      }
    }
  }

  struct Prepared: Sendable {
    let lines: [String]
    let questions: [SafetyQuestion]
  }

  struct Refused: Error {
    let outcome: CommandOutcome
  }

  // MARK: - Names

  /// Fetches what completion offers.
  func fetchNames(
    _ done:
      @escaping @Sendable (@escaping @Sendable (inout KnownNames) -> Void)
      -> Void
  ) {
    link.ask(ProtocolListRequest()) { result in
      guard case .success(let response) = result else { return }
      done { $0.protocols = response.protocols.map(\.name) }
    }
    link.ask(PrescriptionListRequest()) { result in
      guard case .success(let response) = result else { return }
      done { $0.prescriptions = response.prescriptions.map(\.name) }
    }
    link.ask(DoseListRequest()) { result in
      guard case .success(let response) = result else { return }
      done { names in
        names.patients = Self.distinct("patient", response.sessions)
        names.muscles = Self.distinct("muscle", response.sessions)
      }
    }
  }

  private static func distinct(_ key: String, _ sessions: [JSONValue]) -> [String] {
    var found: Set<String> = []
    for session in sessions {
      if case .object(let fields) = session, case .string(let name)? = fields[key] {
        found.insert(name)
      }
    }
    return found.sorted()
  }
}

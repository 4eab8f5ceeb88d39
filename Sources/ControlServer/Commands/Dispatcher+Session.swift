// Decides: how sessions are led from outside.
// Leaves to others: the session itself (Stimulator) and who may lead (Dispatcher).

import CheckedFiles
import ControlAPI
import Foundation
import ProtocolLibrary
import SessionController
import StimulationCore

extension Dispatcher {
  func session(
    _ method: Method, _ params: JSONValue, _ actor: String, _ lease: OperatorLease,
    _ stops: UInt64
  ) throws(RPCError) -> Answer {
    switch method {
    case .sessionLoad:
      return try serve(params, SessionLoadRequest.self) { request throws(RPCError) in
        try load(request, actor)
      }
    case .sessionQuestions:
      let questions = Contraindication.allCases.map {
        QuestionsRequest.Question(
          id: $0.rawValue, question: $0.question, mayBeOverridden: $0.mayBeOverridden)
      }
      return Answer(json: ReplyText.json(QuestionsRequest.Response(questions: questions)))
    case .sessionArm:
      return try serve(params, ArmRequest.self) { request throws(RPCError) in
        try arm(request, actor, lease)
      }
    default:
      steps.withLock { $0 = [:] }
      if method == .sessionSelfCheck || method == .sessionStart { try mustHoldToday() }
      try asked { () throws(StimulatorError) in
        switch method {
        case .sessionSelfCheck: try stimulator.selfCheck(actor: actor, lease: lease, since: stops)
        case .sessionStart: try stimulator.start(actor: actor, lease: lease)
        case .sessionPause: try stimulator.pause(actor: actor)
        case .sessionResume: try stimulator.resume(actor: actor, lease: lease)
        case .sessionReset: try stimulator.reset(actor: actor)
        case .sessionUnload: try stimulator.unload(actor: actor)
        default: preconditionFailure("\(method.rawValue) leads no session")
        }
      }
      return Answer(json: "{}")
    }
  }

  private func arm(
    _ request: ArmRequest, _ actor: String, _ lease: OperatorLease
  ) throws(RPCError) -> Done {
    var answers: [Contraindication: Bool] = [:]
    for (id, answer) in request.answers.sorted(by: { $0.key < $1.key }) {
      guard let question = Contraindication(rawValue: id) else {
        throw .parameters(
          "session.arm: there is no question \"\(id.prefix(64))\"; session.questions lists them")
      }
      answers[question] = answer
    }
    let override = request.override ?? ""
    guard override.isEmpty || TextForm.paragraph.allows(override) else {
      throw .parameters("session.arm: override is not \(TextForm.paragraph.expectation)")
    }
    try mustHoldToday()
    let given = SessionAnswers(
      contraindications: answers, override: override,
      skin: request.skin.map { $0 == .ok ? .ok : .lesion })
    try asked { () throws(StimulatorError) in
      try stimulator.arm(given, actor: actor, lease: lease)
    }
    return Done()
  }

  /// A prescription that was loaded on its last day does not lead on into the next.
  private func mustHoldToday() throws(RPCError) {
    guard let prescription = stimulator.status.planned?.prescription else { return }
    let today = try today()
    do throws(SessionRefusal) { try prescription.mustHold(on: today) } catch {
      throw RPCError(error)
    }
  }

  private func load(
    _ request: SessionLoadRequest, _ actor: String
  ) throws(RPCError) -> ControlAPI.SessionSummary {
    let planned = try plan(request)
    try asked { () throws(StimulatorError) in try stimulator.load(planned, actor: actor) }
    steps.withLock { $0 = [:] }
    var summary = Self.summary(planned, prescription: request.prescription)
    summary.standsAgainst = (try? history.reader()).flatMap {
      stimulator.standsAgainst(planned, in: $0)
    }
    return summary
  }

  private func plan(_ request: SessionLoadRequest) throws(RPCError) -> PlannedSession {
    let prescription: Prescription?
    let name: String
    switch (request.protocolName, request.prescription) {
    case (let stated?, nil):
      prescription = nil
      name = stated
    case (nil, let stated?):
      let found = try library.prescription(stated)
      prescription = found
      name = found.fields.protocolName
    default:
      throw .parameters("session.load: name either a protocol or a prescription")
    }
    let therapy = try library.therapy(name)
    var areas: [SquareMillimetres] = []
    for text in request.electrodeAreas ?? [] {
      areas.append(try Self.quantity("electrodeAreas", text, QuantityParser.parseArea))
    }
    var amplitude: Microamperes?
    if let text = request.amplitude {
      amplitude = try Self.quantity("amplitude", text, QuantityParser.parseCurrent)
    }
    let asked = SessionRequest(
      therapy: therapy, prescription: prescription, patient: request.patient ?? "",
      muscle: request.muscle ?? "", electrodeAreas: areas, amplitude: amplitude,
      trains: request.trains, today: try today())
    let host = stimulator.host
    do throws(SessionRefusal) {
      return try asked.makeSession(
        on: host.capabilities, layer: host.limits(for: prescription?.fields.envelope ?? .standard))
    } catch {
      throw RPCError(error)
    }
  }

  /// Reads a quantity with its unit.
  static func quantity<Value>(
    _ key: String, _ text: String, _ parse: (String) throws(QuantityError) -> Value
  ) throws(RPCError) -> Value {
    do throws(QuantityError) { return try parse(text) } catch {
      throw RPCError(
        .invalidParameters, "\(key): \(error.message)", reason: "quantity", requirement: "SR-11")
    }
  }

  /// The day by the session's clock, where the daemon stands.
  private func today() throws(RPCError) -> CalendarDate {
    let wall = stimulator.clock.reading(at: stimulator.host.exchange.now).wall
    var seconds = time_t(wall.nanosecondsSince1970 / 1_000_000_000)
    // SAFETY: the structure is of plain numbers and a text that is not used; the call reads one
    // number and fills it in.
    var parts = unsafe tm()
    guard unsafe localtime_r(&seconds, &parts) != nil,
      let today = unsafe CalendarDate(
        year: Int(parts.tm_year) + 1_900, month: Int(parts.tm_mon) + 1, day: Int(parts.tm_mday))
    else {
      throw RPCError(.internalError, "the wall clock shows no day; set it", reason: "clock")
    }
    return today
  }

  private static func summary(
    _ planned: PlannedSession, prescription: String?
  ) -> ControlAPI.SessionSummary {
    let plan = planned.plan
    let channels = (0..<plan.channelCount).map { plan[channel: $0] }
    return ControlAPI.SessionSummary(
      patient: planned.patient, muscle: planned.muscle, side: planned.side?.rawValue,
      stage: planned.therapy.stage.rawValue, protocolName: planned.therapy.name,
      version: planned.therapy.version, prescription: prescription,
      electrodeAreas_mm2: channels.map { Int64($0.electrodeArea.rawValue) },
      ceilings_uA: channels.map { Int64($0.ceiling.rawValue) },
      startingAmplitudes_uA: channels.map { Int64($0.startingAmplitude.rawValue) },
      duration_ms: PlanCheck.scheduleLength(plan.train).rawValue / 1_000_000,
      trains: plan.train.trains, envelope: "\(planned.envelope)")
  }
}

// Decides: how skin, hazards, the clock and doses are told and asked from outside.
// Leaves to others: the log (DoseLog).

import CheckedFiles
import ControlAPI
import DoseLog
import Foundation
import SessionController
import StimulationCore

extension Dispatcher {
  private var now: ClockReading {
    stimulator.clock.reading(at: stimulator.host.exchange.now)
  }

  func records(
    _ method: Method, _ params: JSONValue, _ actor: String
  ) throws(RPCError) -> Answer {
    switch method {
    case .skinCheck:
      return try serve(params, SkinCheckRequest.self) { request throws(RPCError) in
        try checkSkin(request, actor)
      }
    case .skinClear:
      return try serve(params, SkinClearRequest.self) { request throws(RPCError) in
        try Self.note("skin.clear", request.note)
        let muscle = try muscle(of: request.session)
        try logged { () throws(DoseLogError) in
          _ = try stimulator.writer.clearSkin(
            of: muscle, actor: actor, text: request.note, at: now)
        }
        return Done()
      }
    case .hazardList: return try hazards()
    case .hazardAcknowledge:
      return try serve(params, HazardAcknowledgeRequest.self) { request throws(RPCError) in
        try Self.note("hazard.acknowledge", request.note)
        try logged { () throws(DoseLogError) in
          _ = try stimulator.writer.acknowledge(
            event: request.event, actor: actor, text: request.note, at: now)
        }
        return Done()
      }
    case .clockConfirm:
      try logged { () throws(DoseLogError) in
        _ = try stimulator.writer.confirmClock(actor: actor, at: now)
      }
      return Answer(json: "{}")
    case .doseList:
      return try serve(params, DoseListRequest.self) { request throws(RPCError) in
        try list(request)
      }
    default:
      return try serve(params, DoseShowRequest.self) { request throws(RPCError) in
        var session: Int64?
        if case .session(let number) = request.session { session = number }
        let detail = try detail(session)
        return DoseShowRequest.Response(
          session: try Self.json(detail), text: DoseTables.show(detail))
      }
    }
  }

  private static func note(_ method: String, _ text: String) throws(RPCError) {
    guard TextForm.paragraph.allows(text) else {
      throw .parameters("\(method): note is not \(TextForm.paragraph.expectation)")
    }
  }

  private func checkSkin(_ request: SkinCheckRequest, _ actor: String) throws(RPCError) -> Done {
    let detail = try detail(request.session)
    guard case .closed = detail.summary.state else {
      throw RPCError(
        .notInPhase, "session \(detail.summary.session) is not over; check the skin afterwards",
        reason: "not-in-phase", requirement: "SR-51")
    }
    let check = SkinCheck(
      moment: .after, finding: request.finding == .ok ? .ok : .lesion, actor: actor,
      isSimulated: stimulator.host.place.isSimulated)
    try logged { () throws(DoseLogError) in
      _ = try stimulator.writer.log(
        check, muscle: detail.summary.muscle, session: detail.summary.session, at: now)
    }
    stimulator.skinWasSeen(after: detail.summary.session)
    return Done()
  }

  /// A session's muscle. Without a session: what is loaded, for a lesion that was seen before there
  /// was a session stands against it, or else the last session's.
  private func muscle(of session: Int64?) throws(RPCError) -> MuscleKey {
    if session == nil, let planned = stimulator.status.planned { return planned.muscleKey }
    return try detail(session).summary.muscle
  }

  /// A session's detail; the last one's when none is named.
  private func detail(_ session: Int64?) throws(RPCError) -> SessionDetail {
    let found = try logged { () throws(DoseLogError) -> SessionDetail? in
      let reader = try history.reader()
      if let session { return try reader.detail(SessionID(rawValue: session)) }
      guard let last = try reader.lastSession() else { return nil }
      return try reader.detail(last)
    }
    guard let found else { throw .parameters("the log holds no session yet") }
    return found
  }

  private func hazards() throws(RPCError) -> Answer {
    let standing = try logged { () throws(DoseLogError) in
      try history.reader().hazards(on: stimulator.host.place.board)
    }
    let list = standing.map {
      HazardListRequest.Hazard(
        event: $0.event, interlock: $0.interlock, session: $0.session?.rawValue,
        channel: $0.channel.map { Int($0) + 1 }, at: "\($0.wall)")
    }
    return Answer(json: ReplyText.json(HazardListRequest.Response(hazards: list)))
  }

  private func list(_ request: DoseListRequest) throws(RPCError) -> DoseListRequest.Response {
    let limit = request.limit ?? DoseListRequest.usual
    guard (1...DoseListRequest.most).contains(limit) else {
      throw .parameters("dose.list: limit is 1 to \(DoseListRequest.most), not \(limit)")
    }
    let sessions = try logged { () throws(DoseLogError) -> [DoseLog.SessionSummary] in
      try history.reader().sessions(newest: limit, patient: request.patient)
    }
    var list: [JSONValue] = []
    for session in sessions { list.append(try Self.json(session)) }
    return DoseListRequest.Response(sessions: list, text: DoseTables.list(sessions))
  }

  private static func json(_ value: some Encodable) throws(RPCError) -> JSONValue {
    do {
      return try JSONValue(json: Array(JSONEncoder().encode(value)))
    } catch {
      throw RPCError(.internalError, "the log's record cannot be told: \(error)", reason: "log")
    }
  }
}

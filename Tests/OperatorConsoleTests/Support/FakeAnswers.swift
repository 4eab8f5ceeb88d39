// Decides: what a fake daemon does and answers where a test wants nothing else.
// Leaves to others: its sockets (FakeDaemon).

import ControlAPI
import Foundation

extension FakeDaemon {
  /// What a session's ordinary course does to the status.
  static func act(_ method: String, _ state: inout State) -> RPCError? {
    switch method {
    case "lease.take":
      state.leases += 1
      state.status.lease.mine = true
      state.status.lease.holder = LeaseHolder(uid: 0, client: "nmes console")
    case "lease.release":
      state.status.lease.mine = false
      state.status.lease.holder = nil
    case "session.load":
      state.status.phase = "loaded"
      state.status.patient = summary.patient
      state.status.muscle = summary.muscle
      state.status.protocolName = summary.protocolName
    case "session.selfCheck":
      if state.status.phase != "open" {
        state.status.session = (state.status.session ?? 0) + 1
      }
      state.status.phase = "open"
      state.status.state = "checked"
    case "session.arm": state.status.state = "armed"
    case "session.start":
      state.status.state = "running"
      state.status.train = 1
    default: break
    }
    return nil
  }

  static let summary = SessionSummary(
    patient: "P001", muscle: "quadriceps", side: nil, stage: "S4", protocolName: "preset",
    version: "1.0.0", prescription: nil, electrodeAreas_mm2: [18_000], ceilings_uA: [55_000],
    startingAmplitudes_uA: [10_000], duration_ms: 60_000, trains: 3, envelope: "standard")

  static func result(_ method: String, _ state: State) -> JSONValue {
    switch method {
    case "system.hello":
      json(
        HelloRequest.Response(
          product: "nmesd", version: "0", board: "simulated", isSimulated: true,
          socket: .control, uid: 0))
    case "events.subscribe": json(EventsSubscribeRequest.Response(newest: 0))
    case "lease.take":
      json(
        LeaseTakeRequest.Response(
          lease: "L\(state.leases)", holder: LeaseHolder(uid: 0, client: "nmes console")))
    case "protocol.list": json(ProtocolListRequest.Response(protocols: []))
    case "prescription.list": json(PrescriptionListRequest.Response(prescriptions: []))
    case "dose.list": json(DoseListRequest.Response(sessions: [], text: ""))
    case "hazard.list": json(HazardListRequest.Response(hazards: []))
    case "session.questions":
      json(
        QuestionsRequest.Response(questions: [
          QuestionsRequest.Question(id: "implant", question: "Implant?", mayBeOverridden: false)
        ]))
    case "session.load": json(summary)
    case "status.get": json(state.status)
    default: .object([:])
    }
  }

  private static func json(_ value: some Encodable) -> JSONValue {
    let data = (try? JSONEncoder().encode(value)) ?? Data()
    return (try? JSONDecoder().decode(JSONValue.self, from: data)) ?? .null
  }
}

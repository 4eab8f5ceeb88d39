// Decides: that the OpenRPC document says what the server does.
// Leaves to others: what the methods do.

import ControlAPI
import Foundation
import Testing

@testable import ControlServer

@Suite("OpenRPC document") struct OpenRPCTests {
  static func document() throws -> JSONValue {
    let file = ServedStimulator.repository
      .appendingPathComponent("Sources/ControlServer/ControlServer.docc/openrpc.json")
    return try JSONDecoder().decode(JSONValue.self, from: Data(contentsOf: file))
  }

  static func list(_ value: JSONValue?) -> [JSONValue] {
    guard case .array(let items)? = value else { return [] }
    return items
  }

  @Test("It lists the server's methods with their access and parameters, and no others")
  func methods() throws {
    let listed = Self.list(try Self.document()["methods"])
    #expect(listed.compactMap { $0["name"]?.text } == Method.allCases.map(\.rawValue))
    for entry in listed {
      guard let method = entry["name"]?.text.flatMap(Method.init(rawValue:)) else { continue }
      #expect(entry["x-access"]?.text == method.access.rawValue, "\(method)")
      let parameters = Self.list(entry["params"]).map {
        MethodParameter(
          name: $0["name"]?.text ?? "", isRequired: $0["required"] == .boolean(true))
      }
      #expect(parameters == method.parameters, "\(method)")
      #expect(entry["summary"]?.text?.isEmpty == false, "\(method)")
    }
  }

  @Test("It lists the errors that the server answers")
  func errors() throws {
    guard case .object(let errors)? = try Self.document()["components"]?["errors"] else {
      Issue.record("no errors")
      return
    }
    let codes = errors.values.compactMap { $0["code"]?.integer }.sorted()
    #expect(codes == ErrorCode.all.map { Int64($0.rawValue) }.sorted())
  }

  @Test("The server takes the parameters that the messages send")
  func messages() throws {
    try check(HelloRequest(client: "c"))
    try check(ProtocolShowRequest(name: "n"))
    try check(PrescriptionShowRequest(name: "n"))
    try check(
      SessionLoadRequest(
        protocolName: "p", prescription: "p", patient: "p", muscle: "m", electrodeAreas: [],
        amplitude: "1 mA", trains: 1))
    try check(ArmRequest(answers: [:], override: "o", skin: .ok))
    try check(AmplitudeSetRequest(amplitude: "1 mA", channel: 1))
    try check(AmplitudeTargetRequest(amplitude: "1 mA", channel: 1))
    try check(AmplitudeStepRequest(direction: .up, channel: 1))
    try check(SkinCheckRequest(finding: .ok, session: 1))
    try check(SkinClearRequest(note: "n", session: 1))
    try check(HazardAcknowledgeRequest(event: 1, note: "n"))
    try check(DoseListRequest(patient: "p", limit: 1))
    try check(DoseShowRequest(session: .last))
    try check(EventsSubscribeRequest(after: 0))
    try check(LeaseTakeRequest(takeOver: true))
    try check(LeaseRenewRequest(lease: "l"))
    try check(LeaseReleaseRequest(lease: "l"))
  }

  private func check<R: ControlRequest>(_ request: R) throws {
    let value = try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(request))
    guard case .object(let members) = value else {
      Issue.record("\(R.method): the parameters are no object: \(value)")
      return
    }
    #expect(Set(members.keys) == Set(R.method.parameters.map(\.name)), "\(R.method)")
  }
}

// Decides: that the OpenRPC document lists what the server answers and says by itself.
// Leaves to others: methods, parameters and errors (OpenRPCTests).

import Foundation
import Testing

@testable import ControlAPI
@testable import ControlServer

@Suite("OpenRPC results", .serialized) struct OpenRPCResultTests {
  /// Members of results that were seen, by method.
  private final class Seen {
    let leader: Operator
    var members: [Method: Set<String>] = [:]

    init(_ leader: Operator) { self.leader = leader }

    func ask<R: ControlRequest>(_ request: R) throws {
      let answer = try leader.answer(to: try leader.client.send(request))
      #expect(answer.error == nil, "\(R.method): \(answer.error?.message ?? "")")
      let line = try JSONDecoder().decode(JSONValue.self, from: answer.line)
      guard case .object(let result)? = line["result"] else {
        Issue.record("\(R.method): no object in \(line)")
        return
      }
      members[R.method, default: []].formUnion(result.keys)
    }
  }

  /// What a result leaves out where there is nothing to say, in a session like this one.
  private static let absent: [Method: Set<String>] = [
    .sessionLoad: ["side", "prescription", "standsAgainst"],
    .statusGet: ["failedItem", "logFailure"],
  ]

  @Test("Each result has the members that the document lists, and no others")
  func results() throws {
    let file = ServedStimulator.repository
      .appendingPathComponent("Protocols/Prescriptions/large-muscle-tetanic.yaml")
    let prescription = try String(contentsOf: file, encoding: .utf8)
    let served = try ServedStimulator(prescriptions: ["p": prescription])
    let leader = try Operator(served)
    let seen = Seen(leader)
    try seen.ask(HelloRequest(client: "c"))
    try seen.ask(ProtocolListRequest())
    try seen.ask(ProtocolShowRequest(name: "large-muscle-tetanic"))
    try seen.ask(PrescriptionListRequest())
    try seen.ask(PrescriptionShowRequest(name: "p"))
    try seen.ask(Operator.load)
    try seen.ask(UnloadRequest())
    try seen.ask(StatusSubscribeRequest())
    try seen.ask(EventsSubscribeRequest(after: 0))
    try seen.ask(HazardListRequest())
    try seen.ask(ClockConfirmRequest())
    try seen.ask(QuestionsRequest())
    let arm = try leader.check()
    try seen.ask(arm)
    try seen.ask(StartRequest())
    #expect(try leader.wait(for: "running", "ramping"))
    try seen.ask(AmplitudeStepRequest(direction: .down, channel: nil))
    try seen.ask(AmplitudeSetRequest(amplitude: "0 mA"))
    try seen.ask(AmplitudeTargetRequest(amplitude: "5 mA"))
    try seen.ask(PauseRequest())
    #expect(try leader.wait(for: "paused"))
    try seen.ask(ResumeRequest())
    try seen.ask(StatusGetRequest())
    try seen.ask(StopRequest())
    #expect(try ServedStimulator.wait { try leader.status().outcome != nil })
    try seen.ask(StatusGetRequest())
    try seen.ask(SkinCheckRequest(finding: .ok))
    try seen.ask(SkinClearRequest(note: "looked at"))
    try seen.ask(DoseListRequest())
    try seen.ask(DoseShowRequest(session: .last))
    try seen.ask(LeaseTakeRequest(takeOver: true))
    let document = try OpenRPCTests.document()
    for entry in OpenRPCTests.list(document["methods"]) {
      let method = try #require(entry["name"]?.text.flatMap(Method.init(rawValue:)))
      guard let members = seen.members[method] else { continue }
      let schema = entry["result"]?["schema"]
      var listed: Set<String> = []
      if case .object(let properties)? = schema?["properties"] { listed = Set(properties.keys) }
      #expect(members.isSubset(of: listed), "\(method): \(members.subtracting(listed))")
      let missing = listed.subtracting(members)
      #expect(missing == Self.absent[method] ?? [], "\(method): \(missing)")
    }
    // The others answer nothing: renewals, releases, an acknowledgement, a reset, a self-check.
    #expect(seen.members.count == Method.allCases.count - 5)
  }

  @Test("It lists what the server says by itself")
  func notices() throws {
    let listed = OpenRPCTests.list(try OpenRPCTests.document()["x-notifications"])
    #expect(listed.compactMap { $0["name"]?.text } == Notice.allCases.map(\.rawValue))
  }
}

// Decides: that refusals for lack of right make few records that count every one.
// Leaves to others: who may do what (LeaseTests), and the counting itself (StopTallyTests).

import ControlAPI
import DoseLog
import Foundation
import Testing

@testable import ControlServer

@Suite("Records of refusals", .serialized) struct RefusalRecordsTests {
  @Test("SR-45, SR-53: a monitor's commands by the hundred make few records that count every one")
  func repeats() throws {
    let served = try ServedStimulator()
    let count = 300
    for _ in 0..<3 {
      let monitor = try served.monitor()
      for _ in 0..<count / 3 {
        let error = refusal { _ = try monitor.call(StartRequest(), timeout_ms: 60_000) }
        #expect(error?.code == .notPermitted)
      }
    }
    let leader = try Operator(served)
    try leader.ask(Operator.load)
    served.close()
    let records = try served.stimulator.writer.reader.idleEvents(newest: 1_000)
    let refused = records.filter { $0.kind == "refusal" }
    #expect(refused.count < count / 10, "\(refused.count)")
    #expect(refused.allSatisfy { $0.actor.hasPrefix("uid \(getuid())") })
    let counts = refused.map { record in
      record.subject == "refusals" ? Int((record.outcome ?? "").prefix { $0.isNumber }) ?? 0 : 1
    }
    #expect(counts.reduce(0, +) == count, "\(refused.map(\.outcome))")
    #expect(refused.contains { $0.subject == "session.start" })
    #expect(records.contains { $0.subject == "load" && $0.outcome == "accepted" })
  }

  @Test("SR-45: a command that is refused for its values, plan or answers is one record, with why")
  func values() throws {
    let served = try ServedStimulator()
    let leader = try Operator(served)
    var asked: [String] = []
    func refused(_ request: some ControlRequest, _ reason: String) throws {
      let error = refusal { try leader.ask(request) }
      #expect(error?.data?.reason == reason, "\(error?.message ?? "accepted")")
      asked.append(try #require(error?.message))
    }
    var load = Operator.load
    load.electrodeAreas = ["180"]
    try refused(load, "quantity")
    load = Operator.load
    load.amplitude = "200 mA"
    try refused(load, "limit")
    load = Operator.load
    load.protocolName = "nothing-such"
    try refused(load, "unknown-name")
    try leader.ask(Operator.load)
    try refused(ArmRequest(answers: [:], skin: .ok), "checklist")
    try refused(ArmRequest(answers: ["no-such": false], skin: .ok), "parameters")
    try refused(AmplitudeSetRequest(amplitude: "5", channel: nil), "quantity")
    served.close()
    let records = try served.stimulator.writer.reader.idleEvents(newest: 1_000)
    let told = records.filter { $0.kind == "refusal" }.map { $0.outcome ?? "" }
    for message in asked {
      #expect(told.filter { $0 == "refused: \(message)" }.count == 1, "\(message): \(told)")
    }
    #expect(told.count == asked.count, "\(told)")
  }

  @Test("SR-20, SR-45: what waits as STOP is said makes few records that count every one")
  func stopped() throws {
    let served = try ServedStimulator()
    let leader = try Operator(served)
    try leader.ask(Operator.load)
    #expect(try served.monitor().call(StopRequest(), timeout_ms: 60_000).inactive)
    // No more than may wait on a connection: what is answered busy is on no record.
    var asked: Set<RequestID> = []
    for _ in 0..<50 { asked.insert(try leader.client.send(StartRequest())) }
    var count = 0
    while !asked.isEmpty, let incoming = try leader.client.receive(timeout_ms: 60_000) {
      guard case .response(let answer) = incoming, let id = answer.id, asked.remove(id) != nil
      else { continue }
      if answer.error?.data?.reason == "stopped" { count += 1 }
    }
    served.close()
    #expect(count > 2, "at once after STOP they are too late")
    let records = try served.stimulator.writer.reader.idleEvents(newest: 1_000)
    let told = records.filter { $0.kind == "refusal" && ($0.outcome ?? "").contains("STOP") }
    let counts = records.filter { $0.subject == "refusals" }
      .map { Int(($0.outcome ?? "").prefix { $0.isNumber }) ?? 0 }
    #expect(told.count <= 2 && told.count + counts.reduce(0, +) == count, "\(told) \(counts)")
  }

  @Test("SR-45: what the loop refuses is one record, not two")
  func loops() throws {
    let served = try ServedStimulator()
    let leader = try Operator(served)
    try leader.ask(Operator.load)
    try leader.ask(SelfCheckRequest())
    #expect(try leader.wait(for: "checked"))
    #expect(refusal { try leader.ask(StartRequest()) }?.code == .notInPhase)
    served.close()
    let reader = served.stimulator.writer.reader
    let session = try #require(try reader.lastSession())
    let events = try reader.detail(session).events
    #expect(events.filter { $0.kind == "refusal" }.count == 1, "\(events)")
  }

  @Test("What the stimulator refuses its operator is a record of its own, each time")
  func operators() throws {
    let served = try ServedStimulator()
    let leader = try Operator(served)
    for _ in 0..<5 {
      #expect(refusal { try leader.ask(StartRequest()) }?.code == .notInPhase)
    }
    served.close()
    let records = try served.stimulator.writer.reader.idleEvents(newest: 1_000)
    #expect(records.filter { $0.kind == "refusal" && $0.subject == "session.start" }.count == 5)
  }
}

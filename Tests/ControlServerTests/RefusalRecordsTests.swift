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

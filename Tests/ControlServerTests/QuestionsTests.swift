// Decides: that what only asks holds up no command, that the operator's commands come first, and
// which order answers keep.
// Leaves to others: what the answers say (SessionTests).

import ControlAPI
import Foundation
import StimulationCore
import Synchronization
import Testing

@testable import ControlServer

@Suite("Questions beside commands", .serialized) struct QuestionsTests {
  @Test("SR-20: questions of a client without the lease, by the dozen, hold up no command")
  func besideCommands() throws {
    let served = try ServedStimulator()
    let leader = try Operator(served)
    let release = served.server.hub.questions.stall()
    let other = try served.control()
    for method in ["dose.list", "status.get", "protocol.list", "hazard.list", "session.questions"] {
      let line = #"{"jsonrpc":"2.0","id":"\#(method)","method":"\#(method)"}"#
      try other.sendRaw(Data((line + "\n").utf8))
    }
    #expect(ServedStimulator.wait { served.server.hub.questions.waiting == 6 })
    try leader.ask(Operator.load)
    #expect(served.stimulator.status.phase == .loaded)
    #expect(served.server.hub.questions.waiting == 6)
    release.signal()
    for _ in 0..<5 {
      guard case .response(let answer)? = try other.receive(timeout_ms: 60_000) else {
        Issue.record("no answer")
        return
      }
      #expect(answer.error == nil)
    }
  }

  @Test("The operator's command is run before those of others that came first")
  func operatorFirst() throws {
    let served = try ServedStimulator()
    let leader = try Operator(served)
    let release = served.server.hub.commands.stall()
    let other = try served.control()
    for id in 1...20 {
      let line = #"{"jsonrpc":"2.0","id":\#(id),"method":"lease.take"}"#
      try other.sendRaw(Data((line + "\n").utf8))
    }
    #expect(ServedStimulator.wait { served.server.hub.commands.waiting == 21 })
    let ran = Mutex<[Int]>([])
    _ = served.server.hub.commands.submit(.control) { ran.withLock { $0.append(2) } }
    let asked = try leader.client.send(Operator.load)
    #expect(ServedStimulator.wait { served.server.hub.commands.waiting == 23 })
    _ = served.server.hub.commands.submit(.leader) { ran.withLock { $0.append(1) } }
    release.signal()
    #expect(try leader.answer(to: asked).error == nil)
    #expect(ServedStimulator.wait { ran.withLock { $0.count } == 2 })
    #expect(ran.withLock { $0 } == [1, 2])
  }

  @Test("A question sees what its connection's commands before it did")
  func order() throws {
    let served = try ServedStimulator()
    let leader = try Operator(served)
    _ = try leader.client.send(Operator.load)
    let asked = try leader.client.send(StatusGetRequest())
    let status = try leader.answer(to: asked).result(of: StatusGetRequest.self)
    #expect(status.phase == "loaded")
  }

  @Test("Each lane has room of its own, in which the first comes first")
  func lanes() {
    let queue = BoundedQueue("test", most: 3)
    let release = queue.stall()
    let ran = Mutex<[String]>([])
    func submit(_ lane: BoundedQueue.Lane, _ name: String) -> Bool {
      queue.submit(lane) { ran.withLock { $0.append(name) } }
    }
    #expect(submit(.others, "o1") && submit(.others, "o2") && !submit(.others, "o3"))
    #expect(submit(.control, "c1") && submit(.leader, "l1") && submit(.leader, "l2"))
    #expect(queue.waiting == 6 && queue.dropped == 1)
    release.signal()
    #expect(queue.drain(.seconds(60)))
    #expect(ran.withLock { $0 } == ["l1", "l2", "c1", "o1", "o2"])
    #expect(queue.waiting == 0 && submit(.others, "o4"))
  }

  @Test("A connection's commands stay in their lane until all are answered")
  func laneIsKept() {
    var order = AnswerOrder()
    #expect(order.begin(isLeader: false) == .control)
    #expect(order.begin(isLeader: true) == .control)
    order.hold(AnswerOrder.Held(answer: {}, id: "1", count: 9))
    #expect(order.end().isEmpty && order.mustHold)
    #expect(order.end().map(\.id) == ["1"])
    #expect(!order.mustHold && order.begin(isLeader: true) == .leader)
    #expect(order.end().isEmpty)
  }
}

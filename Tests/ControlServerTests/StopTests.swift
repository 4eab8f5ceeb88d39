// Decides: that STOP acts from every socket, under load, and before anything is parsed (SR-20).
// Leaves to others: how long it takes (the bench) and the core's part (StopInterlockTests).

import ControlAPI
import DoseLog
import Foundation
import StimulationCore
import Testing

@testable import ControlServer

@Suite("STOP", .serialized) struct StopTests {
  @Test("STOP is found in pieces of any size, with any spaces, and nowhere else")
  func scanner() {
    let found = [
      #"{"jsonrpc":"2.0","id":1,"method":"stop"}"#, #"{"method" : "stop"}"#,
      "{\"method\"\t:\n\"stop\"", #"{"a":"method","method":"stop"}"#, #"""method":"stop""#,
      #"{"method":"method":"stop""#, #"{"params":{"method":"stop"}}"#,
    ]
    let missed = [
      #"{"method":"stops"}"#, #"{"method":"session.stop"}"#, #"{"text":"\"method\":\"stop\""}"#,
      #"{"method":["stop"]}"#, #"{"Method":"stop"}"#, #"{"method":"stop"#, #"{"stop":"method"}"#,
    ]
    for text in found + missed {
      for size in 1...text.utf8.count {
        var scanner = StopScanner()
        var count = 0
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: size) {
          count += scanner.scan(bytes[start..<min(start + size, bytes.count)])
        }
        #expect(count == (found.contains(text) ? 1 : 0), "\(text) in pieces of \(size)")
      }
    }
  }

  @Test("STOP from a monitor, from control without a lease, and by any byte, each stops")
  func everySocket() throws {
    for way in ["monitor", "control", "stop"] {
      let served = try ServedStimulator(pace: 4)
      let leader = try Operator(served)
      try leader.start()
      let reaction: StopRequest.Response
      switch way {
      case "monitor": reaction = try served.monitor().call(StopRequest(), timeout_ms: 60_000)
      case "control": reaction = try served.control().call(StopRequest(), timeout_ms: 60_000)
      default: reaction = try StopClient(served.directory).stop(timeout_ms: 60_000)
      }
      #expect(reaction.inactive, "\(way)")
      #expect(reaction.reaction_us >= 0)
      #expect(!served.stimulator.outputsAreActive)
      #expect(ServedStimulator.wait { served.stimulator.status.outcome == .stopped }, "\(way)")
      #expect(
        try ServedStimulator.wait {
          try served.logged().contains {
            $0.subject == "stop" && $0.actor.hasPrefix("uid \(getuid())")
          }
        }, "\(way)")
    }
  }

  @Test("STOP needs no whole line, and is idempotent")
  func halfLine() throws {
    let served = try ServedStimulator(pace: 4)
    let leader = try Operator(served)
    try leader.start()
    let monitor = try served.monitor()
    try monitor.sendRaw(Data(#"{"id":7,"method":"stop""#.utf8))
    #expect(ServedStimulator.wait { served.stimulator.status.outcome == .stopped })
    try monitor.sendRaw(Data("}\n".utf8))
    for id in 7...8 {
      guard case .response(let answer)? = try monitor.receive(timeout_ms: 60_000) else {
        Issue.record("no answer")
        return
      }
      #expect(answer.id == .number(Int64(id)))
      #expect(try answer.result(of: StopRequest.self).inactive)
      if id == 7 { try monitor.sendRaw(Data((#"{"id":8,"method":"stop"}"# + "\n").utf8)) }
    }
  }

  @Test("STOP acts behind a thousand commands on its own connection, which are answered or busy")
  func underLoad() throws {
    let served = try ServedStimulator(pace: 4)
    let leader = try Operator(served)
    try leader.start()
    let silent = try served.monitor()
    _ = try silent.send(StatusSubscribeRequest())
    let flood = try served.control()
    var text = ""
    for id in 1...1_000 { text += #"{"jsonrpc":"2.0","id":\#(id),"method":"dose.list"}"# + "\n" }
    try flood.sendRaw(Data(text.utf8))
    let stop = try flood.send(StopRequest())
    #expect(ServedStimulator.wait { !served.stimulator.outputsAreActive })
    #expect(ServedStimulator.wait { served.stimulator.status.outcome == .stopped })
    var answered = 0
    var busy = 0
    var stopped = 0
    while answered + busy + stopped < 1_001 {
      guard case .response(let answer)? = try flood.receive(timeout_ms: 60_000) else {
        Issue.record("\(answered) answered, \(busy) busy, \(stopped) stopped")
        break
      }
      if answer.error?.code == .busy {
        busy += 1
      } else if answer.id == stop, (try? answer.result(of: StopRequest.self)) != nil {
        stopped += 1
      } else {
        answered += 1
      }
    }
    #expect(busy > 0)
    #expect(answered >= 1)
    #expect(stopped == 1)
  }

  @Test("SR-20: what waited when STOP came is not run after it, and the next question is")
  func waitingCommands() throws {
    for way in ["stop.sock", "the same bytes"] {
      let served = try ServedStimulator(pace: 4)
      let leader = try Operator(served)
      try leader.ask(Operator.load)
      // An answer is sent a moment before its command leaves the queue.
      #expect(ServedStimulator.wait { served.server.hub.commands.waiting == 0 })
      let release = served.server.hub.commands.stall()
      let asked = #"{"jsonrpc":"2.0","id":900,"method":"session.selfCheck"}"# + "\n"
      let stop = #"{"jsonrpc":"2.0","id":901,"method":"stop"}"# + "\n"
      let isTogether = way == "the same bytes"
      try leader.client.sendRaw(Data((isTogether ? asked + stop : asked).utf8))
      if isTogether {
        #expect(ServedStimulator.wait { served.stimulator.stopCount == 1 })
      } else {
        // The command is there, and waits.
        #expect(ServedStimulator.wait { served.server.hub.commands.waiting == 2 })
        #expect(try StopClient(served.directory).stop(timeout_ms: 60_000).inactive)
      }
      release.signal()
      var found: RPCError?
      var isAnswered = false
      while !isAnswered {
        guard case .response(let answer)? = try leader.client.receive(timeout_ms: 60_000) else {
          Issue.record("no answer, \(way)")
          return
        }
        isAnswered = answer.id == .number(900)
        if isAnswered { found = answer.error }
      }
      #expect(found?.data?.reason == "stopped", "\(way)")
      #expect(served.stimulator.status.phase == .loaded && !served.stimulator.outputsAreActive)
      try leader.selfCheck()
    }
  }

  @Test("SR-20: what energises and lay in its socket as STOP went another way is not run after it")
  func inTheSocket() throws {
    let served = try ServedStimulator(pace: 4)
    let leader = try Operator(served)
    try leader.ask(Operator.load)
    let release = DispatchSemaphore(value: 0)
    let stalled = DispatchSemaphore(value: 0)
    served.server.hub.loop.execute {
      stalled.signal()
      release.wait()
    }
    stalled.wait()
    let asked = try leader.client.send(SelfCheckRequest())
    #expect(try StopClient(served.directory).stop(timeout_ms: 60_000).inactive)
    release.signal()
    let error = try leader.answer(to: asked).error
    #expect(error?.data?.reason == "stopped" && error?.data?.requirement == "SR-20")
    #expect(served.stimulator.status.phase == .loaded && !served.stimulator.outputsAreActive)
    try leader.selfCheck()
  }

  @Test("A STOP casts its shadow over what is read within 250 ms after it, and no longer")
  func shadow() {
    let said = SaidStop()
    #expect(said.shadow(over: .zero) == nil)
    said.note(at: .seconds(5))
    said.note(at: .seconds(4))
    #expect(said.shadow(over: .seconds(5)) == .zero)
    #expect(said.shadow(over: .milliseconds(5_249)) == .milliseconds(249))
    #expect(said.shadow(over: .milliseconds(5_250)) == nil)
    #expect(said.shadow(over: .milliseconds(4_999)) == nil)
  }

  @Test("SR-20: STOP that is written with escapes acts at once, though every queue stands still")
  func escaped() throws {
    let served = try ServedStimulator()
    let client = try served.monitor()
    let hub = served.server.hub
    let stalled = [hub.commands.stall(), hub.questions.stall()]
    defer { for release in stalled { release.signal() } }
    for (index, line) in [
      #"{"id":1,"method":"\u0073top"}"#, #"{"id":2,"m\u0065thod":"stop"}"#,
      #"{"id":3,"m\u0065thod":"st\u006fp","method":"status.get"}"#,
    ].enumerated() {
      try client.sendRaw(Data((line + "\n").utf8))
      guard case .response(let answer)? = try client.receive(timeout_ms: 20_000) else {
        Issue.record("no answer: \(line)")
        return
      }
      #expect(answer.id == .number(Int64(index + 1)))
      #expect(try answer.result(of: StopRequest.self).inactive)
      #expect(served.stimulator.stopCount == UInt64(index + 1))
    }
  }

  @Test("The answer to a STOP is JSON whatever its id is")
  func ids() throws {
    let served = try ServedStimulator()
    let client = try served.monitor()
    for (id, expected) in [
      ("+5", nil), ("007", nil), ("-0", .number(0)), ("1.5", nil), ("-12", .number(-12)),
      ("99999999999999999999", nil), ("\"x\"", .text("x")), ("0x1", nil), ("\u{661}", nil),
    ] as [(String, RequestID?)] {
      try client.sendRaw(Data("{\"id\":\(id),\"method\":\"stop\"}\n".utf8))
      guard case .response(let answer)? = try client.receive(timeout_ms: 60_000) else {
        Issue.record("no answer: \(id)")
        return
      }
      #expect(answer.id == expected, "\(id)")
      #expect(try answer.result(of: StopRequest.self).inactive)
    }
  }

  @Test("stop.sock stops while the event loop stands still")
  func stalledLoop() throws {
    let served = try ServedStimulator(pace: 4)
    let leader = try Operator(served)
    try leader.start()
    let release = DispatchSemaphore(value: 0)
    let stalled = DispatchSemaphore(value: 0)
    served.server.hub.loop.execute {
      stalled.signal()
      release.wait()
    }
    stalled.wait()
    defer { release.signal() }
    let turns = served.server.loopTurns
    #expect(try StopClient(served.directory).stop(timeout_ms: 60_000).inactive)
    #expect(!served.stimulator.outputsAreActive)
    #expect(ServedStimulator.wait { served.stimulator.status.outcome == .stopped })
    #expect(served.server.loopTurns == turns)
  }

  @Test("SR-20, SR-53: many STOPs with nothing to stop make few records that count every one")
  func repeats() throws {
    let served = try ServedStimulator(pace: 4)
    let count = 300
    for _ in 0..<count {
      #expect(try StopClient(served.directory).stop(timeout_ms: 60_000).inactive)
    }
    served.close()
    let records = try served.stimulator.writer.reader.idleEvents(newest: 1_000)
      .filter { $0.subject == "stop" }
    #expect(records.count < count / 10, "\(records.count)")
    #expect(records.allSatisfy { $0.actor.hasPrefix("uid \(getuid())") })
    let counts = records.map { record in
      record.text.contains(" repeats ") ? Int(record.text.prefix { $0.isNumber }) ?? 0 : 1
    }
    #expect(counts.reduce(0, +) == count, "\(records.map(\.text))")
  }

  @Test("SR-20, SR-45: a STOP that changes something is a record of its own, whatever else stops")
  func changing() throws {
    let gate = Gate()
    defer { gate.open() }
    let served = try ServedStimulator(pace: 4, gate: gate)
    func stop() throws {
      #expect(try StopClient(served.directory).stop(timeout_ms: 60_000).inactive)
    }
    func own() throws -> Int {
      let reader = served.stimulator.writer.reader
      var events = try reader.idleEvents(newest: 1_000)
      for summary in try reader.sessions(newest: 10) {
        events += try reader.detail(summary.session).events
      }
      return events.filter { $0.subject == "stop" && $0.text.hasPrefix("reaction") }.count
    }
    // Repeats are counted from here on.
    for _ in 0..<10 { try stop() }
    #expect(try ServedStimulator.wait { try own() == 1 })
    let leader = try Operator(served)
    // As a session opens.
    try leader.ask(Operator.load)
    gate.close()
    let asked = try leader.client.send(SelfCheckRequest())
    #expect(ServedStimulator.wait { served.server.hub.commands.waiting == 1 })
    try stop()
    gate.open()
    #expect(try leader.answer(to: asked).error?.data?.reason == "stopped")
    #expect(try ServedStimulator.wait { try own() == 2 })
    // A board that is not checked: nothing to stop.
    for _ in 0..<10 { try stop() }
    // A passed check, an armed session, and one that runs.
    var expected = 2
    for step in 1...3 {
      let arm = try leader.check()
      if step > 1 { try leader.ask(arm) }
      if step > 2 { try leader.ask(StartRequest()) }
      if step > 2 { #expect(try leader.wait(for: "running", "ramping")) }
      try stop()
      expected += 1
      #expect(try ServedStimulator.wait { try leader.status().phase == "over" })
      #expect(try ServedStimulator.wait { try own() == expected }, "\(step)")
      // Over: nothing to stop any more.
      #expect(
        ServedStimulator.wait { served.stimulator.hadNothingToStop(since: ServerClock.now) })
      for _ in 0..<10 { try stop() }
      #expect(try own() == expected, "\(step)")
      if step == 3 { try leader.ask(SkinCheckRequest(finding: .ok)) }
      try leader.ask(UnloadRequest())
    }
  }

  @Test("More connections wait on stop.sock than it keeps, and the newest still stops")
  func manyWaiting() throws {
    let served = try ServedStimulator(pace: 4)
    let leader = try Operator(served)
    try leader.start()
    var waiting: [StopClient] = []
    for _ in 0..<(StopPlaces.most + 20) {
      waiting.append(try StopClient(served.directory))
      // The lease is to hold meanwhile.
      if waiting.count % 20 == 0 { _ = try leader.status() }
    }
    #expect(served.stimulator.status.outcome == nil)
    #expect(try waiting.last?.stop(timeout_ms: 60_000).inactive == true)
    #expect(ServedStimulator.wait { served.stimulator.status.outcome == .stopped })
  }
}

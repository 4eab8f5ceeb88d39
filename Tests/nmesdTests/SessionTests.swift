// Decides: that a session runs from its load to its end on the real binary by real sockets, that
// STOP stops it by each of them, and that one operator leads.
// Leaves to others: each limit (StimulationCoreTests), each message (ControlServerTests).

import ControlAPI
import DoseLog
import Foundation
import StimulationCore
import Testing

@Suite("Session of nmesd", .serialized) struct SessionTests {
  @Test("A whole session runs by messages and is durable in a log whose chain holds")
  func whole() throws {
    let bench = try Bench()
    let daemon = try bench.daemon(pace: 100)
    let leader = try Leader(bench)
    try leader.start()
    #expect(try Bench.wait { try leader.status().outcome != nil })
    let status = try leader.status()
    #expect(status.outcome == "completed" && !status.outputsAreActive)
    try daemon.terminate()
    #expect(daemon.status == 0, "\(daemon.errors)")
    let reader = try bench.reader()
    #expect(try reader.verify().defect == nil)
    let session = try #require(try reader.lastSession())
    let detail = try reader.detail(session)
    guard case .closed(let closing) = detail.summary.state else {
      Issue.record("the session is open")
      return
    }
    #expect(closing.outcome == .completed && !closing.isAfterCrash)
    #expect(detail.summary.channels[0].trains == 2)
    for subject in ["self-check", "arm", "start", "target"] {
      let event = detail.events.first { $0.kind == "command" && $0.subject == subject }
      #expect(event?.actor.hasPrefix("uid \(getuid())") == true, "\(subject)")
    }
  }

  @Test("SR-20: STOP by each socket stops, from anyone, without a lease")
  func stopByEachSocket() throws {
    for way in ["control", "monitor", "stop"] {
      let bench = try Bench()
      let daemon = try bench.daemon(pace: 4)
      let leader = try Leader(bench)
      try leader.start()
      let reaction: StopRequest.Response
      switch way {
      case "control": reaction = try bench.control().call(StopRequest(), timeout_ms: 60_000)
      case "monitor": reaction = try bench.monitor().call(StopRequest(), timeout_ms: 60_000)
      default: reaction = try StopClient(bench.directory).stop(timeout_ms: 60_000)
      }
      #expect(reaction.inactive, "\(way)")
      #expect(try Bench.wait { try leader.status().outcome == "stopped" }, "\(way)")
      try daemon.wait(for: "stop by uid \(getuid())")
      try daemon.wait(for: " method=stop outcome=accepted uid=\(getuid())\n")
      try daemon.wait(for: " method=session.start outcome=accepted uid=\(getuid())\n")
    }
  }

  @Test("A second operator is refused, and takes over only when that is said")
  func secondOperator() throws {
    let bench = try Bench()
    let daemon = try bench.daemon(pace: 4)
    let leader = try Leader(bench)
    try leader.start()
    let other = try bench.control()
    _ = try other.call(HelloRequest(client: "other"), timeout_ms: 60_000)
    #expect(refusal { _ = try other.call(PauseRequest(), timeout_ms: 60_000) }?.code == .noLease)
    _ = try leader.status()
    #expect(
      refusal { _ = try other.call(LeaseTakeRequest(), timeout_ms: 60_000) }?.code == .noLease)
    #expect(try leader.status().outputsAreActive)
    _ = try other.call(LeaseTakeRequest(takeOver: true), timeout_ms: 60_000)
    #expect(
      refusal { _ = try leader.client.call(PauseRequest(), timeout_ms: 60_000) }?.code == .noLease)
    _ = daemon
  }

  @Test("SR-23: an operator who vanishes in mid-message stops the session, and the daemon goes on")
  func vanishing() throws {
    let bench = try Bench()
    let daemon = try bench.daemon(pace: 4)
    var leader: Leader? = try Leader(bench)
    try leader?.start()
    try leader?.client.sendRaw(Data(#"{"jsonrpc":"2.0","id":99,"method":"amplitude.s"#.utf8))
    leader = nil
    let watcher = try bench.monitor()
    func status() throws -> Status { try watcher.call(StatusGetRequest(), timeout_ms: 60_000) }
    #expect(try Bench.wait { try status().outcome != nil })
    let end = try status()
    #expect(end.outcome == "faulted" && !end.outputsAreActive)
    #expect(end.faults.contains { $0.requirement == "SR-23" })
    let next = try Leader(bench)
    #expect(Bench.wait { refusal { try next.ask(ResetRequest()) } == nil })
    #expect(try next.status().phase == "idle")
    #expect(daemon.isRunning)
  }

  @Test("Bad messages during a session are answered, change no output, and the daemon goes on")
  func badMessages() throws {
    let bench = try Bench()
    let daemon = try bench.daemon(pace: 1)
    let leader = try Leader(bench)
    try leader.start()
    let before = try leader.status().channels.map(\.setpoint_uA)
    let client = try bench.control()
    func answer(_ bytes: Data) throws -> RPCError? {
      _ = try leader.status()
      try client.sendRaw(bytes)
      guard case .response(let answer)? = try client.receive(timeout_ms: 60_000) else {
        Issue.record("no answer")
        return nil
      }
      return answer.error
    }
    var binary = Data((0..<4_096).map { UInt8($0 % 251) }.filter { $0 != 0x0A })
    binary.append(0x0A)
    let huge = Data(repeating: 0x41, count: 1_000_000) + Data([0x0A])
    #expect(try answer(Data("x\n".utf8))?.code == .parse)
    #expect(try answer(Data("[1]\n".utf8))?.code == .invalidRequest)
    #expect(try answer(binary)?.code == .invalidRequest)
    #expect(try answer(huge)?.data?.reason == "line-too-long")
    let deep = Data((String(repeating: "{\"a\":", count: 5_000) + "\n").utf8)
    #expect(try answer(deep)?.code == .invalidRequest)
    let line = #"{"jsonrpc":"2.0","id":1,"method":"session.explode"}"#
    #expect(try answer(Data((line + "\n").utf8))?.code == .noSuchMethod)
    let once = Data((#"{"jsonrpc":"2.0","id":2,"method":"status.get"}"# + "\n").utf8)
    #expect(try answer(once) == nil)
    #expect(try answer(once)?.data?.reason == "replayed-id")
    let after = try leader.status()
    #expect(after.outputsAreActive && after.outcome == nil)
    // A target that still climbs is nobody's command here.
    #expect(zip(before, after.channels).allSatisfy { $0 <= $1.setpoint_uA })
    #expect(after.channels.allSatisfy { $0.setpoint_uA <= 10_000 })
    #expect(daemon.isRunning)
  }

  @Test("No descriptor is left of many connections, refused ones and ones cut short included")
  func descriptors() throws {
    let bench = try Bench()
    let daemon = try bench.daemon()
    func connect(_ round: Int) throws {
      for path in [bench.directory.control, bench.directory.monitor] {
        let client = try ControlClient(path: path)
        if round % 3 == 0 { _ = try client.call(StatusGetRequest(), timeout_ms: 60_000) }
        if round % 3 == 1 { try client.sendRaw(Data("{\"half".utf8)) }
      }
      if round % 10 == 0 { _ = try StopClient(bench.directory).stop(timeout_ms: 60_000) }
    }
    for round in 0..<30 { try connect(round) }
    _ = try bench.monitor().call(StatusGetRequest(), timeout_ms: 60_000)
    #expect(Bench.wait { daemon.descriptors < 40 })
    let before = daemon.descriptors
    for round in 0..<600 { try connect(round) }
    #expect(Bench.wait { daemon.descriptors <= before }, "\(before), then \(daemon.descriptors)")
  }
}

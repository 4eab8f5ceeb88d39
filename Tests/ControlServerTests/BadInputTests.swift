// Decides: that whatever comes by a socket is answered with what is wrong, changes no output,
// and leaves the server at work.
// Leaves to others: the limits behind good messages (SessionTests).

import ControlAPI
import DoseLog
import Foundation
import StimulationCore
import Testing

@testable import ControlServer

@Suite("Bad input", .serialized) struct BadInputTests {
  private static func answer(_ client: ControlClient, to line: String) throws -> RPCError? {
    try client.sendRaw(Data((line + "\n").utf8))
    guard case .response(let answer)? = try client.receive(timeout_ms: 60_000) else {
      Issue.record("no answer to \(line.prefix(80))")
      return nil
    }
    return answer.error
  }

  @Test("Lines that are no request of ours are answered by the code of what is wrong")
  func lines() throws {
    let served = try ServedStimulator()
    let leader = try Operator(served)
    let deep = String(repeating: "[", count: 5_000)
    let cases: [(String, ErrorCode)] = [
      ("x", .parse), ("{", .parse), (deep, .invalidRequest),
      ("[]", .invalidRequest), ("7", .invalidRequest), ("\"stop\"", .invalidRequest),
      ("{}", .invalidRequest),
      (#"{"jsonrpc":"1","id":1,"method":"status.get"}"#, .invalidRequest),
      (#"{"jsonrpc":"2.0","id":{},"method":"status.get"}"#, .invalidRequest),
      (#"{"jsonrpc":"2.0","id":1.5,"method":"status.get"}"#, .invalidRequest),
      (#"{"jsonrpc":"2.0","id":1001,"method":7}"#, .invalidRequest),
      (#"{"jsonrpc":"2.0","id":1002,"method":"session.explode"}"#, .noSuchMethod),
      (#"{"jsonrpc":"2.0","id":1003,"method":"status.get","params":[1]}"#, .invalidParameters),
      (#"{"jsonrpc":"2.0","id":1004,"method":"status.get","params":{"x":1}}"#, .invalidParameters),
      (
        #"{"jsonrpc":"2.0","id":1005,"method":"dose.list","params":{"limit":"many"}}"#,
        .invalidParameters
      ),
      (
        #"{"jsonrpc":"2.0","id":1006,"method":"dose.list","params":{"limit":0}}"#,
        .invalidParameters
      ),
      (
        #"{"jsonrpc":"2.0","id":1007,"method":"amplitude.set","params":{"amplitude":5}}"#,
        .invalidParameters
      ),
      (#"{"jsonrpc":"2.0","id":1008,"method":"amplitude.set","params":{}}"#, .invalidParameters),
      (
        #"{"jsonrpc":"2.0","id":1009,"method":"protocol.show","params":{"name":"../x"}}"#,
        .invalidParameters
      ),
      (
        #"{"jsonrpc":"2.0","id":1010,"method":"dose.show","params":{"session":1e99}}"#,
        .invalidParameters
      ),
      (
        #"{"jsonrpc":"2.0","id":1011,"method":"dose.show","params":{"session":77}}"#,
        .invalidParameters
      ),
    ]
    for (line, code) in cases {
      _ = try leader.status()
      let error = try Self.answer(leader.client, to: line)
      #expect(error?.code == code, "\(line.prefix(80)): \(error?.message ?? "no error")")
      #expect(error?.message.isEmpty == false)
    }
    #expect(try leader.status().phase == "idle")
    #expect(!served.stimulator.outputsAreActive)
  }

  @Test("A huge line is refused once, is not kept, and the next line is served")
  func huge() throws {
    let served = try ServedStimulator()
    let client = try served.monitor()
    for _ in 0..<40 { try client.sendRaw(Data(repeating: 0x41, count: 65_536)) }
    let error = try Self.answer(client, to: "")
    #expect(error?.code == .invalidRequest)
    #expect(error?.data?.reason == "line-too-long")
    #expect(try client.call(StatusGetRequest(), timeout_ms: 60_000).phase == "idle")
  }

  @Test("Binary bytes are answered line by line and the server goes on")
  func binary() throws {
    let served = try ServedStimulator()
    let client = try served.control()
    var random = SystemRandomNumberGenerator()
    for _ in 0..<50 {
      var bytes = Data((0..<200).map { _ in UInt8.random(in: 0x21...0xFF, using: &random) })
      bytes.append(0x0A)
      try client.sendRaw(bytes)
      guard case .response(let answer)? = try client.receive(timeout_ms: 60_000) else {
        Issue.record("no answer")
        return
      }
      #expect(answer.error?.code == .parse || answer.error?.code == .invalidRequest)
    }
    #expect(try served.control().call(StatusGetRequest(), timeout_ms: 60_000).phase == "idle")
  }

  @Test("An id that was used already is refused, so that a replayed line is not run twice")
  func replay() throws {
    let served = try ServedStimulator()
    let client = try served.control()
    let line = #"{"jsonrpc":"2.0","id":5,"method":"lease.take"}"#
    #expect(try Self.answer(client, to: line) == nil)
    #expect(try Self.answer(client, to: line)?.data?.reason == "replayed-id")
  }

  @Test("A line without an id is run and not answered")
  func notification() throws {
    let served = try ServedStimulator()
    let client = try served.control()
    try client.sendRaw(Data((#"{"jsonrpc":"2.0","method":"lease.take"}"# + "\n").utf8))
    #expect(try client.call(StatusGetRequest(), timeout_ms: 60_000).lease.mine)
  }

  @Test("Clients that vanish in mid-message leave no connection behind")
  func vanishing() throws {
    let served = try ServedStimulator()
    for _ in 0..<50 {
      let client = try served.control()
      try client.sendRaw(Data(#"{"jsonrpc":"2.0","id":1,"meth"#.utf8))
    }
    let hub = served.server.hub
    #expect(
      try ServedStimulator.wait { try hub.loop.submit { hub.count }.wait() == 0 })
    #expect(try served.monitor().call(StatusGetRequest(), timeout_ms: 60_000).phase == "idle")
  }

  @Test("A client that never reads is closed, and the others are served meanwhile")
  func slowReader() throws {
    let served = try ServedStimulator()
    let slow = try served.monitor()
    let line = Data((#"{"id":1,"method":"status.get"}"# + "\n").utf8)
    let hub = served.server.hub
    var isClosed = false
    for _ in 0..<200_000 where !isClosed {
      do { try slow.sendRaw(line) } catch { isClosed = true }
    }
    #expect(isClosed)
    #expect(try served.monitor().call(StatusGetRequest(), timeout_ms: 60_000).phase == "idle")
    #expect(
      try ServedStimulator.wait { try hub.loop.submit { hub.count }.wait() == 0 })
  }

  @Test("A client that closes its sending side still gets the answer")
  func halfClosed() throws {
    let served = try ServedStimulator()
    let client = try served.monitor()
    _ = try client.send(StatusGetRequest())
    #expect(shutdown(client.descriptor, Int32(SHUT_WR)) == 0)
    guard case .response(let answer)? = try client.receive(timeout_ms: 60_000) else {
      Issue.record("no answer")
      return
    }
    #expect(answer.error == nil)
    #expect(throws: ControlClientError.disconnected(0)) {
      _ = try client.receive(timeout_ms: 60_000)
    }
  }

  @Test("A second server on the same directory is refused by name, and a stale socket is removed")
  func secondServer() throws {
    let served = try ServedStimulator()
    let taken = ServerFailure.alreadyServed(directory: served.directory.path, process: getpid())
    #expect(throws: taken) { _ = try SocketFolder(served.directory) }
    let other = RuntimeDirectory(path: served.folder.appendingPathComponent("other").path)
    let folder = try SocketFolder(other)
    #expect(try folder.bind(other.stop, mode: 0o600, group: nil) >= 0)
    // Bound and never listened on: as a killed daemon leaves it.
    let again = try folder.bind(other.stop, mode: 0o600, group: nil)
    #expect(again >= 0)
    #expect(listen(again, 1) == 0)
    #expect(throws: ServerFailure.alreadyServed(directory: other.path, process: nil)) {
      _ = try folder.bind(other.stop, mode: 0o600, group: nil)
    }
    try Data("mine".utf8).write(to: URL(fileURLWithPath: other.control))
    #expect(throws: ServerFailure.notASocket(other.control)) {
      _ = try folder.bind(other.control, mode: 0o600, group: nil)
    }
  }
}

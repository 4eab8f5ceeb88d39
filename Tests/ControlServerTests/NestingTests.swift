// Decides: that what is wrong with a line's outline is told before it waits for anybody.
// Leaves to others: how a line that may be parsed is read (JSONReaderTests).

import ControlAPI
import Foundation
import Testing

@testable import ControlServer

@Suite("Nested lines", .serialized) struct NestingTests {
  private static func nested(_ levels: Int) -> String {
    String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
  }

  private static func request(_ params: String) -> String {
    #"{"jsonrpc":"2.0","id":7,"method":"status.get","params":{"x":"# + params + "}}"
  }

  @Test("SR-20: lines too deep or of too many values are refused though every queue stands still")
  func refused() throws {
    let served = try ServedStimulator()
    let client = try served.control()
    let hub = served.server.hub
    let stalled = [hub.commands.stall(), hub.questions.stall()]
    defer { for release in stalled { release.signal() } }
    let many = "[" + String(repeating: "1,", count: 1_100) + "1]"
    for (line, reason) in [
      (Self.nested(500), "too-deep"), (Self.request(Self.nested(15)), "too-deep"),
      (Self.request(many), "too-many-values"), (Self.nested(30_000), "too-deep"),
      (Self.request("[" + String(repeating: "[],", count: 20_000) + "1]"), "too-many-values"),
    ] {
      try client.sendRaw(Data((line + "\n").utf8))
      guard case .response(let answer)? = try client.receive(timeout_ms: 20_000) else {
        Issue.record("no answer: \(line.prefix(40))")
        return
      }
      #expect(answer.error?.code == .invalidRequest)
      #expect(answer.error?.data?.reason == reason, "\(line.prefix(80))")
    }
  }

  @Test("A line at both bounds is parsed")
  func atTheBound() {
    let deep = LineOutline(Array(Self.request(Self.nested(14)).utf8))
    #expect(deep.levels == LineOutline.mostLevels && deep.refusal == nil)
    let list = "[" + String(repeating: "1,", count: 1_017) + "1]"
    let many = LineOutline(Array(Self.request(list).utf8))
    #expect(many.values == LineOutline.mostValues && many.refusal == nil)
    #expect(throws: Never.self) {
      _ = try JSONValue(json: Array(Self.request(list).utf8), deepest: LineOutline.mostLevels)
    }
  }

  @Test("Other methods written with escapes and lines with bytes 0 are refused by what is wrong")
  func escapes() throws {
    let served = try ServedStimulator()
    let client = try served.control()
    func error(_ bytes: Data) throws -> RPCError? {
      try client.sendRaw(bytes)
      guard case .response(let answer)? = try client.receive(timeout_ms: 60_000) else { return nil }
      return answer.error
    }
    for line in [
      #"{"jsonrpc":"2.0","id":1,"method":"l\u0065ase.take"}"#,
      #"{"jsonrpc":"2.0","id":2,"meth\u006fd":"lease.take"}"#,
      #"{"jsonrpc":"2.0","id":3,"method":"status.get","meth\u006fd":"lease.take"}"#,
    ] {
      let error = try error(Data((line + "\n").utf8))
      #expect(error?.data?.reason == "escaped-method", "\(line)")
      #expect(error?.message.contains("lease.take") == true)
    }
    var wide: [UInt8] = []
    for byte in #"{"jsonrpc":"2.0","id":4,"method":"lease.take"}"#.utf8 { wide += [byte, 0] }
    #expect(try error(Data(wide + [0x0A]))?.data?.reason == "not-utf-8")
    #expect(served.server.hub.dispatcher.leases.held == nil)
    let twice = #"{"jsonrpc":"2.0","id":5,"method":"status.get","params":{"x":1,"x":1}}"#
    #expect(try error(Data((twice + "\n").utf8))?.code == .parse)
  }

  @Test("Brackets within texts are no levels")
  func texts() {
    let line = Self.request("\"" + String(repeating: "[{,", count: 2_000) + #"\"[""#)
    #expect(LineOutline(Array(line.utf8)).refusal == nil)
  }
}

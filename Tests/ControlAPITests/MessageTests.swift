// Decides: that messages keep the names on the wire that clients rely on.
// Leaves to others: what the daemon does with them (ControlServerTests).

import Foundation
import Testing

@testable import ControlAPI

private func text(_ value: some Encodable) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  return String(decoding: try encoder.encode(value), as: UTF8.self)
}

@Suite("Messages") struct MessageTests {
  @Test("A request names its method, its id and only the parameters that are stated")
  func request() throws {
    let load = SessionLoadRequest(
      protocolName: "large-muscle-tetanic", patient: "P1", electrodeAreas: ["180 cm2"])
    let line = RequestLine(id: .number(7), method: "session.load", params: load)
    #expect(
      try text(line) == #"{"id":7,"jsonrpc":"2.0","method":"session.load","params":"#
        + #"{"electrodeAreas":["180 cm2"],"patient":"P1","protocol":"large-muscle-tetanic"}}"#)
  }

  @Test("An error without a readable id carries null, its code and its reason")
  func error() throws {
    let error = RPCError(.parse, "not JSON", reason: "parse")
    let line = ResponseLine<Done>(id: nil, error: error)
    #expect(
      try text(line) == #"{"error":{"code":-32700,"data":{"reason":"parse"},"#
        + #""message":"not JSON"},"id":null,"jsonrpc":"2.0"}"#)
  }

  @Test("A status keeps its units in its names and leaves out what is not known")
  func status() throws {
    var status = Status(
      sequence: 3, phase: "open", state: "running", board: "simulated", isSimulated: true)
    status.channels = [
      .init(
        channel: 1, setpoint_uA: 10_000, target_uA: nil, ceiling_uA: 60_000,
        measured_uA: 9_990, load_ohm: 500, train: 1, isInTrain: true, charge_nC: 5,
        chargeLimit_nC: 10, force_N: nil)
    ]
    let json = try text(status)
    for part in [
      #""setpoint_uA":10000"#, #""load_ohm":500"#, #""timeLeft_ms":0"#, #""age_ms":0"#,
      #""at_ms":0"#,
      #""lease":{"age_ms":0,"mine":false}"#,
    ] {
      #expect(json.contains(part), "\(part)")
    }
    for name in ["target_uA", "force_N", "patient", "logFailure", "failedItem"] {
      #expect(!json.contains(name), "\(name)")
    }
    #expect(try JSONDecoder().decode(Status.self, from: Data(json.utf8)) == status)
  }

  @Test("A dose is asked for by a number or as the last one, and by nothing else")
  func selection() throws {
    for (json, expected) in [
      (#"{"session":12}"#, DoseShowRequest(session: .session(12))),
      (#"{"session":"last"}"#, DoseShowRequest(session: .last)),
    ] {
      #expect(try JSONDecoder().decode(DoseShowRequest.self, from: Data(json.utf8)) == expected)
      #expect(try text(expected) == json)
    }
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(DoseShowRequest.self, from: Data(#"{"session":"first"}"#.utf8))
    }
  }

  @Test("Every JSON value survives a round trip")
  func values() throws {
    let json = #"{"a":[1,-2.5,"x",true,false,null],"b":{"c":9223372036854775807}}"#
    let value = try JSONDecoder().decode(JSONValue.self, from: Data(json.utf8))
    #expect(try text(value) == json)
    #expect(value["b"]?["c"]?.integer == .max)
  }

  @Test("STOP and watching need no lease and every method that changes output does")
  func access() {
    #expect(Method.stop.access == .anySocket)
    for method in Method.allCases
    where method.rawValue.hasPrefix("amplitude.")
      || (method.rawValue.hasPrefix("session.") && method != .sessionQuestions)
    {
      #expect(method.access == .lease, "\(method)")
    }
  }
}

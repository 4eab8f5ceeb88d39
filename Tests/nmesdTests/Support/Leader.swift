// Decides: how a test leads a session of a running daemon by messages.
// Leaves to others: what is expected of it.

import ControlAPI
import Foundation
import Testing

/// Renews a lease from a thread of its own for as long as the client lives: a busy machine may
/// stand still between two questions for longer than a lease lasts.
private final class Renewal: @unchecked Sendable {
  // SAFETY: written once before the thread begins; the client's socket may be written to by one
  // thread while another reads, and a line this short is written whole.
  private weak var client: ControlClient?
  private let line: Data

  init(_ client: ControlClient, _ lease: String) {
    self.client = client
    line = Data(
      (#"{"jsonrpc":"2.0","method":"lease.renew","params":{"lease":"\#(lease)"}}"# + "\n").utf8)
    Thread.detachNewThread { [self] in
      while send() { usleep(100_000) }
    }
  }

  private func send() -> Bool {
    guard let client else { return false }
    return (try? client.sendRaw(line)) != nil
  }
}

/// An operator with the lease, which is renewed until the value goes.
final class Leader {
  static let load = SessionLoadRequest(
    protocolName: "large-muscle-tetanic", patient: "P1", muscle: "quadriceps",
    electrodeAreas: ["180 cm2"], trains: 2)

  let client: ControlClient
  let lease: String
  private let renewal: Renewal

  init(_ bench: Bench, takeOver: Bool? = nil) throws {
    client = try bench.control()
    _ = try client.call(HelloRequest(client: "test"), timeout_ms: 60_000)
    lease = try client.call(LeaseTakeRequest(takeOver: takeOver), timeout_ms: 60_000).lease
    renewal = Renewal(client, lease)
  }

  /// Asks.
  @discardableResult
  func ask<R: ControlRequest>(_ request: R) throws -> R.Response {
    try client.call(request, timeout_ms: 60_000)
  }

  func status() throws -> Status { try ask(StatusGetRequest()) }

  func wait(for states: String...) throws -> Bool {
    try Bench.wait { states.contains(try status().state) }
  }

  /// Leads a session until it runs and has delivered something.
  func start(_ load: SessionLoadRequest = Leader.load, target: String = "10 mA") throws {
    try arm(load)
    try ask(StartRequest())
    #expect(try wait(for: "running", "ramping"))
    try ask(AmplitudeTargetRequest(amplitude: target))
    #expect(try Bench.wait { try status().channels.contains { $0.charge_nC > 0 } })
  }

  /// Leads a session until it is armed.
  func arm(_ load: SessionLoadRequest = Leader.load) throws {
    try ask(load)
    try ask(SelfCheckRequest())
    #expect(try wait(for: "checked"))
    let questions = try ask(QuestionsRequest()).questions
    let answers = Dictionary(uniqueKeysWithValues: questions.map { ($0.id, false) })
    try ask(ArmRequest(answers: answers, skin: .ok))
  }
}

/// The error of a refused call.
func refusal(_ body: () throws -> Void) -> RPCError? {
  do {
    try body()
    return nil
  } catch ControlClientError.refused(let error) {
    return error
  } catch {
    Issue.record("\(error)")
    return nil
  }
}

// Decides: that one operator leads, that nobody else commands, and that leaving stops.
// Leaves to others: the core's reaction to a lost lease (HostInterlockTests).

import ControlAPI
import DoseLog
import Foundation
import StimulationCore
import Testing

@testable import ControlServer

@Suite("Lease", .serialized) struct LeaseTests {
  private static func held(_ connection: UInt64, _ at: Nanoseconds) -> LeaseBook.Held {
    LeaseBook.Held(
      token: "t\(connection)", holder: LeaseHolder(uid: 1, client: "c"), connection: connection,
      renewedAt: at)
  }

  @Test("A lease is one operator's until it is released, lost or taken over")
  func book() {
    var book = LeaseBook()
    func check<T: Equatable>(_ found: T, _ expected: T, _ line: Int = #line) {
      #expect(found == expected, "line \(line)")
    }
    let first = Self.held(1, .zero)
    check(book.take(first, takeOver: false, at: .zero), .granted(from: nil))
    check(book.take(Self.held(2, .zero), takeOver: false, at: .zero), .refused(first))
    check(book.isHeld(by: 2, at: .zero), false)
    check(book.renew(2, at: .zero), false)
    check(book.renew(1, at: .milliseconds(999)), true)
    check(book.expire(at: .milliseconds(1_998)), nil)
    check(book.expire(at: .milliseconds(1_999)), Self.held(1, .milliseconds(999)))
    check(book.renew(1, at: .milliseconds(2_000)), false)
    let late = Self.held(2, .milliseconds(2_000))
    check(book.take(late, takeOver: false, at: .milliseconds(2_000)), .granted(from: nil))
    let over = Self.held(3, .milliseconds(2_000))
    check(book.take(over, takeOver: true, at: .milliseconds(2_000)), .granted(from: late))
    check(book.release(2), nil)
    check(book.release(3), over)
    check(book.held, nil)
  }

  @Test("Without the lease nothing is commanded, and a monitor commands nothing (SR-53)")
  func withoutLease() throws {
    let served = try ServedStimulator()
    let client = try served.control()
    let none = refusal { _ = try client.call(Operator.load, timeout_ms: 60_000) }
    #expect(none?.code == .noLease)
    let monitor = try served.monitor()
    for method in Method.allCases where method.access != .anySocket {
      try monitor.sendRaw(
        Data(#"{"jsonrpc":"2.0","id":"\#(method.rawValue)","method":"\#(method.rawValue)"}"#.utf8))
      try monitor.sendRaw(Data("\n".utf8))
      guard case .response(let answer)? = try monitor.receive(timeout_ms: 60_000) else {
        Issue.record("no answer to \(method)")
        continue
      }
      #expect(answer.error?.code == .notPermitted, "\(method)")
      #expect(answer.error?.data?.requirement == "SR-53", "\(method)")
    }
    #expect(served.stimulator.status.phase == .idle)
  }

  @Test("A second operator is refused, and a take-over is explicit, logged and complete")
  func takeOver() throws {
    let served = try ServedStimulator(pace: 4)
    let first = try Operator(served)
    try first.start()
    let second = try served.control()
    _ = try second.call(HelloRequest(client: "second"), timeout_ms: 60_000)
    _ = try first.status()
    let refused = refusal { _ = try second.call(LeaseTakeRequest(), timeout_ms: 60_000) }
    #expect(refused?.code == .noLease)
    let lease = try second.call(LeaseTakeRequest(takeOver: true), timeout_ms: 60_000)
    #expect(lease.holder.client == "second")
    let old = refusal { _ = try first.client.call(PauseRequest(), timeout_ms: 60_000) }
    #expect(old?.code == .noLease)
    let renewal = refusal {
      _ = try first.client.call(LeaseRenewRequest(lease: first.lease), timeout_ms: 60_000)
    }
    #expect(renewal?.code == .noLease)
    _ = try second.call(LeaseRenewRequest(lease: lease.lease), timeout_ms: 60_000)
    _ = try second.call(PauseRequest(), timeout_ms: 60_000)
    #expect(
      try ServedStimulator.wait {
        try served.logged().contains { $0.outcome?.hasPrefix("taken over from test") == true }
      })
  }

  @Test("An operator who vanishes stops the session by the lost lease (SR-23)")
  func vanishing() throws {
    let served = try ServedStimulator(pace: 4)
    var leader: Operator? = try Operator(served)
    try leader?.start()
    // In mid-message.
    try leader?.client.sendRaw(Data(#"{"jsonrpc":"2.0","id":99,"method":"session.pau"#.utf8))
    leader = nil
    #expect(ServedStimulator.wait { served.stimulator.status.outcome != nil })
    #expect(served.stimulator.status.outcome == .faulted)
    #expect(served.stimulator.status.loop?.firstCause == .leaseLost)
    #expect(!served.stimulator.outputsAreActive)
    var next = try Operator(served)
    // The loop sees the new lease before long, and then the reset is accepted. On a busy machine
    // this lease can be lost as well.
    #expect(
      try ServedStimulator.wait {
        guard let refusal = refusal({ try next.ask(ResetRequest()) }) else { return true }
        if refusal.code == .noLease { next = try Operator(served) }
        return false
      })
    #expect(try next.status().phase == "idle")
  }

  @Test("An operator who stays but does not renew stops the session as well (SR-23)")
  func silence() throws {
    let served = try ServedStimulator(pace: 4)
    let leader = try Operator(served)
    try leader.start()
    leader.fallSilent()
    #expect(ServedStimulator.wait { served.stimulator.status.outcome != nil })
    #expect(served.stimulator.status.loop?.firstCause == .leaseLost)
    let late = refusal {
      _ = try leader.client.call(LeaseRenewRequest(lease: leader.lease), timeout_ms: 60_000)
    }
    #expect(late?.code == .noLease)
  }
}

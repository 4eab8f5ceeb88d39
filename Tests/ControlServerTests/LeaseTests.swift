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
    check(book.renew(2, readAt: .zero), false)
    check(book.renew(1, readAt: .milliseconds(999)), true)
    check(book.expire(at: .milliseconds(1_998)), nil)
    check(book.expire(at: .milliseconds(1_999)), Self.held(1, .milliseconds(999)))
    check(book.renew(1, readAt: .milliseconds(2_000)), false)
    let late = Self.held(2, .milliseconds(2_000))
    check(book.take(late, takeOver: false, at: .milliseconds(2_000)), .granted(from: nil))
    let over = Self.held(3, .milliseconds(2_000))
    check(book.take(over, takeOver: true, at: .milliseconds(2_000)), .granted(from: late))
    check(book.release(2), nil)
    check(book.release(3), over)
    check(book.held, nil)
  }

  @Test("SR-23: a lease counts from when bytes were read, not from when they are looked at")
  func bookByReading() {
    var book = LeaseBook()
    func check<T: Equatable>(_ found: T, _ expected: T, _ line: Int = #line) {
      #expect(found == expected, "line \(line)")
    }
    let first = Self.held(1, .milliseconds(100))
    check(book.take(first, takeOver: false, at: .milliseconds(900)), .granted(from: nil))
    check(book.isHeld(by: 1, at: .milliseconds(1_099)), true)
    check(book.isHeld(by: 1, at: .milliseconds(1_100)), false)
    // Read in time, looked at late; an older one takes nothing back.
    check(book.renew(1, readAt: .milliseconds(1_000)), true)
    check(book.renew(1, readAt: .milliseconds(500)), true)
    check(book.isHeld(by: 1, at: .milliseconds(1_999)), true)
    check(book.isHeld(by: 1, at: .milliseconds(2_000)), false)
    // Read when it was lost already.
    check(book.renew(1, readAt: .milliseconds(2_000)), false)
    check(book.isHeld(by: 1, at: .milliseconds(2_000)), false)
    // Looking takes nothing away: whoever notes the loss still finds it.
    check(book.expire(at: .milliseconds(2_000))?.connection, 1)
    let late = Self.held(2, .milliseconds(2_000))
    check(book.take(late, takeOver: false, at: .milliseconds(3_000)), .tooLate)
    check(book.held, nil)
  }

  @Test("SR-23: a command of the operator renews the lease as of when it was read")
  func commandsRenew() throws {
    let served = try ServedStimulator()
    let leader = try Operator(served)
    leader.fallSilent()
    let leases = served.server.hub.dispatcher.leases
    let taken = try #require(leases.held?.renewedAt)
    _ = try leader.status()
    usleep(150_000)
    let before = try #require(leases.held?.renewedAt)
    try leader.ask(Operator.load)
    let after = try #require(leases.held?.renewedAt)
    #expect(taken <= before && before < after && after < ServerClock.now)
    // What needs no lease renews none, and what another asks neither.
    _ = try leader.status()
    let other = try served.control()
    _ = refusal { _ = try other.call(StartRequest(), timeout_ms: 60_000) }
    #expect(leases.held.map { $0.renewedAt == after } ?? true)
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

  @Test("SR-23: nothing is armed by an operator who is lost while the answers are written")
  func lostWhileArming() throws {
    let gate = Gate()
    defer { gate.open() }
    let served = try ServedStimulator(pace: 4, gate: gate)
    let leader = try Operator(served)
    let arm = try leader.check()
    gate.close()
    let asked = try leader.client.send(arm)
    #expect(ServedStimulator.wait { served.server.hub.commands.waiting == 1 })
    leader.fallSilent()
    #expect(ServedStimulator.wait { served.server.hub.dispatcher.leases.held == nil })
    gate.open()
    let error = try leader.answer(to: asked).error
    #expect(error?.code == .noLease && error?.data?.requirement == "SR-23", "\(error as Any)")
    #expect(error?.message.contains("lost while this waited") == true)
    #expect(served.stimulator.status.state.code == .checked)
    let states = served.stimulator.feed.events(after: 0, most: 4_096).events.map(\.subject)
    #expect(states.contains("checked") && !states.contains("armed"))
    // Whoever leads then goes on.
    let next = try Operator(served)
    try next.ask(arm)
    #expect(try next.wait(for: "armed"))
  }

  @Test("SR-23: no self-check begins for an operator who is lost while its intent is written")
  func lostWhileOpening() throws {
    let gate = Gate()
    defer { gate.open() }
    let served = try ServedStimulator(pace: 4, gate: gate)
    let leader = try Operator(served)
    try leader.ask(Operator.load)
    gate.close()
    let asked = try leader.client.send(SelfCheckRequest())
    #expect(ServedStimulator.wait { served.server.hub.commands.waiting == 1 })
    leader.fallSilent()
    #expect(ServedStimulator.wait { served.server.hub.dispatcher.leases.held == nil })
    gate.open()
    #expect(try leader.answer(to: asked).error?.code == .noLease)
    let next = try Operator(served)
    #expect(try next.status().state == "faulted")
    let states = served.stimulator.feed.events(after: 0, most: 4_096).events.map(\.subject)
    #expect(!states.contains("self-check"))
    try next.ask(SelfCheckRequest())
    #expect(try next.wait(for: "checked"))
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

// Decides: what arming demands: a fresh self-check, a clean log, daily limits, a trusted clock.
// Leaves to others: reading the log (DoseLog) and the self-check's items (interlock tests).

@testable import StimulationCore
import Testing

@Suite struct ArmingTests {
  private func checked(_ plan: SamplePlan = SamplePlan()) throws -> ScriptedSession {
    let session = try ScriptedSession(plan)
    session.lead(to: .checked)
    return session
  }

  private func history(
    trains: Int64 = 0, sessions: Int64 = 0, rest: Nanoseconds? = nil, isTrusted: Bool = true,
    hasHazard: Bool = false
  ) -> DoseHistory {
    DoseHistory(
      trainsInDay: trains, sessionsInDay: sessions, rest: rest, clockIsTrusted: isTrusted,
      hasUnacknowledgedHazard: hasHazard)
  }

  @Test(
    "SR-04: a self-check is good for 60 s, and not for a nanosecond more",
    arguments: [
      (Int64(-1), true), (0, true), (1, false), (1_000_000, false),
    ])
  func expiry(extra: Int64, isGood: Bool) throws {
    let session = try checked()
    let end = session.now + .seconds(60) + Nanoseconds(extra)
    while session.controller.nextDeadline < end { session.tick() }
    let before = ControllerSnapshot(session)
    let reply = session.tick(.arm(.none), at: end)
    #expect(reply == (isGood ? .accepted : .refused(.selfCheckExpired)))
    if !isGood {
      #expect(ControllerSnapshot(session) == before)
      #expect(session.tick(.selfCheck) == .accepted)
      session.run(to: .checked)
      #expect(session.tick(.arm(.none)) == .accepted)
    }
  }

  @Test("SR-23: arming is refused while the lease is older than 1 s, and the check stays good")
  func staleLease() throws {
    let session = try ScriptedSession(SamplePlan())
    session.lead(to: .checked)
    let renewedAt = session.now
    session.leaseRuns = false
    let late = renewedAt + .seconds(1) + Nanoseconds(1)
    #expect(session.tick(.arm(.none), at: late) == .refused(.leaseNotRenewed))
    #expect(session.controller.state == .checked && session.trips.isEmpty)
    session.leaseRuns = true
    #expect(session.tick(.arm(.none)) == .accepted)
    let other = try ScriptedSession(SamplePlan())
    other.lead(to: .checked)
    other.leaseRuns = false
    #expect(other.tick(.arm(.none), at: other.now + .seconds(1)) == .accepted)
  }

  @Test("SR-04: a self-check arms once")
  func once() throws {
    let session = try checked()
    #expect(session.tick(.arm(.none)) == .accepted)
    session.corrupt = { readings, _ in readings.lines.remove(.highVoltagePresent) }
    session.tick()
    session.corrupt = nil
    session.run(to: .faulted)
    #expect(session.tick(.arm(.none)) == .refused(.notInState(.faulted)))
    session.resetHeld = true
    #expect(session.tick() == .accepted)
    #expect(session.tick(.arm(.none)) == .refused(.notInState(.faulted)))
    #expect(session.tick(.selfCheck) == .accepted)
    session.run(to: .checked)
    #expect(session.tick(.arm(.none)) == .accepted)
  }

  @Test("SR-04: what stays armed for 60 s without a start must be checked and armed again")
  func armedTooLong() throws {
    let session = try checked()
    #expect(session.tick(.arm(.none)) == .accepted)
    let end = session.now + .seconds(60)
    while session.controller.nextDeadline <= end { session.tick() }
    #expect(session.controller.state == .armed)
    session.tick(at: end + Nanoseconds(1))
    #expect(session.controller.state == .checked && session.trips.isEmpty)
    #expect(session.tick(.start) == .refused(.notInState(.checked)))
    #expect(session.tick(.arm(.none)) == .refused(.selfCheckExpired))
    let beat = session.board.frame.heartbeat
    session.run(for: .milliseconds(50))
    #expect(session.board.frame.heartbeat == beat && !session.board.frame.relayCoil)
    #expect(session.tick(.selfCheck) == .accepted)
    session.run(to: .checked)
    #expect(session.tick(.arm(.none)) == .accepted)
    #expect(session.tick(.start) == .accepted)
  }

  @Test("SR-05: an unacknowledged hazard refuses arming, and the check stays good")
  func hazard() throws {
    let session = try checked()
    let before = ControllerSnapshot(session)
    #expect(
      session.tick(.arm(history(hasHazard: true))) == .refused(.unacknowledgedHazard))
    #expect(ControllerSnapshot(session) == before)
    #expect(session.tick(.arm(.none)) == .accepted)
  }

  @Test("SR-47: a clock that is not trusted refuses arming, whatever the rest")
  func clock() throws {
    for rest in [nil, Nanoseconds.seconds(1_000_000)] {
      let session = try checked()
      let reply = session.tick(.arm(history(rest: rest, isTrusted: false)))
      #expect(reply == .refused(.clockNotTrusted))
      #expect(session.controller.state == .checked)
      #expect(session.tick(.arm(history(rest: rest))) == .accepted)
    }
  }

  @Test(
    "SR-12: trains, sessions and rest are allowed at the limit and refused one unit beyond",
    arguments: Envelope.allCases)
  func daily(envelope: Envelope) throws {
    let rest = Nanoseconds.seconds(4 * 3_600)
    // The plan has two trains; the compiled limits are 800 trains, 3 sessions and 4 h.
    let cases: [(DoseHistory, LimitKind?, Int64)] = [
      (history(trains: 798), nil, 0), (history(trains: 799), .trainsPerDay, 801),
      (history(sessions: 2), nil, 0), (history(sessions: 3), .sessionsPerDay, 4),
      (history(rest: rest), nil, 0),
      (history(rest: rest - Nanoseconds(1)), .restBetweenSessions, rest.rawValue - 1),
      (history(rest: .zero), .restBetweenSessions, 0),
      (history(trains: 798, sessions: 2, rest: rest), nil, 0),
    ]
    for (history, kind, figure) in cases {
      let session = try checked(SamplePlan().with(\.limits, LimitTable(envelope)))
      let reply = session.tick(.arm(history))
      guard let kind else {
        #expect(reply == .accepted)
        continue
      }
      let limit = LimitTable(envelope)[kind]
      #expect(
        reply
          == .refused(
            .limit(LimitViolation(kind: kind, figure: figure, limit: limit, channel: 0))))
      #expect(session.controller.state == .checked)
    }
  }

  @Test("SR-12, SR-17: a prescription's tighter daily limits are those that count")
  func tighterDaily() throws {
    var plan = SamplePlan()
    var layer = LimitLayer(source: .prescription)
    layer[.sessionsPerDay] = 1
    layer[.restBetweenSessions] = Nanoseconds.seconds(8 * 3_600).rawValue
    try plan.limits.tighten(by: layer)
    let session = try checked(plan)
    guard
      case .refused(.limit(let violation)) = session.tick(.arm(history(sessions: 1)))
    else {
      Issue.record("accepted")
      return
    }
    #expect(violation.limit == Limit(value: 1, source: .prescription))
    let reply = session.tick(.arm(history(rest: .seconds(8 * 3_600) - Nanoseconds(1))))
    guard case .refused(.limit(let rest)) = reply else {
      Issue.record("accepted")
      return
    }
    #expect(rest.kind == .restBetweenSessions && rest.limit.source == .prescription)
    #expect(session.tick(.arm(history(rest: .seconds(8 * 3_600)))) == .accepted)
  }

  @Test("SR-05, SR-12, SR-47: the worst reason is told first")
  func order() throws {
    let session = try checked()
    let all = history(trains: 999, sessions: 9, rest: .zero, isTrusted: false, hasHazard: true)
    #expect(session.tick(.arm(all)) == .refused(.unacknowledgedHazard))
    var next = all
    next.hasUnacknowledgedHazard = false
    #expect(session.tick(.arm(next)) == .refused(.clockNotTrusted))
  }
}

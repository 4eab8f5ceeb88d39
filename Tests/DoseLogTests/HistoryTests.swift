// Decides: what earlier sessions count as, under every clock.
// Leaves to others: the limits they are compared with (StimulationCoreTests).

import Foundation
import StimulationCore
import Testing

@testable import DoseLog

@Suite("History")
struct HistoryTests {
  let log: LogUnderTest
  let writer: DoseLogWriter

  init() throws {
    log = try LogUnderTest()
    writer = try log.open()
  }

  /// A session of an hour that ends at `end`, with trains on both channels.
  @discardableResult
  private func session(
    _ muscle: MuscleKey = thigh, endingAt end: ClockReading, trains: Int32 = 3,
    outcome: SessionOutcome = .completed
  ) throws -> SessionID {
    let begin = ClockReading(
      wall: end.wall + .seconds(-3_600), boot: end.boot, isSynchronised: true)
    let id = try writer.beginSession(intent(muscle), at: begin)
    var records: [SessionRecord] = []
    for train in stride(from: Int32(1), through: trains, by: 1) {
      records.append(record(train: train))
      if train > 1 { records.append(record(channel: 1, train: train)) }
      records.append(record(.checkpoint, train: train))
    }
    try writer.append(records, to: id, at: begin)
    try writer.close(id, outcome: outcome, at: end)
    return id
  }

  private func history(
    _ muscle: MuscleKey = thigh, at clock: ClockReading
  ) throws -> DoseHistory {
    try writer.reader.history(of: muscle, on: "simulated", at: clock)
  }

  @Test("A muscle without sessions has no history")
  func empty() throws {
    #expect(try history(at: clock(0)) == .none)
    try session(MuscleKey(patient: "P-008", muscle: "quadriceps"), endingAt: clock(0))
    #expect(try history(at: clock(60)) == .none)
  }

  @Test("SR-12: trains and sessions of 24 h count, and rest runs from the newest end")
  func counts() throws {
    try session(endingAt: clock(0), trains: 100)
    try session(endingAt: clock(50_000), trains: 3)
    try session(endingAt: clock(60_000), trains: 4)
    let now = try history(at: clock(86_399))
    #expect(now.trainsInDay == 107)
    #expect(now.sessionsInDay == 3)
    #expect(now.rest == .seconds(26_399))
    let later = try history(at: clock(86_400))
    #expect(later.trainsInDay == 7)
    #expect(later.sessionsInDay == 2)
    let old = try history(at: clock(1_000_000))
    #expect(old.trainsInDay == 0 && old.sessionsInDay == 0)
    #expect(old.rest == .seconds(940_000))
  }

  @Test("SR-12: case and spacing make no other muscle; an unstated side counts for both")
  func sameMuscle() throws {
    try session(
      MuscleKey(patient: "p-007", muscle: "Quadriceps ", side: "LEFT"), endingAt: clock(0))
    #expect(try history(at: clock(60)).sessionsInDay == 1)
    let right = MuscleKey(patient: "P-007", muscle: "quadriceps", side: "right")
    #expect(try history(right, at: clock(60)).sessionsInDay == 0)
    let unstated = MuscleKey(patient: "P-007", muscle: "quadriceps")
    #expect(try history(unstated, at: clock(60)).sessionsInDay == 1)
    try session(unstated, endingAt: clock(100))
    #expect(try history(right, at: clock(160)).sessionsInDay == 1)
  }

  private func side(_ name: String?) -> MuscleKey {
    MuscleKey(patient: "P-007", muscle: "quadriceps", side: name)
  }

  @Test(
    "SR-12: a session on both sides counts for each, and one on a side counts for both",
    arguments: [
      ("both", "left"), ("both", "right"), ("left", "both"), ("right", "both"), ("both", nil),
      (nil, "both"), ("Both ", "left"), ("both", "both"), ("middle", "left"), ("left", "middle"),
    ] as [(String?, String?)])
  func bothSides(_ earlier: String?, _ asked: String?) throws {
    try session(side(earlier), endingAt: clock(0))
    let found = try history(side(asked), at: clock(60))
    #expect(found.sessionsInDay == 1)
    #expect(found.rest == .seconds(60))
    #expect(try writer.reader.skinState(of: side(asked)) != .clear)
  }

  @Test("SR-12: a session that delivered nothing does not count; probes deliver nothing")
  func refused() throws {
    try session(endingAt: clock(0), trains: 0, outcome: .refused)
    let id = try writer.beginSession(intent(), at: clock(1))
    try writer.append([record(.probe, train: 0)], to: id, at: clock(2))
    try writer.close(id, outcome: .faulted, faults: [.selfCheckFailed], at: clock(3))
    #expect(try history(at: clock(60)) == .none)
  }

  @Test("SR-42: an uncertain session counts at its bound, even one that recorded no dose")
  func uncertain() throws {
    _ = try writer.beginSession(intent(), at: clock(0))
    let open = try history(at: clock(100))
    #expect(open.trainsInDay == 1 && open.sessionsInDay == 1)
    _ = try writer.closeOpenSessions(at: clock(100))
    let closed = try history(at: clock(100))
    #expect(closed.trainsInDay == 1 && closed.sessionsInDay == 1)
    #expect(closed.rest == .seconds(97))
    try session(endingAt: clock(10_000), trains: 3, outcome: .uncertain)
    // 3 trains, one in progress by the newest checkpoint, one that 2 s can begin.
    #expect(try history(at: clock(10_100)).trainsInDay == 1 + 5)
  }

  @Test("SR-47: within one boot, rest is the smaller of wall and monotonic time")
  func oneBoot() throws {
    try session(endingAt: clock(0, boot: "a", uptime: 4_000))
    #expect(try history(at: clock(20_000, boot: "a", uptime: 5_000)).rest == .seconds(1_000))
    #expect(try history(at: clock(20_000, boot: "a", uptime: 90_000)).rest == .seconds(20_000))
    #expect(try history(at: clock(20_000, boot: "b", uptime: 5_000)).rest == .seconds(20_000))
    // The wall clock jumped a week ahead within an hour: the session is still of this day.
    let jumped = try history(at: clock(600_000, boot: "a", uptime: 7_600))
    #expect(jumped.sessionsInDay == 1 && jumped.rest == .seconds(3_600))
  }

  @Test("SR-12: in real time a virtual wall clock gives no more rest than the machine's clocks")
  func pacedRest() throws {
    let end = ClockReading.virtual(
      clock(0).wall, boot: BootTime(boot: "a", uptime: .seconds(4_000)))
    try session(endingAt: end)
    func paced(_ wall: Int64, _ machine: ClockReading) throws -> Nanoseconds? {
      try history(at: .paced(clock(wall).wall, machine)).rest
    }
    // Others moved the log's clock on by 20,000 s within 600 s.
    #expect(try paced(20_000, clock(600, boot: "a", uptime: 4_600)) == .seconds(600))
    #expect(try paced(20_000, clock(600, boot: "b", uptime: 50)) == .seconds(600))
    // The session itself had been stamped ahead of the machine's clock.
    #expect(try paced(20_000, clock(-900, boot: "b", uptime: 50)) == .zero)
    #expect(try paced(20_000, clock(90_000, boot: "b", uptime: 50)) == .seconds(20_000))
    // In virtual time the log's clock alone passes.
    let virtual = ClockReading.virtual(
      clock(20_000).wall, boot: BootTime(boot: "a", uptime: .seconds(4_600)))
    #expect(try history(at: virtual).rest == .seconds(20_000))
  }

  @Test("SR-47: a clock earlier than the newest record stays distrusted until it is confirmed")
  func backwards() throws {
    try session(endingAt: clock(100_000))
    #expect(try history(at: clock(100_000)).clockIsTrusted)
    let early = clock(50_000)
    #expect(try !history(at: early).clockIsTrusted)
    // Records under the wrong clock do not make it right.
    let action = LogAction(kind: .notice, subject: "boot", outcome: "ok", actor: "uid 1")
    try writer.log(action, at: clock(50_001))
    #expect(try !history(at: clock(50_002)).clockIsTrusted)
    try writer.confirmClock(actor: "uid 1", at: clock(50_003))
    let confirmed = try history(at: clock(50_103))
    #expect(confirmed.clockIsTrusted)
    // The session ended before the confirmation, whatever its own clock said.
    #expect(confirmed.rest == .seconds(100))
    #expect(confirmed.sessionsInDay == 1)
    // A second wrong clock needs a second confirmation, and each forgives only what was before.
    try writer.log(action, at: clock(300_000))
    #expect(try !history(at: clock(50_200)).clockIsTrusted)
    try writer.confirmClock(actor: "uid 1", at: clock(50_201))
    #expect(try history(at: clock(50_202)).clockIsTrusted)
    #expect(try !history(at: clock(50_200)).clockIsTrusted)
  }

  @Test("SR-47: an unsynchronised clock is trusted only once confirmed in this boot")
  func unsynchronised() throws {
    func now(_ boot: String) -> ClockReading {
      ClockReading(
        wall: clock(10).wall, boot: BootTime(boot: boot, uptime: .seconds(5)),
        isSynchronised: false)
    }
    #expect(try !history(at: now("a")).clockIsTrusted)
    try writer.confirmClock(actor: "uid 1", at: now("a"))
    #expect(try history(at: now("a")).clockIsTrusted)
    #expect(try !history(at: now("b")).clockIsTrusted)
  }

  @Test("SR-05: a short, over-current or welded relay stands on its board until acknowledged")
  func hazards() throws {
    let id = try writer.beginSession(intent(), at: clock(0))
    try writer.append(
      [trip(.openElectrode), trip(.shortCircuit, channel: 1), trip(.weldedRelay, channel: -1)],
      to: id, at: clock(1))
    try writer.close(id, outcome: .faulted, faults: [.shortCircuit, .weldedRelay], at: clock(2))
    try writer.logTrip(.overCurrentLine, board: "simulated", at: clock(3))
    let standing = try writer.reader.hazards(on: "simulated")
    #expect(standing.map(\.interlock) == ["short-circuit", "welded-relay", "over-current-line"])
    #expect(standing.map(\.channel) == [1, nil, nil])
    #expect(try writer.reader.hazards(on: "other") == [])
    #expect(
      try !writer.reader.history(of: thigh, on: "other", at: clock(9)).hasUnacknowledgedHazard)
    for hazard in standing {
      #expect(try history(at: clock(9)).hasUnacknowledgedHazard)
      try writer.acknowledge(event: hazard.event, actor: "uid 1", at: clock(9))
    }
    #expect(try !history(at: clock(9)).hasUnacknowledgedHazard)
    let again = standing[0].event
    #expect(
      logError { try writer.acknowledge(event: again, actor: "uid 1", at: clock(9)) }
        == .nothingToAcknowledge(event: again))
    #expect(logError { try writer.acknowledge(event: 1, actor: "uid 1", at: clock(9)) } != nil)
  }

  @Test("SR-51: a missing after-check stands until a clinician clears it")
  func missingAfterCheck() throws {
    #expect(try writer.reader.skinState(of: thigh) == .clear)
    try session(endingAt: clock(0), trains: 0, outcome: .refused)
    #expect(try writer.reader.skinState(of: thigh) == .clear)
    let id = try session(endingAt: clock(1))
    #expect(try writer.reader.skinState(of: thigh) == .missingAfterCheck(id))
    try writer.log(
      SkinCheck(moment: .before, finding: .ok, actor: "uid 1"), muscle: thigh, session: id,
      at: clock(2))
    #expect(try writer.reader.skinState(of: thigh) == .missingAfterCheck(id))
    try writer.clearSkin(of: thigh, actor: "uid 2", at: clock(3))
    #expect(try writer.reader.skinState(of: thigh) == .clear)
    let next = try session(endingAt: clock(50_000))
    #expect(try writer.reader.skinState(of: thigh) == .missingAfterCheck(next))
    try writer.log(
      SkinCheck(moment: .after, finding: .ok, actor: "uid 1"), muscle: thigh, session: next,
      at: clock(50_001))
    #expect(try writer.reader.skinState(of: thigh) == .clear)
  }

  @Test("SR-51: a lesion on both sides stands on each, and clearing both clears both")
  func lesionOnBothSides() throws {
    let lesion = SkinCheck(moment: .before, finding: .lesion, actor: "uid 1")
    try writer.log(lesion, muscle: side("both"), at: clock(1))
    for name in ["left", "right", "both", nil] {
      #expect(try writer.reader.skinState(of: side(name)) == .lesion(nil))
    }
    // Who looked at one side has not looked at the other.
    try writer.clearSkin(of: side("left"), actor: "uid 2", at: clock(2))
    #expect(try writer.reader.skinState(of: side("right")) == .lesion(nil))
    try writer.clearSkin(of: side("both"), actor: "uid 2", at: clock(3))
    for name in ["left", "right", "both", nil] {
      #expect(try writer.reader.skinState(of: side(name)) == .clear)
    }
    try writer.log(lesion, muscle: side("left"), at: clock(4))
    #expect(try writer.reader.skinState(of: side("both")) == .lesion(nil))
    #expect(try writer.reader.skinState(of: side("right")) == .clear)
    try writer.clearSkin(of: side("both"), actor: "uid 2", at: clock(5))
    #expect(try writer.reader.skinState(of: side("left")) == .clear)
  }

  @Test("SR-51: a simulation's after-check stands for no session with a patient")
  func simulatedAfterCheck() throws {
    var real = intent()
    real.isSimulated = false
    let id = try writer.beginSession(real, at: clock(0))
    try writer.append([record()], to: id, at: clock(1))
    try writer.close(id, outcome: .completed, at: clock(2))
    func look(simulated: Bool) throws {
      let check = SkinCheck(
        moment: .after, finding: .ok, actor: "uid 1", isSimulated: simulated)
      try writer.log(check, muscle: thigh, session: id, at: clock(3))
    }
    try look(simulated: true)
    #expect(try writer.reader.skinState(of: thigh) == .missingAfterCheck(id))
    try look(simulated: false)
    #expect(try writer.reader.skinState(of: thigh) == .clear)
  }

  @Test("SR-51: a lesion stands on its side until cleared, and names its session")
  func lesion() throws {
    let id = try session(endingAt: clock(1))
    try writer.log(
      SkinCheck(moment: .after, finding: .lesion, actor: "uid 1"), muscle: thigh, session: id,
      at: clock(2))
    let state = try writer.reader.skinState(of: thigh)
    #expect(state == .lesion(id))
    #expect(state.refusal?.contains("in session \(id)") == true)
    let right = MuscleKey(patient: "P-007", muscle: "quadriceps", side: "right")
    #expect(try writer.reader.skinState(of: right) == .clear)
    try writer.clearSkin(of: right, actor: "uid 2", at: clock(3))
    #expect(try writer.reader.skinState(of: thigh) == .lesion(id))
    try writer.clearSkin(of: thigh, actor: "uid 2", at: clock(3))
    #expect(try writer.reader.skinState(of: thigh) == .clear)
    try writer.log(
      SkinCheck(moment: .before, finding: .lesion, actor: "uid 1"), muscle: thigh, at: clock(4))
    #expect(try writer.reader.skinState(of: thigh) == .lesion(nil))
  }
}

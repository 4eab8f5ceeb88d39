// Decides: that a stimulator leads one session through its life, in order, and safely ends it.
// Leaves to others: the loop's own decisions (StimulationCoreTests) and sockets (ControlServer).

import DoseLog
import Foundation
import ProtocolLibrary
import SimulatedBoard
import StimulationCore
import Testing

@testable import SessionController

/// A stimulator on the simulated board with a log of its own, many times faster than life.
private final class Bench {
  let stimulator: Stimulator
  let folder: URL
  private var isLeased = true

  init(pace: Int64 = 40, faults: [InjectedFault] = []) throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("stimulator-\(UUID().uuidString)")
    let writer = try DoseLogWriter(path: folder.appendingPathComponent("dose.sqlite").path)
    var options = SimulatedHostOptions()
    options.pace = pace
    options.faults = faults
    stimulator = try Stimulator(
      try SimulatedHost(options), writer: writer,
      clock: PacedWallClock(pace: pace, newestRecord: nil), actor: "tester")
  }

  deinit {
    stimulator.shutDown()
    try? FileManager.default.removeItem(at: folder)
  }

  func planned(trains: Int32 = 1) throws -> PlannedSession {
    let file = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Protocols/large-muscle-tetanic.yaml").path
    let request = SessionRequest(
      therapy: try ProtocolLibrary.loadProtocol(file: file), prescription: nil,
      patient: "P1", muscle: "quadriceps",
      electrodeAreas: [.squareCentimetres(180)], amplitude: nil, trains: trains,
      today: try #require(CalendarDate("2026-11-24")))
    return try request.makeSession(on: SimulatedCapabilities.make(channelCount: 1))
  }

  static var answers: SessionAnswers {
    SessionAnswers(
      contraindications: Dictionary(
        uniqueKeysWithValues: Contraindication.allCases.map { ($0, false) }),
      skin: .ok)
  }

  /// Waits for a state, the operator present; many seconds of wall time are a failure.
  func wait(for codes: StateCode..., leased: Bool = true) -> Bool {
    for _ in 0..<6_000 {
      if leased { stimulator.renewLease() }
      if codes.contains(stimulator.status.state.code) { return true }
      usleep(5_000)
    }
    return false
  }

  func waitForEnd() -> SessionOutcome? {
    for _ in 0..<6_000 {
      stimulator.renewLease()
      if let outcome = stimulator.status.outcome { return outcome }
      usleep(5_000)
    }
    return nil
  }

  func startSession(trains: Int32 = 1) throws {
    try stimulator.load(planned(trains: trains), actor: "tester")
    try stimulator.selfCheck(actor: "tester", lease: .ofTheRun)
    #expect(wait(for: .checked))
    try stimulator.arm(Self.answers, actor: "tester", lease: .ofTheRun)
    try stimulator.start(actor: "tester", lease: .ofTheRun)
    try stimulator.aim(at: .milliamperes(10), channel: nil, actor: "tester", lease: .ofTheRun)
  }
}

@Suite("Stimulator") struct StimulatorTests {
  @Test("A session runs from load to its end and stands in the log as completed")
  func wholeSession() throws {
    let bench = try Bench()
    try bench.startSession()
    #expect(bench.stimulator.status.phase == .open)
    #expect(bench.waitForEnd() == .completed)
    let session = try #require(bench.stimulator.status.session)
    let channels = try bench.stimulator.writer.reader.session(session).channels
    #expect(channels.first.map { $0.dose.pulses > 0 } ?? false)
    #expect(!bench.stimulator.outputsAreActive)
  }

  @Test("STOP makes outputs inactive from running and the log says stopped (SR-20)")
  func stopping() throws {
    let bench = try Bench(pace: 1)
    try bench.startSession(trains: 4)
    #expect(bench.wait(for: .running, .ramping))
    bench.stimulator.stop(actor: "somebody")
    #expect(bench.waitForEnd() == .stopped)
    #expect(!bench.stimulator.outputsAreActive)
  }

  @Test("SR-20: a STOP as a session opens keeps its self-check from beginning, until asked again")
  func stopWhileOpening() throws {
    let bench = try Bench()
    try bench.stimulator.load(bench.planned(), actor: "tester")
    let asked = bench.stimulator.stopCount
    bench.stimulator.stop()
    try bench.stimulator.selfCheck(actor: "tester", lease: .ofTheRun, since: asked)
    for _ in 0..<40 {
      bench.stimulator.renewLease()
      #expect(bench.stimulator.status.state.code == .faulted)
      #expect(!bench.stimulator.outputsAreActive)
      usleep(5_000)
    }
    try bench.stimulator.selfCheck(
      actor: "tester", lease: .ofTheRun, since: bench.stimulator.stopCount)
    #expect(bench.wait(for: .checked))
  }

  @Test("A lease that is not renewed ends the session as a fault that must be reset (SR-22, SR-23)")
  func leaseLost() throws {
    let bench = try Bench(pace: 10)
    try bench.startSession(trains: 4)
    #expect(bench.wait(for: .faulted, leased: false))
    #expect(bench.waitForEnd() == .faulted)
    #expect(bench.stimulator.status.loop?.firstCause == .leaseLost)
    let planned = try bench.planned()
    #expect(throws: StimulatorError.self) {
      try bench.stimulator.load(planned, actor: "tester")
    }
    try bench.stimulator.reset(actor: "tester")
    #expect(bench.stimulator.status.phase == .idle)
    try bench.stimulator.load(planned, actor: "tester")
  }

  @Test("SR-23: what energises or raises is refused by a lease that is lost, and nothing follows")
  func lostLease() throws {
    let bench = try Bench(pace: 4)
    let stimulator = bench.stimulator
    let lost = OperatorLease.held { false }
    let held = OperatorLease.held {
      stimulator.renewLease()
      return true
    }
    func mustRefuse(_ act: String, _ body: () throws(StimulatorError) -> Void) {
      do throws(StimulatorError) { try body() } catch {
        if case .leaseLost = error, error.isRefusal { return }
        Issue.record("\(act): \(error)")
        return
      }
      Issue.record("\(act) was not refused")
    }
    try stimulator.load(bench.planned(trains: 4), actor: "t")
    mustRefuse("selfCheck") { () throws(StimulatorError) in
      try stimulator.selfCheck(actor: "t", lease: lost)
    }
    #expect(stimulator.status.state.code == .faulted)
    try stimulator.selfCheck(actor: "t", lease: held)
    #expect(bench.wait(for: .checked))
    mustRefuse("arm") { () throws(StimulatorError) in
      try stimulator.arm(Bench.answers, actor: "t", lease: lost)
    }
    try stimulator.arm(Bench.answers, actor: "t", lease: held)
    mustRefuse("start") { () throws(StimulatorError) in
      try stimulator.start(actor: "t", lease: lost)
    }
    #expect(bench.wait(for: .armed))
    try stimulator.start(actor: "t", lease: held)
    mustRefuse("setAmplitude") { () throws(StimulatorError) in
      try stimulator.setAmplitude(.milliamperes(1), channel: nil, actor: "t", lease: lost)
    }
    mustRefuse("aim") { () throws(StimulatorError) in
      try stimulator.aim(at: .milliamperes(5), channel: nil, actor: "t", lease: lost)
    }
    #expect(bench.wait(for: .running))
    #expect(stimulator.status.loop?.channels[0].setpoint == .zero)
    stimulator.stop()
    #expect(bench.waitForEnd() == .stopped)
  }

  @Test("Every act out of its order is refused and changes nothing")
  func order() throws {
    let bench = try Bench()
    let stimulator = bench.stimulator
    #expect(throws: StimulatorError.self) { try stimulator.selfCheck(actor: "t", lease: .ofTheRun) }
    #expect(throws: StimulatorError.self) {
      try stimulator.arm(Bench.answers, actor: "t", lease: .ofTheRun)
    }
    #expect(throws: StimulatorError.self) { try stimulator.start(actor: "t", lease: .ofTheRun) }
    #expect(throws: StimulatorError.self) { try stimulator.pause(actor: "t") }
    #expect(throws: StimulatorError.self) { try stimulator.reset(actor: "t") }
    try stimulator.load(bench.planned(), actor: "t")
    #expect(throws: StimulatorError.self) { try stimulator.start(actor: "t", lease: .ofTheRun) }
    try stimulator.selfCheck(actor: "t", lease: .ofTheRun)
    #expect(throws: StimulatorError.self) { try stimulator.start(actor: "t", lease: .ofTheRun) }
    #expect(bench.wait(for: .checked))
    #expect(throws: StimulatorError.self) { try stimulator.start(actor: "t", lease: .ofTheRun) }
    #expect(stimulator.status.state.code == .checked)
    #expect(!stimulator.outputsAreActive)
  }

  @Test("Arming is refused while a question is unanswered, answered yes, or skin unseen (SR-51)")
  func checklist() throws {
    let bench = try Bench()
    try bench.stimulator.load(bench.planned(), actor: "t")
    try bench.stimulator.selfCheck(actor: "t", lease: .ofTheRun)
    #expect(bench.wait(for: .checked))
    for question in Contraindication.allCases {
      var answers = Bench.answers
      answers.contraindications[question] = nil
      #expect(throws: StimulatorError.self) {
        try bench.stimulator.arm(answers, actor: "t", lease: .ofTheRun)
      }
      answers.contraindications[question] = true
      #expect(throws: StimulatorError.self) {
        try bench.stimulator.arm(answers, actor: "t", lease: .ofTheRun)
      }
    }
    for skin in [nil, SkinFinding.lesion] {
      var answers = Bench.answers
      answers.skin = skin
      #expect(throws: StimulatorError.self) {
        try bench.stimulator.arm(answers, actor: "t", lease: .ofTheRun)
      }
    }
    #expect(bench.stimulator.status.state.code == .checked)
  }

  @Test("SR-45: in a session too, what finds no room in the log is counted there")
  func leftOut() throws {
    let bench = try Bench()
    let stimulator = bench.stimulator
    try stimulator.load(bench.planned(), actor: "t")
    try stimulator.selfCheck(actor: "t", lease: .ofTheRun)
    #expect(bench.wait(for: .checked))
    for number in 0..<5_000 {
      stimulator.record(.refusal, "start", outcome: "refused: \(number)", actor: "t")
    }
    stimulator.shutDown()
    let reader = stimulator.writer.reader
    let events = try reader.detail(try #require(try reader.lastSession())).events
    let written = events.filter { $0.kind == "refusal" }.count
    let counted = events.filter { $0.kind == "notice" && $0.subject == "records" }
      .map { Int(($0.outcome ?? "").prefix { $0.isNumber }) ?? 0 }
    #expect(!counted.isEmpty && written + counted.reduce(0, +) == 5_000, "\(written) \(counted)")
  }

  @Test("SR-51: what stands against a session is on record, and a lesion until it is cleared")
  func lesion() throws {
    let bench = try Bench()
    let stimulator = bench.stimulator
    try stimulator.load(bench.planned(), actor: "t")
    var answers = SessionAnswers(contraindications: [.implant: true], skin: .lesion)
    func isRefused() -> Bool {
      do throws(StimulatorError) {
        try stimulator.arm(answers, actor: "t", lease: .ofTheRun)
        return false
      } catch {
        switch error {
        case .checklist, .skin: return true
        default: return false
        }
      }
    }
    #expect(isRefused(), "before there is a session")
    #expect(throws: StimulatorError.self) {
      try stimulator.selfCheck(actor: "t", lease: .ofTheRun)
    }
    let muscle = try bench.planned().muscleKey
    let now = stimulator.clock.reading(at: .zero)
    try stimulator.writer.clearSkin(of: muscle, actor: "t", at: now)
    try stimulator.selfCheck(actor: "t", lease: .ofTheRun)
    #expect(bench.wait(for: .checked))
    #expect(isRefused(), "in a session")
    answers = Bench.answers
    #expect(isRefused(), "other answers clear no lesion")
    try stimulator.writer.clearSkin(of: muscle, actor: "t", at: now)
    answers.contraindications[.sensoryLoss] = true
    answers.override = "seen by a clinician, skin inspected hourly"
    #expect(!isRefused())
    stimulator.shutDown()
    let reader = stimulator.writer.reader
    let beside = try reader.idleEvents(newest: 100).filter { $0.kind == "checklist" }
    #expect(beside.map(\.subject) == ["implant"] && beside.first?.outcome == "yes")
    let session = try reader.detail(try #require(try reader.lastSession()))
    let given = session.events.filter { $0.kind == "checklist" }
    #expect(given.count == 1 + 2 * Contraindication.allCases.count, "only what was answered")
    #expect(given.first?.subject == "implant" && given.first?.outcome == "yes")
    #expect(given.contains { $0.text.contains("inspected hourly") })
    let seen = session.skinChecks.filter { $0.moment == .before }
    #expect(seen.map(\.finding) == [.lesion, .ok, .ok])
  }

  @Test("Pause and resume begin again from zero, and no time is lost of the schedule")
  func pausing() throws {
    let bench = try Bench(pace: 2)
    try bench.startSession(trains: 4)
    #expect(bench.wait(for: .running, .ramping))
    usleep(200_000)
    try bench.stimulator.pause(actor: "t")
    #expect(bench.wait(for: .paused))
    let paused = bench.stimulator.status
    #expect(paused.loop?.channels[0].setpoint == .zero)
    var latest = paused
    // Two seconds of the session, looked at as a console does.
    while latest.loop!.now - paused.loop!.now < .seconds(2) {
      bench.stimulator.renewLease()
      usleep(5_000)
      latest = bench.stimulator.status
    }
    #expect(latest.timeLeft == paused.timeLeft, "what is left does not shrink in a pause")
    try bench.stimulator.resume(actor: "t", lease: .ofTheRun)
    #expect(bench.wait(for: .running, .ramping))
    bench.stimulator.stop(actor: "t")
    #expect(bench.waitForEnd() == .stopped)
  }

  @Test("A fault of the board ends the session as faulted with its cause")
  func fault() throws {
    let fault = InjectedFault(.emergencyStop, at: .seconds(2))
    let bench = try Bench(pace: 10, faults: [fault])
    try bench.startSession(trains: 4)
    #expect(bench.waitForEnd() == .faulted)
    #expect(bench.stimulator.status.loop?.firstCause == .emergencyStop)
    #expect(bench.stimulator.feed.events(after: 0).events.contains { $0.kind == .trip })
  }

  @Test("Two sessions follow one another on one stimulator")
  func twice() throws {
    let bench = try Bench()
    try bench.startSession()
    #expect(bench.waitForEnd() == .completed)
    let first = bench.stimulator.status.session
    // The rest that is due is the log's to judge: here it refuses, and says so.
    try bench.stimulator.load(bench.planned(), actor: "t")
    try bench.stimulator.selfCheck(actor: "t", lease: .ofTheRun)
    #expect(bench.wait(for: .checked))
    #expect(bench.stimulator.status.session != first)
    try bench.stimulator.unload(actor: "t")
    #expect(bench.stimulator.status.phase == .idle)
  }

  @Test("What is asked while no session is open is logged too (SR-45)")
  func idleActs() throws {
    let bench = try Bench()
    try bench.stimulator.load(bench.planned(), actor: "somebody")
    try bench.stimulator.unload(actor: "somebody")
    bench.stimulator.stop(actor: "somebody")
    bench.stimulator.shutDown()
    let subjects = try bench.stimulator.writer.reader.idleEvents(newest: 10)
      .map(\.subject)
    #expect(subjects.contains("load"))
    #expect(subjects.contains("unload"))
    #expect(subjects.contains("stop"))
  }

  @Test("A reset pressed twice in a row is answered twice")
  func doubleReset() throws {
    let bench = try Bench(pace: 1, faults: [InjectedFault(.leadOff(nil), at: .zero)])
    try bench.stimulator.load(bench.planned(), actor: "t")
    try bench.stimulator.selfCheck(actor: "t", lease: .ofTheRun)
    #expect(bench.wait(for: .faulted))
    for _ in 0..<3 {
      do throws(StimulatorError) {
        try bench.stimulator.reset(actor: "t")
      } catch {
        guard case .refused = error else {
          Issue.record("\(error)")
          return
        }
      }
    }
  }
}

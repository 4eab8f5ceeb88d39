// Decides: that a pulse whose moment has passed is withheld, counted and never caught up.
// Leaves to others: how late a wake-up may come at all (WakeInterlockTests).

@testable import StimulationCore
import Testing

@Suite struct WithheldTests {
  private func withheldEvents(_ session: ScriptedSession) -> Int {
    session.records.count {
      if case .event(let event) = $0, case .warned(.pulseWithheld, _) = event.event { return true }
      return false
    }
  }

  /// Leads into the second train's first pulse by a wake-up that comes `lateness` late.
  private func second(_ plan: SamplePlan, _ lateness: Nanoseconds) throws -> ScriptedSession {
    let session = try ScriptedSession(plan)
    session.lead(to: .running)
    #expect(session.tick(.setAmplitude(.milliamperes(1), channel: nil)) == .accepted)
    while session.doses(.train).isEmpty { session.tick() }
    let starts = session.doses(.train)[0].startedAt + plan.train.onTime + plan.offTime
    while session.now < starts - .milliseconds(2) { session.tick() }
    session.tick(at: starts - .microseconds(400))
    session.tick(at: starts + lateness)
    #expect(session.run(to: .completed, within: .seconds(30)))
    #expect(session.trips.isEmpty)
    return session
  }

  @Test(
    "A pulse whose moment has passed is withheld and counted, whoever times it",
    arguments: [SamplePlan(), SamplePlan.short])
  func late(plan: SamplePlan) throws {
    let session = try second(plan, .microseconds(1_390))
    let trains = session.doses(.train)
    #expect(trains.map(\.dose.withheld) == [0, 1])
    #expect(withheldEvents(session) == 1)
    #expect(trains[1].dose.pulses == trains[0].dose.pulses - 1)
  }

  @Test(
    "A pulse that is a little late is delivered, whoever times it",
    arguments: [SamplePlan(), SamplePlan.short])
  func onTime(plan: SamplePlan) throws {
    let session = try second(plan, .microseconds(300))
    let trains = session.doses(.train)
    #expect(trains.map(\.dose.withheld) == [0, 0])
    #expect(trains[1].dose.pulses == trains[0].dose.pulses)
  }

  @Test("Pulses of no amplitude are not withheld: none was asked for")
  func nothing() throws {
    for plan in [SamplePlan(), SamplePlan.short] {
      let session = try ScriptedSession(plan)
      session.lead(to: .running)
      session.run(for: .milliseconds(500))
      #expect(session.controller.status(ofChannel: 0).dose.withheld == 0)
      #expect(withheldEvents(session) == 0)
    }
  }
}

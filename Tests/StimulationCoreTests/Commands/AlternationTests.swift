// Decides: that channels which are not isolated stay apart whatever the operator does (SR-33).
// Leaves to others: plans that overlap (OverlapTests).

@testable import StimulationCore
import Testing

@Suite struct AlternationTests {
  private func session(_ change: (inout SamplePlan) -> Void) throws -> ScriptedSession {
    var plan = SamplePlan().with(\.board, SamplePlan.boardWithoutIsolation())
    plan.channelCount = 2
    plan.offset = .seconds(1)
    change(&plan)
    let session = try ScriptedSession(plan)
    session.lead(to: .running)
    session.tick(.target(.milliamperes(5), channel: nil))
    return session
  }

  @Test("SR-33: a pause in the middle of a set does not shift the channels into one another")
  func pauseInSet() throws {
    let session = try session {
      $0.trainsPerSet = 3
      $0.sets = 3
      $0.restBetweenSets = .milliseconds(2_500)
      $0.offset = .seconds(1)
      $0.offTime = .milliseconds(1_000)
    }
    session.run(for: .milliseconds(500))
    session.tick(.pause)
    session.run(to: .paused)
    session.tick(.resume)
    session.tick(.target(.milliamperes(5), channel: nil))
    session.run(to: .completed, within: .seconds(60))
    #expect(session.trips.isEmpty)
    #expect(session.controller.state == .completed(.planDelivered))
  }

  @Test("SR-33: trains that follow one another without room for a trim and late edges are refused")
  func adjacent() {
    var plan = SamplePlan().with(\.board, SamplePlan.boardWithoutIsolation())
    plan.channelCount = 2
    plan.plateau = .milliseconds(90)
    plan.offTime = .milliseconds(100)
    plan.offset = .milliseconds(90)
    #expect(plan.refusal == .notIsolated)
    // The second pulse ends at 90 ms; 2.3 ms of trim, dead times and settling, 2 ms of lateness.
    plan.offset = .microseconds(94_300)
    #expect(plan.refusal == nil)
    plan.offset = .microseconds(94_300) - Nanoseconds(1)
    #expect(plan.refusal == .notIsolated)
  }
}

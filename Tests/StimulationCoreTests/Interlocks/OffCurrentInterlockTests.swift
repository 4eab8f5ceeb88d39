// Decides: that current is missed nowhere between phases: in gaps, and between the board's pulses.
// Leaves to others: current with phases off in the other states (CurrentInterlockTests).

@testable import StimulationCore
import Testing

@Suite struct OffCurrentInterlockTests {
  /// The time from the first foreign current to the trip; `nil` when there was none within 5 s.
  private func trip(
    _ session: ScriptedSession, _ current: Microamperes, when isOff: () -> Bool
  ) -> Nanoseconds? {
    session.corrupt = { readings, _ in
      guard readings.channels[0].phase == .off else { return }
      readings.channels[0].current = current
      readings.channels[0].code += 2_000
    }
    let from = session.now
    while session.now - from < .seconds(5) {
      session.tick()
      if session.trips.contains(.currentWithPhasesOff) { return session.now - from }
    }
    return nil
  }

  @Test(
    "SR-30: current-with-phases-off trips between the pulses of a gate that runs",
    arguments: [Recovery.symmetric, .capacitor])
  func betweenGatePulses(recovery: Recovery) throws {
    let plan = SamplePlan.short.with(\.recovery, recovery).with(\.period, .milliseconds(50))
      .with(\.plateau, .seconds(20))
    let session = try ScriptedSession(plan)
    session.lead(to: .ramping)
    session.run(for: .seconds(2))
    #expect(session.board.frame.channels[0].gate.isRunning && session.trips.isEmpty)
    let took = try #require(trip(session, .milliamperes(20)) { true })
    // A pulse, what follows it, and 2 ms.
    #expect(took <= .milliseconds(50))
  }

  @Test("SR-30: up to 1 mA between the pulses of a gate that runs is no fault")
  func quietGate() throws {
    let plan = SamplePlan.short.with(\.period, .milliseconds(20)).with(\.plateau, .seconds(20))
    let session = try ScriptedSession(plan)
    session.lead(to: .ramping)
    session.run(for: .seconds(2))
    #expect(trip(session, .milliamperes(1)) { true } == nil)
  }

  @Test("SR-30, SR-46: current in an interphase gap trips within 3 ms, and is counted and returned")
  func gap() throws {
    let plan = SamplePlan.single.with(\.gap, .milliseconds(90)).with(\.plateau, .seconds(10))
    let session = try ScriptedSession(plan)
    session.lead(to: .ramping)
    session.run(for: .seconds(2))
    while session.controller.channels[0].engine.stage != .gap { session.tick() }
    let before = session.controller.channels[0].engine.leading.charge
    session.corrupt = { readings, _ in
      readings.channels[0].current = .milliamperes(20)
      readings.channels[0].code += 2_000
    }
    for _ in 0..<4 { session.tick() }
    #expect(session.trips == [.currentWithPhasesOff])
    let flowed = session.controller.status(ofChannel: 0).dose.leading - before
    #expect(flowed >= Microamperes.milliamperes(20) * .milliseconds(2))
  }
}

// Decides: that whole sessions on the simulated board end as their requirements say.
// Leaves to others: single interlocks (StimulationCoreTests), the plant (SimulatedBoardTests).

import RealTimeLoop
import SimulatedBoard
import StimulationCore
import Testing

@Suite struct SessionTests {
  private static func session(
    trains: Int32 = 3, faults: [InjectedFault] = [], lateness: Nanoseconds = .zero,
    seed: UInt64 = 1
  ) throws -> SimulatedSession {
    try SimulatedSession(
      try TestPlans.make(trains: trains),
      SimulatedBoardConfiguration(
        channelCount: 1, electrodeArea: .squareCentimetres(180), seed: seed,
        wakeLateness: lateness, faults: faults))
  }

  @Test("SR-46: a tetanic session completes, its log equals the electrodes, nothing is left")
  func tetanic() throws {
    for seed: UInt64 in [1, 2, 3] {
      var session = try Self.session(lateness: .microseconds(500), seed: seed)
      let began = session.begin(target: .milliamperes(30))
      #expect(began)
      let done = session.turn(to: .completed, within: .seconds(60))
      #expect(done, "\(session.trips)")
      #expect(session.trips.isEmpty)
      let dose = session.loop.controller.status(ofChannel: 0).dose
      let electrode = session.loop.board.electrodeTotals(channel: 0)
      let difference = abs(dose.leading.rawValue - electrode.leadingCharge.rawValue)
      #expect(difference < electrode.leadingCharge.rawValue / 100)
      #expect(electrode.netCharge.magnitude.rawValue < electrode.rectifiedCharge.rawValue / 1_000)
      #expect(dose.pulses == 180)
    }
  }

  @Test("SR-02: nothing starts before its turn, and a session over does not start again")
  func order() throws {
    var session = try Self.session(trains: 1)
    for command in [Command.start, .arm(.none), .resume, .pause] {
      guard case .refused = session.ask(command) else {
        Issue.record("\(command) was accepted before the self-check")
        continue
      }
    }
    let began = session.begin(target: .milliamperes(5))
    #expect(began)
    let done = session.turn(to: .completed, within: .seconds(20))
    #expect(done)
    for command in [
      Command.start, .arm(.none), .selfCheck, .target(.milliamperes(5), channel: nil),
    ] {
      guard case .refused = session.ask(command) else {
        Issue.record("\(command) was accepted after the session")
        continue
      }
    }
    #expect(session.loop.controller.state == .completed(.planDelivered))
  }

  @Test("SR-20: STOP makes outputs inactive within one turn of the loop, from every state")
  func stop() throws {
    // In a pulse, in a gap, in the pause between trains, and while the board is checked.
    for instant in [50, 400, 410, 425, 3_500, 4_000] {
      var session = try Self.session()
      _ = session.ask(.selfCheck)
      if instant > 50 {
        _ = session.turn(to: .checked, within: .seconds(2))
        _ = session.ask(.arm(.none))
        _ = session.ask(.start)
        _ = session.ask(.target(.milliamperes(20), channel: nil))
      }
      session.turn(until: .milliseconds(Int64(instant)))
      let asked = session.loop.now
      session.loop.exchange.stop()
      session.turn()
      let inactive = session.loop.now - asked
      #expect(inactive <= .milliseconds(5), "\(instant) ms")
      let isActive = session.loop.controller.outputsAreActive
      #expect(!isActive, "\(instant) ms")
      #expect([.stopping, .completed, .faulted].contains(session.loop.controller.state.code))
      session.turn(until: session.loop.now + .milliseconds(20))
      #expect(session.trips.isEmpty, "\(instant) ms: \(session.trips)")
    }
  }

  @Test("SR-23: a lease that is not renewed for 1 s latches")
  func lease() throws {
    var session = try Self.session()
    let began = session.begin(target: .milliamperes(20))
    #expect(began)
    session.turn(until: .seconds(2))
    session.leaseRuns = false
    let lost = session.loop.now
    let done = session.turn(to: .faulted, within: .seconds(3))
    #expect(done)
    #expect(session.trips.first == .leaseLost)
    #expect(session.loop.now - lost <= .milliseconds(1_150))
    session.leaseRuns = true
    session.turn(until: session.loop.now + .seconds(1))
    #expect(session.loop.controller.state == .faulted)
  }

  @Test("SR-24 SR-43: a logger that stands still ends the session within about a second")
  func logger() throws {
    var session = try Self.session()
    let began = session.begin(target: .milliamperes(20))
    #expect(began)
    session.turn(until: .seconds(2))
    session.loggerRuns = false
    let lost = session.loop.now
    let done = session.turn(to: .faulted, within: .seconds(3))
    #expect(done)
    #expect([.loggerSilent, .undurableDose].contains(session.trips.first))
    #expect(session.loop.now - lost <= .milliseconds(1_150))
  }

  @Test("SR-14: after a pause the setpoint climbs from zero again")
  func pause() throws {
    var session = try Self.session()
    let began = session.begin(target: .milliamperes(20))
    #expect(began)
    session.turn(until: .seconds(3))
    let before = session.loop.controller.status(ofChannel: 0).setpoint
    #expect(before > .milliamperes(5))
    let paused = session.ask(.pause)
    #expect(paused == .accepted)
    let isPaused = session.turn(to: .paused, within: .milliseconds(200))
    #expect(isPaused)
    #expect(session.loop.controller.status(ofChannel: 0).setpoint == .zero)
    session.turn(until: session.loop.now + .seconds(1))
    let resumed = session.ask(.resume)
    #expect(resumed == .accepted)
    #expect(session.loop.controller.status(ofChannel: 0).setpoint <= .milliamperes(1))
    let high = session.ask(.setAmplitude(.milliamperes(20), channel: nil))
    guard case .refused = high else {
      Issue.record("a rise of 20 mA in one request was accepted")
      return
    }
  }

  @Test("SR-22: a reset held active does not clear a latched emergency stop")
  func latched() throws {
    var session = try Self.session(
      faults: [InjectedFault(.emergencyStop, at: .seconds(2))])
    let began = session.begin(target: .milliamperes(20))
    #expect(began)
    let done = session.turn(to: .faulted, within: .seconds(5))
    #expect(done)
    #expect(session.trips.first == .emergencyStop)
    // Once with the chain open, once more after one tick without the reset.
    for _ in 0..<2 {
      session.loop.exchange.holdReset(true)
      session.turn(until: session.loop.now + .milliseconds(500))
      #expect(session.loop.controller.state == .faulted)
      guard case .refused = session.ask(.selfCheck) else {
        Issue.record("the self-check ran with the chain open")
        return
      }
      session.loop.exchange.holdReset(false)
      session.turn()
    }
  }

  @Test("A loop ends when the board was read to be inactive, not when it was told to be")
  func endsInactive() throws {
    var session = try Self.session()
    let began = session.begin(target: .milliamperes(20))
    #expect(began)
    session.turn(until: .seconds(2))
    session.loop.exchange.stop()
    session.loop.exchange.quit()
    var turns = 0
    while !session.loop.mayEnd && turns < 100 {
      session.turn()
      turns += 1
    }
    #expect(turns < 20)
    #expect(!session.loop.exchange.outputsAreActive)
    #expect(session.loop.board.electrodeTotals(channel: 0).rectifiedCharge > .zero)
  }

  @Test("A board that never reads inactive ends the loop within its bound, and is told as active")
  func endsUnconfirmed() throws {
    var session = try Self.session(faults: [InjectedFault(.lostLine, at: .seconds(2))])
    let began = session.begin(target: .milliamperes(20))
    #expect(began)
    let done = session.turn(to: .faulted, within: .seconds(5))
    #expect(done)
    session.loop.exchange.quit()
    var turns = 0
    while !session.loop.mayEnd && turns < 1_000 {
      session.turn()
      turns += 1
    }
    #expect(turns == 20)
    #expect(session.loop.exchange.outputsAreActive)
  }
}

// Decides: which command each state accepts, from a table of the test's own.
// Leaves to others: STOP and faults in every state (interlock tests), amplitudes (AmplitudeTests).

@testable import StimulationCore
import Testing

@Suite struct CommandTableTests {
  /// The commands, each with what would be good about it in the right state.
  private static let commands: [(name: String, command: Command)] = [
    ("self-check", .selfCheck), ("arm", .arm(.none)), ("start", .start),
    ("amplitude", .setAmplitude(.milliamperes(1), channel: nil)),
    ("target", .target(.milliamperes(5), channel: nil)), ("pause", .pause), ("resume", .resume),
  ]

  /// The states in which each command is accepted (design.md, Life of a pulse).
  private static let accepted: [String: Set<StateCode>] = [
    "self-check": [.faulted, .checked], "arm": [.checked], "start": [.armed],
    "amplitude": [.running, .ramping], "target": [.running, .ramping],
    "pause": [.running, .ramping], "resume": [.paused],
  ]

  @Test(
    "Every command in every state is accepted or refused as the table says",
    arguments: StateCode.allCases)
  func everyCommand(state: StateCode) throws {
    for (name, command) in CommandTableTests.commands {
      let session = try ScriptedSession(SamplePlan())
      session.lead(to: state)
      if state == .faulted { session.tick() }
      #expect(session.controller.state.code == state)
      let before = ControllerSnapshot(session)
      let reply = session.tick(command)
      if CommandTableTests.accepted[name]?.contains(state) == true {
        #expect(reply == .accepted, "\(name) while \(state.name)")
      } else {
        #expect(reply == .refused(.notInState(state)), "\(name) while \(state.name)")
        session.run(for: .milliseconds(1))
        if state != .selfCheck && state != .stopping {
          #expect(ControllerSnapshot(session) == before, "\(name) while \(state.name)")
        }
      }
      #expect(session.trips.isEmpty)
    }
  }

  @Test("A tick without a command has no reply")
  func silence() throws {
    let session = try ScriptedSession(SamplePlan())
    #expect(session.tick() == .none)
    session.lead(to: .running)
    #expect(session.tick() == .none)
  }

  @Test(
    "SR-20: STOP wins over a command of the same tick",
    arguments: [
      StateCode.selfCheck, .armed, .ramping, .running, .paused,
    ])
  func stopWins(state: StateCode) throws {
    for (_, command) in CommandTableTests.commands {
      let session = try ScriptedSession(SamplePlan())
      session.lead(to: state)
      let reply = session.tick(command, stop: true)
      guard case .refused = reply else {
        Issue.record("\(command) was accepted beside STOP")
        return
      }
      // Where the contact was open already, nothing is left to wait for.
      let isOver = session.controller.state == .completed(.operatorStop)
      #expect(isOver || session.controller.state == .stopping(.operatorStop))
      #expect(!session.board.frame.relayCoil)
      #expect(session.run(to: .completed))
      #expect(session.controller.state == .completed(.operatorStop))
    }
  }

  @Test("While a pause awaits the end of its pulse, every command is refused")
  func pendingPause() throws {
    let session = try ScriptedSession(SamplePlan())
    session.lead(to: .ramping)
    session.run(untilActive: true)
    #expect(session.tick(.pause) == .accepted)
    #expect(session.board.frame.channels[0].isActive)
    for (name, command) in CommandTableTests.commands {
      guard case .refused(.notInState) = session.tick(command) else {
        Issue.record("\(name) was accepted in a pulse that a pause ends")
        return
      }
    }
    #expect(session.run(to: .paused, within: .milliseconds(100)))
    let doses = session.doses(.train)
    #expect(doses.count == 1 && doses[0].certainty == .confirmed)
    #expect(doses[0].dose.unrecovered == .zero, "the recovery was completed")
  }

  @Test(
    "An unknown channel is refused, and never becomes another",
    arguments: [
      Int8(-1), Int8(2), Int8(7), Int8(8), Int8.max, Int8.min,
    ])
  func unknownChannel(channel: Int8) throws {
    let session = try ScriptedSession(SamplePlan().with(\.channelCount, 2))
    session.lead(to: .running)
    let before = ControllerSnapshot(session)
    for command: Command in [
      .setAmplitude(.milliamperes(1), channel: channel),
      .target(.milliamperes(5), channel: channel),
      .setAmplitude(.milliamperes(500), channel: channel),
    ] {
      #expect(session.tick(command) == .refused(.noChannel(channel)))
      #expect(
        ControllerSnapshot(session).channels.map(\.setpoint) == before.channels.map(\.setpoint))
      #expect(ControllerSnapshot(session).channels.map(\.target) == before.channels.map(\.target))
    }
  }

  @Test("SR-02: a controller starts faulted, not yet checked, and nothing is on")
  func startsFaulted() throws {
    let session = try ScriptedSession(SamplePlan())
    #expect(session.controller.state == .faulted)
    #expect(session.controller.latch.first == .notYetChecked)
    for _ in 0..<100 {
      session.tick()
      #expect(session.controller.state == .faulted)
      #expect(!session.board.frame.relayCoil && !session.board.frame.heartbeat)
      for index in 0..<maximumChannels {
        #expect(session.board.frame.channels[index] == .inactive)
      }
    }
  }

  @Test(
    "SR-02: a session that was run does not resume, and the controller runs no second one",
    arguments: [true, false])
  func noSecondSession(byStop: Bool) throws {
    let session = try ScriptedSession(SamplePlan())
    session.lead(to: .running)
    if byStop {
      session.tick(stop: true)
      session.run(to: .completed)
      #expect(session.tick(.selfCheck) == .refused(.notInState(.completed)))
    } else {
      session.corrupt = { readings, _ in readings.lines.remove(.highVoltagePresent) }
      session.tick()
      session.corrupt = nil
      #expect(session.run(to: .faulted))
      session.resetHeld = true
      #expect(session.tick() == .accepted)
      #expect(session.tick(.selfCheck) == .refused(.sessionOver))
    }
    #expect(session.startedFor > .zero)
  }
}

extension ScriptedSession {
  fileprivate var startedFor: Nanoseconds { now - controller.startedAt }
}

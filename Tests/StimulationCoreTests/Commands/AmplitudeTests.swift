// Decides: that amplitudes are accepted or refused as they are asked, on the channel asked for.
// Leaves to others: the setpoint's own bounds (SetpointTests).

@testable import StimulationCore
import Testing

@Suite struct AmplitudeTests {
  private func running(_ plan: SamplePlan = SamplePlan()) throws -> ScriptedSession {
    let session = try ScriptedSession(plan)
    session.lead(to: .running)
    return session
  }

  private func setpoints(_ session: ScriptedSession) -> [Microamperes] {
    (0..<session.controller.plan.channelCount).map {
      session.controller.status(ofChannel: $0).setpoint
    }
  }

  @Test("SR-10, SR-11, SR-16: a refused amplitude changes nothing, and names its reason")
  func refused() throws {
    let session = try running()
    session.tick(.setAmplitude(.milliamperes(1), channel: nil))
    let cases: [(Int32, Refusal)] = [
      (-1, .negative(Microamperes(-1))), (.min, .negative(Microamperes(.min))),
      (
        50_250,
        .aboveCeiling(
          Microamperes(50_250), ceiling: .milliamperes(50), source: .protocolFile, channel: 0)
      ),
      (
        1_001,
        .notRepresentable(
          Microamperes(1_001), below: Microamperes(1_000), above: Microamperes(1_250))
      ),
      (2_250, .riseTooLarge(from: Microamperes(1_000), to: Microamperes(2_250), channel: 0)),
    ]
    for (asked, refusal) in cases {
      let before = session.controller.status(ofChannel: 0)
      #expect(
        session.tick(.setAmplitude(Microamperes(asked), channel: 0)) == .refused(refusal))
      #expect(session.controller.status(ofChannel: 0).setpoint == before.setpoint)
      #expect(!refusal.description.isEmpty)
    }
  }

  @Test("SR-10: an amplitude that one of all channels must refuse is set on none")
  func allOrNone() throws {
    let session = try running(SamplePlan().with(\.channelCount, 3))
    #expect(session.tick(.setAmplitude(.milliamperes(1), channel: 1)) == .accepted)
    #expect(setpoints(session) == [.zero, .milliamperes(1), .zero])
    let refusal = Refusal.riseTooLarge(from: .zero, to: .milliamperes(2), channel: 0)
    #expect(session.tick(.setAmplitude(.milliamperes(2), channel: nil)) == .refused(refusal))
    #expect(setpoints(session) == [.zero, .milliamperes(1), .zero])
    #expect(session.tick(.setAmplitude(.milliamperes(1), channel: nil)) == .accepted)
    #expect(setpoints(session) == [.milliamperes(1), .milliamperes(1), .milliamperes(1)])
  }

  @Test("Within a train a channel at zero delivers nothing, once its last pulse is over")
  func zeroInTrain() throws {
    let session = try running(SamplePlan())
    #expect(session.tick(.setAmplitude(.milliamperes(1), channel: 0)) == .accepted)
    session.run(untilActive: true)
    #expect(session.controller.status(ofChannel: 0).isInTrain)
    #expect(session.tick(.setAmplitude(.zero, channel: 0)) == .accepted)
    #expect(session.controller.status(ofChannel: 0).isInTrain, "its pulse is in progress")
    session.run(for: .milliseconds(60))
    #expect(session.controller.channels[0].clock.stage == .inTrain)
    #expect(!session.controller.status(ofChannel: 0).isInTrain)
  }

  @Test("SR-10, SR-14: amplitudes of several channels rise on all of them or on none")
  func severalRise() throws {
    let session = try running(SamplePlan().with(\.channelCount, 3))
    var asked = ChannelAmplitudes()
    asked.set(.milliamperes(1), channel: 0)
    asked.set(Microamperes(750), channel: 2)
    #expect(session.tick(.setAmplitudes(asked)) == .accepted)
    #expect(setpoints(session) == [.milliamperes(1), .zero, Microamperes(750)])
    asked.set(.milliamperes(2), channel: 0)
    asked.set(.milliamperes(2), channel: 2)
    let refusal = Refusal.riseTooLarge(from: Microamperes(750), to: .milliamperes(2), channel: 2)
    #expect(session.tick(.setAmplitudes(asked)) == .refused(refusal))
    #expect(setpoints(session) == [.milliamperes(1), .zero, Microamperes(750)])
    asked.set(Microamperes(750), channel: 3)
    #expect(session.tick(.setAmplitudes(asked)) == .refused(.noChannel(3)))
    #expect(setpoints(session) == [.milliamperes(1), .zero, Microamperes(750)])
  }

  @Test("SR-14: a fall waits for no other channel, and neither does the end of a climb")
  func severalFall() throws {
    for isTarget in [false, true] {
      let plan = SamplePlan().with(\.channelCount, 3).with(\.plateau, .seconds(5))
      let session = try running(plan)
      var asked = ChannelAmplitudes()
      for _ in 0..<3 {
        let next = session.controller.status(ofChannel: 0).setpoint + .milliamperes(1)
        asked.set(next, channel: 0)
        #expect(session.tick(.setAmplitudes(asked)) == .accepted)
      }
      session.tick(.target(.milliamperes(50), channel: 1))
      session.run(for: .milliseconds(50))
      let before = setpoints(session)
      #expect(before[0] == .milliamperes(3) && before[1] < .milliamperes(2))
      // Between two steps of the board on one of them, and no rise anywhere.
      asked = ChannelAmplitudes()
      asked.set(.milliamperes(2), channel: 0)
      asked.set(.milliamperes(2), channel: 1)
      asked.set(Microamperes(1), channel: 2)
      let reply =
        isTarget
        ? session.tick(.target(.milliamperes(2), channel: nil))
        : session.tick(.setAmplitudes(asked))
      if isTarget {
        // Nobody refuses it: the third climbs.
        #expect(reply == .accepted)
        #expect(session.controller.status(ofChannel: 2).target == .milliamperes(2))
      } else {
        guard case .lowered(let lowered, .notRepresentable) = reply else {
          Issue.record("\(reply)")
          return
        }
        #expect((0..<3).map(lowered.contains) == [true, true, false])
        #expect(reply.refusal != nil)
        #expect(session.controller.status(ofChannel: 1).target == nil)
        #expect(setpoints(session) == [.milliamperes(2), before[1], .zero])
      }
      #expect(setpoints(session)[0] == .milliamperes(2))
      #expect(session.trips.isEmpty)
    }
  }

  @Test("SR-14: a target ends at a command on any channel, and not at a refused one")
  func targetEnds() throws {
    let session = try running(SamplePlan().with(\.channelCount, 2))
    session.tick(.target(.milliamperes(10), channel: 0))
    #expect(session.controller.state.code == .ramping)
    session.tick(.setAmplitude(.milliamperes(7), channel: 1))
    #expect(session.controller.status(ofChannel: 0).target == .milliamperes(10))
    session.tick(.setAmplitude(Microamperes(750), channel: 1))
    session.tick()
    #expect(session.controller.status(ofChannel: 0).target == nil)
    #expect(session.controller.state.code == .running)
  }

  @Test("SR-15: lowering the amplitude in a pulse does not change that pulse, but the next")
  func midPulse() throws {
    let session = try running()
    session.tick(.setAmplitude(.milliamperes(1), channel: nil))
    session.run(untilActive: true)
    #expect(session.board.frame.channels[0].amplitude == .milliamperes(1))
    #expect(session.tick(.setAmplitude(Microamperes(750), channel: nil)) == .accepted)
    var isRecovering = false
    while session.board.frame.channels[0].isActive || !isRecovering {
      if session.board.frame.channels[0].isActive {
        #expect(session.board.frame.channels[0].amplitude == .milliamperes(1))
      }
      isRecovering = isRecovering || session.board.frame.channels[0].phase == .negative
      session.tick()
    }
    session.run(untilActive: true)
    #expect(session.board.frame.channels[0].amplitude == Microamperes(750))
    #expect(session.trips.isEmpty)
  }

  @Test("SR-15: an amplitude change reaches a board-timed pulse only between two pulses")
  func midShortPulse() throws {
    let session = try running(SamplePlan.short.with(\.leading, .milliseconds(4)))
    session.tick(.setAmplitude(.milliamperes(1), channel: nil))
    session.run(untilActive: true)
    session.run(for: .milliseconds(100))
    #expect(session.tick(.setAmplitude(Microamperes(500), channel: nil)) == .accepted)
    session.run(for: .milliseconds(100))
    #expect(session.board.frame.channels[0].amplitude == Microamperes(500))
    #expect(session.trips.isEmpty)
  }

  @Test("SR-14: the setpoint is zero at the start and after a pause, whatever it was")
  func zeroAfterPause() throws {
    let session = try running(SamplePlan().with(\.trainsPerSet, 10))
    #expect(setpoints(session) == [.zero])
    session.tick(.target(.milliamperes(8), channel: nil))
    session.run(for: .seconds(3))
    #expect(setpoints(session) == [.milliamperes(8)])
    session.tick(.pause)
    session.run(to: .paused)
    #expect(setpoints(session) == [.zero])
    #expect(session.controller.status(ofChannel: 0).target == nil)
    session.run(for: .milliseconds(200))
    #expect(!session.board.frame.channels[0].isActive)
    #expect(session.tick(.resume) == .accepted)
    session.run(for: .seconds(2))
    #expect(setpoints(session) == [.zero] && !session.board.frame.channels[0].isActive)
    #expect(
      session.tick(.setAmplitude(.milliamperes(8), channel: nil))
        == .refused(.riseTooLarge(from: .zero, to: .milliamperes(8), channel: 0)))
  }

  @Test(
    "SR-14, SR-17: no pulse exceeds the one before by more than 5 mA, while a target is climbed")
  func climbs() throws {
    let session = try running(SamplePlan().with(\.plateau, .seconds(5)))
    session.tick(.target(.milliamperes(50), channel: nil))
    var highest: Int32 = 0
    var last: Int32 = 0
    for _ in 0..<12_000 {
      session.tick()
      let output = session.board.frame.channels[0]
      if output.isActive {
        #expect(output.amplitude.rawValue <= highest + 5_000)
        last = output.amplitude.rawValue
      } else {
        highest = max(highest, last)
      }
      #expect(output.amplitude <= .milliamperes(50))
    }
    #expect(highest > 20_000 && session.trips.isEmpty)
  }

  @Test("SR-54: the indicator shows an amplitude above 10 mA, or above 10 V at the load")
  func indicator() throws {
    let session = try running(SamplePlan().with(\.plateau, .seconds(10)))
    session.tick(.target(.milliamperes(10), channel: nil))
    session.run(for: .seconds(4))
    #expect(setpoints(session) == [.milliamperes(10)] && !session.board.frame.indicator)
    session.tick(.setAmplitude(Microamperes(10_250), channel: nil))
    session.tick()
    #expect(session.board.frame.indicator)
  }
}

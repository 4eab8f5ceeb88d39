// Decides: that a whole session can be led by messages, in order and by one operator.
// Leaves to others: STOP (StopTests), bad input (BadInputTests), limits (StimulationCoreTests).

import ControlAPI
import DoseLog
import Foundation
import StimulationCore
import Testing

@testable import ControlServer

@Suite("Served session", .serialized) struct SessionTests {
  @Test("A session is led from its load to its end by messages, and the log names who asked")
  func wholeSession() throws {
    let served = try ServedStimulator(pace: 40)
    let leader = try Operator(served)
    let summary = try leader.ask(Operator.load)
    #expect(summary.protocolName == "large-muscle-tetanic")
    #expect(summary.electrodeAreas_mm2 == [18_000])
    #expect(summary.trains == 2)
    try leader.start()
    try leader.ask(AmplitudeTargetRequest(amplitude: "10 mA"))
    #expect(try ServedStimulator.wait { try leader.status().outcome != nil })
    let status = try leader.status()
    #expect(status.outcome == "completed")
    #expect(!status.outputsAreActive)
    let dose = try leader.ask(DoseShowRequest(session: .last))
    #expect(dose.session["summary"]?["session"]?.integer == status.session)
    let events = try served.logged()
    for subject in ["self-check", "arm", "start", "target"] {
      let event = events.first { $0.kind == "command" && $0.subject == subject }
      #expect(event?.actor.hasPrefix("uid \(getuid())") == true, "\(subject)")
    }
  }

  @Test("Steps change the amplitude by 1 mA from what was accepted last")
  func steps() throws {
    let served = try ServedStimulator(pace: 4)
    let leader = try Operator(served)
    try leader.start()
    for expected: Int64 in [1_000, 2_000] {
      let up = try leader.ask(AmplitudeStepRequest(direction: .up))
      #expect(up.channels == [.init(channel: 1, setpoint_uA: expected)])
    }
    let down = try leader.ask(AmplitudeStepRequest(direction: .down, channel: 1))
    #expect(down.channels == [.init(channel: 1, setpoint_uA: 1_000)])
    let none = refusal { try leader.ask(AmplitudeStepRequest(direction: .up, channel: 2)) }
    #expect(none?.code == .invalidParameters)
    try leader.ask(PauseRequest())
    #expect(try leader.wait(for: "paused"))
    let paused = refusal { try leader.ask(AmplitudeStepRequest(direction: .up)) }
    #expect(paused?.code == .notInPhase)
    try leader.ask(ResumeRequest())
    #expect(try leader.wait(for: "running", "ramping"))
  }

  @Test("A limit is refused with its requirement and nothing changes")
  func limits() throws {
    let served = try ServedStimulator(pace: 4)
    let leader = try Operator(served)
    try leader.start()
    let above = refusal { try leader.ask(AmplitudeSetRequest(amplitude: "500 mA")) }
    #expect(above?.code == .refused)
    #expect(above?.data?.requirement == "SR-10")
    let bare = refusal { try leader.ask(AmplitudeSetRequest(amplitude: "5")) }
    #expect(bare?.code == .invalidParameters)
    #expect(bare?.data?.requirement == "SR-11")
    let rise = refusal { try leader.ask(AmplitudeSetRequest(amplitude: "4 mA")) }
    #expect(rise?.data?.requirement == "SR-14")
    #expect(try leader.status().channels.first?.setpoint_uA == 0)
  }

  @Test("Commands out of their order are refused and energise nothing")
  func order() throws {
    let served = try ServedStimulator()
    let leader = try Operator(served)
    #expect(refusal { try leader.ask(StartRequest()) }?.code == .notInPhase)
    #expect(refusal { try leader.ask(SelfCheckRequest()) }?.code == .notInPhase)
    #expect(refusal { try leader.ask(ResetRequest()) }?.code == .notInPhase)
    try leader.ask(Operator.load)
    #expect(refusal { try leader.ask(StartRequest()) }?.code == .notInPhase)
    #expect(refusal { try leader.ask(AmplitudeStepRequest(direction: .up)) }?.code == .notInPhase)
    #expect(try leader.status().phase == "loaded")
    #expect(!served.stimulator.outputsAreActive)
  }

  @Test("Arming without every answer is refused, as is a question that does not exist (SR-51)")
  func questions() throws {
    let served = try ServedStimulator()
    let leader = try Operator(served)
    try leader.ask(Operator.load)
    try leader.ask(SelfCheckRequest())
    #expect(try leader.wait(for: "checked"))
    let missing = refusal { try leader.ask(ArmRequest(answers: [:], skin: .ok)) }
    #expect(missing?.data?.requirement == "SR-51")
    let unknown = refusal { try leader.ask(ArmRequest(answers: ["x": false], skin: .ok)) }
    #expect(unknown?.code == .invalidParameters)
    #expect(try leader.status().state == "checked")
  }

  @Test("Status comes by itself, and events resume from any number without a gap")
  func watching() throws {
    let served = try ServedStimulator()
    let leader = try Operator(served)
    try leader.ask(Operator.load)
    try leader.ask(SelfCheckRequest())
    #expect(try leader.wait(for: "checked"))
    let watcher = try served.monitor()
    _ = try watcher.call(StatusSubscribeRequest(), timeout_ms: 60_000)
    var statuses: [Status] = []
    while statuses.count < 3 {
      if case .status(let status)? = try watcher.receive(timeout_ms: 60_000) {
        statuses.append(status)
      }
    }
    #expect(statuses.map(\.sequence) == statuses.map(\.sequence).sorted())
    #expect(statuses.allSatisfy { !$0.lease.mine && $0.lease.holder?.client == "test" })
    let other = try served.monitor()
    let newest = try other.call(EventsSubscribeRequest(after: 0), timeout_ms: 60_000).newest
    var events: [EventItem] = []
    while (events.last?.sequence ?? 0) < newest {
      if case .events(let added)? = try other.receive(timeout_ms: 60_000) {
        #expect(!added.gap)
        events += added.events
      }
    }
    #expect(events.map(\.sequence) == Array(1...UInt64(events.count)))
    #expect(events.contains { $0.subject == "self-check" })
    let beyond = refusal {
      _ = try other.call(EventsSubscribeRequest(after: 1_000_000), timeout_ms: 60_000)
    }
    #expect(beyond?.code == .invalidParameters)
  }
}

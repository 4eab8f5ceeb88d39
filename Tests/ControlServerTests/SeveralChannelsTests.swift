// Decides: that an amplitude for all channels rises on all or on none, and falls on each.
// Leaves to others: the controller's part (AmplitudeTests) and each limit (SetpointTests).

import ControlAPI
import Foundation
import StimulationCore
import Testing

@testable import ControlServer

@Suite("Several channels", .serialized) struct SeveralChannelsTests {
  /// Two channels whose ceilings differ: 40 mA, in steps of 1 mA, and 1 mA, in steps of 0.5 mA.
  private static func prescription() throws -> String {
    let file = ServedStimulator.repository
      .appendingPathComponent("Protocols/Prescriptions/large-muscle-tetanic.yaml")
    let text = try String(contentsOf: file, encoding: .utf8)
    let head = try #require(text.range(of: "channels:"))
    let channels = ["40 mA", "1 mA"].map {
      """
        - firstElectrodeArea: "180 cm2"
          secondElectrodeArea: "180 cm2"
          ceiling: "\($0)"

      """
    }
    return text[..<head.lowerBound] + "channels:\n" + channels.joined()
  }

  private func running() throws -> (served: ServedStimulator, leader: Operator) {
    let served = try ServedStimulator(pace: 4, prescriptions: ["two": Self.prescription()])
    let leader = try Operator(served)
    try leader.start(SessionLoadRequest(prescription: "two", amplitude: "1 mA", trains: 2))
    return (served, leader)
  }

  private func setpoints(_ leader: Operator) throws -> [Int64] {
    try leader.status().channels.map(\.setpoint_uA)
  }

  /// Sets the first channel to 3 mA and the second to 1 mA.
  private func rise(_ leader: Operator) throws {
    for amplitude in ["1 mA", "2 mA", "3 mA"] {
      try leader.ask(AmplitudeSetRequest(amplitude: amplitude, channel: 1))
    }
    try leader.ask(AmplitudeSetRequest(amplitude: "1 mA", channel: 2))
    #expect(try ServedStimulator.wait { try setpoints(leader) == [3_000, 1_000] })
  }

  @Test(
    "SR-10: a step up that one channel must refuse raises none, and names the channel and its limit"
  )
  func stepUp() throws {
    let (served, leader) = try running()
    try rise(leader)
    let refused = refusal { try leader.ask(AmplitudeStepRequest(direction: .up)) }
    #expect(refused?.data?.requirement == "SR-10")
    #expect(refused?.message.contains("channel 2 is above the ceiling of 1 mA") == true)
    #expect(refused?.message.contains("no channel was changed") == true, "\(refused as Any)")
    let newest = served.stimulator.host.exchange.now
    #expect(ServedStimulator.wait { (served.stimulator.status.loop?.now ?? .zero) > newest })
    #expect(try setpoints(leader) == [3_000, 1_000])
    // Each alone, and both downwards, go on.
    let up = try leader.ask(AmplitudeStepRequest(direction: .up, channel: 1))
    #expect(up.channels == [.init(channel: 1, setpoint_uA: 4_000)])
    // Between the second's lowest amplitude and nothing there is none.
    let down = try leader.ask(AmplitudeStepRequest(direction: .down))
    #expect(
      down.channels
        == [.init(channel: 1, setpoint_uA: 3_000), .init(channel: 2, setpoint_uA: 0)])
  }

  @Test("SR-14: an amplitude that one channel must refuse still lowers the others, says which")
  func decrease() throws {
    for isTarget in [false, true] {
      let (served, leader) = try running()
      defer { withExtendedLifetime(served) {} }
      try rise(leader)
      let refused = refusal {
        if isTarget {
          try leader.ask(AmplitudeTargetRequest(amplitude: "2 mA"))
        } else {
          try leader.ask(AmplitudeSetRequest(amplitude: "2 mA"))
        }
      }
      #expect(refused?.data?.requirement == "SR-10")
      #expect(refused?.message.contains("channel 2 is above the ceiling of 1 mA") == true)
      #expect(refused?.message.contains("channel 1 was lowered") == true, "\(refused as Any)")
      #expect(try ServedStimulator.wait { try setpoints(leader) == [2_000, 1_000] })
    }
  }
}

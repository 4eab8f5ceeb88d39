// Decides: whether every preset is read, sourced and runs within its envelope.
// Leaves to others: what presets do to a board (simulated sessions).

import ProtocolLibrary
import StimulationCore
import Testing

@Suite("Presets")
struct PresetTests {
  @Test("Every stage has its preset, in order, under the name of the clinical page")
  func names() throws {
    let found = try Fixture.presets.presets()
    #expect(found.map(\.stage) == Stage.allCases)
    #expect(
      found.map(\.name) == [
        "awaiting-assessment", "small-muscle-selective", "large-muscle-twitch",
        "large-muscle-conditioned", "large-muscle-tetanic", "nascent-reinnervation",
        "partial-innervation", "innervated-disuse",
      ])
  }

  @Test(
    "Every preset makes a plan at its ceiling with 1 and with 8 channels", arguments: Stage.allCases
  )
  func plans(stage: Stage) throws {
    let preset = try #require(try Fixture.presets.presets().first { $0.stage == stage })
    for count in [1, 8] {
      let areas = [SquareMillimetres](repeating: Fixture.area(of: stage), count: count)
      let request = SessionRequest(
        therapy: preset, patient: "P-0001", muscle: "test muscle", electrodeAreas: areas,
        today: Fixture.today)
      let session = try request.makeSession(on: Fixture.board())
      #expect(session.plan.channelCount == count)
      #expect(session.plan[channel: count - 1].ceiling == preset.ceiling(for: .standard))
      #expect(session.plan[channel: 0].ceilingSource == .protocolFile)
    }
  }
}

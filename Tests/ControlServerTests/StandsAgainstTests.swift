// Decides: that an operator learns as they load what the log has against a session.
// Leaves to others: each limit (StimulationCoreTests) and the history (DoseLogTests).

import ControlAPI
import SessionController
import Testing

@testable import ControlServer

@Suite("What stands against a session", .serialized) struct StandsAgainstTests {
  @Test("SR-51: loading tells the lesion for which the self-check would be refused")
  func told() throws {
    let served = try ServedStimulator()
    let leader = try Operator(served)
    #expect(try leader.ask(Operator.load).standsAgainst == nil)
    #expect(refusal { try leader.ask(ArmRequest(answers: [:], skin: .lesion)) } != nil)
    let skin = try #require(try leader.ask(Operator.load).standsAgainst)
    #expect(skin.contains("a skin lesion is recorded"), "\(skin)")
    #expect(refusal { try leader.ask(SelfCheckRequest()) }?.message == skin)
    var other = Operator.load
    other.muscle = "biceps"
    #expect(try leader.ask(other).standsAgainst == nil)
    try leader.ask(Operator.load)
    try leader.ask(SkinClearRequest(note: "a scar"))
    #expect(try leader.ask(Operator.load).standsAgainst == nil)
  }
}

// Decides: that no line is lost while the question about the skin waits (SR-51).
// Leaves to others: when it is asked (nmesTests).

import ControlAPI
import Foundation
import Testing

@testable import OperatorConsole

@Suite("The question about the skin") struct SkinQuestionTests {
  @Test("Another command is carried out and the question stays; what is no line counts as wrong")
  func others() throws {
    let rig = try ConsoleRig.leading()
    let daemon = rig.daemon
    rig.arm()
    rig.say("start")
    daemon.show { $0.trains = 3 }
    rig.settle()
    rig.say("stop")
    rig.live { rig.session.question != .none }
    let question = rig.session.question
    #expect(question == .skin(session: 1))
    rig.say("hazards")
    #expect(rig.lines.last?.hasPrefix("no hazard stands") == true)
    #expect(rig.session.question == question)
    #expect(rig.session.failure == nil)
    rig.say("mumble")
    #expect(rig.lines.last == "answer y or n, or later")
    #expect(rig.session.failure != nil)
    rig.say("y")
    #expect(daemon.asked.contains("skin.check"))
    #expect(rig.session.question == .none)
  }
}

// Decides: that nothing which was on its way when STOP was said arms afterwards.
// Leaves to others: the STOP itself (nmesTests).

import ControlAPI
import Foundation
import Testing

@testable import OperatorConsole

@Suite("STOP while arming") struct StopWhileArmingTests {
  private func stop(_ rig: ConsoleRig) {
    rig.stop.stop(.escape)
    rig.live { rig.lines.contains { $0.hasSuffix("[Esc]") } }
    rig.settle()
  }

  @Test("SR-20: questions that come after STOP are not asked")
  func questions() throws {
    let rig = try ConsoleRig.leading()
    let daemon = rig.daemon
    rig.say("load preset")
    daemon.state.withLock { $0.delays_ms["session.questions"] = 300 }
    rig.session.take("arm")
    stop(rig)
    rig.live { rig.session.pending == 0 }
    #expect(rig.session.question == .none)
    #expect(rig.session.pending == 0)
  }

  @Test("SR-20: answers that were given arm nothing when STOP comes before the check is begun")
  func checkOnItsWay() throws {
    let rig = try ConsoleRig.leading()
    let daemon = rig.daemon
    rig.say("load preset")
    rig.say("arm")
    rig.say("n")
    daemon.state.withLock { $0.delays_ms["session.selfCheck"] = 300 }
    rig.session.take("y")
    rig.live { daemon.asked.contains("session.selfCheck") }
    stop(rig)
    rig.live { rig.session.pending == 0 }
    rig.settle(20)
    #expect(!daemon.asked.contains("session.arm"))
    #expect(rig.session.pending == 0)
  }

  @Test("SR-20: the last answer arms nothing once STOP is said, although it is not answered yet")
  func lastAnswer() throws {
    let rig = try ConsoleRig.leading()
    let daemon = rig.daemon
    rig.say("load preset")
    rig.say("arm")
    rig.say("n")
    rig.stop.stop(.escape)
    rig.session.take("y")
    rig.live { rig.session.pending == 0 }
    rig.settle(20)
    #expect(!daemon.asked.contains("session.arm"))
    #expect(!daemon.asked.contains("session.selfCheck"))
  }

  @Test("After a STOP arming begins anew")
  func again() throws {
    let rig = try ConsoleRig.leading()
    let daemon = rig.daemon
    stop(rig)
    rig.arm()
    #expect(daemon.asked.contains("session.arm"))
  }
}

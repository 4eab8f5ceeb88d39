// Decides: that START begins nothing which was not loaded and shown at this console (SR-50).
// Leaves to others: what is shown (nmesTests).

import ControlAPI
import Foundation
import Testing

@testable import OperatorConsole

@Suite("Shown before START") struct ShownTests {
  /// Another operator takes over, does something, and is followed by this console.
  private func other(_ rig: ConsoleRig, state: String) {
    rig.daemon.showOther(phase: "open", state: state)
    rig.settle()
    rig.say("take over")
    rig.settle()
  }

  @Test("SR-50: what another operator armed meanwhile is not started")
  func armedMeanwhile() throws {
    let rig = try ConsoleRig.leading()
    let daemon = rig.daemon
    rig.arm()
    other(rig, state: "armed")
    rig.say("start")
    #expect(rig.lines.contains { $0.contains("what is armed was not shown at this console") })
    #expect(!daemon.asked.contains("session.start"))
  }

  @Test("SR-50: what stood armed before the connection was lost is not started after it")
  func lostLink() throws {
    let rig = try ConsoleRig.leading()
    let daemon = rig.daemon
    rig.arm()
    daemon.hangUp()
    rig.live { if case .lost = rig.link.standing.link { return true } else { return false } }
    rig.live { rig.link.standing.link == .up }
    rig.say("take")
    rig.say("start")
    #expect(!daemon.asked.contains("session.start"))
  }

  @Test("SR-50: arming asks nothing of what another operator loaded, however alike it is")
  func loadedMeanwhile() throws {
    let rig = try ConsoleRig.leading()
    let daemon = rig.daemon
    rig.say("load preset")
    rig.settle()
    daemon.showOther(phase: "loaded", state: "faulted")
    rig.settle()
    rig.say("take over")
    rig.settle()
    rig.say("arm")
    #expect(rig.lines.contains { $0.contains("what is loaded was not shown here") })
    #expect(rig.session.question == .none)
  }

  @Test("What was loaded, armed and shown here starts, and climbs to what was shown")
  func shown() throws {
    let rig = try ConsoleRig.leading()
    rig.arm()
    rig.say("start")
    #expect(rig.lines.contains("started at zero; climbs to 10 mA"), "\(rig.lines)")
  }
}

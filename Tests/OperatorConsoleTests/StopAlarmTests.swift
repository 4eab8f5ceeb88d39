// Decides: how long the console shows that a STOP was not confirmed.
// Leaves to others: its words (StatusAreaTests).

import ControlAPI
import Foundation
import StimulationCore
import Testing

@testable import OperatorConsole

@Suite("Alarm of a STOP") struct StopAlarmTests {
  private func isAlarm(_ rig: ConsoleRig) -> Bool {
    if case .unconfirmed? = rig.session.view(at: ConsoleClock.now).stop { return true }
    return false
  }

  @Test("SR-20: a STOP that was not confirmed stays on the screen while its session runs")
  func stays() throws {
    let rig = try ConsoleRig.leading()
    let daemon = rig.daemon
    rig.arm()
    rig.say("start")
    daemon.state.withLock { state in
      state.isInactive = false
      state.stopEnds = false
      state.status.outputsAreActive = true
    }
    rig.settle()
    rig.stop.stop(.escape)
    rig.live { isAlarm(rig) }
    for state in ["ramping", "running", "paused", "running"] {
      daemon.show { $0.state = state }
      rig.settle()
      #expect(isAlarm(rig), "\(state)")
    }
    daemon.show { status in
      status.session = 9
      status.state = "checked"
    }
    rig.settle()
    #expect(!isAlarm(rig), "of another session")
  }
}

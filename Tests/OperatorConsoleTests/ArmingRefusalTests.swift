// Decides: that arming is refused before its first question where it cannot succeed.
// Leaves to others: what the daemon refuses.

import StimulationCore
import Testing

@testable import OperatorConsole

@Suite("Arming that cannot succeed") struct ArmingRefusalTests {
  private func status(_ phase: ConsoleStatus.Phase, _ state: StateCode) -> ConsoleStatus {
    var status = ConsoleStatus(board: "simulated", isSimulated: true)
    status.phase = phase
    status.state = "\(state.name)"
    status.lease = .mine
    return status
  }

  private func reason(_ status: ConsoleStatus) -> String? {
    ArmingRefusal.reason(status, isOperator: status.lease == .mine)
  }

  @Test("SR-50: what is loaded, checked or not, is armed; a check on its way may end by then")
  func possible() {
    #expect(reason(status(.loaded, .faulted)) == nil)
    for state in [StateCode.faulted, .selfCheck, .checked] {
      #expect(reason(status(.open, state)) == nil, "\(state)")
    }
  }

  @Test("Every other state is refused, with what to do")
  func impossible() {
    #expect(reason(status(.idle, .faulted))?.contains("load NAME") == true)
    for state in StateCode.allCases {
      #expect(reason(status(.over, state))?.contains("load what comes next") == true)
    }
    #expect(reason(status(.open, .armed))?.contains("start begins") == true)
    for state in [StateCode.ramping, .running, .paused] {
      #expect(reason(status(.open, state))?.contains("stop it") == true, "\(state)")
    }
    for state in [StateCode.stopping, .completed] {
      #expect(reason(status(.open, state))?.contains("load") == true, "\(state)")
    }
  }

  @Test("A latched fault and a failed check are named, with reset")
  func faults() {
    var faulted = status(.open, .faulted)
    faulted.faults = [.init(id: "x", requirement: "SR-27", cause: "open electrode")]
    #expect(reason(faulted)?.contains("SR-27 open electrode") == true)
    #expect(reason(faulted)?.contains("reset") == true)
    faulted.failedItem = "relay"
    #expect(reason(faulted)?.contains("failed at relay") == true)
  }

  @Test("SR-23: who does not lead arms nothing")
  func lease() {
    var checked = status(.open, .checked)
    checked.lease = .other("nmes console (user 7)")
    #expect(
      reason(checked) == "nmes console (user 7) leads; take over makes this console the operator")
    checked.lease = .free
    #expect(reason(checked)?.contains("take makes") == true)
  }
}

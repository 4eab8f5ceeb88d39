// Decides: that answers which waited for a fresh check are used once it is passed, and only then.
// Leaves to others: the check.

import StimulationCore
import Testing

@testable import OperatorConsole

@Suite("Check, then arm") struct CheckThenArmTests {
  private var answers: ArmAnswers {
    var answers = ArmAnswers()
    answers.answers = ["implant": false]
    answers.skinIsOK = true
    return answers
  }

  private func status(_ state: String, failedItem: String? = nil) -> ConsoleStatus {
    var status = ConsoleStatus(board: "simulated", isSimulated: true)
    status.phase = .open
    status.state = state
    status.failedItem = failedItem
    return status
  }

  @Test("SR-04: arming follows the check that is passed")
  func passed() {
    var waiting = CheckThenArm(answers, at: .zero)
    let during = waiting.follow(status("self-check"), at: .seconds(1))
    let after = waiting.follow(status("checked"), at: .seconds(2))
    #expect(during == .wait)
    #expect(after == .arm(answers))
  }

  @Test("A check that fails arms nothing and names its item")
  func failed() {
    var waiting = CheckThenArm(answers, at: .zero)
    _ = waiting.follow(status("self-check"), at: .seconds(1))
    let after = waiting.follow(status("faulted", failedItem: "relay"), at: .seconds(2))
    #expect(after == .giveUp("the self-check failed at relay: nothing was armed"))
  }

  @Test("Until the check is seen the state before it is waited out")
  func early() {
    var waiting = CheckThenArm(answers, at: .zero)
    let before = waiting.follow(status("faulted"), at: .milliseconds(50))
    #expect(before == .wait)
  }

  @Test(
    "A check that never ends, and any other state, arm nothing",
    arguments: ["self-check", "faulted", "completed", "running", "armed"])
  func late(_ state: String) {
    var waiting = CheckThenArm(answers, at: .zero)
    let step = waiting.follow(status(state), at: CheckThenArm.patience)
    guard case .giveUp = step else {
      Issue.record("\(state): \(step)")
      return
    }
  }
}

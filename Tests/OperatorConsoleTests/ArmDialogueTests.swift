// Decides: that arming asks everything once, and takes nothing but a clear answer.
// Leaves to others: what the answers permit, which the daemon decides again.

import Testing

@testable import OperatorConsole

@Suite("Arm dialogue") struct ArmDialogueTests {
  private let questions = [
    SafetyQuestion(id: "implant", question: "An implant?", mayBeOverridden: false),
    SafetyQuestion(id: "sensory-loss", question: "Loss of feeling?", mayBeOverridden: true),
  ]

  private func answered(_ lines: [String]) -> ArmDialogue.Step {
    var dialogue = ArmDialogue(questions: questions)
    for line in lines { _ = dialogue.answer(line) }
    return dialogue.step
  }

  @Test("No to everything and a look at the skin is complete")
  func complete() {
    var wanted = ArmAnswers()
    wanted.answers = ["implant": false, "sensory-loss": false]
    wanted.skinIsOK = true
    #expect(answered(["n", "No", " y "]) == .complete(wanted))
  }

  @Test("The questions are put in order and numbered")
  func order() {
    #expect(answered([]) == .ask("1/2 An implant? [y/n] "))
    #expect(answered(["n"]) == .ask("2/2 Loss of feeling? [y/n] "))
  }

  @Test("Anything but yes or no asks again", arguments: ["", "maybe", "yn", "0", "start", "  "])
  func unclear(_ line: String) {
    var dialogue = ArmDialogue(questions: questions)
    #expect(dialogue.answer(line) != nil)
    #expect(dialogue.step == .ask("1/2 An implant? [y/n] "))
  }

  @Test("A yes and a lesion end it, with what was answered until then for the record (SR-51)")
  func against() {
    var given = ArmAnswers()
    given.answers = ["implant": true]
    #expect(answered(["y"]) == .standsAgainst(given))
    given.answers = ["implant": false, "sensory-loss": true]
    #expect(answered(["n", "y", ""]) == .standsAgainst(given))
    given.answers = ["implant": false, "sensory-loss": false]
    given.skinIsOK = false
    #expect(answered(["n", "n", "n"]) == .ask("is a lesion seen? [y/n] "))
    #expect(answered(["n", "n", "n", "maybe"]) == .ask("is a lesion seen? [y/n] "))
    #expect(answered(["n", "n", "n", "y"]) == .standsAgainst(given))
  }

  @Test("Skin that nobody looked at is no lesion, and a word ends it anywhere")
  func abandoned() {
    #expect(
      answered(["n", "n", "n", "n"]) == .abandoned("look at the skin first: nothing was armed"))
    #expect(answered(["n", "cancel"]) == .abandoned("nothing was armed"))
    #expect(answered(["n", "n", "n", "cancel"]) == .abandoned("nothing was armed"))
  }

  @Test("Where a clinician may permit it, a yes asks for the reason and keeps it")
  func override() {
    var wanted = ArmAnswers()
    wanted.answers = ["implant": false, "sensory-loss": true]
    wanted.override = "skin looked at, Dr A"
    wanted.skinIsOK = true
    #expect(answered(["n", "y", "skin looked at, Dr A", "y"]) == .complete(wanted))
  }
}

// Decides: that a console which was suspended and goes on is as it was: keys act at once, the
// picture is whole and the terminal is asked anew.
// Leaves to others: what a suspension does to the session (ConsoleLossTests).

import Foundation
import Testing

extension ConsoleTests {
  @Suite("Going on") struct GoingOn {
    @Test("SR-20: after SIGSTOP and SIGCONT a key stops at once, whatever the shell has set")
    func keys() throws {
      for (name, key) in [("Space", " "), ("Esc", "\u{1B}")] {
        let trial = try ConsoleTrial()
        trial.console.signal(SIGSTOP)
        try trial.console.cook()
        trial.console.signal(SIGCONT)
        usleep(300_000)
        trial.console.type(key)
        try trial.console.wait(for: "[\(name)]")
      }
    }

    @Test("After SIGCONT the picture is drawn anew, no answer is echoed, and the lease is there")
    func picture() throws {
      let trial = try ConsoleTrial()
      trial.console.answer(false)
      usleep(600_000)
      trial.console.signal(SIGSTOP)
      try trial.console.cook()
      usleep(1_500_000)
      let before = trial.console.screen.questions
      trial.console.answer(true)
      trial.console.signal(SIGCONT)
      try trial.console.wait("the question again") { $0.questions > before }
      try trial.console.wait("a terminal that answers") {
        !$0.holds("HELD BACK") && $0.rows[0].hasPrefix(" IDLE")
      }
      trial.console.enter("take")
      try trial.console.wait(for: "operator this console")
      #expect(!trial.console.screen.transcript.contains("[0n"))
    }
  }
}

// Decides: that every act of STOP at the real console ends a real daemon's session.
// Leaves to others: what happens when the console itself goes (ConsoleLossTests).

import Foundation
import StimulationCore
import Testing

extension ConsoleTests {
  @Suite("STOP") struct Stop {
    private static let within = Nanoseconds.milliseconds(5)

    @Test(
      "SR-20: STOP is one act, told with its reaction, and outputs are inactive",
      arguments: [
        ("Ctrl-C", "\u{03}"), ("Esc", "\u{1B}"), ("Space", " "), ("stop", "stop\r"),
        ("stop", "  STOP now\r"),
      ])
    func acts(_ name: String, _ keys: String) throws {
      let trial = try ConsoleTrial()
      try trial.run()
      trial.console.type(keys)
      let status = try trial.waitForEnd()
      #expect(status.outcome == "stopped")
      try trial.console.wait("the reaction") { screen in
        screen.rows.contains {
          $0.contains("STOP: outputs inactive after ") && $0.contains("ms (there and back")
        }
      }
      try trial.console.wait(for: "[\(name)]")
      try trial.console.wait(for: " OVER ")
      let reaction = try #require(try trial.reaction())
      #expect(reaction <= Self.within, "\(reaction)")
    }

    @Test(
      "SR-20: Esc and Ctrl-C stop in the middle of a line, which they empty",
      arguments: ["\u{03}", "\u{1B}"])
    func halfTyped(_ keys: String) throws {
      let trial = try ConsoleTrial()
      try trial.run()
      trial.console.type("amplitude 5")
      try trial.console.wait(for: "nmes> amplitude 5")
      trial.console.type(keys)
      try trial.waitForEnd()
      try trial.console.wait("an empty line") { !$0.cursorRow.contains("amplitude") }
    }

    @Test("SR-20: STOP acts in the middle of arming's questions, and arms nothing")
    func whileArming() throws {
      let trial = try ConsoleTrial()
      try trial.load()
      trial.console.enter("arm")
      try trial.console.wait(for: "1/\(ConsoleTrial.questions) ")
      trial.console.type(" ")
      try trial.console.wait(for: "[Space]")
      try trial.console.wait("the usual prompt") { $0.cursorRow == "nmes>" }
      #expect(try trial.daemon.status().state != "armed")
      #expect(try !trial.daemon.status().outputsAreActive)
    }

    @Test("An arrow key in one piece recalls a line and stops nothing; a split one stops")
    func split() throws {
      let trial = try ConsoleTrial()
      try trial.run()
      trial.console.type("\u{1B}[A")
      try trial.console.wait(for: "nmes> start")
      trial.console.type("\u{1B}[B\u{1B}OD")
      try trial.console.wait("an empty line") { $0.cursorRow == "nmes>" }
      #expect(try trial.daemon.status().phase == "open")
      trial.console.type("\u{1B}")
      try trial.waitForEnd()
      trial.console.type("[A")
      try trial.console.wait(for: "[Esc]")
    }

    @Test("SR-20: nmes stop stops from any shell, and the console shows it")
    func fromShell() throws {
      let trial = try ConsoleTrial()
      try trial.run()
      let result = try nmes(
        "stop", environment: ["NMES_RUNTIME_DIRECTORY": trial.daemon.directory.path])
      #expect(result.status == 0, "\(result.told)")
      #expect(result.output.hasPrefix("STOP: outputs inactive after "), "\(result.told)")
      #expect(try trial.waitForEnd().outcome == "stopped")
      try trial.console.wait(for: " OVER ")
      try trial.console.wait(for: "is over: stopped")
    }

    @Test("nmes stop says when there is nobody to stop")
    func nobody() throws {
      let scratch = try Scratch()
      let result = try nmes("stop", "--runtime-directory", scratch.path("nowhere"))
      #expect(result.status == 1)
      #expect(result.errors.contains("STOP NOT DELIVERED: press the emergency stop"))
    }

    @Test("A console that does not lead stops all the same")
    func withoutLease() throws {
      let trial = try ConsoleTrial()
      try trial.run()
      let other = try ConsoleTrial.console(at: trial.daemon)
      try other.wait(for: "take over makes this console the operator")
      other.type("\u{1B}")
      try trial.waitForEnd()
      try other.wait(for: "STOP: outputs inactive after ")
    }
  }
}

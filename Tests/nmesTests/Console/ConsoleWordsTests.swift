// Decides: that what the console says of a command is so: which way an amplitude goes, who stopped,
// whether the skin was looked at, and why arming is not possible.
// Leaves to others: the same without a terminal (ConsoleLinesTests).

import ControlAPI
import Foundation
import Testing

extension ConsoleTests {
  @Suite("Words") struct Words {
    private func stops(_ trial: ConsoleTrial) throws -> Int {
      try trial.daemon.events().count { $0.kind == "action" && $0.subject == "stop" }
    }

    @Test("SR-20: the word stop is one STOP with one report")
    func once() throws {
      let trial = try ConsoleTrial()
      try trial.run()
      trial.console.enter("stop")
      try trial.waitForEnd()
      try trial.console.wait(for: "[stop]")
      usleep(500_000)
      let reports = trial.console.screen.transcript.components(separatedBy: "[stop]").count - 1
      #expect(reports == 1)
      #expect(try stops(trial) == 1)
    }

    @Test("SR-51: the look at the skin is not asked for once it is recorded here")
    func skin() throws {
      let trial = try ConsoleTrial()
      try trial.run()
      trial.console.type(" ")
      try trial.console.wait(for: "session 1: skin under every electrode without a lesion?")
      trial.console.enter("later")
      try trial.console.wait(for: "look at the skin, then skin ok")
      trial.console.enter("skin ok")
      try trial.console.wait(for: "skin recorded: ok")
      try trial.console.wait("a panel that asks no more") { !$0.rows[0].contains("look at") }
    }

    @Test("SR-50: arm asks nothing when it cannot arm, and says what to do")
    func arm() throws {
      let trial = try ConsoleTrial()
      // A status that may be from before the last command is no ground to refuse.
      func refused(_ reason: String) throws {
        usleep(500_000)
        trial.console.enter("arm")
        try trial.console.wait(for: "refused: \(reason)")
      }
      try trial.console.wait(for: " IDLE ")
      try refused("nothing is loaded")
      try trial.load()
      try trial.arm()
      try refused("it is armed already; start begins")
      trial.console.enter("start")
      try trial.console.wait(for: " RUNNING ")
      try refused("a session runs; stop it before the next is armed")
      trial.console.type("\u{1B}")
      try trial.console.wait(for: "session 1: skin under")
      trial.console.enter("y")
      try trial.console.wait(for: "skin recorded: ok")
      try refused("the session is over; load what comes next")
    }

    @Test("An amplitude climbs, falls or stays, and says which")
    func amplitude() throws {
      let trial = try ConsoleTrial()
      try trial.run()
      trial.console.enter("amplitude 9 mA")
      try trial.console.wait(for: "ch1 climbs to 9 mA")
      try trial.daemon.wait("9 mA") { $0.channels.first?.setpoint_uA == 9_000 }
      usleep(500_000)
      trial.console.enter("amplitude 9 mA")
      try trial.console.wait(for: "ch1 stays at 9 mA")
      trial.console.enter("amplitude 5 mA")
      try trial.console.wait(for: "ch1 falls to 5 mA")
      trial.console.enter("set 4 mA")
      try trial.console.wait(for: "ch1 4 mA")
      trial.console.enter("set 0 mA")
      try trial.console.wait(for: "ch1 0 mA")
      usleep(500_000)
      trial.console.enter("down")
      try trial.console.wait(for: "ch1 stays at 0 mA")
      trial.console.enter("up")
      try trial.console.wait(for: "ch1 1 mA")
      #expect(!trial.console.screen.transcript.contains("set to"))
    }

    @Test("SR-14: resume says that it goes on at zero, and how an amplitude is given")
    func resume() throws {
      let trial = try ConsoleTrial()
      try trial.run()
      trial.console.enter("pause")
      try trial.console.wait(for: " PAUSED ")
      trial.console.enter("resume")
      try trial.console.wait(
        for: "goes on at zero; give an amplitude: amplitude 10 mA (or +)")
    }

    @Test("Who stopped a session elsewhere is told")
    func elsewhere() throws {
      let trial = try ConsoleTrial()
      try trial.run()
      _ = try nmes("stop", environment: ConsoleTrial.environment(trial.daemon))
      try trial.console.wait(for: "is over: stopped")
      try trial.console.wait(for: "STOP was said elsewhere, by uid \(getuid())")
    }

    @Test("Who stopped a session here is not told that it was elsewhere")
    func here() throws {
      let trial = try ConsoleTrial()
      try trial.run()
      trial.console.type("\u{03}")
      try trial.console.wait(for: "[Ctrl-C]")
      try trial.console.wait(for: "session 1 is over")
      usleep(1_000_000)
      #expect(!trial.console.screen.transcript.contains("said elsewhere"))
    }

    @Test("A wrong amplitude is answered with an example within the ceiling, in the right order")
    func usage() throws {
      let trial = try ConsoleTrial()
      trial.console.enter(
        "load large-muscle-tetanic patient P001 muscle quadriceps area 180 cm2 amplitude 1 mA")
      try trial.console.wait(for: " LOADED ")
      trial.console.enter("amplitude")
      try trial.console.wait(for: "such as: amplitude 10 mA")
      trial.console.enter("amplitude channel 1 20 mA")
      try trial.console.wait(for: "write: amplitude 20 mA channel 1")
      trial.console.enter("set 2 25 mA")
      try trial.console.wait(for: "write: set 25 mA channel 2")
    }

    @Test("SR-23: the lease is not released while a session runs")
    func release() throws {
      let trial = try ConsoleTrial()
      try trial.run()
      trial.console.enter("release")
      try trial.console.wait(for: "refused: a session runs")
      usleep(1_500_000)
      #expect(try trial.daemon.status().phase == "open")
      trial.console.type("\u{1B}")
      try trial.console.wait(for: "session 1: skin under every electrode")
      trial.console.enter("later")
      trial.console.enter("release")
      try trial.console.wait(for: "this console is the operator no longer")
    }

    @Test("help all comes in pages that the screen holds")
    func pages() throws {
      let trial = try ConsoleTrial()
      trial.console.enter("help all")
      try trial.console.wait("the first page") {
        $0.rows.contains { $0.hasPrefix("protocol  ") } && $0.holds("help all 2 goes on")
      }
      trial.console.enter("help all 2")
      try trial.console.wait("the second page") { $0.transcript.contains("acknowledge  ") }
    }

    @Test(
      "A session that quit or the end of input stops is told to be over before the console ends",
      arguments: ["quit\r", "\u{04}"])
    func quit(_ keys: String) throws {
      let trial = try ConsoleTrial()
      try trial.run()
      trial.console.type(keys)
      #expect(try trial.console.finish() == 0)
      usleep(200_000)
      let seen = trial.console.screen
      #expect(!seen.text.contains("RUNNING"), "\(seen.text)")
      #expect(seen.text.contains("STOP: outputs inactive"), "\(seen.text)")
      #expect(seen.text.contains("session 1 is over: stopped"), "\(seen.text)")
      #expect(seen.text.contains("look at the skin"), "\(seen.text)")
      #expect(try stops(trial) == 1)
    }
  }
}

// Decides: that a session ends when its console, its terminal or its daemon goes, by whatever way.
// Leaves to others: STOP by the operator (ConsoleStopTests).

import ControlAPI
import Foundation
import Testing

extension ConsoleTests {
  @Suite("Loss") struct Loss {
    private static let expiry_ms: Int64 = 1_000
    /// The loop looks at the lease once in a safety tick.
    private static let tick_ms: Int64 = 1

    /// Two seconds: the terminal's answer may be missing for one, and the renewal for another.
    private static let most_ms: Int64 = 2_000
    /// What a busy machine takes on top, and the time between the test and the process.
    private static let slack_ms: Int64 = 1_500

    /// When the operator's last command was carried out, by the board's clock: what then happens to
    /// the console comes after it.
    private func lastCommand(_ trial: ConsoleTrial) throws -> Int64 {
      func commands() throws -> [EventItem] {
        try trial.daemon.events().filter { $0.kind == "action" && $0.subject == "amplitude" }
      }
      let before = try commands().count
      trial.console.enter("down")
      let limit = Date(timeIntervalSinceNow: TerminalProcess.patience)
      while try commands().count == before, Date() < limit { usleep(10_000) }
      return try #require(try commands().last).at_ms
    }

    /// The session ended within two seconds of a command, by the board's clock.
    private func expectEnd(after command: Int64, at daemon: NmesdProcess) throws {
      let end = try #require(
        try daemon.events().first {
          $0.at_ms >= command
            && ($0.subject == "lease-lost" && $0.kind == "trip" || $0.subject == "stop")
        })
      #expect(end.at_ms - command <= Self.most_ms + Self.slack_ms, "\(end.at_ms - command) ms")
    }

    private func wasLost(_ status: Status) -> Bool {
      status.faults.contains { $0.id == "lease-lost" }
    }

    @Test("SR-23: a console that is killed loses its lease; the session stops within 1 s of it")
    func killed() throws {
      let trial = try ConsoleTrial()
      try trial.run()
      trial.console.signal(SIGKILL)
      let status = try trial.waitForEnd()
      #expect(wasLost(status))
      let events = try trial.daemon.events()
      let told = try #require(events.last { $0.text.contains("the connection closed") })
      let trip = try #require(events.first { $0.kind == "trip" && $0.subject == "lease-lost" })
      // The lease was renewed for the last time before the connection was seen to close.
      #expect(trip.at_ms <= told.at_ms + Self.expiry_ms + Self.tick_ms)
    }

    @Test("SR-23: a console that is held by SIGSTOP stops the session")
    func suspended() throws {
      let trial = try ConsoleTrial()
      try trial.run()
      let command = try lastCommand(trial)
      trial.console.signal(SIGSTOP)
      let status = try trial.waitForEnd()
      #expect(wasLost(status))
      try expectEnd(after: command, at: trial.daemon)
      trial.console.signal(SIGCONT)
      try trial.console.wait(for: "the lease is gone")
    }

    @Test("SR-23: a console whose terminal is closed stops the session and ends")
    func closed() throws {
      let trial = try ConsoleTrial()
      try trial.run()
      let command = try lastCommand(trial)
      trial.console.hangUp()
      try trial.waitForEnd()
      try expectEnd(after: command, at: trial.daemon)
      #expect(try trial.console.finish() == 1)
    }

    @Test("A console that is told to end stops the session first", arguments: [SIGHUP, SIGTERM])
    func told(_ signal: Int32) throws {
      let trial = try ConsoleTrial()
      try trial.run()
      trial.console.signal(signal)
      #expect(try trial.waitForEnd().outcome == "stopped")
      #expect(try trial.console.finish() == 1)
    }

    @Test(
      "A console that looks on ends without ending the session of who leads",
      arguments: [SIGHUP, SIGTERM])
    func toldOnlooker(_ signal: Int32) throws {
      let trial = try ConsoleTrial()
      try trial.run()
      let other = try ConsoleTrial.console(at: trial.daemon)
      try other.wait(for: "leads; take over makes this console the operator")
      other.signal(signal)
      #expect(try other.finish() == 1)
      let piped = try NmesProcess(
        ["console"], environment: ConsoleTrial.environment(trial.daemon), input: "dose list\n")
      _ = try piped.finish()
      usleep(300_000)
      #expect(try trial.daemon.status().phase == "open")
    }

    @Test(
      "quit stops the session and leaves; so does the end of input",
      arguments: ["quit\r", "\u{04}"])
    func quit(_ keys: String) throws {
      let trial = try ConsoleTrial()
      try trial.run()
      trial.console.type(keys)
      #expect(try trial.waitForEnd().outcome == "stopped")
      #expect(try trial.console.finish() == 0)
    }

    @Test("SR-23: a terminal that answers no status query holds the lease back, which stops")
    func silent() throws {
      let trial = try ConsoleTrial()
      try trial.run()
      let command = try lastCommand(trial)
      trial.console.answer(false)
      let status = try trial.waitForEnd()
      #expect(wasLost(status))
      try expectEnd(after: command, at: trial.daemon)
      try trial.console.wait(for: "the lease is gone; take makes this console the operator")
      try trial.console.wait(for: "HELD BACK: the terminal does not answer")
      trial.console.answer(true)
      try trial.console.wait("a terminal that answers") { !$0.holds("HELD BACK") }
      trial.console.enter("take")
      try trial.console.wait(for: "operator this console")
    }

    @Test("SR-52: a daemon that dies is told: stale, link lost, what to do; then found again")
    func daemon() throws {
      let trial = try ConsoleTrial()
      try trial.run()
      trial.daemon.end(SIGKILL)
      try trial.console.wait("stale") {
        $0.rows[0].hasPrefix(" STALE ") && $0.rows[0].contains("RUNNING")
      }
      try trial.console.wait(for: "LOST")
      try trial.console.wait(for: "press the emergency stop")
      #expect(trial.console.screen.bells > 0)
      trial.console.type("\u{03}")
      try trial.console.wait(for: "STOP NOT DELIVERED")
      try trial.daemon.start()
      try trial.console.wait(for: "the daemon answers again")
      trial.console.enter("take")
      try trial.console.wait(for: "operator this console")
      #expect(try !trial.daemon.status().outputsAreActive)
    }

    @Test("SR-52: a daemon that stands still is stale although the link is up")
    func stale() throws {
      let trial = try ConsoleTrial()
      try trial.load()
      trial.daemon.signal(SIGSTOP)
      try trial.console.wait("stale") { $0.rows[0].hasPrefix(" STALE ") }
      #expect(!trial.console.screen.text.contains("LOST"))
      trial.daemon.signal(SIGCONT)
      try trial.console.wait("a fresh status") { $0.rows[0].hasPrefix(" LOADED ") }
    }

    @Test("SR-52: a daemon that stands still while a session runs is warned of, not called up")
    func hung() throws {
      let trial = try ConsoleTrial()
      try trial.run()
      trial.daemon.signal(SIGSTOP)
      try trial.console.wait("the warning") {
        $0.rows[0].hasPrefix(" STALE ")
          && $0.holds("A SESSION RAN: in doubt press the emergency stop")
          && !$0.holds("link up")
      }
      trial.console.type("\u{03}")
      try trial.console.wait(for: "STOP NOT DELIVERED")
      trial.daemon.signal(SIGCONT)
      try trial.waitForEnd()
      try trial.console.wait("a notice that outputs are inactive by now") { screen in
        screen.rows.prefix(10).contains { $0.contains("outputs are inactive now") }
          && !screen.rows.prefix(10).contains { $0.contains("NOT DELIVERED") }
      }
    }

    @Test("SR-50: what another console has armed is not started where it was not shown")
    func armedElsewhere() throws {
      let trial = try ConsoleTrial()
      try trial.load()
      try trial.arm()
      let other = try ConsoleTrial.console(at: trial.daemon)
      try other.wait(for: "leads; take over makes this console the operator")
      other.enter("take over")
      try other.wait(for: "operator this console")
      other.enter("start")
      try other.wait(for: "what is armed was not shown at this console")
      #expect(try trial.daemon.status().state == "armed")
    }

    @Test("A second console is refused, takes over on purpose, and the first is told")
    func second() throws {
      let trial = try ConsoleTrial()
      try trial.run()
      let other = try ConsoleTrial.console(at: trial.daemon)
      try other.wait(for: "leads; take over makes this console the operator")
      other.enter("pause")
      try other.wait("a second refusal") {
        $0.text.components(separatedBy: "leads;").count > 2
      }
      #expect(try trial.daemon.status().state != "paused")
      other.enter("take over")
      try other.wait(for: "operator this console")
      try trial.console.wait(for: "is the operator now, this console is not")
      other.enter("pause")
      try trial.console.wait(for: " PAUSED ")
      trial.console.enter("resume")
      try trial.console.wait(for: "leads; take over makes this console the operator")
      #expect(try trial.daemon.status().state == "paused")
    }
  }
}

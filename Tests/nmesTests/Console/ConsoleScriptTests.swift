// Decides: that a script leads a session to its end or to its first failure, and never past it.
// Leaves to others: what a line of a script may say (OperatorConsoleTests).

import Foundation
import Testing

extension ConsoleTests {
  @Suite("Script") struct Script {
    private static let beginning = """
      \(ConsoleTrial.load)
      expect phase loaded
      check
      expect state checked within 30 s
      answer all no
      answer skin ok
      arm
      expect state armed within 30 s
      start
      expect amplitude >= 5 mA within 60 s

      """

    private func run(_ text: String, at daemon: NmesdProcess) throws -> NmesResult {
      let file = try daemon.scratch.write(text, to: "session.nmes")
      return try nmes(
        "console", "--script", file,
        environment: ["NMES_RUNTIME_DIRECTORY": daemon.directory.path])
    }

    @Test("A session from loading to the look at the skin")
    func whole() throws {
      let daemon = try NmesdProcess()
      let result = try run(
        Self.beginning + """
          pause
          expect state paused within 30 s
          expect amplitude = 0 mA
          resume
          amplitude 20 mA
          expect amplitude = 20 mA within 60 s
          set 21.5 mA
          expect refused SR-14
          stop
          expect phase over within 30 s
          expect outcome stopped
          skin ok
          dose last
          """, at: daemon)
      #expect(result.status == 0, "\(result.told)")
      #expect(result.output.contains("climbs to 40 mA"))
      #expect(result.output.contains("skin recorded: ok"))
      #expect(try !daemon.status().outputsAreActive)
    }

    @Test("The first expectation that does not hold ends it, names its line, and stops the session")
    func firstFailure() throws {
      let daemon = try NmesdProcess()
      let result = try run(
        Self.beginning + """
          expect amplitude >= 54 mA within 1 ms
          skin clear this line is never reached
          """, at: daemon)
      #expect(result.status == 1, "\(result.told)")
      #expect(result.errors.contains("session.nmes:11: after 1 ms found amplitude "))
      #expect(result.output.contains("[end of script]"), "\(result.told)")
      #expect(!result.output.contains("clearance recorded"))
      try daemon.wait("the end") { $0.phase == "over" && !$0.outputsAreActive }
    }

    @Test("Quit stops what runs and ends the script; no later line is carried out")
    func quit() throws {
      let daemon = try NmesdProcess()
      let result = try run(
        Self.beginning + """
          quit
          skin clear this line is never reached
          """, at: daemon)
      #expect(result.status == 0, "\(result.told)")
      #expect(result.output.contains("STOP: outputs inactive"), "\(result.told)")
      #expect(!result.output.contains("clearance recorded"), "\(result.told)")
      try daemon.wait("the end") { $0.phase == "over" && $0.outcome == "stopped" }
      #expect(try !daemon.status().outputsAreActive)
    }

    @Test("Help in a script is the console's, and a word that is no command ends the script")
    func help() throws {
      let daemon = try NmesdProcess()
      let result = try run("help\nhelp all\nhelp load\nhelp nonsense\nhazards\n", at: daemon)
      #expect(result.status == 2, "\(result.told)")
      for part in [
        "A session in order", "leave; a session that runs is stopped first", "example: load large",
      ] { #expect(result.output.contains(part), "\(part)\n\(result.told)") }
      #expect(result.errors.contains("session.nmes:4: \"nonsense\" is no command"))
    }

    @Test("A refusal that nobody expects ends it with status 3; one that is expected does not")
    func refused() throws {
      let daemon = try NmesdProcess()
      let expected = try run("start\nexpect refused not possible\n", at: daemon)
      #expect(expected.status == 0, "\(expected.told)")
      let unexpected = try run("# nothing is loaded\nstart\ncheck\n", at: daemon)
      #expect(unexpected.status == 3, "\(unexpected.told)")
      #expect(unexpected.errors.contains("session.nmes:2: refused: starting is not possible"))
      let accepted = try run("hazards\nexpect refused\n", at: daemon)
      #expect(accepted.status == 1, "\(accepted.told)")
    }

    @Test("A script with an error anywhere does nothing at all, and the line is named")
    func wrong() throws {
      let daemon = try NmesdProcess()
      let result = try run("\(ConsoleTrial.load)\nexpect amplitude 5\n", at: daemon)
      #expect(result.status == 2, "\(result.told)")
      #expect(result.errors.contains("session.nmes:2: "), "\(result.told)")
      #expect(try daemon.status().phase == "idle")
    }

    @Test("STOP from elsewhere is seen by the script's next expectation")
    func stoppedFromElsewhere() throws {
      let daemon = try NmesdProcess()
      let file = try daemon.scratch.write(
        Self.beginning + "expect amplitude = 55 mA within 60 s\n", to: "long.nmes")
      let script = try NmesProcess(
        ["console", "--script", file],
        environment: ["NMES_RUNTIME_DIRECTORY": daemon.directory.path])
      try daemon.waitForCurrent()
      script.signal(SIGINT)
      let result = try script.finish()
      #expect(result.status == 1, "\(result.told)")
      #expect(result.errors.contains("stopped by Ctrl-C"), "\(result.told)")
      try daemon.wait("the end") { $0.phase == "over" && !$0.outputsAreActive }
    }

    @Test("Without a daemon a script says so")
    func alone() throws {
      let scratch = try Scratch()
      let file = try scratch.write("hazards\n", to: "alone.nmes")
      let result = try nmes(
        "console", "--script", file, "--runtime-directory", scratch.path("nowhere"))
      #expect(result.status == 1)
      #expect(result.errors.contains("start nmesd"), "\(result.told)")
    }
  }
}

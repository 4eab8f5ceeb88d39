// Decides: how the console is where there is no screen: what helps there, its prompt, its figures
// after STOP, and its exit status.
// Leaves to others: STOP on a pipe and wrong lines (ConsoleInputTests).

import ControlAPI
import Foundation
import Testing

extension ConsoleTests {
  @Suite("Lines") struct Lines {
    private func environment(_ daemon: NmesdProcess) -> [String: String] {
      ["NMES_RUNTIME_DIRECTORY": daemon.directory.path]
    }

    private func console(_ input: String, at daemon: NmesdProcess) throws -> NmesResult {
      let all = environment(daemon)
      return try NmesProcess(["console"], environment: all, input: input).finish()
    }

    @Test("Help names the acts of STOP that act at once in the present form of the console")
    func help() throws {
      let trial = try ConsoleTrial()
      trial.console.enter("help")
      try trial.console.wait(
        for: "STOP at any time: Esc, Ctrl-C, Space on an empty line, or the word stop.")
      let result = try console("help\nhelp stop\n", at: trial.daemon)
      #expect(!result.output.contains("Esc"), "\(result.told)")
      #expect(!result.output.contains("Space"), "\(result.told)")
      #expect(result.output.contains("Ctrl-C"), "\(result.told)")
      #expect(result.output.contains("the word stop and Enter"), "\(result.told)")
    }

    @Test("Lines that go well end with 0, a refusal with 3, a wrong line with 2")
    func statuses() throws {
      let daemon = try NmesdProcess()
      #expect(try console("help\nstatus\n", at: daemon).status == 0)
      #expect(try console("start\nhelp\n", at: daemon).status == 3)
      #expect(try console("nonsense\nstart\n", at: daemon).status == 2)
      #expect(try console("start\nnonsense\nquit\n", at: daemon).status == 3)
    }

    @Test("SR-50: input that ends in the middle of arming ends with 1, and nothing is armed")
    func endOfInput() throws {
      let daemon = try NmesdProcess()
      let result = try console("\(ConsoleTrial.load)\narm\nn\nn\n", at: daemon)
      #expect(result.status == 1, "\(result.told)")
      #expect(try daemon.status().state != "armed")
    }

    @Test("Input that ends just after arming leaves nothing armed")
    func endAfterArming() throws {
      let daemon = try NmesdProcess()
      let answers = String(repeating: "n\n", count: ConsoleTrial.questions) + "y\n"
      let result = try console("\(ConsoleTrial.load)\narm\n\(answers)", at: daemon)
      #expect(result.output.contains("armed. Next: start"), "\(result.told)")
      #expect(result.output.contains("STOP: outputs inactive after "), "\(result.told)")
      let status = try daemon.status()
      #expect(status.phase == "over" && !status.outputsAreActive, "\(status)")
    }

    @Test("A console that reaches no daemon ends with 1 and says so in words")
    func nobody() throws {
      let scratch = try Scratch()
      for input in ["", "status\n"] {
        let result = try NmesProcess(
          ["console", "--runtime-directory", scratch.path("nowhere")], input: input
        ).finish()
        #expect(result.status == 1, "\(result.told)")
        #expect(result.errors.contains("no daemon listens"), "\(result.told)")
        #expect(result.errors.contains("the socket is not there"), "\(result.told)")
      }
    }

    @Test("The first line waits for the first status")
    func firstStatus() throws {
      let daemon = try NmesdProcess()
      for _ in 0..<5 {
        let result = try console("status\n", at: daemon)
        #expect(!result.output.contains("NO STATUS"), "\(result.told)")
        #expect(result.output.contains("IDLE"), "\(result.told)")
        #expect(result.status == 0, "\(result.told)")
      }
    }

    @Test("SR-20: the figures after STOP are from after it")
    func figures() throws {
      let daemon = try NmesdProcess()
      let pipe = Pipe()
      let console = try NmesProcess(
        ["console"], environment: environment(daemon), inputHandle: pipe)
      func say(_ lines: String...) throws {
        let text = lines.map { $0 + "\n" }.joined()
        try pipe.fileHandleForWriting.write(contentsOf: Data(text.utf8))
      }
      try say(ConsoleTrial.load, "arm")
      for _ in 1...ConsoleTrial.questions { try say("n") }
      try say("y")
      try console.wait(forOutput: "armed. Next: start")
      try say("start")
      try daemon.wait("a current within a train") {
        ($0.channels.first?.measured_uA ?? 0) > 3_000 && $0.channels.first?.isInTrain == true
      }
      try say("stop")
      try console.wait(forOutput: "[stop]")
      try say("later", "status")
      pipe.fileHandleForWriting.closeFile()
      let result = try console.finish()
      let said = result.output.components(separatedBy: "[stop]").dropFirst().joined()
      let figures = said.split(separator: "\n").filter { $0.hasPrefix("  ch1 ") }
      #expect(!figures.isEmpty, "\(result.told)")
      #expect(figures.allSatisfy { $0.hasPrefix("  ch1  0 mA of 55 mA  off") }, "\(result.told)")
    }

    @Test("On a terminal that cannot move its cursor there is a prompt, and none on a pipe")
    func prompt() throws {
      let daemon = try NmesdProcess()
      let dumb = try ConsoleTrial.console(at: daemon, environment: ["TERM": "dumb"])
      try dumb.wait("a prompt") { $0.cursorRow == "nmes>" }
      dumb.enter("hazards")
      try dumb.wait("the answer, and the prompt below it") {
        $0.holds("no hazard stands") && $0.cursorRow == "nmes>"
      }
      let piped = try console("hazards\n", at: daemon)
      #expect(!piped.output.contains("nmes>"), "\(piped.told)")
    }
  }
}

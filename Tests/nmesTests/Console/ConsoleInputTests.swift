// Decides: that no line of any command, however wrong, changes anything at the daemon, and that
// each is answered in words.
// Leaves to others: what each command reads (OperatorConsoleTests).

import ControlAPI
import Foundation
import Testing

extension ConsoleTests {
  @Suite("Bad input") struct BadInput {
    /// At least one for every command; each is an error or a refusal while nothing is loaded.
    static let lines = [
      "help nonsense", "protocol what", "protocol show", "protocol show no-such",
      "protocol show ../../etc/passwd", "prescription show no-such", "prescription what",
      "load", "load no-such patient P1 muscle m area 1 cm2", "load large-muscle-tetanic area",
      "load large-muscle-tetanic area 180", "load large-muscle-tetanic area 180 mA",
      "load large-muscle-tetanic trains -3", "load large-muscle-tetanic trains 1.5",
      "load large-muscle-tetanic patient P001 muscle quadriceps",
      "load large-muscle-tetanic patient P001 muscle quadriceps area 180 cm2 amplitude 900 mA",
      "load prescription", "load prescription no-such", "load prescription x patient P001",
      "check", "check now", "arm", "arm now", "start", "start at once",
      "amplitude", "amplitude 60", "amplitude 60 mV", "amplitude -5 mA", "amplitude 1e3 mA",
      "amplitude 99999999999999999999 mA", "amplitude 40 mA channel 0",
      "amplitude 40 mA channel 9", "amplitude 40 mA twice", "amplitude 40,5 mA",
      "set", "set mA", "set 10 mA", "set 10 mA channel x", "up", "up fast", "up channel 99",
      "down", "down channel", "pause", "pause 5 s", "resume", "resume it",
      "skin", "skin maybe", "skin ok", "skin ok session x", "skin clear",
      "reset", "reset all", "unload it", "hazards now", "acknowledge", "acknowledge x note",
      "acknowledge 99", "acknowledge 99 looked at", "dose x", "dose 99", "dose list patient",
      "clock", "clock maybe", "take under", "release it", "status now", "quit now",
      "nonsense", "\u{00E4}\u{00F6}\u{00FC}", "\"open", String(repeating: "x", count: 1_001),
    ]

    @Test("Every wrong line is answered, and the daemon stays as it was")
    func lines() throws {
      let daemon = try NmesdProcess()
      let pipe = Pipe()
      let console = try NmesProcess(
        ["console"], environment: ["NMES_RUNTIME_DIRECTORY": daemon.directory.path],
        inputHandle: pipe)
      try console.wait(forOutput: "this console is the operator")
      var answers = 0
      for line in Self.lines {
        try pipe.fileHandleForWriting.write(contentsOf: Data((line + "\n").utf8))
        let limit = Date(timeIntervalSinceNow: TerminalProcess.patience)
        var count = answers
        while count == answers, Date() < limit {
          usleep(5_000)
          count = console.output.split(separator: "\n").count {
            $0.hasPrefix("error: ") || $0.hasPrefix("refused: ")
          }
        }
        #expect(count == answers + 1, "\(line.prefix(80)): \(console.output.suffix(300))")
        answers = count
      }
      let status = try daemon.status()
      #expect(status.phase == "idle")
      #expect(!status.outputsAreActive)
      pipe.fileHandleForWriting.closeFile()
      #expect(try console.finish().status == 2, "the first line was wrong")
    }

    @Test("Every command has its wrong lines here")
    func all() throws {
      let daemon = try NmesdProcess()
      let pipe = Pipe()
      let console = try NmesProcess(
        ["console"], environment: ["NMES_RUNTIME_DIRECTORY": daemon.directory.path],
        inputHandle: pipe)
      try pipe.fileHandleForWriting.write(contentsOf: Data("help all\nquit\n".utf8))
      let result = try console.finish()
      let tried = Set(Self.lines.compactMap { $0.split(separator: " ").first.map(String.init) })
      let listed = result.output.split(separator: "\n").compactMap { line -> String? in
        let words = line.split(separator: " ", maxSplits: 1)
        return line.contains("  ") && words.count == 2 && words[0].allSatisfy(\.isLowercase)
          ? String(words[0]) : nil
      }
      #expect(listed.contains("amplitude") && listed.count >= 20, "\(result.told)")
      for name in listed where name != "stop" { #expect(tried.contains(name), "\(name)") }
    }

    @Test("Bytes that are no text, and a flood of them, leave console and daemon alive")
    func binary() throws {
      let trial = try ConsoleTrial()
      var seed: UInt64 = 11
      var text = ""
      for _ in 0..<3_000 {
        seed = seed &* 6_364_136_223_846_793_005 &+ 1
        let scalar = UInt8(truncatingIfNeeded: seed >> 33) & 0x7F
        // What would end the console or reach a file is left out: Ctrl-D, Ctrl-Z, Ctrl-\.
        if ![0x04, 0x1A, 0x1C].contains(scalar) { text.unicodeScalars.append(.init(scalar)) }
      }
      trial.console.type(text + "\r")
      trial.console.type("\u{03}")
      try trial.console.wait("a STOP") { $0.transcript.contains("[Ctrl-C]") }
      trial.console.enter("hazards")
      try trial.console.wait(for: "no hazard stands")
      #expect(try trial.daemon.status().phase == "idle")
    }

    @Test("On a pipe a session is led by lines; STOP overtakes them and drops what waited")
    func pipe() throws {
      let daemon = try NmesdProcess()
      let pipe = Pipe()
      let console = try NmesProcess(
        ["console"], environment: ["NMES_RUNTIME_DIRECTORY": daemon.directory.path],
        inputHandle: pipe)
      func say(_ lines: String...) throws {
        let text = lines.map { $0 + "\n" }.joined()
        try pipe.fileHandleForWriting.write(contentsOf: Data(text.utf8))
      }
      try console.wait(forOutput: "this console is the operator")
      try say(ConsoleTrial.load, "arm")
      try console.wait(forOutput: "1/\(ConsoleTrial.questions) ")
      for _ in 1...ConsoleTrial.questions { try say("n") }
      try say("y")
      try console.wait(forOutput: "armed. Next: start")
      try say("start")
      try daemon.waitForCurrent()
      try say("stop")
      try console.wait(forOutput: "STOP: outputs inactive after ")
      try daemon.wait("the end") { $0.outcome == "stopped" && !$0.outputsAreActive }
      try console.wait(forOutput: "skin under every electrode without a lesion?")
      try say("y")
      try console.wait(forOutput: "skin recorded: ok")
      let many = String(repeating: "hazards\n", count: 300)
      try pipe.fileHandleForWriting.write(contentsOf: Data((many + "stop\n").utf8))
      try console.wait(forOutput: "lines that waited before it")
      pipe.fileHandleForWriting.closeFile()
      let result = try console.finish()
      #expect(result.status == 0, "\(result.told)")
      #expect(!result.output.contains("\u{1B}"), "no control sequence on a pipe")
    }
  }
}

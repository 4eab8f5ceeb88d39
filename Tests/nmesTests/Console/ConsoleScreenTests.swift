// Decides: what an operator sees and can type at a real terminal, of several kinds.
// Leaves to others: each row's text (OperatorConsoleTests), STOP (ConsoleStopTests).

import ControlAPI
import Foundation
import Testing

extension ConsoleTests {
  @Suite("Screen") struct Screen {
    @Test("SR-50: arming shows everything that START will do, and START takes two acts")
    func start() throws {
      let trial = try ConsoleTrial()
      trial.console.enter("start")
      try trial.console.wait(for: "refused: starting is not possible")
      try trial.load()
      trial.console.enter("start")
      try trial.console.wait("a second refusal") {
        $0.text.components(separatedBy: "refused: starting").count > 2
      }
      trial.console.enter("arm")
      try trial.console.wait(for: "1/\(ConsoleTrial.questions) ")
      let shown = trial.console.screen.text
      for item in [
        "patient         P001", "muscle          quadriceps",
        "protocol        large-muscle-tetanic, version 1.0.0, stage S4",
        "electrode area  180 cm²", "ceiling         55 mA; climbs to 40 mA",
        "duration        29:45 min, 168 trains",
      ] {
        #expect(shown.contains(item), "\(item) in:\n\(shown)")
      }
      trial.console.enter("cancel")
      try trial.console.wait(for: "nothing was armed")
      try trial.arm()
      #expect(try trial.daemon.status().state == "armed")
      trial.console.enter("start")
      try trial.console.wait(for: "started at zero; climbs to 40 mA")
      try trial.daemon.wait("the climb") { $0.channels.first?.target_uA == 40_000 }
    }

    @Test("SR-51: a yes to a contraindication arms nothing, and an unclear answer asks again")
    func contraindications() throws {
      let trial = try ConsoleTrial()
      try trial.load()
      trial.console.enter("arm")
      try trial.console.wait(for: "1/\(ConsoleTrial.questions) ")
      trial.console.enter("perhaps")
      try trial.console.wait(for: "answer y or n, or cancel")
      trial.console.enter("y")
      try trial.console.wait(for: "is answered yes")
      #expect(try trial.daemon.status().state != "armed")
      try trial.answer()
      trial.console.enter("n")
      try trial.console.wait("the next question") { $0.cursorRow.hasPrefix("is a lesion seen?") }
      trial.console.enter("y")
      try trial.console.wait(for: "a lesion is seen")
      // It stands, with the board not even checked yet.
      trial.console.enter("check")
      try trial.console.wait("the refusal") {
        $0.text.contains("refused:") && $0.text.contains("a skin lesion is recorded")
      }
      trial.console.enter("skin clear looked at, a scar")
      try trial.console.wait(for: "clearance recorded")
      trial.console.enter("check")
      try trial.console.wait(for: " CHECKED ")
    }

    @Test("SR-51: a lesion after a session refuses the muscle's next until a clinician clears it")
    func skin() throws {
      let trial = try ConsoleTrial()
      try trial.run()
      trial.console.type(" ")
      try trial.console.wait(for: "session 1: skin under every electrode without a lesion?")
      trial.console.enter("n")
      try trial.console.wait(for: "lesion recorded")
      try trial.load()
      trial.console.enter("check")
      try trial.console.wait("the refusal") {
        $0.text.contains("refused:") && $0.text.contains("lesion")
      }
      trial.console.enter("skin clear looked at, healed")
      try trial.console.wait(for: "clearance recorded")
      trial.console.enter("check")
      try trial.console.wait(for: " CHECKED ")
    }

    @Test("The status goes on while a line is typed, and the line stays as it is")
    func typing() throws {
      let trial = try ConsoleTrial()
      try trial.run()
      trial.console.type("amplitude 5 mA")
      trial.console.type("\u{1B}[D\u{1B}[D\u{1B}[D")
      try trial.console.wait("the cursor") { $0.cursorColumn == "nmes> amplitude 5".count }
      let before = try #require(trial.console.screen.rows.first)
      try trial.console.wait("five statuses more") { _ in
        (try? trial.daemon.status().channels.first?.setpoint_uA ?? 0).map { $0 >= 10_000 } ?? false
      }
      let seen = trial.console.screen
      #expect(seen.rows[0] != before)
      #expect(seen.cursorRow == "nmes> amplitude 5 mA")
      #expect(seen.cursorColumn == "nmes> amplitude 5".count)
      trial.console.type("0\r")
      try trial.console.wait(for: "climbs to 50 mA")
      #expect(trial.console.screen.unknown.isEmpty, "\(trial.console.screen.unknown)")
    }

    @Test("SR-14: + raises step by step while it is held, never beyond the bounds; - lowers")
    func steps() throws {
      let trial = try ConsoleTrial()
      try trial.load(
        "load large-muscle-tetanic patient P001 muscle quadriceps area 180 cm2 amplitude 1 mA")
      try trial.arm()
      trial.console.type("+")
      try trial.console.wait("a plus on the line before START") { $0.cursorRow == "nmes> +" }
      trial.console.type("\u{7F}start\r")
      try trial.console.wait(for: " RUNNING ")
      let limit = Date(timeIntervalSinceNow: TerminalProcess.patience)
      while (try trial.daemon.status().channels.first?.setpoint_uA ?? 0) < 8_000, Date() < limit {
        trial.console.type("+")
        usleep(15_000)
      }
      let accepted = try trial.daemon.events()
        .filter { $0.kind == "action" && $0.subject == "amplitude" }
        .compactMap { event in event.amount.map { (event.at_ms, $0) } }
      #expect(accepted.count >= 8)
      for (index, (at, amount)) in accepted.enumerated() {
        // START has climbed to 1 mA before the first key.
        let before = index > 0 ? accepted[index - 1].1 : 1_000
        #expect(amount - before <= 1_000, "at \(at) ms")
        let window = accepted[...index].filter { at - $0.0 < 1_000 }
        #expect(amount - (window.first?.1 ?? amount) <= 5_000, "at \(at) ms")
      }
      let high = try trial.daemon.status().channels.first?.setpoint_uA ?? 0
      trial.console.type("x")
      try trial.console.wait(for: "nmes> x")
      trial.console.type("-+\u{15}")
      try trial.console.wait("an empty line") { $0.cursorRow == "nmes>" }
      trial.console.type("-")
      try trial.daemon.wait("one step less") {
        ($0.channels.first?.setpoint_uA ?? high) < high
      }
    }

    @Test("Ctrl-L draws everything anew: the row of STOP and what is typed stay in sight")
    func redrawing() throws {
      let trial = try ConsoleTrial()
      trial.console.type("ampl")
      try trial.console.wait(for: "nmes> ampl")
      let before = trial.console.screen.questions
      trial.console.type("\u{0C}")
      // Rows that do not change are not drawn again by themselves.
      try trial.console.wait("three questions more") { $0.questions > before + 3 }
      try trial.console.wait("the whole picture") { screen in
        screen.rows.contains { $0.hasPrefix(" STOP  Esc") } && screen.rows[0].hasPrefix(" IDLE")
          && screen.cursorRow == "nmes> ampl" && screen.holds("this console is the operator")
      }
    }

    @Test("Tab completes commands, presets and values, and lists what is possible")
    func completion() throws {
      let trial = try ConsoleTrial()
      trial.console.type("lo\tlarge-m")
      try trial.console.wait("the names, which come from the daemon") {
        trial.console.type("\t")
        usleep(100_000)
        return $0.text.contains("nmes> load large-muscle-")
      }
      trial.console.type("\t")
      try trial.console.wait("the list") {
        $0.text.contains("large-muscle-tetanic") && $0.text.contains("large-muscle-twitch")
      }
      trial.console.type("te\tpa\tP001 mu\tquadriceps ar\t180\tam\t40\t\r")
      try trial.console.wait(for: "ceiling         55 mA; climbs to 40 mA")
      trial.console.type("unl\t\r")
      try trial.console.wait(for: " IDLE ")
      trial.console.type("load large-muscle-tw\tpatient P001 muscle quadriceps area 180 cm2\r")
      try trial.console.wait(for: " LOADED ")
    }

    @Test("History comes back with the arrow keys, also in the next console")
    func history() throws {
      let trial = try ConsoleTrial()
      trial.console.enter("protocol show awaiting-assessment")
      try trial.console.wait("the protocol") { $0.transcript.contains("stage") }
      trial.console.enter("quit")
      #expect(try trial.console.finish() == 0)
      let next = try ConsoleTrial.console(at: trial.daemon)
      try next.wait(for: "this console is the operator")
      next.type("\u{1B}[A\u{1B}[A")
      try next.wait(for: "nmes> protocol show awaiting-assessment")
    }

    @Test("Help has every command on one small screen, and an example of each")
    func help() throws {
      let trial = try ConsoleTrial()
      trial.console.enter("help")
      try trial.console.wait("the whole help") { screen in
        ["before", "during", "after", "always"].allSatisfy { word in
          screen.rows.contains { $0.hasPrefix(word) }
        } && screen.cursorRow == "nmes>"
      }
      trial.console.enter("help load")
      try trial.console.wait(
        for: "example: load large-muscle-tetanic patient P001 muscle quadriceps area 180 cm2")
    }

    @Test(
      "On every size the state, the amplitude and STOP are in sight, also after a change of size",
      arguments: [(24, 80), (40, 120), (14, 46), (10, 30)])
    func sizes(_ rows: Int, _ columns: Int) throws {
      let trial = try ConsoleTrial(rows: 30, columns: 100)
      try trial.run()
      trial.console.type("ampl")
      try trial.console.wait(for: "nmes> ampl")
      try trial.console.resize(rows: rows, columns: columns)
      try trial.console.wait("the picture at \(columns)×\(rows)") { screen in
        screen.rows[0].hasPrefix(" RUNNING") && screen.rows.contains { $0.hasPrefix(" ch1") }
          && screen.rows.contains { $0.hasPrefix(" STOP  Esc") } && screen.cursorRow == "nmes> ampl"
      }
      let seen = trial.console.screen
      #expect(seen.unknown.isEmpty, "\(seen.unknown)")
      // A row as wide as the screen keeps its last column.
      if columns > 40 { #expect(seen.rows[0].contains(/left \d+:\d\d$/), "\(seen.rows[0])") }
      trial.console.type("\u{1B}")
      try trial.waitForEnd()
    }

    @Test("Without UTF-8 the screen holds nothing but ASCII")
    func ascii() throws {
      let trial = try ConsoleTrial(environment: ["LANG": "C", "TERM": "vt100", "NO_COLOR": "1"])
      try trial.run()
      let screen = trial.console.screen
      let isPlain = screen.text.allSatisfy { $0.isASCII }
      #expect(isPlain, "\(screen.text)")
      #expect(screen.unknown.isEmpty, "\(screen.unknown)")
      trial.console.type("\u{03}")
      try trial.waitForEnd()
    }

    @Test("SR-23: a terminal that cannot move its cursor looks on, and Ctrl-C is STOP there too")
    func dumb() throws {
      let trial = try ConsoleTrial()
      try trial.run()
      let dumb = try ConsoleTrial.console(at: trial.daemon, environment: ["TERM": "dumb"])
      try dumb.wait("why it does not lead") { $0.transcript.contains("looks on and cannot lead") }
      dumb.enter("take over")
      try dumb.wait("a refusal") { $0.transcript.contains("refused: this terminal has no screen") }
      #expect(try trial.daemon.status().phase == "open")
      dumb.type("\u{03}")
      #expect(try trial.waitForEnd().outcome == "stopped")
      try dumb.wait("the reaction") {
        $0.transcript.contains("STOP: outputs inactive after ")
      }
      #expect(dumb.screen.unknown.isEmpty, "\(dumb.screen.unknown)")
    }
  }
}

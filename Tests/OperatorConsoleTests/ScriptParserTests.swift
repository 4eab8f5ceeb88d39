// Decides: that a script is read as a whole, and that an error names its line.
// Leaves to others: running it.

import StimulationCore
import Testing

@testable import OperatorConsole

@Suite("Script parser") struct ScriptParserTests {
  @Test("Commands, expectations, answers and comments are read with their lines")
  func script() throws {
    let steps = try ScriptParser.parse(
      """
      # a session
      load large-muscle-tetanic patient P001 muscle quadriceps area 180 cm2

      check
      expect state checked within 10 s
      answer all no
      answer skin ok
      arm
      amplitude 300 mA
      expect refused ceiling
      wait 500 ms
      expect amplitude >= 20 mA channel 1 within 1 min
      expect measured <= 21mA
      expect train = 2
      expect phase over
      expect outcome stopped
      """)
    #expect(steps.map(\.number) == [2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16])
    #expect(steps[2].step == .expect(.state("checked"), within: .seconds(10)))
    #expect(steps[3].step == .answer(question: nil, yes: false))
    #expect(steps[4].step == .answerSkin(isOK: true))
    #expect(steps[7].step == .expectRefused(containing: "ceiling"))
    #expect(steps[8].step == .wait(.milliseconds(500)))
    #expect(
      steps[9].step
        == .expect(.amplitude(.atLeast, .milliamperes(20), channel: 1), within: .seconds(60)))
    #expect(
      steps[10].step
        == .expect(
          .measured(.atMost, .milliamperes(21), channel: 1),
          within: .seconds(5)))
    #expect(steps[11].step == .expect(.train(.equal, 2), within: .seconds(5)))
  }

  @Test("An error names its line and what to write")
  func errors() {
    let cases: [(text: String, line: Int, says: String)] = [
      ("check\nstrat", 2, "did you mean start"), ("expect", 1, "what is expected"),
      ("expect state runing", 1, "the states are"), ("expect phase ended", 1, "the phases are"),
      ("wait", 1, "is empty"), ("wait 5", 1, "has no unit"), ("wait 5 mA", 1, "another kind"),
      ("expect colour red", 1, "cannot be expected"), ("answer all maybe", 1, "write answer"),
      ("answer", 1, "write answer"), ("expect refused", 1, "follows the command"),
      ("check\nexpect state checked\nexpect refused", 3, "follows the command"),
      ("expect amplitude 20", 1, "has no unit"), ("wait 1 s now", 1, "too much"),
      ("expect amplitude 20 mA channel 9", 1, "channels are"),
    ]
    for (text, line, says) in cases {
      let error = #expect(throws: ScriptError.self, "\(text)") { try ScriptParser.parse(text) }
      #expect(error?.line == line, "\(text)")
      #expect(error?.message.contains(says) == true, "\(text): \(error?.message ?? "")")
    }
  }

  @Test("An expectation holds only for what the status shows")
  func holds() {
    var status = ConsoleStatus(board: "simulated", isSimulated: true)
    #expect(!Expectation.state("faulted").holds(in: status))
    status.phase = .open
    status.state = "running"
    var channel = ConsoleStatus.Channel(channel: 1, ceiling: .milliamperes(60))
    channel.setpoint = .milliamperes(20)
    status.channels = [channel]
    #expect(Expectation.state("running").holds(in: status))
    #expect(!Expectation.state("armed").holds(in: status))
    #expect(Expectation.amplitude(.equal, .milliamperes(20), channel: 1).holds(in: status))
    #expect(!Expectation.amplitude(.atLeast, .milliamperes(21), channel: 1).holds(in: status))
    #expect(!Expectation.amplitude(.atMost, .milliamperes(21), channel: 2).holds(in: status))
    #expect(!Expectation.fault("leadOff").holds(in: status))
    status.faults = [.init(id: "leadOff", requirement: "SR-27", cause: "open")]
    #expect(Expectation.fault("leadOff").holds(in: status))
  }
}

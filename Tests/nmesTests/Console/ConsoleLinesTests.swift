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
  }
}

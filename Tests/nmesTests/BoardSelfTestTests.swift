// Decides: how `nmes board selftest` ends and what it prints, and who must confirm what.
// Leaves to others: the items (SelfTestTests) and boards at real lines (the kernel bench).

import Foundation
import Testing

@Suite("Board self-test") struct BoardSelfTestTests {
  private func model(_ result: NmesResult) throws -> [String: Any] {
    let value = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
    return try #require(value as? [String: Any])
  }

  @Test("The simulated board passes with 0; a fault ends with 1, named with what to do")
  func simulated() throws {
    let good = try nmes("board", "selftest", "--board", "simulated")
    #expect(good.status == 0 && good.output.contains("simulated passes"), "\(good.told)")
    #expect(good.errors.isEmpty && !good.output.contains("\u{1B}"))
    let bad = try nmes(
      "board", "selftest", "--board", "simulated", "--fault", "lead-off@0s", "--json")
    #expect(bad.status == 1 && bad.complaints.isEmpty, "\(bad.told)")
    let report = try model(bad)
    #expect(report["passed"] as? Bool == false && report["board"] as? String == "simulated")
    let items = try #require(report["items"] as? [[String: Any]])
    let failed = items.filter { $0["verdict"] as? String == "failed" }
    #expect(failed.compactMap { $0["name"] as? String } == ["probe"])
    #expect((failed.first?["remedy"] as? String)?.contains("dummy load") == true)
  }

  @Test("Its session stands in a log of the bench, and in no patient's")
  func logs() throws {
    let scratch = try Scratch()
    let environment = ["XDG_STATE_HOME": scratch.folder.path]
    #expect(
      try nmes(["board", "selftest", "--board", "simulated"], environment: environment).status == 0)
    let bench = scratch.path("nmes/bench.sqlite")
    let listed = try nmes("dose", "list", "--log", bench)
    #expect(listed.output.contains("bench-self-test"), "\(listed.told)")
    #expect(!FileManager.default.fileExists(atPath: scratch.path("nmes/dose.sqlite")))
    #expect(try nmes("dose", "verify", "--log", bench).status == 0)
  }

  @Test("A short that a self-test finds stands for that board alone until acknowledged (SR-05)")
  func hazards() throws {
    let scratch = try Scratch()
    let log = scratch.path("bench.sqlite")
    let short = try nmes(
      "board", "selftest", "--board", "simulated", "--fault", "short@0s", "--log", log)
    #expect(short.status == 1, "\(short.told)")
    let acknowledge = ["dose", "acknowledge", "--log", log, "--note", "found", "--board"]
    let other = try nmes(acknowledge + ["kernel-bench"])
    #expect(other.status == 0 && other.output.contains("nothing stands"), "\(other.told)")
    let own = try nmes(acknowledge + ["simulated"])
    #expect(own.status == 0 && own.output.contains("short-circuit"), "\(own.told)")
  }

  @Test("A board with a patient circuit is not touched before somebody says that nobody is on it")
  func confirmation() throws {
    let silent = try nmes("board", "selftest", "--board", "reference-1ch")
    #expect(silent.status == 2 && silent.output.isEmpty, "\(silent.told)")
    #expect(silent.errors.contains("--nobody-connected"))
    // Nothing typed counts where nobody can see the question.
    let piped = try nmes(["board", "selftest", "--board", "reference-1ch"], input: "nobody\n")
    #expect(piped.status == 2 && piped.errors.contains("--nobody-connected"), "\(piped.told)")
    let said = try nmes("board", "selftest", "--board", "reference-1ch", "--nobody-connected")
    #expect(said.status == 1 && said.output.contains("FAIL         board opens"), "\(said.told)")
    #expect(said.output.contains("do: load the chip's overlay"))
  }

  @Test("Bad input ends with 2 in one line")
  func badInput() throws {
    for words in [
      [], ["--board", "nowhere"], ["--board", "kernel-bench", "--fault", "short@1s"],
      ["--board", "simulated", "--fault", "short"],
    ] {
      let result = try nmes(["board", "selftest"] + words)
      #expect(result.status == 2 && result.output.isEmpty, "\(words): \(result.told)")
      #expect(result.errors.split(separator: "\n").count == 1, "\(words): \(result.told)")
    }
    let unwritable = try nmes(
      "board", "selftest", "--board", "simulated", "--log", "/proc/bench.sqlite")
    #expect(unwritable.status == 2 || unwritable.status == 3, "\(unwritable.told)")
    #expect(unwritable.output.isEmpty && unwritable.complaints.count == 1, "\(unwritable.told)")
    let help = try nmes("board", "selftest", "--help")
    #expect(help.status == 0 && help.output.contains("1 kOhm"))
  }
}

// Decides: what `nmes board calibrate` writes, what it never touches, and how it ends.
// Leaves to others: which tables are plausible (CalibrationTableTests), the guided pulses
// (CalibrationTests).

import Foundation
import Testing

@Suite("Board calibration") struct BoardCalibrateTests {
  /// A folder of boards of one's own, with readings of reference-1ch in it.
  private struct Bench {
    let scratch: Scratch
    var environment: [String: String] { ["NMES_HARDWARE": scratch.folder.path] }
    var board: String { scratch.path("reference-1ch.yaml") }
    var result: String { board + ".calibrated" }

    init() throws {
      scratch = try Scratch()
      for name in ["reference-1ch", "kernel-bench"] {
        let source = NmesProcess.repository.appendingPathComponent("Hardware/\(name).yaml")
        try scratch.write(
          try String(contentsOf: source, encoding: .utf8), to: "\(name).yaml")
      }
    }

    /// Runs it on channel 1 of reference-1ch with a meter.
    func run(_ words: [String], input: String? = nil) throws -> NmesResult {
      try nmes(
        [
          "board", "calibrate", "--board", "reference-1ch", "--channel", "1", "--meter",
          "DMM 3, calibrated 2026-03-01, 23 C",
        ] + words, environment: environment, input: input)
    }

    /// The template filled in by a rule of set points in µA.
    func filled(_ value: (Int) -> Int) throws -> String {
      let template = try nmes(
        [
          "board", "calibrate", "--board", "reference-1ch", "--channel", "1", "--template",
        ], environment: environment)
      #expect(template.status == 0, "\(template.told)")
      let rows = template.output.components(separatedBy: "\n").filter {
        !$0.isEmpty && !$0.hasPrefix("#")
      }
      #expect(rows.count == 25)
      return rows.map { row in
        let cells = row.components(separatedBy: ", ")
        let point = Int(cells[1].prefix { $0.isNumber }) ?? 0
        return (cells[0...2] + ["\(value(point)) uA", "\(value(point)) uA"])
          .joined(separator: ", ")
      }.joined(separator: "\n")
    }
  }

  @Test(
    "Readings make a definition beside the old one, which stays as it was and is replaced by hand")
  func writes() throws {
    let bench = try Bench()
    let before = bench.scratch.text("reference-1ch.yaml")
    let readings = try bench.scratch.write(
      try bench.filled { $0 + $0 / 100 + 12 }, to: "readings.txt")
    let done = try bench.run(["--readings", readings])
    #expect(done.status == 0 && done.errors.isEmpty, "\(done.told)")
    #expect(done.output.contains("\(bench.result) written"))
    #expect(bench.scratch.text("reference-1ch.yaml") == before)
    let text = bench.scratch.text("reference-1ch.yaml.calibrated")
    #expect(text.contains("DMM 3, calibrated 2026-03-01, 23 C"))
    let checked = try nmes("board", "check", bench.result)
    #expect(checked.status == 0, "\(checked.told)")
    let shown = try nmes("board", "show", bench.result)
    #expect(shown.output.contains("\nCalibrated.") && !before.contains("\"measured\""))
    // Listings are not disturbed by it.
    #expect(try nmes(["board", "list"], environment: bench.environment).status == 0)
    // It is found by the board's name once it has taken the old one's place.
    try FileManager.default.removeItem(atPath: bench.board)
    try FileManager.default.moveItem(atPath: bench.result, toPath: bench.board)
    let found = try nmes(["board", "show", "reference-1ch"], environment: bench.environment)
    #expect(found.status == 0 && found.output.contains("\nCalibrated."))
  }

  @Test("What exists is never replaced unless told, and standard input serves as well")
  func keeps() throws {
    let bench = try Bench()
    let readings = try bench.filled { $0 + 3 }
    try bench.scratch.write("mine", to: "reference-1ch.yaml.calibrated")
    let refused = try bench.run(["--readings", "-"], input: readings)
    #expect(refused.status == 2 && refused.errors.contains("--force"), "\(refused.told)")
    #expect(bench.scratch.text("reference-1ch.yaml.calibrated") == "mine")
    let own = try bench.run(["--readings", "-", "--output", bench.board], input: readings)
    #expect(own.status == 2 && bench.scratch.text("reference-1ch.yaml").contains("proposal"))
    let forced = try bench.run(["--readings", "-", "--force"], input: readings)
    #expect(forced.status == 0, "\(forced.told)")
    #expect(bench.scratch.text("reference-1ch.yaml.calibrated").contains("measured"))
    let elsewhere = bench.scratch.path("new.yaml")
    let some = try bench.run(
      ["--readings", "-", "--output", elsewhere, "--range", "25 mA"], input: readings)
    #expect(some.status == 0, "\(some.told)")
    let shown = try nmes("board", "show", elsewhere)
    #expect(shown.output.contains("Not calibrated"), "only one range was measured")
  }

  @Test("An implausible table is refused with 3, named by channel and range; nothing is written")
  func refuses() throws {
    let bench = try Bench()
    for (rule, said) in [
      ({ $0 + $0 / 25 }, "the readings rise by +4 %"),
      ({ $0 + 2_000 }, "at no current"),
      ({ $0 == 5_000 ? 6_000 : $0 }, "off the line"),
      ({ $0 == 2_500 ? 900 : $0 }, "not above"),
    ] as [((Int) -> Int, String)] {
      let refused = try bench.run(["--readings", "-"], input: try bench.filled(rule))
      #expect(refused.status == 3 && refused.output.isEmpty, "\(said): \(refused.told)")
      #expect(refused.errors.contains("channel 1, range 10 mA"), "\(refused.told)")
      #expect(refused.errors.contains(said), "\(said): \(refused.told)")
      #expect(!FileManager.default.fileExists(atPath: bench.result))
    }
    let few = try bench.run(
      ["--readings", "-", "--range", "10 mA"],
      input: String(repeating: "10 mA, 10 mA, 45 us, 10 mA, 10 mA\n", count: 2))
    #expect(few.status == 3, "\(few.told)")
    #expect(few.errors.contains("at least 5") && few.errors.contains("read twice"))
  }

  @Test("Readings that cannot be read end with 2, each with file and line")
  func malformed() throws {
    let bench = try Bench()
    let text = [
      "10 mA, 1 mA, 4500 ns, 1 mA", "10 mA, 1 mA, 4500 ns, nan, 1 mA", "",
      "10 mA, 1 mA, 4500 ns, 1 V, 1 mA", "",
    ].joined(separator: "\n")
    let file = try bench.scratch.write(text, to: "bad.txt")
    let bad = try bench.run(["--readings", file])
    #expect(bad.status == 2 && bad.output.isEmpty, "\(bad.told)")
    for line in [1, 2, 4] { #expect(bad.errors.contains("\(file):\(line): "), "\(bad.told)") }
    #expect(bad.errors.contains("the reading of the positive phase and of the negative one"))
    for (words, input) in [
      (["--readings", "/nowhere.txt"], nil), (["--readings", bench.scratch.folder.path], nil),
      (["--readings", "-"], ""),
      (["--readings", "-", "--range", "11 mA"], "10 mA, 1 mA, 4500 ns, 1 mA, 1 mA"),
      (["--readings", "-", "--load", "10"], "10 mA, 1 mA, 4500 ns, 1 mA, 1 mA"),
    ] as [([String], String?)] {
      let result = try bench.run(words, input: input)
      #expect(result.status == 2 && result.output.isEmpty, "\(words): \(result.told)")
      #expect(result.errors.split(separator: "\n").count == 1, "\(words): \(result.told)")
    }
  }

  @Test("Readings of the old definition are refused by the new one, and make it again from the old")
  func otherTable() throws {
    let bench = try Bench()
    let readings = try bench.scratch.write(
      try bench.filled { $0 + $0 / 100 + 12 }, to: "readings.txt")
    let first = try bench.run(["--readings", readings])
    #expect(first.status == 0, "\(first.told)")
    let made = bench.scratch.text("reference-1ch.yaml.calibrated")
    let again = try bench.run(["--board", bench.result, "--readings", readings, "--force"])
    #expect(again.status == 2 && again.output.isEmpty, "\(again.told)")
    #expect(again.errors.contains("\(readings):1: 1 mA has an active time of 4500 ns here, but of"))
    #expect(again.errors.contains("taken with another table"), "\(again.told)")
    #expect(bench.scratch.text("reference-1ch.yaml.calibrated") == made)
    let second = try bench.run(["--readings", readings, "--force"])
    #expect(second.status == 0, "\(second.told)")
    #expect(bench.scratch.text("reference-1ch.yaml.calibrated") == made)
  }

  @Test("Bad input ends with 2 before anything is opened: board, channel, meter")
  func badInput() throws {
    let bench = try Bench()
    for (words, said) in [
      (["--board", "simulated", "--channel", "1", "--meter", "m"], "no definition"),
      (["--board", "reference-1ch", "--channel", "2", "--meter", "m"], "channels 1 to 1"),
      (["--board", "reference-1ch", "--channel", "0", "--meter", "m"], "channels 1 to 1"),
      (["--board", "reference-1ch", "--channel", "1"], "--meter is not stated"),
      (["--board", "reference-1ch", "--channel", "1", "--meter", " "], "--meter is not stated"),
      (["--board", "reference-9ch", "--channel", "1", "--meter", "m"], "reference-1ch"),
      (["--channel", "1", "--meter", "m"], "--board"),
    ] {
      let result = try nmes(["board", "calibrate"] + words, environment: bench.environment)
      #expect(result.status == 2 && result.output.isEmpty, "\(words): \(result.told)")
      #expect(result.errors.contains(said), "\(words): \(result.told)")
    }
  }

  @Test("Guided, a patient circuit waits for a word that nobody is on it, and lines must be there")
  func guided() throws {
    let bench = try Bench()
    let silent = try bench.run([])
    #expect(silent.status == 2 && silent.errors.contains("--nobody-connected"), "\(silent.told)")
    let said = try bench.run(["--nobody-connected"], input: "\n")
    #expect(said.status == 2 && said.errors.contains("pinctrl-bcm2711"), "\(said.told)")
    #expect(!FileManager.default.fileExists(atPath: bench.result))
    let help = try nmes("board", "calibrate", "--help")
    #expect(help.status == 0 && help.output.contains("--force"))
    #expect(help.output.contains("each recovered") && help.output.contains("One alone is refused"))
  }
}

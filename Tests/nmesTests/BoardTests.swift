// Decides: what `nmes board` prints, where it looks for boards, and with which status it ends.
// Leaves to others: what a definition must say (BoardSupportTests).

import Foundation
import Testing

@Suite("Board commands") struct BoardTests {
  static let names = ["kernel-bench", "reference-1ch", "reference-2ch"]

  private static func json(_ words: [String]) throws -> Any {
    let result = try nmes(words)
    #expect(result.status == 0, "\(words): \(result.told)")
    return try JSONSerialization.jsonObject(with: Data(result.output.utf8))
  }

  @Test("board list names every board, its revision, channels and patient circuit; as JSON too")
  func list() throws {
    let text = try nmes("board", "list")
    #expect(text.status == 0 && text.errors.isEmpty)
    for name in Self.names { #expect(text.output.contains(name)) }
    let listed = try #require(try Self.json(["board", "list", "--json"]) as? [[String: Any]])
    #expect(listed.compactMap { $0["name"] as? String } == Self.names)
    for entry in listed {
      #expect(
        Set(entry.keys) == ["name", "title", "revision", "channels", "patientCircuit"])
    }
  }

  @Test("board show prints lines, PWM, converters and sources, and who may energise the board")
  func show() throws {
    let bench = try nmes("board", "show", "kernel-bench")
    #expect(bench.status == 0, "\(bench.told)")
    for word in [
      "relay-coil", "estop-closed", "platform/nmes-pwm", "nmes-adc", "nmes run and the daemon",
      "electronics.deadTime",
    ] { #expect(bench.output.contains(word), "\(word)") }
    let real = try nmes("board", "show", "Hardware/reference-2ch.yaml")
    for word in ["the daemon alone", "Not calibrated", "* proposal"] {
      #expect(real.output.contains(word), "\(word)")
    }
    let model = try #require(
      try Self.json(["board", "show", "reference-1ch", "--json"]) as? [String: Any])
    #expect((model["outputs"] as? [Any])?.count == 9)
    #expect((model["inputs"] as? [Any])?.count == 6)
    #expect(model["isCalibrated"] as? Bool == false)
  }

  @Test("board check: 0 for good files, 1 for a refused one, 2 for a missing one")
  func check() throws {
    let files = Self.names.map { "Hardware/\($0).yaml" }
    let good = try nmes(["board", "check"] + files)
    #expect(good.status == 0 && good.output.contains("kernel-bench 1.0.0, 2 channels"))
    let bad = "Hardware/Rejected/many-errors.yaml"
    let refused = try nmes("board", "check", files[0], bad)
    #expect(refused.status == 1)
    #expect(refused.output.contains("\(files[0]): ok"))
    let errors = refused.errors.split(separator: "\n").filter { $0.contains(": error[B") }
    #expect(errors.count == 7 && errors.allSatisfy { $0.hasPrefix("\(bad):") })
    #expect(try nmes("board", "check", files[0], "missing.yaml").status == 2)
    let told = try nmes("board", "check", bad, "--json")
    #expect(told.status == 1)
    let value = try JSONSerialization.jsonObject(with: Data(told.output.utf8))
    let results = try #require(value as? [[String: Any]])
    #expect(results.first?["ok"] as? Bool == false)
    #expect((results.first?["errors"] as? [String])?.count == 7)
  }

  @Test("An unknown board ends with 2 and the near names, a limit's refusal with 3")
  func statuses() throws {
    let unknown = try nmes("board", "show", "reference-3ch")
    #expect(unknown.status == 2 && unknown.complaints.count == 1)
    #expect(unknown.errors.contains("did you mean \"reference-1ch\""), "\(unknown.told)")
    let limited = try nmes("board", "show", "Hardware/Rejected/relay-too-slow.yaml")
    #expect(limited.status == 3 && limited.errors.contains("error[B029]"), "\(limited.told)")
    #expect(try nmes("board", "show", "Hardware/Rejected/no-unit.yaml").status == 2)
    #expect(try nmes("board", "show").status == 2)
  }

  @Test("NMES_HARDWARE names the directory of boards, and excludes the others")
  func directory() throws {
    let scratch = try Scratch()
    let source = NmesProcess.repository.appendingPathComponent("Hardware/kernel-bench.yaml")
    let text = try String(contentsOf: source, encoding: .utf8)
    try scratch.write(text, to: "kernel-bench.yaml")
    let environment = ["NMES_HARDWARE": scratch.folder.path]
    let found = try nmes(["board", "list"], environment: environment)
    #expect(found.status == 0 && !found.output.contains("reference-1ch"))
    // Away from the repository, the folders above the program are looked at.
    let away = try nmes(["board", "list"], directory: scratch.folder)
    #expect(away.status == 0 && away.output.contains("reference-1ch"), "\(away.told)")
    let missing = try nmes(["board", "list"], environment: ["NMES_HARDWARE": "/nowhere"])
    #expect(missing.status == 2 && missing.errors.contains("NMES_HARDWARE"))
    try scratch.write(text, to: "other.yaml")
    let misnamed = try nmes(["board", "show", "other"], environment: environment)
    #expect(misnamed.status == 2 && misnamed.errors.contains("rename"))
  }

  @Test("run drives no board with a patient circuit, by name or by file, whatever prescribes it")
  func runRefuses() throws {
    let scratch = try Scratch()
    let log = scratch.path("dose.sqlite")
    let session = [
      "run", "large-muscle-tetanic", "--patient", "P1", "--muscle", "quadriceps",
      "--electrode-area", "180 cm2", "--log", log, "--board",
    ]
    for board in ["reference-1ch", "reference-2ch", "Hardware/reference-1ch.yaml"] {
      let refused = try nmes(session + [board])
      #expect(refused.status == 3 && refused.output.isEmpty, "\(board): \(refused.told)")
      #expect(refused.errors.contains("has a patient circuit: it is driven by the daemon alone"))
      #expect(refused.errors.contains("start nmesd and use nmes console"), "\(refused.told)")
    }
    // A word changed in a copy does not make a bench of a board.
    let copy = try String(
      contentsOf: NmesProcess.repository.appendingPathComponent("Hardware/reference-1ch.yaml"),
      encoding: .utf8
    ).replacing(/patientCircuit: "\w+"/, with: "patientCircuit: \"none\"")
    #expect(copy.contains("patientCircuit: \"none\""))
    let renamed = try nmes(session + [try scratch.write(copy, to: "reference-1ch.yaml")])
    #expect(renamed.status == 3, "\(renamed.told)")
    #expect(renamed.errors.contains("is not the kernel bench"), "\(renamed.told)")
    let prescription = scratch.path("p.yaml")
    let written = try nmes(
      "prescription", "new", "large-muscle-tetanic", "--patient", "P1", "--muscle", "quadriceps",
      "--electrode-area", "180 cm2", "--ceiling", "40 mA", "--output", prescription)
    #expect(written.status == 0, "\(written.told)")
    let prescribed = try nmes(
      "run", "--prescription", prescription, "--board", "reference-1ch", "--log", log)
    #expect(prescribed.status == 3, "\(prescribed.told)")
    // Nothing was written, not even an intent.
    #expect(!FileManager.default.fileExists(atPath: log))
    // The bench has nobody: only its chip is missing here.
    let bench = try nmes(session + ["kernel-bench"])
    #expect(bench.status == 2 && bench.errors.contains("no GPIO chip"), "\(bench.told)")
  }

  @Test("Every board command has help on standard output, with status 0")
  func help() throws {
    let names = ["list", "show", "check", "doctor", "selftest", "calibrate"]
    for words in [["board"]] + names.map({ ["board", $0] }) {
      let result = try nmes(words + ["--help"])
      #expect(result.status == 0 && result.output.contains("OVERVIEW: "), "\(words)")
      #expect(result.errors.isEmpty)
    }
    #expect(try nmes("board", "--help").output.contains("NMES_HARDWARE"))
  }
}

// Decides: that every listing is also JSON, that help helps, and that completion completes.
// Leaves to others: the tables' looks (RenderingTests, SummaryTests).

import Foundation
import Testing

@Suite("Listings") struct ListingTests {
  private static func json(_ words: [String]) throws -> Any {
    let result = try nmes(words)
    #expect(result.status == 0, "\(words): \(result.told)")
    return try JSONSerialization.jsonObject(with: Data(result.output.utf8))
  }

  @Test("protocol list --json is an array of objects with name, stage, title and version")
  func protocols() throws {
    let value = try Self.json(["protocol", "list", "--json"])
    let listed = try #require(value as? [[String: String]])
    #expect(listed.map { $0["stage"] } == ["S0", "S1", "S2", "S3", "S4", "S5", "S6", "S7"])
    #expect(Set(listed.compactMap { $0["name"] }) == Set(PresetRunTests.presets))
    for entry in listed {
      #expect(Set(entry.keys) == ["name", "stage", "title", "version"])
      #expect(entry.values.allSatisfy { !$0.isEmpty })
    }
    let text = try nmes("protocol", "list").output
    for name in PresetRunTests.presets { #expect(text.contains(name)) }
  }

  @Test("Every listing is one JSON value")
  func everything() throws {
    let scratch = try Scratch()
    let log = scratch.path("dose.sqlite")
    #expect(try Session(trains: 1).run(in: scratch).status == 0)
    let prescription = "Protocols/Prescriptions/large-muscle-tetanic.yaml"
    for words in [
      ["protocol", "show", "large-muscle-tetanic", "--json"],
      ["protocol", "check", "Protocols/large-muscle-tetanic.yaml", "--json"],
      ["prescription", "check", prescription, "--json"],
      ["prescription", "show", prescription, "--json"],
      ["dose", "list", "--json", "--log", log],
      ["dose", "show", "1", "--json", "--log", log],
      ["dose", "show", "last", "--json", "--log", log],
      ["dose", "verify", "--json", "--log", log],
    ] { _ = try Self.json(words) }
  }

  @Test("Checks of several files: 1 for a refused one, 2 for a missing one, the errors as JSON too")
  func checks() throws {
    let good = "Protocols/large-muscle-tetanic.yaml"
    let bad = "Protocols/Rejected/many-errors.yaml"
    let refused = try nmes("protocol", "check", good, bad)
    #expect(refused.status == 1)
    #expect(refused.output.contains("\(good): ok"))
    #expect(refused.errors.contains("many-errors.yaml:"))
    #expect(refused.errors.split(separator: "\n").filter { $0.contains(": error[P") }.count >= 3)
    #expect(try nmes("protocol", "check", good, "missing.yaml").status == 2)
    let told = try nmes("protocol", "check", bad, "--json")
    #expect(told.status == 1)
    let value = try JSONSerialization.jsonObject(with: Data(told.output.utf8))
    let results = try #require(value as? [[String: Any]])
    #expect(results.first?["ok"] as? Bool == false)
    #expect((results.first?["errors"] as? [String])?.isEmpty == false)
  }

  @Test("The log is where the base-directory convention has it, and run keeps to --log")
  func place() throws {
    let scratch = try Scratch()
    let state = scratch.path("xdg")
    let result = try nmes(
      [
        "run", "large-muscle-tetanic", "--patient", "P001", "--muscle", "quadriceps",
        "--electrode-area", "180 cm2", "--trains", "1", "--virtual-time", "--json",
      ], environment: ["XDG_STATE_HOME": state])
    #expect(result.status == 0, "\(result.told)")
    #expect(FileManager.default.fileExists(atPath: state + "/nmes/dose.sqlite"))
    let list = try nmes(["dose", "list", "--json"], environment: ["XDG_STATE_HOME": state])
    #expect(list.output.contains("large-muscle-tetanic"))
  }

  @Test("Every command has help on standard output, with status 0")
  func help() throws {
    for words in [
      [], ["protocol"], ["protocol", "list"], ["protocol", "show"], ["protocol", "check"],
      ["protocol", "plot"], ["prescription"], ["prescription", "new"], ["prescription", "check"],
      ["prescription", "show"], ["run"], ["dose"], ["dose", "list"], ["dose", "show"],
      ["dose", "verify"], ["dose", "acknowledge"],
    ] {
      let result = try nmes(words + ["--help"])
      #expect(result.status == 0, "\(words)")
      #expect(result.output.contains("OVERVIEW: "), "\(words)")
      #expect(result.output.contains("USAGE: nmes"), "\(words)")
      #expect(result.errors.isEmpty, "\(words)")
      #expect(try nmes(["help"] + words).status == 0, "help \(words)")
    }
    let run = try nmes("run", "--help").output
    for option in [
      "--amplitude", "--trains", "--virtual-time", "--seed", "--fault", "--record", "--log",
      "--json", "--prescription", "--board", "--electrode-area", "lead-off", "high-voltage-lost",
    ] { #expect(run.contains(option), "\(option)") }
    #expect(try nmes("--version").output.hasPrefix("nmes "))
  }

  @Test("Help says words where words are taken: envelopes, faults with their sizes, completion")
  func helpWords() throws {
    let new = try nmes("prescription", "new", "--help").output
    let words = new.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.contains("(values: standard, extended; default: standard)"), "\(new)")
    let run = try nmes("run", "--help").output
    for line in [
      "late-wakeup        one wake-up is 3 ms late", "noise              noise of 30 % of",
      "short              10 Ω across", "over-current       1.1 times the hardware threshold",
      "write-error        one write",
    ] { #expect(run.contains(line), "\(line): \(run)") }
    #expect(try nmes("--help").output.contains("--generate-completion-script bash"))
  }

  @Test("The shell completes presets, boards, files and faults")
  func completed() throws {
    let script = try nmes("--generate-completion-script", "bash").output
    #expect(script.contains("lead-off@"))
    #expect(script.contains("standard"))
    let scratch = try Scratch()
    let file = try scratch.write(script, to: "completion.bash")
    let repository = NmesProcess.repository.path
    func offered(_ words: String...) throws -> [String] {
      let bash = Process()
      let pipe = Pipe()
      bash.executableURL = URL(fileURLWithPath: "/bin/bash")
      let list = words.map { "'\($0)'" }.joined(separator: " ")
      bash.arguments = [
        "--norc", "-c",
        """
        PATH='\(NmesProcess.binary.deletingLastPathComponent().path)':$PATH; cd '\(repository)'
        source '\(file)'; COMP_WORDS=(nmes \(list)); COMP_CWORD=\(words.count)
        COMP_LINE="${COMP_WORDS[*]}"; COMP_POINT=${#COMP_LINE}
        _nmes nmes "${COMP_WORDS[-1]}" "${COMP_WORDS[-2]}"; printf '%s\\n' "${COMPREPLY[@]}"
        """,
      ]
      bash.standardOutput = pipe
      bash.standardError = FileHandle.nullDevice
      try bash.run()
      let data = pipe.fileHandleForReading.readDataToEndOfFile()
      bash.waitUntilExit()
      return String(decoding: data, as: UTF8.self).split(separator: "\n").map {
        $0.trimmingCharacters(in: .whitespaces)
      }
    }
    #expect(try offered("protocol", "show", "large-muscle-te") == ["large-muscle-tetanic"])
    #expect(try offered("run", "partial") == ["partial-innervation"])
    #expect(
      try offered("protocol", "show", "Protocols/large-muscle-tw")
        == ["Protocols/large-muscle-twitch.yaml"])
    #expect(try offered("run", "--fault", "late") == ["late-wakeup@"])
    #expect(try offered("run", "--board", "reference-2") == ["reference-2ch"])
    #expect(try offered("prescription", "new", "--envelope", "ext") == ["extended"])
  }

  @Test("Completion scripts are written for three shells", arguments: ["bash", "zsh", "fish"])
  func completion(shell: String) throws {
    let result = try nmes("--generate-completion-script", shell)
    #expect(result.status == 0)
    for word in ["nmes", "protocol", "prescription", "dose", "run"] {
      #expect(result.output.contains(word))
    }
    guard shell == "bash" else { return }
    let scratch = try Scratch()
    let script = try scratch.write(result.output, to: "completion.bash")
    let bash = Process()
    bash.executableURL = URL(fileURLWithPath: "/bin/bash")
    bash.arguments = ["-n", script]
    try bash.run()
    bash.waitUntilExit()
    #expect(bash.terminationStatus == 0)
  }

  @Test("A listing ends with one line break, and a run rounds and keeps the sign of the net charge")
  func figures() throws {
    let scratch = try Scratch()
    let log = scratch.path("dose.sqlite")
    let run = try nmes(
      "run", "large-muscle-tetanic", "--patient", "P001", "--muscle", "quadriceps",
      "--electrode-area", "180 cm2", "--trains", "1", "--virtual-time", "--seed", "2", "--log", log)
    #expect(run.status == 0, "\(run.told)")
    for words in [
      ["protocol", "list"], ["protocol", "show", "large-muscle-tetanic"], ["board", "list"],
      ["prescription", "show", "Protocols/Prescriptions/large-muscle-tetanic.yaml"],
      ["dose", "list", "--log", log], ["dose", "show", "last", "--log", log],
      ["dose", "verify", "--log", log],
    ] {
      let output = try nmes(words).output
      #expect(output.hasSuffix("\n") && !output.hasSuffix("\n\n"), "\(words): \(output)")
    }
    // At most three decimals, the same as the log's.
    let shown = try nmes("dose", "show", "last", "--log", log).output
    for name in ["leading charge", "net charge", "energy", "peak current"] {
      let figure = try Self.figure(name, run.output)
      #expect(figure == (try Self.figure(name, shown)), "\(name): \(run.output) \(shown)")
      let decimals = figure.split(separator: " ")[0].split(separator: ".").dropFirst().first ?? ""
      #expect(decimals.count <= 3, "\(figure)")
    }
    #expect(try Self.figure("net charge", run.output).hasPrefix("-"), "\(run.output)")
  }

  private static func figure(_ name: String, _ text: String) throws -> String {
    let line = try #require(
      text.split(separator: "\n").first { $0.trimmingPrefix(while: { $0 == " " }).hasPrefix(name) })
    return line.split(separator: " ").suffix(2).joined(separator: " ")
  }

  @Test("A file that cannot be written says why in words, and what to do")
  func missingFolder() throws {
    let scratch = try Scratch()
    let words = ["protocol", "plot", "large-muscle-tetanic", "--output"]
    let missing = try nmes(words + [scratch.path("no/p.svg")])
    #expect(missing.status == 2, "\(missing.told)")
    #expect(missing.errors.contains("the folder \(scratch.path("no")) is not there; make it"))
    try scratch.write("", to: "file")
    let file = try nmes(words + [scratch.path("file/p.svg")])
    #expect(file.status == 2 && file.errors.contains("is not a folder"), "\(file.told)")
    #expect(!missing.errors.contains("operation") && !file.errors.contains("operation"))
  }

  @Test("plot draws every preset")
  func plot() throws {
    let scratch = try Scratch()
    for preset in PresetRunTests.presets {
      let result = try nmes("protocol", "plot", preset, "--output", scratch.path("\(preset).svg"))
      #expect(result.status == 0, "\(result.told)")
      #expect(scratch.text("\(preset).svg").contains("</svg>"))
    }
  }

  @Test("A result that cannot be printed is told, and is status 1")
  func fullOutput() throws {
    let result = try nmes(
      ["protocol", "list"], launcher: ["/bin/sh", "-c", "exec \"$0\" \"$@\" > /dev/full"])
    #expect(result.status == 1, "\(result.told)")
    #expect(result.errors.contains("the result could not be printed"), "\(result.told)")
  }
}

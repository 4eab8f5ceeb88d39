// Decides: whether every file in Hardware/Host/Rejected gives the errors that it states, where it
// states them, and whether schema and reader agree on the example.
// Leaves to others: what the daemon does with a configuration (nmesdTests).

import CheckedFiles
import FileTrials
import Foundation
import StimulationCore
import Testing
import Yams

@testable import ControlServer

@Suite("Configuration files") struct RejectedConfigurationTests {
  static let host = ServedStimulator.repository.appendingPathComponent("Hardware/Host")
  static let files = RejectedFile.all(in: host.appendingPathComponent("Rejected"))

  private static func schema() throws -> SchemaCheck {
    try SchemaCheck(host.appendingPathComponent("nmesd.schema.json"))
  }

  private static func parse(_ text: String) throws -> DaemonConfiguration {
    try DaemonConfiguration.parse(text: text, file: "nmesd.yaml")
  }

  @Test("There are at least 20 rejected configurations, and each states its errors")
  func enough() {
    #expect(Self.files.count >= 20)
    for file in Self.files { #expect(file.isComplete, "\(file.name)") }
  }

  @Test("SR-11: a rejected configuration gives exactly the errors it states", arguments: files)
  func errors(file: RejectedFile) {
    #expect(file.found(DaemonConfiguration.load(file:)).sorted() == file.stated.sorted())
  }

  @Test("The schema judges a rejected configuration as the file states", arguments: files)
  func judged(file: RejectedFile) throws {
    let text = String(data: try Data(contentsOf: file.url), encoding: .utf8)
    let value = text.flatMap { try? Yams.load(yaml: $0) }
    let problems = try value.map { try Self.schema().problems(of: $0) }
    #expect((problems.map { !$0.isEmpty } ?? true) == file.schemaRefuses, "\(problems ?? [])")
  }

  /// The example with every key that it shows commented out.
  private static func example(isWhole: Bool) throws -> String {
    let text = try String(contentsOf: host.appendingPathComponent("nmesd.yaml"), encoding: .utf8)
    guard isWhole else { return text }
    let keys = ConfigurationReader.keys.map { "# \($0):" } + ["#   port:", "#   device:"]
    let lines = text.components(separatedBy: "\n").map { line in
      (keys + ["#   timeout:"]).contains { line.hasPrefix($0) } ? String(line.dropFirst(2)) : line
    }
    return lines.joined(separator: "\n")
  }

  @Test("The example is accepted by reader and schema, as it is and with every key")
  func example() throws {
    let plain = try Self.parse(Self.example(isWhole: false))
    #expect(plain.board == "simulated")
    #expect(plain.log == "/var/lib/nmes/dose.sqlite")
    #expect(plain.metricsPort == nil && plain.watchdog == nil && plain.processor == nil)
    let text = try Self.example(isWhole: true)
    for key in ConfigurationReader.keys { #expect(text.contains("\n\(key):"), "\(key)") }
    let whole = try Self.parse(text)
    #expect(whole.pace == 1)
    #expect(whole.runtimeDirectory == "/run/nmes")
    #expect(whole.protocols == "/usr/share/nmes/Protocols")
    #expect(whole.prescriptions == "/etc/nmes/prescriptions")
    #expect(whole.processor == 3)
    #expect(whole.logLevel == .info)
    #expect(whole.metricsPort == 9_464)
    #expect(whole.watchdog == WatchdogSettings(device: "/dev/watchdog", timeout: .seconds(15)))
    for variant in [try Self.example(isWhole: false), text] {
      let value = try #require(try Yams.load(yaml: variant))
      #expect(try Self.schema().problems(of: value) == [])
    }
  }

  @Test(
    "The bounds of every value are within, and the schema accepts them",
    arguments: [
      "pace: \"1\"", "pace: \"10000\"", "processor: \"0\"", "processor: \"1023\"",
      "metrics:\n  port: \"1024\"", "metrics:\n  port: \"65535\"",
      "watchdog:\n  device: \"/dev/watchdog0\"\n  timeout: \"10 s\"",
      "watchdog:\n  device: \"/dev/watchdog0\"\n  timeout: \"60000 ms\"",
      "watchdog:\n  device: \"/dev/watchdog0\"\n  timeout: \"1 min\"",
      "board: \"reference-1ch\"", "board: \"/etc/nmes/my board.yaml\"", "logLevel: \"debug\"",
    ])
  func bounds(lines: String) throws {
    let text = "format: \"nmesd 1\"\n\(lines)\n"
    #expect(throws: Never.self) { try Self.parse(text) }
    #expect(try Self.schema().problems(of: try #require(try Yams.load(yaml: text))) == [])
  }

  @Test("The command line goes before the file, and the file before the environment")
  func precedence() throws {
    var file = DaemonConfiguration()
    file.runtimeDirectory = "/file"
    file.log = "/file.sqlite"
    file.prescriptions = "/file-p"
    file.protocols = "/file-protocols"
    let surroundings = DaemonSurroundings(
      environment: [
        "NMES_RUNTIME_DIRECTORY": "/env", "NMES_PRESCRIPTIONS": "/env-p", "XDG_STATE_HOME": "/s",
      ], workingDirectory: "/", executable: nil, home: "/home/x")
    var options = DaemonOptions()
    let first = try DaemonSettings(options, file, surroundings)
    #expect(first.runtimeDirectory.path == "/file" && first.log == "/file.sqlite")
    #expect(first.prescriptions == "/file-p" && first.protocols.path == "/file-protocols")
    options.runtimeDirectory = "/option"
    options.log = "/option.sqlite"
    options.pace = 7
    let second = try DaemonSettings(options, file, surroundings)
    #expect(second.runtimeDirectory.path == "/option" && second.log == "/option.sqlite")
    #expect(second.pace == 7)
    var little = DaemonConfiguration()
    little.protocols = "/p"
    let third = try DaemonSettings(DaemonOptions(), little, surroundings)
    #expect(third.runtimeDirectory.path == "/env" && third.prescriptions == "/env-p")
    #expect(third.log == "/s/nmes/dose.sqlite")
    #expect(first.fixed(differingFrom: first) == [])
    #expect(first.fixed(differingFrom: second) == ["pace", "runtimeDirectory", "log"])
  }

  @Test("A pace is refused outside its bounds, and beside a board on the real clock")
  func pace() {
    var file = DaemonConfiguration()
    file.protocols = "/p"
    let surroundings = DaemonSurroundings(
      environment: [:], workingDirectory: "/", executable: nil, home: "/")
    for (board, pace) in [("simulated", 0), ("simulated", 10_001), ("kernel-bench", 1)] {
      var options = DaemonOptions()
      options.board = board
      options.pace = Int64(pace)
      #expect(throws: DaemonFailure.self, "\(board) \(pace)") {
        try DaemonSettings(options, file, surroundings)
      }
    }
  }
}

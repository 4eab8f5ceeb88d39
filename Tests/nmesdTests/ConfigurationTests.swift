// Decides: what `--check-config` says, what a configuration changes, and what a reload does.
// Leaves to others: each kind of error (RejectedConfigurationTests).

import ControlAPI
import Foundation
import Testing

@Suite("Configuration of nmesd", .serialized) struct ConfigurationTests {
  private static func text(_ bench: Bench, _ more: String = "") -> String {
    """
    format: "nmesd 1"
    board: "simulated"
    pace: "40"
    runtimeDirectory: "\(bench.directory.path)"
    log: "\(bench.log)"
    \(more)

    """
  }

  @Test("A configuration that holds is shown, opens nothing and ends with 0")
  func holds() throws {
    let bench = try Bench()
    let file = try bench.write(Self.text(bench), to: "nmesd.yaml")
    let check = try bench.ended(["--check-config", "--config", file])
    #expect(check.status == 0, "\(check.errors)")
    #expect(check.errors.isEmpty)
    #expect(check.output.hasPrefix("\(file): holds\n"))
    for line in ["board: simulated, 40 times real time", "log: \(bench.log)", "metrics: off"] {
      #expect(check.output.contains(line), "\(check.output)")
    }
    #expect(!FileManager.default.fileExists(atPath: bench.directory.path))
    #expect(!FileManager.default.fileExists(atPath: bench.log))
  }

  @Test("All errors of a configuration are told in one pass with file, line and column")
  func errors() throws {
    let bench = try Bench()
    let file = try bench.write(
      "format: \"nmesd 1\"\nbord: \"simulated\"\npace: 10\nlog: \"here\"\n", to: "nmesd.yaml")
    for arguments in [["--check-config", "--config", file], ["--config", file]] {
      let daemon = try bench.ended(arguments)
      #expect(daemon.status == 2)
      for place in ["2:1: error[D012]", "3:7: error[D014]", "4:6: error[D027]"] {
        #expect(daemon.errors.contains("\(file):\(place)"), "\(daemon.errors)")
      }
    }
  }

  @Test("What a configuration names is read too: board, protocols and prescriptions")
  func named() throws {
    let bench = try Bench()
    try FileManager.default.createDirectory(
      atPath: bench.path("prescriptions"), withIntermediateDirectories: true)
    _ = try bench.write("format: \"prescription 1\"\n", to: "prescriptions/bad.yaml")
    let file = try bench.write(
      "format: \"nmesd 1\"\nboard: \"no-such-board\"\nprotocols: \"/no/such/folder\"\n"
        + "prescriptions: \"\(bench.path("prescriptions"))\"\n", to: "nmesd.yaml")
    let check = try bench.ended(["--check-config", "--config", file])
    #expect(check.status == 2)
    #expect(check.output.isEmpty)
    for words in ["no-such-board", "/no/such/folder", "bad.yaml:1:1: error[P013]"] {
      #expect(check.errors.contains(words), "\(check.errors)")
    }
  }

  @Test("Without a name the installed configuration is checked")
  func standard() throws {
    let bench = try Bench()
    let check = try bench.ended(["--check-config"])
    let exists = FileManager.default.fileExists(atPath: "/etc/nmes/nmesd.yaml")
    #expect((check.output + check.errors).contains("/etc/nmes/nmesd.yaml"))
    if !exists { #expect(check.status == 2) }
  }

  @Test("A reload changes the log level, names what it cannot change, and keeps what held")
  func reload() throws {
    let bench = try Bench()
    let file = try bench.write(Self.text(bench), to: "nmesd.yaml")
    let daemon = try NmesdProcess(
      ["--config", file], environment: [:], errors: bench.path("err"))
    try daemon.waitUntilServing()
    #expect(!daemon.errors.contains("control.sock: uid"))
    _ = try bench.write(
      Self.text(bench, "logLevel: \"debug\"").replacingOccurrences(of: "\"40\"", with: "\"41\""),
      to: "nmesd.yaml")
    daemon.signal(SIGHUP)
    try daemon.wait(for: "log level debug")
    try daemon.wait(for: "pace changes at the next start only")
    _ = try bench.control().call(StatusGetRequest(), timeout_ms: 60_000)
    try daemon.wait(for: "control.sock: uid \(getuid())")
    _ = try bench.write("format: \"nmesd 9\"\n", to: "nmesd.yaml")
    daemon.signal(SIGHUP)
    try daemon.wait(for: "nmesd.yaml:1:9: error[D026]")
    try daemon.wait(for: "what held before holds")
    #expect(try bench.control().call(StatusGetRequest(), timeout_ms: 60_000).phase == "idle")
  }

  @Test("A reload without a configuration changes nothing and ends nothing")
  func nothingToReload() throws {
    let bench = try Bench()
    let daemon = try bench.daemon()
    daemon.signal(SIGHUP)
    try daemon.wait(for: "nothing changes")
    #expect(try bench.control().call(StatusGetRequest(), timeout_ms: 60_000).phase == "idle")
  }

  @Test("Prescriptions of the folder are listed, and one that is added is there at once")
  func prescriptions() throws {
    let bench = try Bench()
    try FileManager.default.createDirectory(
      atPath: bench.path("prescriptions"), withIntermediateDirectories: true)
    let daemon = try bench.daemon(
      environment: ["NMES_PRESCRIPTIONS": bench.path("prescriptions")])
    let client = try bench.monitor()
    #expect(try client.call(PrescriptionListRequest(), timeout_ms: 60_000).prescriptions.isEmpty)
    _ = try bench.write("format: \"prescription 1\"\n", to: "prescriptions/p1.yaml")
    let listed = try client.call(PrescriptionListRequest(), timeout_ms: 60_000).prescriptions
    #expect(listed.count == 1)
    _ = daemon
  }
}

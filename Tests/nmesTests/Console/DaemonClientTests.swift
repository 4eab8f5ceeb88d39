// Decides: that `nmes status`, `nmes watch` and `nmes dose` tell what a running daemon knows, and
// that prescriptions come from its folder.
// Leaves to others: the console itself.

import ControlAPI
import Foundation
import Testing

extension ConsoleTests {
  @Suite("Clients of the daemon") struct Clients {
    private func environment(_ daemon: NmesdProcess) -> [String: String] {
      ["NMES_RUNTIME_DIRECTORY": daemon.directory.path]
    }

    @Test("nmes status prints one status, for people and as JSON")
    func status() throws {
      let trial = try ConsoleTrial()
      try trial.run()
      let text = try nmes("status", environment: environment(trial.daemon))
      #expect(text.status == 0, "\(text.told)")
      #expect(text.output.hasPrefix("RUNNING  train 1 of 168"), "\(text.told)")
      #expect(text.output.contains("of 55 mA"))
      let json = try nmes("status", "--json", environment: environment(trial.daemon))
      let status = try JSONDecoder().decode(Status.self, from: Data(json.output.utf8))
      #expect(status.patient == "P001")
      #expect(status.phase == "open")
    }

    @Test("nmes watch --json prints one object a line: statuses, and the STOP among the events")
    func watch() throws {
      let trial = try ConsoleTrial()
      let watch = try NmesProcess(["watch", "--json"], environment: environment(trial.daemon))
      try watch.wait(forOutput: "{\"status\":")
      try trial.run()
      trial.console.type("\u{03}")
      try trial.waitForEnd()
      try watch.wait(forOutput: "outputs-inactive")
      watch.signal(SIGINT)
      let result = try watch.finish()
      let lines = result.output.split(separator: "\n")
      #expect(result.output.hasSuffix("\n"))
      #expect(lines.count > 5)
      for line in lines {
        let value = try JSONDecoder().decode(JSONValue.self, from: Data(line.utf8))
        guard case .object(let fields) = value else {
          Issue.record("\(line)")
          continue
        }
        #expect(fields["status"] != nil || fields["events"] != nil)
      }
    }

    @Test("nmes watch ends by a signal, also one that its parent blocks or ignores")
    func watchSignals() throws {
      let daemon = try NmesdProcess()
      for (name, number) in [("INT", SIGINT), ("TERM", SIGTERM), ("HUP", SIGHUP)] {
        for way in ["block", "ignore", "default"] {
          let watch = try NmesProcess(
            ["watch", "--json"], environment: environment(daemon),
            launcher: ["/usr/bin/env", "--\(way)-signal=\(name)"])
          try watch.wait(forOutput: "{\"status\":")
          watch.signal(number)
          let result = try watch.finish()
          #expect(!watch.wasKilled && result.status == 1, "\(way) \(name): \(result.told)")
          #expect(result.output.hasSuffix("\n"))
          #expect(result.errors.contains("ended by a signal"), "\(result.told)")
        }
      }
    }

    @Test("nmes watch ends when nobody reads it any more, also while nothing changes")
    func watchUnread() throws {
      let daemon = try NmesdProcess()
      for arguments in [["watch"], ["watch", "--json"]] {
        let watch = try NmesProcess(
          arguments, environment: environment(daemon),
          launcher: ["/bin/sh", "-c", "\"$0\" \"$@\" | head -n 1"])
        let result = try watch.finish()
        #expect(!watch.wasKilled, "\(result.told)")
        #expect(result.output.split(separator: "\n").count == 1, "\(result.told)")
        #expect(result.errors.contains("nobody reads the watch"), "\(result.told)")
      }
    }

    @Test("SR-52: nmes watch ends with a message when the daemon goes")
    func watchEnds() throws {
      let daemon = try NmesdProcess()
      let watch = try NmesProcess(["watch"], environment: environment(daemon))
      try watch.wait(forOutput: "IDLE")
      daemon.end(SIGKILL)
      let result = try watch.finish()
      #expect(result.status == 1)
      #expect(result.errors.contains("the daemon closed the connection"), "\(result.told)")
    }

    @Test("nmes dose lists and shows the daemon's log while it is being written")
    func dose() throws {
      let trial = try ConsoleTrial()
      try trial.run()
      trial.console.type("\u{03}")
      try trial.waitForEnd()
      let list = try nmes("dose", "list", environment: environment(trial.daemon))
      #expect(list.status == 0, "\(list.told)")
      #expect(list.output.contains("P001"), "\(list.told)")
      let file = try nmes("dose", "list", "--log", trial.daemon.log)
      #expect(file.output == list.output, "\(file.told)")
      let json = try nmes("dose", "list", "--json", environment: environment(trial.daemon))
      #expect(try nmes("dose", "list", "--json", "--log", trial.daemon.log).output == json.output)
      let shown = try nmes("dose", "show", "last", environment: environment(trial.daemon))
      #expect(shown.output.contains("stop"), "\(shown.told)")
      let missing = try nmes("dose", "show", "77", environment: environment(trial.daemon))
      #expect(missing.status == 2, "\(missing.told)")
      let verify = try nmes("dose", "verify", environment: environment(trial.daemon))
      #expect(verify.status == 2)
      #expect(verify.errors.contains("--log"))
      let verified = try nmes("dose", "verify", "--log", trial.daemon.log)
      #expect(verified.status == 0, "\(verified.told)")
    }

    @Test("SR-50: the console lists the prescriptions of the daemon's folder, shows and loads one")
    func prescriptions() throws {
      let scratch = try Scratch()
      let made = try nmes(
        "prescription", "new", "large-muscle-tetanic", "--patient", "P003", "--muscle",
        "quadriceps", "--electrode-area", "180 cm2", "--ceiling", "30 mA", "--output",
        scratch.path("p003.yaml"))
      #expect(made.status == 0, "\(made.told)")
      let trial = try ConsoleTrial(prescriptions: scratch.folder.path)
      trial.console.enter("prescription list")
      try trial.console.wait("the list") { $0.rows.contains { $0.hasPrefix("p003  P003") } }
      trial.console.enter("prescription show p003")
      try trial.console.wait("the prescription") {
        $0.transcript.contains("envelope        standard")
      }
      try trial.load("load prescription p003 amplitude 20 mA")
      try trial.console.wait(for: "stage S4, prescription p003")
      try trial.console.wait(for: "ceiling         30 mA; climbs to 20 mA")
      trial.console.enter("load prescription p003 patient P004")
      try trial.console.wait(for: "the prescription states the patient; leave it out")
      #expect(try trial.daemon.status().patient == "P003")
    }
  }
}

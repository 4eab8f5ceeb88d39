// Decides: that a run can be stopped or killed at any time, and what the next run knows of it.
// Leaves to others: the log's recovery by itself (CrashTests of DoseLog).

import Foundation
import Testing

@Suite("Stopping", .serialized) struct StopTests {
  private static func begin(_ scratch: Scratch, muscle: String = "quadriceps") throws
    -> NmesProcess
  {
    let session = Session(muscle: muscle, trains: 10, isVirtual: false, isRecorded: true)
    let process = try NmesProcess(session.arguments(in: scratch))
    try process.wait(for: "train 1/10")
    usleep(1_500_000)
    return process
  }

  @Test(
    "SR-20: Ctrl-C and termination stop a paced run safely",
    arguments: [SIGINT, SIGTERM, SIGHUP])
  func stopped(signal: Int32) throws {
    let scratch = try Scratch()
    let process = try Self.begin(scratch)
    process.signal(signal)
    let result = try process.finish()
    #expect(!process.wasKilled)
    #expect(result.status == 1, "\(result.told)")
    let report = try RunReport(result)
    #expect(report.outcome == "stopped")
    #expect(report.faults.isEmpty)
    #expect(report.simulatedSeconds < 90)
    let waveform = try Waveform(path: scratch.path("signals.vcd"))
    #expect(!waveform.pulses("ch1_positive").isEmpty)
    FaultTests.expectSafe(waveform, by: waveform.end, "signal \(signal)")
    let verify = try nmes("dose", "verify", "--log", scratch.path("dose.sqlite"))
    #expect(verify.status == 0, "\(verify.told)")
  }

  @Test("SR-02 SR-12 SR-42: a killed run is closed as uncertain and counts against the limits")
  func killed() throws {
    let scratch = try Scratch()
    let process = try Self.begin(scratch)
    process.signal(SIGKILL)
    #expect(try process.finish().status == SIGKILL)
    #expect(process.wasKilled)

    // The other muscle runs; opening the log for it closes what was left open.
    let other = try Session(muscle: "biceps").run(in: scratch)
    #expect(other.status == 0, "\(other.told)")
    let shown = try nmes("dose", "show", "1", "--json", "--log", scratch.path("dose.sqlite"))
    #expect(shown.output.contains("\"outcome\" : \"uncertain\""), "\(shown.told)")
    #expect(shown.output.contains("upperBoundCharge_nC"), "\(shown.told)")

    let same = try Session().run(in: scratch)
    #expect(same.status == 3, "\(same.told)")
    #expect(same.output.isEmpty)
    let verify = try nmes("dose", "verify", "--log", scratch.path("dose.sqlite"))
    #expect(verify.status == 0, "\(verify.told)")
  }

  @Test("A second run on a log in use is refused, and the first goes on")
  func inUse() throws {
    let scratch = try Scratch()
    let process = try Self.begin(scratch)
    let second = try Session(muscle: "biceps").run(in: scratch)
    #expect(second.status == 3, "\(second.told)")
    #expect(second.output.isEmpty)
    #expect(second.complaints.count == 1)
    #expect(second.errors.contains("in use"))
    // Readers are welcome.
    let list = try nmes("dose", "list", "--json", "--log", scratch.path("dose.sqlite"))
    #expect(list.status == 0, "\(list.told)")
    process.signal(SIGINT)
    #expect(try RunReport(process.finish()).outcome == "stopped")
  }

  @Test("A reader that is gone does not end a session in the midst of it")
  func readerGone() throws {
    let scratch = try Scratch()
    let words = Session(trains: 1).arguments(in: scratch)
    let result = try NmesProcess(
      words,
      launcher: [
        "/bin/bash", "-c", "\"$@\" 2>&1 | head -n 1 > /dev/null; exit ${PIPESTATUS[0]}", "bash",
      ]
    ).finish()
    #expect(result.status == 1, "the result could not be printed: \(result.told)")
    let shown = try nmes("dose", "show", "last", "--json", "--log", scratch.path("dose.sqlite"))
    #expect(shown.output.contains("completed"), "\(shown.told)")
  }
}

// Decides: that every fault ends a session as its requirement says, by the recorded signals.
// Leaves to others: each interlock by itself (StimulationCoreTests).

import Foundation
import Testing

/// A fault within a leading phase of the second train, once the setpoint has climbed.
struct FaultCase: CustomTestStringConvertible, Sendable {
  let fault: String
  let interlocks: Set<String>
  let requirements: Set<String>
  /// Within what time of the fault the pins are inactive, in ns.
  let reaction: Int64

  var testDescription: String { fault }
}

@Suite("Faults") struct FaultTests {
  static let instant: Int64 = 13_003_000_000
  static let millisecond: Int64 = 1_000_000

  static func session(_ fault: String, at time: String = "13003 ms") -> Session {
    Session(amplitude: "30 mA", faults: ["\(fault)@\(time)"], isRecorded: true)
  }

  static let lines = [
    FaultCase(
      fault: "emergency-stop", interlocks: ["emergency-stop"], requirements: ["SR-21"],
      reaction: millisecond),
    FaultCase(
      fault: "over-current", interlocks: ["over-current-line"], requirements: ["SR-21"],
      reaction: millisecond),
    FaultCase(
      fault: "high-voltage-lost", interlocks: ["high-voltage-lost"], requirements: ["SR-21"],
      reaction: millisecond),
  ]

  static let others = [
    FaultCase(
      fault: "lead-off", interlocks: ["open-electrode"], requirements: ["SR-27"],
      reaction: 100 * millisecond),
    FaultCase(
      fault: "short", interlocks: ["short-circuit"], requirements: ["SR-27"],
      reaction: 50 * millisecond),
    FaultCase(
      fault: "stuck-converter", interlocks: ["converter-stuck"], requirements: ["SR-29"],
      reaction: 100 * millisecond),
    FaultCase(
      fault: "noise", interlocks: ["current-above-command", "current-below-command"],
      requirements: ["SR-28"], reaction: 100 * millisecond),
    FaultCase(
      fault: "late-wakeup", interlocks: ["late-wake", "late-edge"], requirements: ["SR-25"],
      reaction: 6 * millisecond),
    FaultCase(
      fault: "write-error", interlocks: ["output-write-failed"], requirements: ["SR-26"],
      reaction: 5 * millisecond),
    FaultCase(
      fault: "log-stall", interlocks: ["logger-silent", "undurable-dose"],
      requirements: ["SR-24", "SR-43"], reaction: 1_200 * millisecond),
  ]

  /// Every pin inactive by `deadline`, the current gone 1 ms and the contact open 5 ms later.
  static func expectSafe(_ waveform: Waveform, by deadline: Int64, _ name: String) {
    var inactive: Int64 = 0
    #expect(waveform.driving.count >= 4)
    for pin in waveform.driving {
      let quiet = waveform.quiet(pin)
      #expect(quiet <= deadline, "\(name): \(pin) drove until \(quiet), due \(deadline)")
      inactive = max(inactive, quiet)
    }
    for current in waveform.names(endingIn: "_current_uA") {
      let quiet = waveform.quiet(current, within: 50)
      #expect(quiet <= inactive + millisecond, "\(name): \(current) flowed until \(quiet)")
    }
    let open = waveform.quiet("relay_contact")
    #expect(open <= inactive + 5 * millisecond, "\(name): the contact opened at \(open)")
    #expect(waveform.end >= inactive + 6 * millisecond, "\(name): the record ends too early")
  }

  @Test(
    "SR-20 SR-21 SR-25 SR-26 SR-27 SR-28 SR-29 SR-43: a fault ends the session in its time",
    arguments: lines + others)
  func ends(_ expected: FaultCase) throws {
    let scratch = try Scratch()
    let result = try Self.session(expected.fault).run(in: scratch)
    #expect(result.status == 1, "\(result.told)")
    let report = try RunReport(result)
    #expect(report.outcome == "faulted")
    let first = try #require(report.faults.first)
    #expect(expected.interlocks.contains(first.interlock), "\(first)")
    #expect(expected.requirements.contains(first.requirement), "\(first)")
    #expect(first.seconds >= 13.003)
    let waveform = try Waveform(path: scratch.path("signals.vcd"))
    // The fault struck a pulse, or nothing is proved.
    #expect(waveform.pulses("ch1_positive").contains { $0.contains(Self.instant - 1) })
    Self.expectSafe(waveform, by: Self.instant + expected.reaction, expected.fault)
    let verify = try nmes("dose", "verify", "--log", scratch.path("dose.sqlite"))
    #expect(verify.status == 0, "\(verify.told)")
  }

  @Test("SR-21: a line's edge in a pause or in a recovery phase is answered as fast")
  func linesElsewhere() throws {
    for fault in ["emergency-stop", "over-current", "high-voltage-lost"] {
      for instant: Int64 in [7_000_000_000, 13_020_000_000] {
        let scratch = try Scratch()
        let session = Self.session(fault, at: "\(instant / 1_000_000) ms")
        #expect(try session.run(in: scratch).status == 1, "\(fault) at \(instant)")
        let waveform = try Waveform(path: scratch.path("signals.vcd"))
        Self.expectSafe(waveform, by: instant + Self.millisecond, "\(fault) at \(instant)")
      }
    }
  }

  @Test("SR-27: a lead that comes off between pulses trips within two, a short within one")
  func load() throws {
    for (fault, interlock, most) in [
      ("lead-off", "open-electrode", 2), ("short", "short-circuit", 1),
    ] {
      let scratch = try Scratch()
      let result = try Self.session(fault, at: "13032 ms").run(in: scratch)
      let report = try RunReport(result)
      #expect(report.faults.first?.interlock == interlock, "\(result.told)")
      #expect(report.faults.first?.requirement == "SR-27")
      #expect(report.faults.first?.channel == 1)
      let waveform = try Waveform(path: scratch.path("signals.vcd"))
      let begun = waveform.pulses("ch1_positive").filter { $0.lowerBound >= 13_032_000_000 }
      #expect((1...most).contains(begun.count), "\(fault): \(begun)")
    }
  }

  @Test("SR-05: a relay that stays closed is found at the end and stands until acknowledged")
  func stuckRelay() throws {
    let scratch = try Scratch()
    let result = try Self.session("stuck-relay").run(in: scratch)
    #expect(result.status == 1, "\(result.told)")
    let report = try RunReport(result)
    #expect(report.faults.map(\.interlock) == ["welded-relay"])
    #expect(report.faults.map(\.requirement) == ["SR-05"])
    let waveform = try Waveform(path: scratch.path("signals.vcd"))
    #expect(waveform.quiet("relay_contact") == .max)
    for pin in waveform.driving { #expect(waveform.quiet(pin) < .max, "\(pin)") }
    #expect(waveform.quiet("ch1_current_uA", within: 50) < waveform.end)
  }

  @Test(
    "SR-06 SR-24: without its lines or a confirmed write the heartbeat stops at once",
    arguments: ["lost-line", "write-error"])
  func heartbeatStops(fault: String) throws {
    let scratch = try Scratch()
    let result = try Self.session(fault).run(in: scratch)
    #expect(result.status == 1, "\(result.told)")
    let report = try RunReport(result)
    #expect(report.faults.first?.requirement == "SR-26", "\(result.told)")
    let waveform = try Waveform(path: scratch.path("signals.vcd"))
    let lastEdge = try #require(waveform.changes["heartbeat"]?.last).time
    #expect(lastEdge <= Self.instant + Self.millisecond, "\(lastEdge)")
    #expect(waveform.quiet("relay_contact") <= Self.instant + 20 * Self.millisecond)
    #expect(
      waveform.quiet("ch1_current_uA", within: 50) <= Self.instant + 20 * Self.millisecond)
  }

  @Test("SR-24: a silent log lets the pulse in progress recover first")
  func recoveryCompleted() throws {
    let scratch = try Scratch()
    _ = try Self.session("log-stall").run(in: scratch)
    let waveform = try Waveform(path: scratch.path("signals.vcd"))
    let leading = try #require(waveform.pulses("ch1_positive").last)
    let recovery = try #require(waveform.pulses("ch1_negative").last)
    #expect(recovery.lowerBound >= leading.upperBound)
    let difference = abs(recovery.count - leading.count)
    #expect(Double(difference) <= 0.1 * Double(leading.count), "\(leading) \(recovery)")
    #expect(waveform.quiet("relay_coil") >= recovery.upperBound)
  }

  @Test("A fault before the start delivers nothing: exit 3, and the session is closed as refused")
  func beforeStart() throws {
    for fault in ["emergency-stop", "high-voltage-lost", "lead-off", "stuck-relay", "write-error"] {
      let scratch = try Scratch()
      let session = Session(faults: ["\(fault)@1ms"], isRecorded: true)
      let result = try session.run(in: scratch)
      #expect(result.status == 3, "\(fault): \(result.told)")
      #expect(result.output.isEmpty)
      #expect(result.complaints.count == 1, "\(fault): \(result.told)")
      let listed = try nmes("dose", "list", "--json", "--log", scratch.path("dose.sqlite"))
      #expect(listed.output.contains("\"refused\""), "\(fault): \(listed.told)")
    }
  }
}

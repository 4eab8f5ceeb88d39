// Decides: that a log or a disk in trouble stops a run before or during it, and loses nothing.
// Leaves to others: the log's own handling (DoseLogTests).

import Foundation
import GRDB
import Testing

@Suite("Trouble with the log") struct LogTroubleTests {
  private static func run(
    log: String, trains: Int = 2, more: [String] = []
  ) throws -> NmesResult {
    try nmes(
      [
        "run", "large-muscle-tetanic", "--patient", "P001", "--muscle", "quadriceps",
        "--electrode-area", "180 cm2", "--trains", "\(trains)", "--virtual-time", "--json",
        "--log", log,
      ] + more)
  }

  private static func expectRefused(
    _ result: NmesResult, _ statuses: ClosedRange<Int32> = 2...3, _ name: String
  ) {
    #expect(statuses.contains(result.status), "\(result.told)")
    #expect(result.output.isEmpty, "\(result.told)")
    #expect(result.complaints.count == 1, "\(result.told)")
    #expect(result.errors.contains(name), "\(result.told)")
  }

  @Test("A folder, a text and another program's database are no log and are left as they are")
  func notALog() throws {
    let scratch = try Scratch()
    Self.expectRefused(try Self.run(log: scratch.folder.path), 2...2, "directory")
    let text = try scratch.write(String(repeating: "not a log\n", count: 30), to: "text")
    Self.expectRefused(try Self.run(log: text), 2...2, "not a dose log")
    #expect(scratch.text("text").hasPrefix("not a log"))
    let short = try scratch.write("x", to: "short")
    Self.expectRefused(try Self.run(log: short), 2...2, "not a dose log")
    #expect(scratch.text("short") == "x")
    Self.expectRefused(try Self.run(log: "/proc/dose.sqlite"), 2...3, "/proc/dose.sqlite")
  }

  @Test("SR-44: a damaged log refuses the next session and is found by verify")
  func corrupt() throws {
    let scratch = try Scratch()
    let log = scratch.path("dose.sqlite")
    #expect(try Self.run(log: log).status == 0)
    // A record that is long past: a byte of the patient's code, in every page that has it.
    var bytes = try Data(contentsOf: URL(fileURLWithPath: log))
    let name = Data("quadriceps".utf8)
    var place = bytes.startIndex
    var changed = 0
    while let found = bytes.range(of: name, in: place..<bytes.endIndex) {
      bytes[found.lowerBound] = 0x5A
      place = found.upperBound
      changed += 1
    }
    #expect(changed > 0)
    try bytes.write(to: URL(fileURLWithPath: log))
    let verify = try nmes("dose", "verify", "--log", log, "--json")
    #expect(verify.status == 1, "\(verify.told)")
    #expect(verify.output.contains("edited") || verify.output.contains("unreadable"))
    let next = try nmes(
      "run", "large-muscle-tetanic", "--patient", "P001", "--muscle", "quadriceps",
      "--electrode-area", "180 cm2", "--trains", "1", "--virtual-time", "--json", "--log", log)
    #expect(next.status == 3, "\(next.told)")
    #expect(next.output.isEmpty)
  }

  /// Changes the database behind the log's back: triggers away, change, triggers back.
  private static func tamper(_ log: String, _ sql: String) throws {
    let queue = try DatabaseQueue(path: log)
    try queue.write { db in
      let triggers = try Row.fetchAll(
        db, sql: "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
      for trigger in triggers { try db.execute(sql: "DROP TRIGGER \(trigger[0] as String)") }
      try db.execute(sql: sql)
      for trigger in triggers { try db.execute(sql: trigger[1] as String) }
    }
    try queue.close()
  }

  @Test("SR-44: a session that was made another muscle's does not let the next one begin")
  func editedSession() throws {
    let scratch = try Scratch()
    let log = scratch.path("dose.sqlite")
    #expect(try Self.run(log: log, trains: 56).status == 0)
    // The newest records, which opening checks, are as they were written.
    try Self.tamper(log, "UPDATE sessions SET muscle_key = 'deltoid'")
    Self.expectRefused(try Self.run(log: log), 3...3, "was edited")
  }

  @Test("SR-44: a log whose end was cut off refuses the next session")
  func truncated() throws {
    let scratch = try Scratch()
    let log = scratch.path("dose.sqlite")
    #expect(try Self.run(log: log).status == 0)
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
    let size = try file.seekToEnd()
    try file.truncate(atOffset: size / 2)
    try file.close()
    Self.expectRefused(try Self.run(log: log), 2...3, log)
    #expect(try nmes("dose", "verify", "--log", log).status == 1)
  }

  @Test("A read-only disk refuses the run", .enabled(if: Disk.isPermitted, "mounting needs root"))
  func readOnly() throws {
    let disk = try Disk(size: "4m")
    let log = disk.path("dose.sqlite")
    #expect(try Self.run(log: log).status == 0)
    try disk.remount("ro")
    Self.expectRefused(try Self.run(log: log), 2...3, log)
    Self.expectRefused(try Self.run(log: disk.path("other.sqlite")), 2...3, "other.sqlite")
    try disk.remount("rw")
    let verify = try nmes("dose", "verify", "--log", log)
    #expect(verify.status == 0, "\(verify.told)")
  }

  @Test(
    "A log on a read-only disk is listed, shown and verified",
    .enabled(if: Disk.isPermitted, "mounting needs root"))
  func readFromReadOnly() throws {
    let disk = try Disk(size: "4m")
    let log = disk.path("dose.sqlite")
    #expect(try Self.run(log: log).status == 0)
    try disk.remount("ro")
    for words in [["list"], ["show", "last"], ["verify"]] {
      let result = try nmes(["dose"] + words + ["--log", log])
      #expect(result.status == 0, "\(result.told)")
      #expect(result.complaints.isEmpty, "\(result.told)")
    }
  }

  @Test(
    "SR-43: a disk that fills during the run stops it, and no record is lost",
    .enabled(if: Disk.isPermitted, "mounting needs root"))
  func full() throws {
    let scratch = try Scratch()
    let disk = try Disk(size: "1m")
    let log = disk.path("dose.sqlite")
    let signals = scratch.path("signals.vcd")
    let result = try nmes(
      "run", "large-muscle-tetanic", "--patient", "P001", "--muscle", "quadriceps",
      "--electrode-area", "180 cm2", "--virtual-time", "--json", "--log", log, "--record",
      signals)
    #expect(result.status == 1, "\(result.told)")
    let report = try RunReport(result)
    #expect(["faulted", "uncertain"].contains(report.outcome))
    #expect(["SR-24", "SR-43"].contains(report.faults.first?.requirement), "\(report.faults)")
    let waveform = try Waveform(path: signals)
    FaultTests.expectSafe(waveform, by: waveform.end, "full disk")
    try disk.remount("size=8m")
    let verify = try nmes("dose", "verify", "--log", log)
    #expect(verify.status == 0, "\(verify.told)")
    // The next start closes it, and it counts.
    let next = try Self.run(log: log)
    #expect(next.status == 3, "\(next.told)")
  }

  @Test(
    "A disk that fills under the record stops the run safely: exit 1, and the log is closed",
    .enabled(if: Disk.isPermitted, "mounting needs root"))
  func recordFull() throws {
    let scratch = try Scratch()
    let log = scratch.path("dose.sqlite")
    let disk = try Disk(size: "64k")
    let result = try Self.run(log: log, more: ["--record", disk.path("signals.vcd")])
    #expect(result.status == 1, "\(result.told)")
    let report = try RunReport(result)
    #expect(report.outcome == "stopped")
    #expect((report.channels.first?.pulses ?? 0) > 0)
    #expect(result.errors.contains("signals.vcd"))
    let list = try nmes("dose", "list", "--json", "--log", log)
    #expect(list.output.contains("\"stopped\""), "\(list.told)")
    #expect(!list.output.contains("\"open\""), "\(list.told)")
  }
}

/// A small file system in memory, unmounted with the value.
final class Disk {
  private let scratch: Scratch

  static var isPermitted: Bool { getuid() == 0 && (try? Disk(size: "64k")) != nil }

  init(size: String) throws {
    scratch = try Scratch()
    try Disk.run(["mount", "-t", "tmpfs", "-o", "size=\(size)", "tmpfs", scratch.folder.path])
  }

  deinit { try? Disk.run(["umount", "-l", scratch.folder.path]) }

  func path(_ name: String) -> String { scratch.path(name) }

  func remount(_ option: String) throws {
    try Disk.run(["mount", "-o", "remount,\(option)", scratch.folder.path])
  }

  private static func run(_ words: [String]) throws {
    struct Failed: Error {}
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = words
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    if process.terminationStatus != 0 { throw Failed() }
  }
}

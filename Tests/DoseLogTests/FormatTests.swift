// Decides: that logs written by an earlier version stay readable and verifiable.
// Leaves to others: what the format means (Migrations, LogTable, CanonicalBytes).

import Crypto
import Foundation
import GRDB
import StimulationCore
import Testing

@testable import DoseLog

@Suite("The format")
struct FormatTests {
  private static let fixtures =
    URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Fixtures").path

  /// A copy of the log that version 1 wrote.
  private func version1() throws -> LogUnderTest {
    let log = try LogUnderTest()
    let folder = log.directory + "/state"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for suffix in ["", ".head"] {
      try FileManager.default.copyItem(
        atPath: FormatTests.fixtures + "/version1.sqlite" + suffix, toPath: log.path + suffix)
    }
    return log
  }

  @Test("A log of version 1 verifies, and says what it said when it was written")
  func version1Verifies() throws {
    let log = try version1()
    let report = try log.verify()
    #expect(report.defect == nil)
    #expect(report.formatVersion == 1)
    #expect(report.recordsChecked == 19)
    let reader = try DoseLogReader(path: log.path)
    let sessions = try reader.sessions(newest: 10)
    #expect(sessions.map(\.outcomeName) == ["uncertain", "faulted"])
    #expect(sessions.map { $0.channels.map(\.dose) } == [[.none, .none], [dose(), dose(3)]])
    #expect(
      sessions[0].channels.map(\.bound?.rectified.rawValue) == [
        11_000_000_000_000, 11_000_000_000_000,
      ])
    #expect(sessions[1].planDigest == String(repeating: "07", count: 32))
    #expect(try reader.hazards(on: "simulated") == [])
  }

  @Test("A log of version 1 takes further records")
  func version1Continues() throws {
    let log = try version1()
    let writer = try log.open()
    _ = try writer.beginSession(intent(), at: clock(900_000))
    #expect(try log.verify().recordsChecked == 22)
    #expect(try log.verify().isIntact)
  }

  @Test("Shipped migrations are never edited")
  func migrations() {
    let digests = Migrations.all.map { hexadecimal(SHA256.hash(data: Array($0.utf8))) }
    #expect(digests == ["54907ca4e00c754c40a7665bb07d000c113859c5bed44dfdd1de943f87a98964"])
  }

  @Test("The chain covers every column of every table, in the tables' order")
  func columns() throws {
    try DatabaseQueue().write { db in
      try LogFiles.migrate(db, from: 0)
      for table in LogTable.allCases {
        #expect(try db.columns(in: table.name).map(\.name) == ["id"] + table.columns)
      }
      let tables = try String.fetchAll(
        db, sql: "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
      #expect(tables == (LogTable.allCases.map(\.name) + ["chain"]).sorted())
    }
  }

  @Test("Values that differ never share their bytes")
  func canonicalBytes() {
    var bytes: [[UInt8]] = []
    for fill in [
      { $0.addNull() }, { $0.add(0) }, { $0.add("") }, { $0.add([UInt8]()) }, { $0.add("a") },
      { $0.add(Array("a".utf8)) }, { $0.addForeign() }, { $0.add(-1) },
      {
        $0.add("a"); $0.add("b")
      },
      {
        $0.add("ab"); $0.add("")
      },
      {
        $0.add(""); $0.add("ab")
      },
    ] as [(inout CanonicalBytes) -> Void] {
      var one = CanonicalBytes()
      fill(&one)
      bytes.append(one.bytes)
    }
    #expect(Set(bytes).count == bytes.count)
    var known = CanonicalBytes()
    known.add(-2)
    known.add("é")
    #expect(
      known.bytes == [
        1, 255, 255, 255, 255, 255, 255, 255, 254, 2, 0, 0, 0, 0, 0, 0, 0, 2, 195, 169,
      ])
  }

  @Test("Interlocks keep their names in the log")
  func interlockNames() {
    let names = InterlockID.allCases.map(interlockName)
    #expect(Set(names).count == InterlockID.count)
    #expect(names.first == "welded-relay")
    #expect(interlockName(.shortCircuit) == "short-circuit")
    #expect(interlockName(.overCurrentLine) == "over-current-line")
    #expect(interlockName(.openElectrode) == "open-electrode")
  }

  /// Writes the fixture of the newest version; run once when a version ships, by naming a
  /// directory in NMES_WRITE_LOG_FIXTURE.
  @Test(
    "The fixture is written",
    .enabled(if: ProcessInfo.processInfo.environment["NMES_WRITE_LOG_FIXTURE"] != nil))
  func writeFixture() throws {
    let folder = try #require(ProcessInfo.processInfo.environment["NMES_WRITE_LOG_FIXTURE"])
    do {
      let writer = try DoseLogWriter(path: folder + "/version\(Migrations.newest).sqlite")
      let start = clock(0, boot: "boot-a", uptime: 100)
      let session = try writer.beginSession(intent(), at: start)
      try writer.append(
        [
          record(.probe, train: 0, dose(7)), record(), record(channel: 1, dose(3)),
          record(.checkpoint), trip(.shortCircuit),
        ], to: session, at: clock(5, boot: "boot-a", uptime: 105))
      let action = LogAction(
        kind: .command, subject: "start", outcome: "accepted", actor: "uid 1000")
      try writer.log(action, session: session, at: clock(6))
      try writer.log(
        SkinCheck(moment: .after, finding: .ok, actor: "simulation", isSimulated: true),
        muscle: thigh, session: session, at: clock(7))
      try writer.clearSkin(of: thigh, actor: "uid 2", at: clock(7))
      try writer.close(session, outcome: .faulted, faults: [.shortCircuit], at: clock(8))
      for hazard in try writer.reader.hazards(on: "simulated") {
        try writer.acknowledge(event: hazard.event, actor: "uid 2", at: clock(9))
      }
      _ = try writer.beginSession(intent(), at: clock(100_000))
      _ = try writer.closeOpenSessions(at: clock(100_100))
    }
  }
}

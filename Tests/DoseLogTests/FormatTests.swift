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

  /// A copy of the log that a version wrote.
  private func shipped(_ version: Int) throws -> LogUnderTest {
    let log = try LogUnderTest()
    let folder = log.directory + "/state"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for suffix in ["", ".head"] {
      try FileManager.default.copyItem(
        atPath: FormatTests.fixtures + "/version\(version).sqlite" + suffix,
        toPath: log.path + suffix)
    }
    return log
  }

  @Test("A log of version 1 verifies, and says what it said when it was written")
  func version1Verifies() throws {
    let log = try shipped(1)
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

  @Test("A log of version 1 is brought to version 2 by its next writer, and still verifies")
  func version1Continues() throws {
    let log = try shipped(1)
    let before = try DoseLogReader(path: log.path).sessions(newest: 10)
    let writer = try log.open()
    let migrated = try log.verify()
    #expect(migrated.isIntact && migrated.formatVersion == 2 && migrated.recordsChecked == 19)
    #expect(try writer.reader.sessions(newest: 10) == before)
    let named = PrescriptionReference(file: "a/p.yaml", text: "abc", clinician: "Dr A")
    let session = try writer.beginSession(intent(prescription: named), at: clock(900_000))
    #expect(try log.verify().recordsChecked == 23)
    #expect(try log.verify().isIntact)
    let summary = try writer.reader.session(session)
    #expect(summary.prescription == "p.yaml" && summary.clinician == "Dr A")
    // The digest of "abc" as FIPS 180-4 gives it.
    #expect(
      summary.prescriptionDigest
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(summary.gap == DeliveredGap(stated: .zero, delivered: .microseconds(100)))
    let text = DoseTables.show(try writer.reader.detail(session))
    for part in [
      "prescription p.yaml\n", "sha256  ba7816bf", "clinician Dr A\n",
      "gap       0 ms, delivered as 100 µs on simulated\n",
    ] { #expect(text.contains(part), "\(part): \(text)") }
  }

  @Test("A log of version 2 verifies, and tells prescription, clinician and gap")
  func version2Verifies() throws {
    let log = try shipped(2)
    let report = try log.verify()
    #expect(report.isIntact && report.formatVersion == 2 && report.recordsChecked == 21)
    let sessions = try DoseLogReader(path: log.path).sessions(newest: 10)
    #expect(sessions.map(\.prescription) == [nil, "p.yaml"])
    #expect(sessions.map(\.clinician) == [nil, "Dr A"])
    #expect(sessions.map(\.gap?.delivered) == [.microseconds(100), .microseconds(100)])
  }

  @Test("What a session of version 1 names as its prescription is told as the clinician it was")
  func version1Clinician() throws {
    let log = try shipped(1)
    let queue = try DatabaseQueue(path: log.path)
    try queue.write { db in
      var ledger = try Ledger(db, clock: clock(800_000))
      try ledger.insert(
        .sessions,
        [
          "P-1", "p-1", "quadriceps", "quadriceps", nil, nil, "S4", "x", "1.0.0",
          Data(repeating: 7, count: 32), "extended", "Dr B", "simulated", true, 1, "a", 1, 1, nil,
        ])
    }
    try queue.close()
    let told = try #require(try DoseLogReader(path: log.path).sessions(newest: 1).first)
    #expect(told.prescription == nil && told.clinician == "Dr B" && told.gap == nil)
    #expect(try log.verify().isIntact)
    _ = try log.open()
    let later = try #require(try DoseLogReader(path: log.path).sessions(newest: 1).first)
    #expect(later.prescription == nil && later.clinician == "Dr B")
  }

  @Test("SR-44: a prescription that is exchanged in the log is found, and so is a false version")
  func exchanged() throws {
    let log = try LogUnderTest()
    let named = PrescriptionReference(file: "p.yaml", text: "abc", clinician: "Dr A")
    do { _ = try log.open().beginSession(intent(prescription: named), at: clock(0)) }
    #expect(try log.verify().isIntact)
    for change in [
      "UPDATE plans SET clinician = 'Dr C'", "UPDATE plans SET prescription_digest = NULL",
      "UPDATE plans SET delivered_gap = 0", "UPDATE sessions SET prescription = 'q.yaml'",
      "DELETE FROM plans",
    ] {
      let copy = try log.copy()
      try copy.tamper(change)
      let defect = try copy.verify().defect
      #expect(defect?.kind == (change.hasPrefix("DELETE") ? .dropped : .edited), "\(change)")
      #expect(defect?.sequence == (change.contains("sessions") ? 1 : 2), "\(change)")
    }
    for version in [0, 1] {
      let copy = try log.copy()
      try copy.tamper("PRAGMA user_version = \(version)")
      #expect(try copy.verify().defect?.kind == .schema, "\(version)")
    }
  }

  @Test("Shipped migrations are never edited")
  func migrations() {
    let digests = Migrations.all.map { hexadecimal(SHA256.hash(data: Array($0.utf8))) }
    #expect(
      digests == [
        "54907ca4e00c754c40a7665bb07d000c113859c5bed44dfdd1de943f87a98964",
        "35df0f0a311080a3c75f8b40e1d5c82867d5c91d7d7200f93a81a21f4ed69979",
      ])
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
      let named = PrescriptionReference(file: "p.yaml", text: "abc", clinician: "Dr A")
      let session = try writer.beginSession(intent(prescription: named), at: start)
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

// Decides: that no change behind the log's back goes unnoticed.
// Leaves to others: crashes (CrashTests).

import Foundation
import GRDB
import StimulationCore
import Testing

@testable import DoseLog

@Suite("The chain")
struct ChainTests {
  /// A closed log of two sessions with every kind of row.
  private func filled() throws -> LogUnderTest {
    let log = try LogUnderTest()
    let writer = try log.open()
    for start in [Int64(0), 100_000] {
      let session = try writer.beginSession(intent(), at: clock(start))
      try writer.append(
        [record(), record(channel: 1), record(train: 2), trip(.shortCircuit)], to: session,
        at: clock(start + 5))
      try writer.log(
        SkinCheck(moment: .after, finding: .lesion, actor: "uid 1"), muscle: thigh,
        session: session, at: clock(start + 7))
      try writer.clearSkin(of: thigh, actor: "uid 2", at: clock(start + 8))
      try writer.close(
        session, outcome: .uncertain, faults: [.shortCircuit], at: clock(start + 10))
    }
    for hazard in try writer.reader.hazards(on: "simulated") {
      try writer.acknowledge(event: hazard.event, actor: "uid 2", at: clock(100_020))
    }
    return log
  }

  @Test("SR-44: an untouched log verifies, record by record")
  func intact() throws {
    let log = try filled()
    let report = try log.verify()
    #expect(report.defect == nil)
    let expected: Int64 = 2 * (1 + 1 + 2 + 4 + 1 + 1 + 2 + 1) + 2
    #expect(report.recordsChecked == expected)
    #expect(report.sessions == 2)
    #expect(report.recordsBeyondHead == 0)
  }

  @Test("SR-44: editing any column of any table is detected and located")
  func everyColumn() throws {
    for table in LogTable.allCases {
      for column in table.columns {
        let log = try filled()
        // Another value of the column's type, or NULL made a value.
        try log.tamper(
          """
          UPDATE \(table.name) SET \(column) = CASE typeof(\(column))
          WHEN 'integer' THEN \(column) + 1000 WHEN 'text' THEN \(column) || 'x'
          WHEN 'blob' THEN x'00'
          ELSE (SELECT CASE type WHEN 'TEXT' THEN 'x'
          WHEN 'BLOB' THEN x'00' ELSE 1 END
          FROM pragma_table_info('\(table.name)') WHERE name = '\(column)') END WHERE id = 1
          """)
        let defect = try log.verify().defect
        #expect(defect?.kind == .edited, "\(table.name).\(column)")
        #expect(defect?.table == table.name, "\(table.name).\(column)")
        #expect(defect?.row == 1, "\(table.name).\(column)")
      }
    }
  }

  @Test("SR-44: a defect names its session")
  func namesSession() throws {
    let log = try filled()
    try log.tamper("UPDATE doses SET leading = leading - 1 WHERE id = 5")
    let defect = try log.verify().defect
    #expect(defect?.session == SessionID(rawValue: 2))
    #expect(defect?.what.contains("row 5 of doses) was edited, session 2") == true)
  }

  @Test("SR-44: dropping a row, or its link, or both and renumbering, is located")
  func dropped() throws {
    let row = try filled()
    try row.tamper("DELETE FROM doses WHERE id = 2")
    #expect(try row.verify().defect?.kind == .dropped)
    #expect(try row.verify().defect?.sequence == 6)

    let link = try filled()
    try link.tamper("DELETE FROM doses WHERE id = 2", "DELETE FROM chain WHERE sequence = 6")
    #expect(try link.verify().defect?.kind == .dropped)
    #expect(try link.verify().defect?.sequence == 6)

    let renumbered = try filled()
    try renumbered.tamper(
      "DELETE FROM doses WHERE id = 2", "DELETE FROM chain WHERE sequence = 6",
      "UPDATE chain SET sequence = -(sequence - 1) WHERE sequence > 6",
      "UPDATE chain SET sequence = -sequence WHERE sequence < 0")
    #expect(try renumbered.verify().defect?.kind == .reordered)
    #expect(try renumbered.verify().defect?.sequence == 6)
  }

  @Test("SR-44: reordering rows or links is located")
  func reordered() throws {
    let rows = try filled()
    try rows.tamper(
      "UPDATE doses SET id = 99 WHERE id = 1", "UPDATE doses SET id = 1 WHERE id = 3",
      "UPDATE doses SET id = 3 WHERE id = 99")
    #expect(try rows.verify().defect?.kind == .edited)
    #expect(try rows.verify().defect?.sequence == 5)

    let links = try filled()
    try links.tamper(
      "UPDATE chain SET sequence = 99 WHERE sequence = 5",
      "UPDATE chain SET sequence = 5 WHERE sequence = 7",
      "UPDATE chain SET sequence = 7 WHERE sequence = 99")
    #expect(try links.verify().defect?.kind == .reordered)
    #expect(try links.verify().defect?.sequence == 5)
  }

  /// A closed log of two sessions that end at 0 s and at 86,400 s, and of more records after them
  /// than a writer checks as it opens.
  private func decided() throws -> LogUnderTest {
    let log = try LogUnderTest()
    let writer = try log.open()
    for end in [Int64(0), 86_400] {
      let session = try writer.beginSession(intent(), at: clock(end - 10))
      try writer.append(
        [record(), record(channel: 1), record(train: 2)], to: session, at: clock(end))
      try writer.log(
        SkinCheck(moment: .after, finding: .ok, actor: "uid 1"), muscle: thigh, session: session,
        at: clock(end))
      try writer.close(session, outcome: .completed, at: clock(end))
    }
    let other = try writer.beginSession(
      intent(MuscleKey(patient: "P-008", muscle: "deltoid")), at: clock(86_500))
    let many = Array(repeating: record(.checkpoint), count: 2 * 256)
    try writer.append(many, to: other, at: clock(86_501))
    try writer.close(other, outcome: .stopped, at: clock(86_502))
    return log
  }

  @Test(
    "SR-44: no session begins on rows that decide over it and were edited, however long ago",
    arguments: [
      "UPDATE sessions SET muscle_key = 'x' WHERE id = 2",
      "UPDATE sessions SET side_key = 'right' WHERE id = 2",
      "UPDATE sessions SET patient_key = 'x' WHERE id = 1",
      "UPDATE closings SET ended_wall = ended_wall - 90000000000000 WHERE session = 2",
      "UPDATE closings SET outcome = 'refused' WHERE session = 1",
      "UPDATE doses SET pulses = 0 WHERE session = 2",
      "UPDATE doses SET session = 3 WHERE session = 2",
      "UPDATE skin_checks SET moment = 'before' WHERE id = 1",
      "UPDATE chain SET wall = 0 WHERE kind = 1",
      "DELETE FROM sessions WHERE id = 1",
      "DELETE FROM chain WHERE kind = 1 AND row = 2",
      "INSERT INTO skin_clearances VALUES (1, 'p 007', 'quadriceps', NULL, 9, 9, 'x', '')",
      "INSERT INTO doses SELECT 9999, session, span, channel, train_set, 9, started_at, ended_at, "
        + "setpoint, -400, withheld, commanded_leading, commanded_recovery, leading, recovery, "
        + "net, unrecovered, peak, square_time, energy, on_time, certainty, bound_after, "
        + "session_on_time FROM doses WHERE session = 2 LIMIT 1",
    ])
  func decisions(_ sql: String) throws {
    let log = try decided()
    try log.tamper(sql)
    // The newest records are as they were, and so the log can be opened.
    let writer = try log.open()
    let error = logError { try writer.reader.checkDecisions(of: thigh, at: clock(90_000)) }
    guard case .corrupt? = error else {
      Issue.record("\(sql): \(String(describing: error))")
      return
    }
  }

  @Test("SR-44: a session may begin on a log as it was written, and on an empty one")
  func decisionsIntact() throws {
    let log = try decided()
    let writer = try log.open()
    for now in [clock(90_000), clock(900_000), clock(86_400)] {
      try writer.reader.checkDecisions(of: thigh, at: now)
    }
    let empty = try LogUnderTest()
    try empty.open().reader.checkDecisions(of: thigh, at: clock(0))
    let full = try filled()
    try full.open().reader.checkDecisions(of: thigh, at: clock(100_030))
  }

  @Test("SR-44: a record of today that was edited with its link breaks the chain after it")
  func forgedToday() throws {
    let log = try decided()
    try log.tamper(
      "UPDATE sessions SET muscle_key = 'x' WHERE id = 2",
      "UPDATE chain SET hash = x'00' WHERE kind = 1 AND row = 2")
    let writer = try log.open()
    #expect(logError { try writer.reader.checkDecisions(of: thigh, at: clock(90_000)) } != nil)
  }

  @Test("SR-44: a row without a link, a changed time and a forged link are located")
  func inserted() throws {
    let row = try filled()
    try row.tamper("INSERT INTO acknowledgements (event, actor, text) VALUES (77, 'x', '')")
    #expect(try row.verify().defect?.kind == .inserted)
    #expect(try row.verify().defect?.table == "acknowledgements")

    for column in ["wall", "uptime", "kind", "row"] {
      let time = try filled()
      try time.tamper("UPDATE chain SET \(column) = coalesce(\(column), 0) + 50 WHERE sequence = 3")
      #expect(try time.verify().defect?.sequence == 3, "\(column)")
    }
    let hash = try filled()
    try hash.tamper("UPDATE chain SET hash = zeroblob(32) WHERE sequence = 3")
    #expect(try hash.verify().defect?.sequence == 3)
  }

  @Test("SR-44: truncation at the end is located by the head, and refuses further writing")
  func truncated() throws {
    let log = try filled()
    let newest = try log.verify().recordsChecked
    try log.tamper(
      "DELETE FROM acknowledgements", "DELETE FROM chain WHERE kind = 7")
    let report = try log.verify()
    #expect(report.defect?.kind == .truncated)
    #expect(report.defect?.sequence == newest - 1)
    let error = logError { _ = try log.open() }
    let words = error?.description ?? ""
    #expect(words.contains("records \(newest - 1) to \(newest) are missing"))
    #expect(error?.isRefusal == true)
  }

  @Test("SR-44: a database that is gone while its head stands is refused, not begun anew")
  func databaseGone() throws {
    let log = try filled()
    try FileManager.default.removeItem(atPath: log.path)
    #expect(logError { _ = try log.open() }?.description.contains("records are gone") == true)
  }

  @Test("SR-44: a missing, torn or foreign head is named; one torn slot is survived")
  func heads() throws {
    let log = try filled()
    let head = log.path + ".head"
    let good = try Data(contentsOf: URL(fileURLWithPath: head))
    try FileManager.default.removeItem(atPath: head)
    #expect(try log.verify().defect?.kind == .head)
    #expect(logError { _ = try log.open() } != nil)

    for slot in 0..<2 {
      var torn = good
      torn[slot * 512 + 40] ^= 1
      try torn.write(to: URL(fileURLWithPath: head))
      #expect(try log.verify().defect == nil)
      #expect(try log.verify().recordsBeyondHead <= 1)
    }
    try Data(repeating: 32, count: 1024).write(to: URL(fileURLWithPath: head))
    #expect(try log.verify().defect?.kind == .head)

    let other = try LogUnderTest()
    do {
      let writer = try other.open()
      _ = try writer.beginSession(intent(), at: clock(77))
    }
    try Data(contentsOf: URL(fileURLWithPath: other.path + ".head"))
      .write(to: URL(fileURLWithPath: head))
    #expect(try log.verify().defect?.what.contains("another history") == true)
  }

  @Test("SR-44: rows cannot be changed or dropped, and a missing trigger is a defect")
  func appendOnly() throws {
    let log = try filled()
    let queue = try DatabaseQueue(path: log.path)
    for table in LogTable.allCases.map(\.name) + ["chain"] {
      let key = table == "chain" ? "sequence" : "id"
      for sql in ["DELETE FROM \(table)", "UPDATE \(table) SET \(key) = \(key)"] {
        #expect(throws: DatabaseError.self) { try queue.write { try $0.execute(sql: sql) } }
      }
    }
    try queue.write { try $0.execute(sql: "DROP TRIGGER doses_no_update") }
    try queue.close()
    #expect(try log.verify().defect?.kind == .schema)
    #expect(logError { _ = try log.open() }?.description.contains("doses_no_update") == true)
  }
}

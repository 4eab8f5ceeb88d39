// Decides: whether the records that decide over a session are as they were written (SR-44).
// Leaves to others: what they decide (DoseLogReader.history, .skinState), and the records that
// decide nothing any more (DoseLogReader.verify).
//
// A log grows by a thousand doses a session, of which those of earlier days decide nothing. So
// not everything is walked: every record of another kind is checked by itself, some dozens a
// session, and whole stretches of the chain where a window can reach. A forger who also computes
// a new hash for a record of an earlier day is found by the whole walk alone.

internal import Foundation
internal import GRDB
internal import StimulationCore

extension DoseLogReader {
  /// Throws unless what decides over the next session of a muscle is as it was written.
  ///
  /// Checked are: the head, that no link is missing, every session, closing, event, skin check
  /// and clearance, all records of the last 24 h, and the doses that count for the muscle.
  public func checkDecisions(
    of muscle: MuscleKey, at clock: ClockReading
  ) throws(DoseLogError) {
    let head = HeadFile.read(files.head)
    let defect = try read { db in
      try Verifier(db, head: head, files: files).decisionDefect(of: muscle, at: clock)
    }
    if let defect { throw .corrupt(path: path, what: defect.what) }
  }
}

extension Verifier {
  /// The first defect of what decides over the next session of a muscle.
  func decisionDefect(of muscle: MuscleKey, at clock: ClockReading) throws -> LogDefect? {
    let tail = try ChainTail.read(db)
    if let defect = try headDefect(tail) ?? gapDefect(tail) { return defect }
    for table in LogTable.allCases where table != .doses {
      if let defect = try rowDefect(of: table) { return defect }
    }
    // From here on the sessions and their ends are as they were written.
    let today = try firstOfDay(at: clock) ?? tail.sequence + 1
    var checked: Int64 = 0
    if let defect = try chainDefect(after: today - 1, checked: &checked) { return defect }
    for session in try DoseLogReader.earlier(muscle, at: clock, in: db) where session.isToday {
      if let defect = try doseDefect(of: session, before: today) { return defect }
    }
    return nil
  }

  private func gapDefect(_ tail: ChainTail) throws -> LogDefect? {
    let count = try Int64.fetchOne(db, sql: "SELECT count(*) FROM chain") ?? 0
    if count == tail.sequence { return nil }
    return defect(
      .dropped, nil, nil, nil,
      "the log has \(count) records and the newest is record \(tail.sequence)")
  }

  /// Checks every row of a table against its link, and the link against those beside it.
  private func rowDefect(of table: LogTable) throws -> LogDefect? {
    let links = try Row.fetchCursor(
      db,
      sql: """
        SELECT c.sequence, c.row, c.wall, c.uptime, c.previous, c.hash, before.hash,
          after.previous
        FROM chain c LEFT JOIN chain before ON before.sequence = c.sequence - 1
        LEFT JOIN chain after ON after.sequence = c.sequence + 1
        WHERE c.kind = ? ORDER BY c.row
        """, arguments: [table.rawValue])
    let selection = try db.cachedStatement(sql: table.selection)
    while let row = try links.next() {
      let link = ChainLink(
        sequence: row[0], kind: table.rawValue, row: row[1], wall: row[2], uptime: row[3])
      let previous = Array(row[4] as Data)
      let hash = Array(row[5] as Data)
      let before = (row[6] as Data?).map(Array.init) ?? ChainTail.genesis.hash
      if previous != before || (row[7] as Data?).map(Array.init) ?? hash != hash {
        return try located(.reordered, link, "does not stand between the records beside it")
      }
      guard let values = try Row.fetchOne(selection, arguments: [link.row]) else {
        return try located(.dropped, link, "is missing")
      }
      if link.hash(after: previous, values: values.databaseValues) != hash {
        return try located(.edited, link, "was edited")
      }
    }
    return try insertedDefect(in: table, where: "1")
  }

  /// The place of the first session that ended less than 24 h ago, or has not ended.
  private func firstOfDay(at clock: ClockReading) throws -> Int64? {
    try Int64.fetchOne(
      db,
      sql: """
        SELECT min(c.sequence) FROM sessions s
        JOIN chain c ON c.kind = \(LogTable.sessions.rawValue) AND c.row = s.id
        LEFT JOIN closings e ON e.session = s.id
        WHERE e.ended_wall IS NULL OR e.ended_wall > ?
        """, arguments: [clock.wall.nanosecondsSince1970 - EarlierSession.day.rawValue])
  }

  /// Checks the doses of a session that counts although by its clock it lies before the day.
  private func doseDefect(of session: EarlierSession, before today: Int64) throws -> LogDefect? {
    if session.sequence < today {
      let end = try Int64.fetchOne(
        db,
        sql: """
          SELECT max(sequence) FROM chain WHERE kind = \(LogTable.closings.rawValue)
          AND row = (SELECT id FROM closings WHERE session = ?)
          """, arguments: [session.id.rawValue])
      var checked: Int64 = 0
      let stretch = try chainDefect(
        after: session.sequence - 1, through: end ?? .max, checked: &checked)
      if let stretch { return stretch }
    }
    return try insertedDefect(in: .doses, where: "session = \(session.id.rawValue)")
  }
}

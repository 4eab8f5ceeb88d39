// Decides: whether the log is as it was written, and where not (SR-44).
// Leaves to others: what to do then (callers).
//
// The chain detects editing, dropping, inserting and reordering, and the head truncation. Who
// can rewrite both the database and its head can forge a log: nothing here is signed.

internal import Foundation
internal import GRDB

/// Walks the chain of one database within one snapshot.
struct Verifier {
  let db: Database
  private let head: HeadState
  private let files: LogFiles

  /// - Parameter head: read before the snapshot began, so that it is never newer by a living
  ///   writer's doing.
  init(_ db: Database, head: HeadState, files: LogFiles) {
    self.db = db
    self.head = head
    self.files = files
  }

  /// How many of the newest records a writer checks as it opens.
  static let recordsCheckedAtOpening: Int64 = 256

  /// Checks tables, head and the newest records: what a writer needs before it appends.
  func checkEnd() throws -> LogDefect? {
    if let defect = try schemaDefect() { return defect }
    let tail = try ChainTail.read(db)
    if let defect = try headDefect(tail) { return defect }
    var first = tail.sequence - Verifier.recordsCheckedAtOpening
    if case .at(let known) = head { first = min(first, known.sequence) }
    var checked: Int64 = 0
    return try chainDefect(after: max(0, first), checked: &checked)
  }

  /// Checks every record.
  func report() -> VerifyReport {
    var checked: Int64 = 0
    var sessions: Int64 = 0
    var newest: WallTime?
    var beyond: Int64 = 0
    var version: Int64 = 0
    var defect: LogDefect?
    do {
      version = try self.version()
      sessions = try Int64.fetchOne(db, sql: "SELECT count(*) FROM sessions") ?? 0
      let wall = try Int64.fetchOne(
        db, sql: "SELECT wall FROM chain ORDER BY sequence DESC LIMIT 1")
      newest = wall.map { WallTime(nanosecondsSince1970: $0) }
      let tail = try ChainTail.read(db)
      if case .at(let known) = head { beyond = max(0, tail.sequence - known.sequence) }
      // The walk comes before the head: a defect inside is nearer to its cause.
      defect =
        try schemaDefect() ?? chainDefect(after: 0, checked: &checked) ?? insertedDefect()
        ?? headDefect(tail) ?? integrityDefect()
    } catch {
      defect = unreadable(after: checked, error)
    }
    return VerifyReport(
      path: files.database, formatVersion: version, recordsChecked: checked, sessions: sessions,
      newestRecord: newest, recordsBeyondHead: beyond, defect: defect)
  }

  /// The version of the format that the database has.
  private func version() throws -> Int64 {
    try Int64.fetchOne(db, sql: "PRAGMA user_version") ?? 0
  }

  private func unreadable(after checked: Int64, _ error: any Error) -> LogDefect {
    let reason = (error as? DatabaseError)?.message ?? "\(error)"
    return LogDefect(
      kind: .unreadable, sequence: checked + 1, table: nil, row: nil, session: nil,
      what: "the database cannot be read at record \(checked + 1): \(reason)")
  }

  /// Compares the head with the chain.
  func headDefect(_ tail: ChainTail) throws -> LogDefect? {
    func defect(_ kind: LogDefectKind, _ sequence: Int64?, _ what: String) -> LogDefect {
      LogDefect(kind: kind, sequence: sequence, table: nil, row: nil, session: nil, what: what)
    }
    switch head {
    case .missing: return defect(.head, nil, "the head file \(files.head) is missing")
    case .unreadable: return defect(.head, nil, "the head file \(files.head) is unreadable")
    case .at(let known):
      if known.sequence > tail.sequence {
        return defect(
          .truncated, tail.sequence + 1,
          "records \(tail.sequence + 1) to \(known.sequence) are missing at the end")
      }
      if known == .genesis { return nil }
      let hash = try Data.fetchOne(
        db, sql: "SELECT hash FROM chain WHERE sequence = ?", arguments: [known.sequence])
      if hash.map(Array.init) == known.hash { return nil }
      return defect(
        .head, known.sequence,
        "the head file \(files.head) belongs to another history: record \(known.sequence) differs")
    }
  }

  /// Walks the links after a place, up to another and with it, each against the one before and
  /// against its row.
  func chainDefect(
    after start: Int64, through end: Int64 = .max, checked: inout Int64
  ) throws -> LogDefect? {
    var last: [UInt8]?
    if start == 0 { last = ChainTail.genesis.hash }
    var expected = start + 1
    let version = try version()
    let links = try Row.fetchCursor(
      db,
      sql: """
        SELECT sequence, kind, row, wall, uptime, previous, hash FROM chain
        WHERE sequence > ? AND sequence <= ? ORDER BY sequence
        """, arguments: [start, end])
    while let row = try links.next() {
      let link = ChainLink(
        sequence: row[0], kind: row[1], row: row[2], wall: row[3], uptime: row[4])
      let previous = Array(row[5] as Data)
      let hash = Array(row[6] as Data)
      if link.sequence != expected {
        return defect(.dropped, expected, nil, nil, "record \(expected) is missing")
      }
      if let last, previous != last {
        return try located(.reordered, link, "does not follow the record before it")
      }
      guard let table = LogTable(rawValue: link.kind), table.firstVersion <= version else {
        return defect(
          .edited, link.sequence, nil, link.row,
          "record \(link.sequence) names table \(link.kind), which the format does not have")
      }
      let selection = try db.cachedStatement(sql: table.selection)
      guard let values = try Row.fetchOne(selection, arguments: [link.row]) else {
        return try located(.dropped, link, "is missing")
      }
      if link.hash(after: previous, values: values.databaseValues) != hash {
        return try located(.edited, link, "was edited")
      }
      last = hash
      expected += 1
      checked += 1
    }
    return nil
  }

  /// Looks for rows that no link names.
  private func insertedDefect() throws -> LogDefect? {
    for table in LogTable.tables(ofVersion: try version()) {
      if let defect = try insertedDefect(in: table, where: "1") { return defect }
    }
    return nil
  }

  /// Looks for a row of a table, among those of a condition, that no link names.
  func insertedDefect(in table: LogTable, where condition: String) throws -> LogDefect? {
    let row = try Int64.fetchOne(
      db,
      sql: """
        SELECT id FROM \(table.name) WHERE \(condition) AND NOT EXISTS
        (SELECT 1 FROM chain WHERE kind = ? AND row = \(table.name).id) LIMIT 1
        """, arguments: [table.rawValue])
    guard let row else { return nil }
    return defect(
      .inserted, nil, table, row,
      "row \(row) of \(table.name) was put in without a place in the chain")
  }

  private func integrityDefect() throws -> LogDefect? {
    let answer = try String.fetchOne(db, sql: "PRAGMA integrity_check(1)") ?? "no answer"
    if answer == "ok" { return nil }
    return defect(.unreadable, nil, nil, nil, "the database is damaged: \(answer)")
  }

  /// Compares tables, indexes and triggers with those of the format.
  private func schemaDefect() throws -> LogDefect? {
    let query = "SELECT type || ' ' || name, sql FROM sqlite_schema WHERE sql IS NOT NULL"
    func objects(_ db: Database) throws -> [String: String] {
      var found: [String: String] = [:]
      for row in try Row.fetchAll(db, sql: query) { found[row[0]] = row[1] }
      return found
    }
    let version = try version()
    // Nothing was ever written by a version 0, and a newer version is refused before.
    guard (1...Migrations.newest).contains(version) else {
      return defect(.schema, nil, nil, nil, "the log says that it is of version \(version)")
    }
    let expected = try DatabaseQueue().write { db in
      try LogFiles.migrate(db, from: 0, to: version)
      return try objects(db)
    }
    let found = try objects(db)
    for name in Set(expected.keys).union(found.keys).sorted() where expected[name] != found[name] {
      let state = found[name] == nil ? "is missing" : "is not the format's"
      return defect(.schema, nil, nil, nil, "the \(name) \(state)")
    }
    return nil
  }

  func located(
    _ kind: LogDefectKind, _ link: ChainLink, _ state: String
  ) throws -> LogDefect {
    let table = LogTable(rawValue: link.kind)
    let name = table?.name ?? "table \(link.kind)"
    return defect(
      kind, link.sequence, table, link.row,
      "record \(link.sequence) (row \(link.row) of \(name)) \(state)")
  }

  func defect(
    _ kind: LogDefectKind, _ sequence: Int64?, _ table: LogTable?, _ row: Int64?, _ what: String
  ) -> LogDefect {
    var session: Int64?
    if let table, let row {
      let column = table == .sessions ? "id" : table.hasSession ? "session" : nil
      if let column {
        // A row that cannot be read leaves the session unknown.
        session = try? Int64.fetchOne(
          db, sql: "SELECT \(column) FROM \(table.name) WHERE id = ?", arguments: [row])
      }
    }
    let place = session.map { ", session \($0)" } ?? ""
    return LogDefect(
      kind: kind, sequence: sequence, table: table?.name, row: row,
      session: session.map { SessionID(rawValue: $0) }, what: what + place)
  }
}

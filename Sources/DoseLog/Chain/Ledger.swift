// Decides: that every row enters the log together with its link of the chain.
// Leaves to others: the transaction around it (DoseLogWriter).

internal import Foundation
internal import GRDB

/// Inserts rows and their links within one transaction.
struct Ledger {
  let db: Database
  let clock: ClockReading
  private(set) var tail: ChainTail

  init(_ db: Database, clock: ClockReading) throws {
    self.db = db
    self.clock = clock
    tail = try ChainTail.read(db)
  }

  /// Inserts a row and answers its id.
  @discardableResult
  mutating func insert(
    _ table: LogTable, _ values: [(any DatabaseValueConvertible)?]
  ) throws -> Int64 {
    let stored = values.map { $0?.databaseValue ?? .null }
    precondition(stored.count == table.columns.count, "a value for each column")
    for value in stored {
      if case .string(let text) = value.storage { try LogText.check(text) }
    }
    let insertion = try db.cachedStatement(sql: table.insertion)
    try insertion.execute(arguments: StatementArguments(stored))
    let link = ChainLink(
      sequence: tail.sequence + 1, kind: table.rawValue, row: db.lastInsertedRowID,
      wall: clock.wall.nanosecondsSince1970, uptime: clock.boot?.uptime.rawValue)
    let hash = link.hash(after: tail.hash, values: stored)
    let linking = try db.cachedStatement(
      sql: """
        INSERT INTO chain (sequence, kind, row, wall, uptime, previous, hash)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """)
    try linking.execute(arguments: [
      link.sequence, link.kind, link.row, link.wall, link.uptime, Data(tail.hash), Data(hash),
    ])
    tail = ChainTail(sequence: link.sequence, hash: hash)
    return link.row
  }
}

/// What text may enter the log.
enum LogText {
  /// The most UTF-8 bytes of one text.
  static let longest = 1_000

  /// Refuses text that is too long or holds control characters, which would forge lines of a
  /// listing.
  static func check(_ text: String) throws(DoseLogError) {
    if text.utf8.count > longest {
      throw .badRecord(
        what: "a text of \(text.utf8.count) bytes; the most is \(longest): shorten it")
    }
    for scalar in text.unicodeScalars where scalar.properties.generalCategory == .control {
      throw .badRecord(
        what: "a text with the control character \(scalar.value); write it without")
    }
  }
}

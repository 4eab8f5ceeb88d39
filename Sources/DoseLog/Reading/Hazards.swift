// Decides: which trips stand in the log until somebody acknowledges them (SR-05).
// Leaves to others: refusing to arm (StimulationController), by DoseHistory.

internal import GRDB
internal import StimulationCore

/// A short, over-current or welded-relay trip that nobody has acknowledged.
public struct StandingHazard: Sendable, Equatable, Codable {
  /// The number by which it is acknowledged.
  public let event: Int64
  /// The interlock's name in the log.
  public let interlock: String
  /// The session, where it was in one.
  public let session: SessionID?
  /// The channel, counted from 0, where it belongs to one.
  public let channel: Int8?
  /// When it was recorded.
  public let wall: WallTime
}

enum Hazards {
  /// The interlocks of SR-05.
  static let interlocks: [InterlockID] = [.shortCircuit, .overCurrentLine, .weldedRelay]

  private static let condition = """
    e.kind = '\(EventRow.tripped)'
    AND e.subject IN (\(interlocks.map { "'\(interlockName($0))'" }.joined(separator: ", ")))
    AND NOT EXISTS (SELECT 1 FROM acknowledgements a WHERE a.event = e.id)
    """

  static func standing(on board: String, in db: Database) throws -> [StandingHazard] {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT e.id, e.subject, e.session, e.channel, c.wall FROM events e
        JOIN chain c ON c.kind = \(LogTable.events.rawValue) AND c.row = e.id
        WHERE e.board = ? AND \(condition) ORDER BY e.id
        """, arguments: [board])
    return rows.map { row in
      StandingHazard(
        event: row[0], interlock: row[1], session: (row[2] as Int64?).map(SessionID.init),
        channel: row[3], wall: WallTime(nanosecondsSince1970: row[4]))
    }
  }

  static func awaits(_ event: Int64, in db: Database) throws -> Bool {
    try Int64.fetchOne(
      db, sql: "SELECT e.id FROM events e WHERE e.id = ? AND \(condition)", arguments: [event])
      != nil
  }
}

extension DoseLogReader {
  /// The hazards that stand on a board, oldest first.
  public func hazards(on board: String) throws(DoseLogError) -> [StandingHazard] {
    try read { db in try Hazards.standing(on: board, in: db) }
  }
}

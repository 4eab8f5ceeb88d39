// Decides: which trips stand in the log until somebody acknowledges them (SR-05).
// Leaves to others: refusing to arm (StimulationController), by DoseHistory.

internal import GRDB
internal import StimulationCore

/// A short, over-current or welded-relay trip that nobody has acknowledged.
public struct StandingHazard: Sendable, Equatable, Codable {
  /// The number by which it is acknowledged.
  public let event: Int64
  /// The board that it stands on.
  public let board: String
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

  /// Those of one board, or of every board where none is named.
  static func standing(on board: String?, in db: Database) throws -> [StandingHazard] {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT e.id, e.board, e.subject, e.session, e.channel, c.wall FROM events e
        JOIN chain c ON c.kind = \(LogTable.events.rawValue) AND c.row = e.id
        WHERE (e.board = :board OR :board IS NULL) AND \(condition) ORDER BY e.id
        """, arguments: ["board": board])
    return rows.map { row in
      StandingHazard(
        event: row[0], board: (row[1] as String?) ?? "", interlock: row[2],
        session: (row[3] as Int64?).map(SessionID.init), channel: row[4],
        wall: WallTime(nanosecondsSince1970: row[5]))
    }
  }

  static func awaits(_ event: Int64, in db: Database) throws -> Bool {
    try Int64.fetchOne(
      db, sql: "SELECT e.id FROM events e WHERE e.id = ? AND \(condition)", arguments: [event])
      != nil
  }
}

extension DoseLogReader {
  /// The hazards that stand on a board, or on any where none is named, oldest first.
  public func hazards(on board: String? = nil) throws(DoseLogError) -> [StandingHazard] {
    try read { db in try Hazards.standing(on: board, in: db) }
  }
}

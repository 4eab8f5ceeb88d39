// Decides: when a session ended, as far as anybody can know (SR-42, SR-47).
// Leaves to others: the rest that follows from it (DoseLogReader.history).

internal import GRDB
internal import StimulationCore

/// The latest instant at which a session that a crash cut off can have delivered anything.
struct CrashEnd {
  let wall: WallTime
  let uptime: Nanoseconds?
  let boot: String?

  /// 2 s of undurable on-time at most, after a logger that was silent for 1 s at most (SR-24,
  /// SR-43).
  static let longestTail: Nanoseconds = .seconds(3)

  init(of session: SessionID, in db: Database) throws {
    let newest = try Row.fetchOne(
      db,
      sql: """
        SELECT wall, uptime FROM chain WHERE (kind = :sessions AND row = :id)
        OR (kind = :doses AND row = (SELECT max(id) FROM doses WHERE session = :id))
        OR (kind = :events AND row = (SELECT max(id) FROM events WHERE session = :id))
        ORDER BY sequence DESC LIMIT 1
        """,
      arguments: [
        "sessions": LogTable.sessions.rawValue, "doses": LogTable.doses.rawValue,
        "events": LogTable.events.rawValue, "id": session.rawValue,
      ])
    guard let newest else { throw DoseLogError.unknownSession(session) }
    wall = WallTime(nanosecondsSince1970: newest["wall"]) + CrashEnd.longestTail
    uptime = (newest["uptime"] as Int64?).map { Nanoseconds($0) + CrashEnd.longestTail }
    boot = try String.fetchOne(
      db, sql: "SELECT boot FROM sessions WHERE id = ?", arguments: [session.rawValue])
  }
}

/// What of a session's own row others need.
struct SessionRow {
  let muscle: MuscleKey
  let isSimulated: Bool

  init(of session: SessionID, in db: Database) throws {
    let row = try Row.fetchOne(
      db, sql: "SELECT patient, muscle, side, simulated FROM sessions WHERE id = ?",
      arguments: [session.rawValue])
    guard let row else { throw DoseLogError.unknownSession(session) }
    muscle = MuscleKey(patient: row[0], muscle: row[1], side: row[2])
    isSimulated = row[3]
  }
}

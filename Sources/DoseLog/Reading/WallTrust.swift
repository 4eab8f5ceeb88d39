// Decides: whether the wall clock can be believed (SR-47).
// Leaves to others: what is refused when it cannot (StimulationController).

internal import GRDB
internal import StimulationCore

/// The wall clock against the log.
enum WallTrust {
  /// A confirmation of the clock by the operator.
  struct Confirmation {
    let sequence: Int64
    let wall: WallTime
    let boot: String?
  }

  static func confirmations(in db: Database) throws -> [Confirmation] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT c.sequence, c.wall, e.boot FROM events e
        JOIN chain c ON c.kind = \(LogTable.events.rawValue) AND c.row = e.id
        WHERE e.kind = '\(EventRow.clockConfirmed)' ORDER BY c.sequence
        """
    ).map {
      Confirmation(
        sequence: $0[0], wall: WallTime(nanosecondsSince1970: $0[1]), boot: $0[2])
    }
  }

  /// The latest wall time of any record since the newest confirmation: earlier than it, the
  /// clock went backwards. It stays so however many records follow, until it is confirmed.
  static func floor(in db: Database) throws -> WallTime? {
    let start = try confirmations(in: db).last?.sequence ?? 0
    let wall = try Int64.fetchOne(
      db, sql: "SELECT wall FROM chain WHERE sequence >= ? ORDER BY wall DESC LIMIT 1",
      arguments: [start])
    return wall.map { WallTime(nanosecondsSince1970: $0) }
  }

  static func isTrusted(_ clock: ClockReading, in db: Database) throws -> Bool {
    if let floor = try floor(in: db), clock.wall < floor { return false }
    if clock.isSynchronised { return true }
    // A confirmation of a clock without a time source holds until the machine stops.
    guard let boot = clock.boot?.boot else { return false }
    return try confirmations(in: db).last?.boot == boot
  }
}

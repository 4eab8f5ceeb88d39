// Decides: how sessions are looked up and listed.
// Leaves to others: their totals (DoseTotals) and their text (DoseTables).

internal import Foundation
internal import GRDB
internal import StimulationCore

extension DoseLogReader {
  /// The newest sessions, newest first, at most `limit` of them.
  ///
  /// - Parameter patient: only this patient's, under whichever spelling the limits count as one.
  public func sessions(
    newest limit: Int, patient: String? = nil
  ) throws(DoseLogError) -> [SessionSummary] {
    try read { db in
      let ids = try Int64.fetchAll(
        db,
        sql: """
          SELECT id FROM sessions WHERE :patient IS NULL OR patient_key = :patient
          ORDER BY id DESC LIMIT :limit
          """,
        arguments: ["patient": patient.map(MuscleKey.folded), "limit": max(0, limit)])
      return try ids.map { try Self.summary(SessionID(rawValue: $0), in: db) }
    }
  }

  /// One session with its dose.
  public func session(_ id: SessionID) throws(DoseLogError) -> SessionSummary {
    try read { db in try Self.summary(id, in: db) }
  }

  /// The session that began last; `nil` in an empty log.
  public func lastSession() throws(DoseLogError) -> SessionID? {
    try read { db in
      try Int64.fetchOne(db, sql: "SELECT max(id) FROM sessions").map(SessionID.init)
    }
  }

  /// One session with its dose, events and skin checks.
  public func detail(_ id: SessionID) throws(DoseLogError) -> SessionDetail {
    try read { db in
      SessionDetail(
        summary: try Self.summary(id, in: db), events: try Self.events(of: id, in: db),
        skinChecks: try Self.skinChecks(of: id, in: db))
    }
  }

  private static func summary(_ id: SessionID, in db: Database) throws -> SessionSummary {
    let row = try Row.fetchOne(
      db,
      sql: """
        SELECT s.*, c.wall FROM sessions s
        JOIN chain c ON c.kind = \(LogTable.sessions.rawValue) AND c.row = s.id WHERE s.id = ?
        """, arguments: [id.rawValue])
    guard let row else { throw DoseLogError.unknownSession(id) }
    let state = try state(of: id, in: db)
    let plan = try plan(of: id, in: db)
    let named: String? = row["prescription"]
    return SessionSummary(
      session: id, begun: WallTime(nanosecondsSince1970: row["wall"]),
      muscle: MuscleKey(patient: row["patient"], muscle: row["muscle"], side: row["side"]),
      stage: row["stage"], protocolName: row["protocol"], protocolVersion: row["protocol_version"],
      planDigest: hexadecimal(row["plan_digest"] as Data), envelope: row["envelope"],
      prescription: plan == nil ? nil : named,
      prescriptionDigest: (plan?["prescription_digest"] as Data?).map(hexadecimal),
      // Version 1 wrote the clinician in the prescription's place.
      clinician: plan == nil ? named : plan?["clinician"], gap: plan.map(gap), board: row["board"],
      isSimulated: row["simulated"],
      seed: (row["seed"] as Int64?).map(UInt64.init(bitPattern:)), actor: row["actor"],
      plannedTrains: row["planned_trains"], state: state,
      channels: try channels(of: id, state, in: db))
  }

  /// What the plan rests on; `nil` for a session of version 1.
  private static func plan(of id: SessionID, in db: Database) throws -> Row? {
    let version = try Int64.fetchOne(db, sql: "PRAGMA user_version") ?? 0
    guard LogTable.tables(ofVersion: version).contains(.plans) else { return nil }
    return try Row.fetchOne(
      db, sql: "SELECT * FROM plans WHERE session = ?", arguments: [id.rawValue])
  }

  private static func gap(_ plan: Row) -> DeliveredGap {
    DeliveredGap(
      stated: Nanoseconds(plan["interphase_gap"]), delivered: Nanoseconds(plan["delivered_gap"]))
  }

  private static func state(of id: SessionID, in db: Database) throws -> SessionState {
    let row = try Row.fetchOne(
      db, sql: "SELECT * FROM closings WHERE session = ?", arguments: [id.rawValue])
    guard let row else { return .open }
    guard let outcome = SessionOutcome(rawValue: row["outcome"]) else {
      throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "session \(id) has no outcome")
    }
    let faults = (row["faults"] as String).split(separator: " ").map(String.init)
    return .closed(
      SessionClosing(
        outcome: outcome, faults: faults,
        ended: WallTime(nanosecondsSince1970: row["ended_wall"]),
        isAfterCrash: row["after_crash"], text: row["text"]))
  }

  private static func channels(
    of id: SessionID, _ state: SessionState, in db: Database
  ) throws -> [ChannelSummary] {
    let totals = try DoseTotals.of(id, in: db)
    var bounds: [Int8: ChannelBound] = [:]
    var isCertain = true
    switch state {
    case .open:
      isCertain = false
      for bound in try DoseTotals.bounds(of: id, in: db) { bounds[bound.channel] = bound }
    case .closed(let closing):
      isCertain = closing.outcome != .uncertain
      let rows = try Row.fetchAll(
        db, sql: "SELECT channel, rectified, trains FROM bounds WHERE session = ?",
        arguments: [id.rawValue])
      for row in rows {
        let bound = ChannelBound(
          channel: row[0], rectified: Femtocoulombs(row[1]), trains: row[2])
        bounds[bound.channel] = bound
      }
    }
    let intents = try Row.fetchAll(
      db, sql: "SELECT * FROM channels WHERE session = ? ORDER BY channel",
      arguments: [id.rawValue])
    return intents.map { row in
      let channel: Int8 = row["channel"]
      let known = totals[channel] ?? DoseTotals()
      return ChannelSummary(
        channel: Int(channel) + 1, electrodeArea: SquareMillimetres(row["electrode_area"]),
        ceiling: Microamperes(row["ceiling"]), trains: known.trains,
        dose: isCertain ? known.trainDose : known.durable, probes: known.probes,
        probeDose: known.probeDose, certainty: isCertain ? known.certainty : .uncertain,
        bound: bounds[channel])
    }
  }

  private static func events(of id: SessionID, in db: Database) throws -> [LoggedEvent] {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT e.*, c.wall FROM events e
        JOIN chain c ON c.kind = \(LogTable.events.rawValue) AND c.row = e.id
        WHERE e.session = ? ORDER BY e.id
        """, arguments: [id.rawValue])
    return rows.map(Self.event)
  }

  /// The newest events of no session, oldest first: what was asked while none was open, and
  /// what tripped outside.
  public func idleEvents(newest limit: Int) throws(DoseLogError) -> [LoggedEvent] {
    try read { db in
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT e.*, c.wall FROM events e
          JOIN chain c ON c.kind = \(LogTable.events.rawValue) AND c.row = e.id
          WHERE e.session IS NULL ORDER BY e.id DESC LIMIT ?
          """, arguments: [limit])
      return rows.reversed().map(Self.event)
    }
  }

  private static func event(_ row: Row) -> LoggedEvent {
    LoggedEvent(
      event: row["id"], wall: WallTime(nanosecondsSince1970: row["wall"]),
      sessionTime: row["at"], kind: row["kind"], subject: row["subject"],
      channel: (row["channel"] as Int?).map { $0 + 1 }, amount: row["amount"],
      outcome: row["outcome"], actor: row["actor"], isSimulated: row["simulated"],
      text: row["text"])
  }

  private static func skinChecks(of id: SessionID, in db: Database) throws -> [LoggedSkinCheck] {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT k.*, c.wall FROM skin_checks k
        JOIN chain c ON c.kind = \(LogTable.skinChecks.rawValue) AND c.row = k.id
        WHERE k.session = ? ORDER BY k.id
        """, arguments: [id.rawValue])
    return try rows.map { row in
      guard let moment = SkinCheckMoment(rawValue: row["moment"]),
        let finding = SkinFinding(rawValue: row["finding"])
      else {
        throw DatabaseError(
          resultCode: .SQLITE_CORRUPT, message: "a skin check of session \(id) says nothing known")
      }
      return LoggedSkinCheck(
        wall: WallTime(nanosecondsSince1970: row["wall"]), moment: moment, finding: finding,
        actor: row["actor"], isSimulated: row["simulated"], text: row["text"])
    }
  }
}

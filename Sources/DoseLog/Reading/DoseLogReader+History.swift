// Decides: what earlier sessions of a muscle count as (SR-12, SR-42, SR-47).
// Leaves to others: comparing it with the limits (StimulationController).

internal import GRDB
public import StimulationCore

/// An earlier session that may count.
struct EarlierSession {
  let id: SessionID
  /// The place of its intent in the chain.
  let sequence: Int64
  let isUncertain: Bool
  let elapsed: Nanoseconds

  /// Whether it counts among the trains and sessions of 24 h.
  var isToday: Bool { elapsed < EarlierSession.day }

  /// The window of trains and sessions.
  static let day = Nanoseconds.seconds(86_400)
}

extension DoseLogReader {
  /// What the log says of a muscle, as of `clock`, for a session on `board`.
  ///
  /// A session counts wholly while it ended less than 24 h ago. Within one boot the smaller of
  /// wall and monotonic time counts. For a session in real time on a virtual wall clock the
  /// machine's clocks count too, so that virtual sessions in between give no rest.
  public func history(
    of muscle: MuscleKey, on board: String, at clock: ClockReading
  ) throws(DoseLogError) -> DoseHistory {
    try read { db in
      var history = DoseHistory.none
      history.clockIsTrusted = try WallTrust.isTrusted(clock, in: db)
      history.hasUnacknowledgedHazard = try !Hazards.standing(on: board, in: db).isEmpty
      let sessions = try Self.earlier(muscle, at: clock, in: db)
      for session in sessions.sorted(by: { $0.elapsed < $1.elapsed }) {
        let isToday = session.isToday
        if !isToday && history.rest != nil { break }
        guard let trains = try Self.trains(of: session, in: db) else { continue }
        if history.rest == nil { history.rest = session.elapsed }
        if !isToday { break }
        history.trainsInDay += trains
        history.sessionsInDay += 1
      }
      return history
    }
  }

  /// When the newest record was written; a virtual clock starts no earlier.
  public func newestRecord() throws(DoseLogError) -> WallTime? {
    try read { db in try WallTrust.floor(in: db) }
  }

  static func earlier(
    _ muscle: MuscleKey, at clock: ClockReading, in db: Database
  ) throws -> [EarlierSession] {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT t.id, t.boot, c.outcome, c.ended_wall, c.ended_uptime,
          (SELECT sequence FROM chain WHERE kind = \(LogTable.sessions.rawValue) AND row = t.id)
            AS sequence
        FROM sessions t LEFT JOIN closings c ON c.session = t.id
        WHERE t.patient_key = :patient AND t.muscle_key = :muscle AND \(MuscleKey.meets)
        """,
      arguments: [
        "patient": muscle.patientKey, "muscle": muscle.muscleKey, "side": muscle.sideKey,
      ])
    let confirmations = try WallTrust.confirmations(in: db)
    return try rows.map { row in
      let id = SessionID(rawValue: row["id"])
      let outcome: String? = row["outcome"]
      let boot: String? = row["boot"]
      var endedWall: WallTime
      var endedUptime: Nanoseconds?
      if outcome == nil {
        let end = try CrashEnd(of: id, in: db)
        endedWall = end.wall
        endedUptime = end.uptime
      } else {
        endedWall = WallTime(nanosecondsSince1970: row["ended_wall"])
        endedUptime = (row["ended_uptime"] as Int64?).map { Nanoseconds($0) }
      }
      // A session lies before every later confirmation of the clock, whatever its own said.
      let sequence: Int64 = row["sequence"]
      for confirmation in confirmations where confirmation.sequence > sequence {
        endedWall = min(endedWall, confirmation.wall)
      }
      var elapsed = clock.wall - endedWall
      if let machine = clock.machine {
        // Within a boot the monotonic time is exact. Over a restart the machine's wall clock is
        // behind one that virtual sessions have moved on, which errs on the safe side.
        if let now = clock.boot, now.boot == boot, let endedUptime {
          elapsed = min(elapsed, now.uptime - endedUptime)
        } else {
          elapsed = min(elapsed, machine - endedWall)
        }
      }
      let isUncertain = outcome == nil || outcome == SessionOutcome.uncertain.rawValue
      return EarlierSession(
        id: id, sequence: sequence, isUncertain: isUncertain, elapsed: max(.zero, elapsed))
    }
  }

  /// The trains of a session over the channel that had most; `nil` if it delivered nothing.
  private static func trains(of session: EarlierSession, in db: Database) throws -> Int64? {
    if session.isUncertain {
      let stated = try Int64.fetchOne(
        db, sql: "SELECT max(trains) FROM bounds WHERE session = ?",
        arguments: [session.id.rawValue])
      if let stated { return stated }
      return try DoseTotals.bounds(of: session.id, in: db).map(\.trains).max() ?? 0
    }
    let totals = try DoseTotals.of(session.id, in: db)
    guard totals.values.contains(where: { $0.durable.pulses > 0 }) else { return nil }
    return totals.values.map(\.trains).max() ?? 0
  }
}

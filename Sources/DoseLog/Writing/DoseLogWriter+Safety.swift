// Decides: how acknowledgements, skin checks and clock confirmations enter the log
// (SR-05, SR-47, SR-51).
// Leaves to others: who may give them (ControlServer) and what they change (reading).

internal import GRDB
public import StimulationCore

extension DoseLogWriter {
  /// Acknowledges one hazard by the number of its event (SR-05).
  public func acknowledge(
    event: Int64, actor: String, text: String = "", at clock: ClockReading
  ) throws(DoseLogError) {
    try commit(at: clock) { ledger in
      guard try Hazards.awaits(event, in: ledger.db) else {
        throw DoseLogError.nothingToAcknowledge(event: event)
      }
      try ledger.insert(.acknowledgements, [event, actor, text])
    }
  }

  /// Records a trip on a board outside any session, such as at an idle self-check.
  @discardableResult
  public func logTrip(
    _ interlock: InterlockID, board: String, channel: Int8? = nil, at clock: ClockReading
  ) throws(DoseLogError) -> Int64 {
    try commit(at: clock) { ledger in
      try ledger.insert(
        .events,
        [
          nil, board, clock.boot?.boot, nil, EventRow.tripped, interlockName(interlock), channel,
          nil, nil, "controller", false, "",
        ])
    }
  }

  /// Records that the operator confirmed the wall clock as it is now (SR-47).
  public func confirmClock(actor: String, at clock: ClockReading) throws(DoseLogError) {
    try commit(at: clock) { ledger in
      try ledger.insert(
        .events,
        [
          nil, nil, clock.boot?.boot, nil, EventRow.clockConfirmed, nil, nil, nil, nil, actor,
          false, "",
        ])
    }
  }

  /// Records a look at the skin of a muscle, of a session or before one (SR-51).
  public func log(
    _ check: SkinCheck, muscle: MuscleKey, session: SessionID? = nil, at clock: ClockReading
  ) throws(DoseLogError) {
    try commit(at: clock) { ledger in
      if let session { try OpenSession.mustExist(session, in: ledger.db) }
      try ledger.insert(
        .skinChecks,
        [
          session?.rawValue, muscle.patientKey, muscle.muscleKey, muscle.sideKey,
          check.moment.rawValue, check.finding.rawValue, check.actor, check.isSimulated,
          check.text,
        ])
    }
  }

  /// Records that a clinician looked at the skin and cleared whatever stood (SR-51).
  public func clearSkin(
    of muscle: MuscleKey, actor: String, text: String = "", at clock: ClockReading
  ) throws(DoseLogError) {
    try commit(at: clock) { ledger in
      let session = try Int64.fetchOne(ledger.db, sql: "SELECT max(id) FROM sessions") ?? 0
      let check = try Int64.fetchOne(ledger.db, sql: "SELECT max(id) FROM skin_checks") ?? 0
      try ledger.insert(
        .skinClearances,
        [muscle.patientKey, muscle.muscleKey, muscle.sideKey, session, check, actor, text])
    }
  }
}

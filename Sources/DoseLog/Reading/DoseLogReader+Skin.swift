// Decides: whether the skin under a muscle's electrodes stands against a session (SR-51).
// Leaves to others: refusing it (SessionController).

internal import GRDB

extension DoseLogReader {
  /// What stands against the next session of a muscle: the oldest lesion, or else the oldest
  /// session that delivered something and has no after-check.
  public func skinState(of muscle: MuscleKey) throws(DoseLogError) -> SkinState {
    try read { db in
      let keys: StatementArguments = [
        "patient": muscle.patientKey, "muscle": muscle.muscleKey, "side": muscle.sideKey,
      ]
      if let lesion = try Row.fetchOne(db, sql: Self.lesions, arguments: keys) {
        return .lesion((lesion[1] as Int64?).map(SessionID.init))
      }
      for id in try Int64.fetchAll(db, sql: Self.unchecked, arguments: keys) {
        return .missingAfterCheck(SessionID(rawValue: id))
      }
      return .clear
    }
  }

  /// A clearance of one side clears what stands on that side alone; one of both sides, or without
  /// a side, everything.
  private static func notCleared(_ column: String) -> String {
    """
    NOT EXISTS (SELECT 1 FROM skin_clearances k WHERE k.patient_key = t.patient_key
      AND k.muscle_key = t.muscle_key
      AND (k.side_key IS NULL OR k.side_key = '\(MuscleKey.bothSides)'
        OR k.side_key = t.side_key)
      AND k.\(column) >= t.id)
    """
  }

  private static let lesions = """
    SELECT t.id, t.session FROM skin_checks t
    WHERE t.patient_key = :patient AND t.muscle_key = :muscle AND \(MuscleKey.meets)
    AND t.finding = '\(SkinFinding.lesion.rawValue)' AND \(notCleared("last_check"))
    ORDER BY t.id LIMIT 1
    """

  /// A check by a simulation stands for no session with a patient.
  private static let unchecked = """
    SELECT t.id FROM sessions t JOIN closings c ON c.session = t.id
    WHERE t.patient_key = :patient AND t.muscle_key = :muscle AND \(MuscleKey.meets)
    AND NOT EXISTS (SELECT 1 FROM skin_checks s WHERE s.session = t.id
      AND s.moment = '\(SkinCheckMoment.after.rawValue)' AND s.simulated <= t.simulated)
    AND \(notCleared("last_session"))
    AND (c.outcome = '\(SessionOutcome.uncertain.rawValue)'
      OR EXISTS (SELECT 1 FROM doses d WHERE d.session = t.id AND d.span <> 'probe'
        AND d.pulses > 0))
    ORDER BY t.id LIMIT 1
    """
}

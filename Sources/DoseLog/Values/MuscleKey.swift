// Decides: when two sessions treat the same muscle of the same patient.
// Leaves to others: which names are allowed (ProtocolLibrary).

internal import Foundation

/// One muscle of one patient, for limits that count over sessions (SR-12, SR-51).
///
/// Case and spacing do not make another patient or another muscle. Only a session on one side
/// leaves the other alone: whatever else its side says, `both` or nothing or a word that nobody
/// foresaw, it counts for each, because the stricter reading is the safer one.
public struct MuscleKey: Sendable, Hashable {
  /// The patient code as written.
  public let patient: String
  /// The muscle as written.
  public let muscle: String
  /// The side as written; `nil` where it is not stated.
  public let side: String?

  /// A muscle of a patient.
  public init(patient: String, muscle: String, side: String? = nil) {
    self.patient = patient
    self.muscle = muscle
    self.side = side
  }

  var patientKey: String { MuscleKey.folded(patient) }
  var muscleKey: String { MuscleKey.folded(muscle) }
  var sideKey: String? { side.map(MuscleKey.folded) }

  /// The keys of a session that leaves the other side alone.
  static let singleSides = ["left", "right"]

  /// The key of a clearance of either side.
  static let bothSides = "both"

  /// SQL that holds where the row `t` and the key `:side` have a side in common.
  static let meets = """
    NOT (coalesce(t.side_key, '') IN (\(listed)) AND coalesce(:side, '') IN (\(listed))
      AND t.side_key <> :side)
    """

  private static let listed = singleSides.map { "'\($0)'" }.joined(separator: ", ")

  /// Lower case, with every run of spaces, hyphens and underscores as one space.
  static func folded(_ text: String) -> String {
    text.lowercased().split { $0.isWhitespace || $0 == "-" || $0 == "_" }.joined(separator: " ")
  }
}

// Decides: what is written of the skin at the electrodes (SR-51).
// Leaves to others: asking (SessionController) and what stands (DoseLogReader.skinState).

/// When the skin was looked at.
public enum SkinCheckMoment: String, CaseIterable, Sendable, Codable {
  /// Before a session.
  case before
  /// After a session.
  case after
}

/// What was seen.
public enum SkinFinding: String, CaseIterable, Sendable, Codable {
  /// Nothing wrong.
  case ok
  /// A lesion.
  case lesion
}

/// One look at the skin under every electrode of a muscle.
public struct SkinCheck: Sendable, Equatable {
  /// Before or after.
  public var moment: SkinCheckMoment
  /// What was seen.
  public var finding: SkinFinding
  /// Who looked.
  public var actor: String
  /// Whether a simulation answered in a person's place.
  public var isSimulated: Bool
  /// More, for people.
  public var text: String

  /// A look at the skin.
  public init(
    moment: SkinCheckMoment, finding: SkinFinding, actor: String, isSimulated: Bool = false,
    text: String = ""
  ) {
    self.moment = moment
    self.finding = finding
    self.actor = actor
    self.isSimulated = isSimulated
    self.text = text
  }
}

/// What stands against the next session of a muscle.
public enum SkinState: Sendable, Equatable {
  /// Nothing.
  case clear
  /// A lesion was recorded, in this session where it belongs to one.
  case lesion(SessionID?)
  /// This session delivered something and its after-check is missing.
  case missingAfterCheck(SessionID)

  /// Why the next session is refused and what to do; `nil` when nothing stands.
  public var refusal: String? {
    let act = "a clinician looks at the skin and clears it"
    switch self {
    case .clear: return nil
    case .lesion(let session):
      let place = session.map { " in session \($0)" } ?? ""
      return "a skin lesion is recorded\(place): \(act) before the next session"
    case .missingAfterCheck(let session):
      return "the skin check after session \(session) is missing: \(act) before the next session"
    }
  }
}

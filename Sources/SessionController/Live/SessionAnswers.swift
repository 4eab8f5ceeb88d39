// Decides: which answers an operator must give before arming, and which stand against it
// (SR-51).
// Leaves to others: asking (OperatorConsole) and writing them down (Stimulator).

public import DoseLog

extension Contraindication {
  /// Whether a clinician may permit the session although the answer is yes: lost feeling is
  /// common where muscle has lost its nerve [C43].
  public var mayBeOverridden: Bool { self == .sensoryLoss }
}

/// What the operator answered.
public struct SessionAnswers: Sendable, Equatable {
  /// Yes or no to every question.
  public var contraindications: [Contraindication: Bool]
  /// A clinician's note that permits what may be permitted; empty is none.
  public var override: String
  /// What was seen of the skin under each electrode; `nil` when nobody looked.
  public var skin: SkinFinding?

  /// Answers.
  public init(
    contraindications: [Contraindication: Bool], override: String = "", skin: SkinFinding?
  ) {
    self.contraindications = contraindications
    self.override = override
    self.skin = skin
  }

  /// Refuses what is missing, and what stands against the session.
  func check() throws(StimulatorError) {
    for question in Contraindication.allCases {
      guard let answer = contraindications[question] else {
        throw .checklist(question, isAnswered: false)
      }
      let isPermitted = question.mayBeOverridden && !override.isEmpty
      if answer && !isPermitted { throw .checklist(question, isAnswered: true) }
    }
    switch skin {
    case nil: throw .skinNotChecked
    case .lesion: throw .skin("a lesion is seen: a clinician looks at it before any session")
    case .ok: break
    }
  }
}

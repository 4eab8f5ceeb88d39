// Decides: in which order arming asks, which answers it takes, and what it then sends.
// Leaves to others: which questions there are and what the answers permit (the daemon).

/// A question of SR-51, as the daemon puts it.
public struct SafetyQuestion: Sendable, Equatable {
  /// Its name.
  public let id: String
  /// As it is asked.
  public let question: String
  /// Whether a clinician's note permits the session in spite of a yes.
  public let mayBeOverridden: Bool

  /// A question.
  public init(id: String, question: String, mayBeOverridden: Bool) {
    self.id = id
    self.question = question
    self.mayBeOverridden = mayBeOverridden
  }
}

/// What was answered before arming.
public struct ArmAnswers: Sendable, Equatable {
  /// Yes or no to every question.
  public var answers: [String: Bool] = [:]
  /// A clinician's note.
  public var override: String?
  /// Whether the skin under every electrode is without a lesion; `nil` where nobody looked.
  public var skinIsOK: Bool?

  /// Nothing answered.
  public init() {}
}

/// The first act of START: one question at a time, each answered yes or no.
public struct ArmDialogue: Sendable, Equatable {
  /// Where it stands.
  public enum Step: Sendable, Equatable {
    /// This is asked.
    case ask(String)
    /// All is answered.
    case complete(ArmAnswers)
    /// An answer stands against the session, which the daemon records.
    case standsAgainst(ArmAnswers)
    /// Arming is off, and why.
    case abandoned(String)
  }

  private enum Stage: Equatable {
    case question(Int)
    case override(Int)
    case skin
    case lesion
    case done
    case standsAgainst
    case abandoned(String)
  }

  private let questions: [SafetyQuestion]
  private var stage: Stage
  private var given = ArmAnswers()

  /// A dialogue about these questions.
  public init(questions: [SafetyQuestion]) {
    self.questions = questions
    stage = questions.isEmpty ? .skin : .question(0)
  }

  /// What is to be done now.
  public var step: Step {
    switch stage {
    case .question(let index):
      return .ask("\(index + 1)/\(questions.count) \(questions[index].question) [y/n] ")
    case .override: return .ask("clinician's reason to go on, skin inspected (empty: no): ")
    case .skin: return .ask("skin under every electrode looked at and without a lesion? [y/n] ")
    case .lesion: return .ask("is a lesion seen? [y/n] ")
    case .done: return .complete(given)
    case .standsAgainst: return .standsAgainst(given)
    case .abandoned(let reason): return .abandoned(reason)
    }
  }

  /// Takes a line. Answers what is wrong with it, or `nil`.
  public mutating func answer(_ line: String) -> String? {
    let text = line.trimmed
    if ["cancel", "abort", "quit"].contains(text.lowercased()) {
      stage = .abandoned("nothing was armed")
      return nil
    }
    if case .override(let index) = stage {
      if text.isEmpty {
        stage = .standsAgainst
      } else {
        given.override = text
        advance(from: index)
      }
      return nil
    }
    guard let yes = Self.yes(text) else {
      return "answer y or n, or cancel; nothing is armed yet"
    }
    switch stage {
    case .question(let index):
      given.answers[questions[index].id] = yes
      if !yes {
        advance(from: index)
      } else if questions[index].mayBeOverridden {
        stage = .override(index)
      } else {
        stage = .standsAgainst
      }
    case .skin:
      if yes { given.skinIsOK = true }
      stage = yes ? .done : .lesion
    case .lesion:
      if yes { given.skinIsOK = false }
      stage = yes ? .standsAgainst : .abandoned("look at the skin first: nothing was armed")
    case .override, .done, .standsAgainst, .abandoned: break
    }
    return nil
  }

  private mutating func advance(from index: Int) {
    stage = index + 1 < questions.count ? .question(index + 1) : .skin
  }

  /// Yes and no are written out or as one letter; anything else is neither.
  static func yes(_ text: String) -> Bool? {
    switch text.lowercased() {
    case "y", "yes": true
    case "n", "no": false
    default: nil
    }
  }
}

extension String {
  /// Without spaces at both ends.
  var trimmed: String {
    let rest = drop { $0.isWhitespace }
    guard let last = rest.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(rest[...last])
  }
}

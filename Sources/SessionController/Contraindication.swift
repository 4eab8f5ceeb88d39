// Decides: which contraindications are asked before every session (SR-51).
// Leaves to others: asking (OperatorConsole) and logging the answers (DoseLog).

/// A contraindication of clinical.md's checklist.
public enum Contraindication: String, CaseIterable, Sendable {
  case implant
  case carotid
  case chest
  case head
  case infectedSkin = "infected-skin"
  case malignancy
  case thrombophlebitis
  case pregnancy
  case epilepsy
  case heartDisease = "heart-disease"
  case recentBleeding = "recent-bleeding"
  case thrombosis
  case brokenSkin = "broken-skin"
  case metal
  case osteoporosis
  case dysreflexia
  case cannotStop = "cannot-stop"
  case sensoryLoss = "sensory-loss"

  /// The question as it is put.
  public var question: String {
    switch self {
    case .implant: return "A demand pacemaker or another electrical implant? [C25]"
    case .carotid: return "Electrodes over the carotid sinus or the front of the neck? [C25]"
    case .chest: return "Current across the chest? [C25]"
    case .head: return "Current across the head? [C25]"
    case .infectedSkin: return "Infected or inflamed skin under an electrode? [C25]"
    case .malignancy: return "A malignancy near the electrodes? [C28]"
    case .thrombophlebitis: return "Thrombophlebitis? [C28]"
    case .pregnancy: return "Pregnancy? [C28]"
    case .epilepsy: return "Epilepsy? [C28]"
    case .heartDisease: return "Heart disease? [C28]"
    case .recentBleeding: return "Recent bleeding or a fracture? [C43]"
    case .thrombosis: return "Deep vein thrombosis? (unconfirmed)"
    case .brokenSkin: return "Broken skin under an electrode? (unconfirmed)"
    case .metal: return "Metal under an electrode? (unconfirmed)"
    case .osteoporosis: return "Severe osteoporosis? (unconfirmed)"
    case .dysreflexia: return "Autonomic dysreflexia? (unconfirmed)"
    case .cannotStop: return "Unable to stop the session himself? (unconfirmed)"
    case .sensoryLoss: return "Loss of feeling under the electrodes? [C43]"
    }
  }
}

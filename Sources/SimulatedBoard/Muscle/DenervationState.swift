// Decides: what a muscle's state means in numbers.
// Leaves to others: excitation (Membrane, FibrePool) and force (DingForce).

/// How far a muscle has lost its nerve.
public enum DenervationState: UInt8, CaseIterable, Sendable {
  /// The nerve is whole.
  case innervated
  /// Weeks without a nerve.
  case earlyDenervated
  /// Months without a nerve.
  case denervated
  /// Years without a nerve.
  case longTerm
}

extension DenervationState {
  /// The chronaxie in ms, `clinical.md`, unconfirmed [m].
  var chronaxie: Double {
    switch self {
    case .innervated: return 0.3
    case .earlyDenervated: return 5
    case .denervated: return 15
    case .longTerm: return 30
    }
  }

  /// The median rheobase in mA under 180 cm²: the middle of the range, unconfirmed [m].
  var rheobase: Double {
    switch self {
    case .innervated: return 10
    case .earlyDenervated: return 25
    case .denervated: return 50
    case .longTerm: return 115
    }
  }

  /// The time constant of accommodation in ms: one value of the range, unconfirmed [m].
  var accommodation: Double {
    switch self {
    case .innervated: return 130
    case .earlyDenervated: return 700
    case .denervated: return 1_650
    case .longTerm: return 3_250
    }
  }

  /// The factors on A, τc, τ1 and the time of fatigue; a proposal, unconfirmed.
  var forceScale: (force: Double, tauC: Double, tau1: Double, fatigue: Double) {
    switch self {
    case .innervated: return (1, 1, 1, 1)
    case .earlyDenervated: return (0.3, 2, 2, 1.5)
    case .denervated: return (0.1, 2.5, 3, 1.75)
    case .longTerm: return (0.02, 3, 4, 2)
    }
  }
}

// Decides: the stages of denervation, and the finding that each rests on.
// Leaves to others: what a stage's protocol does (Protocols/) and who recorded the finding.

/// A stage. No stage is ever chosen from elapsed weeks alone.
public enum Stage: String, CaseIterable, Sendable, Codable, CustomStringConvertible {
  /// Awaiting assessment.
  case s0 = "S0"
  /// A small denervated muscle, stimulated selectively.
  case s1 = "S1"
  /// A large denervated muscle that answers long pulses only.
  case s2 = "S2"
  /// A large denervated muscle that twitches at 60 ms or less.
  case s3 = "S3"
  /// A large denervated muscle that fuses at 40 ms.
  case s4 = "S4"
  /// Nerve growing in.
  case s5 = "S5"
  /// Partly innervated.
  case s6 = "S6"
  /// Innervated, weak from disuse.
  case s7 = "S7"

  /// The stage's name in files.
  public var description: String { rawValue }

  /// The recorded finding that the stage needs.
  public var finding: FindingKind {
    switch self {
    case .s0: .noAssessment
    case .s1: .fibrillationsWithoutMotorUnits
    case .s2: .noResponseAt40ms
    case .s3: .twitchAt60ms
    case .s4: .fusedAt40ms
    case .s5: .risingAlphaWithKink
    case .s6: .shortPulsesContract
    case .s7: .innervatedCurveOrAlpha
    }
  }
}

/// What was recorded of the muscle.
public enum FindingKind: String, CaseIterable, Sendable, Codable, CustomStringConvertible {
  /// Neither EMG nor strength-duration curve yet.
  case noAssessment
  /// Fibrillations and no motor units in the EMG.
  case fibrillationsWithoutMotorUnits
  /// No response to pulses of 40 ms.
  case noResponseAt40ms
  /// A visible twitch at pulses of 60 ms or less.
  case twitchAt60ms
  /// Fused contraction at pulses of 40 ms.
  case fusedAt40ms
  /// α rising, with a kink in the curve.
  case risingAlphaWithKink
  /// Short pulses contract the muscle (MRC 1–3).
  case shortPulsesContract
  /// A strength-duration curve or an α of innervated muscle.
  case innervatedCurveOrAlpha

  /// The finding's name in files.
  public var description: String { rawValue }

  /// The finding in words.
  public var meaning: String {
    switch self {
    case .noAssessment: "no EMG or strength-duration curve yet"
    case .fibrillationsWithoutMotorUnits: "fibrillations, no motor units"
    case .noResponseAt40ms: "no response at 40 ms"
    case .twitchAt60ms: "visible twitch at 60 ms or less"
    case .fusedAt40ms: "fused at 40 ms"
    case .risingAlphaWithKink: "α rising, kink in the curve"
    case .shortPulsesContract: "short pulses contract the muscle (MRC 1–3)"
    case .innervatedCurveOrAlpha: "curve or α of innervated muscle"
    }
  }
}

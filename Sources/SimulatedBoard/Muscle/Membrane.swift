// Decides: how far a current excites a fibre: Hill's potential less its accommodation.
// Leaves to others: how many fibres that recruits (FibrePool).

/// The excitation of a muscle fibre by a current, in mA that a rheobase is compared with.
///
/// V′ = (I − V)/τ and U′ = (V − U)/λ with τ = chronaxie ÷ ln 2; a fibre fires when V − U
/// reaches its rheobase. Both are linear, so each step of constant current is exact.
struct Membrane {
  private let tau: Double
  private let lambda: Double
  private let coupling: Double
  private var potential = 0.0
  private var excitation = 0.0
  private var stepCached = -1.0
  private var potentialDecay = 1.0
  private var excitationDecay = 1.0

  init(_ state: DenervationState) {
    self.init(chronaxie: state.chronaxie, accommodation: state.accommodation)
  }

  init(chronaxie: Double, accommodation: Double) {
    tau = chronaxie / 0.693_147_180_559_945_3
    lambda = accommodation
    coupling = lambda / (lambda - tau)
  }

  /// Whether nothing of an earlier current is left.
  var isAtRest: Bool { potential == 0 && excitation == 0 }

  /// Steps by `time` ms of constant `current` in mA; answers V − U at the end of the step.
  @inline(__always)
  mutating func step(current: Double, time: Double) -> Double {
    if time != stepCached {
      stepCached = time
      potentialDecay = exponential(-time / tau)
      excitationDecay = exponential(-time / lambda)
    }
    let change = current - potential
    excitation =
      excitation * excitationDecay + change * coupling * (excitationDecay - potentialDecay)
    potential = current - change * potentialDecay
    if current == 0 && abs(potential) < 1e-9 && abs(excitation) < 1e-6 {
      potential = 0
      excitation = 0
    }
    return excitation
  }
}

// Decides: what share of a muscle's fibres an excitation recruits.
// Leaves to others: the excitation (Membrane) and the force (DingForce).

/// Fibres whose rheobases are log-normal with a coefficient of variation of 0.3.
struct FibrePool {
  /// The median rheobase in mA.
  let rheobase: Double
  private let inverseSpread: Double

  /// A pool under electrodes of `area` mm².
  ///
  /// The page gives rheobases under 180 cm². For other areas they scale with the root of the
  /// area, which puts the face's few mA under 5 cm²; a proposal, unconfirmed.
  init(_ state: DenervationState, area: Double) {
    rheobase = state.rheobase * (area / 18_000).squareRoot()
    inverseSpread = 1 / naturalLogarithm(1.09).squareRoot()  // σ² = ln(1 + 0.3²)
  }

  /// The share of fibres whose rheobase is at most `excitation` mA.
  func share(at excitation: Double) -> Double {
    guard excitation > rheobase * 0.05 else { return 0 }
    return normalShare(below: naturalLogarithm(excitation / rheobase) * inverseSpread)
  }
}

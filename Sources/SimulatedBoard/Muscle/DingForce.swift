// Decides: the force that a recruited muscle makes, and how it tires (Ding 2003 [C35]).
// Leaves to others: which share is recruited (FibrePool) and when pulses come (the channel).

/// Ding's model of force with fatigue, in N, s and N/s.
///
/// Steps are taken only when a pulse arrives or the force is asked for, at most 2 ms each.
struct DingForce {
  private static let restingKm = 0.103
  private static let tau2 = 0.060
  private static let longestStep = 0.002
  private static let alphaA = -0.4
  private static let alphaTau1 = 2.1e-5
  private static let alphaKm = 1.9e-5

  private let restingA: Double
  private let restingTau1: Double
  private let tauC: Double
  private let tauFatigue: Double
  private let stepDecay: Double

  private var a: Double
  private var tau1: Double
  private var km = DingForce.restingKm
  private var pulseTrace = 0.0
  private var calcium = 0.0
  private var share = 0.0
  private var lastPulse: Int64?
  private var steppedTo: Int64 = 0
  /// The force in N at the time stepped to.
  private(set) var force = 0.0

  init(_ state: DenervationState) {
    let scale = state.forceScale
    restingA = 3_009 * scale.force
    restingTau1 = 0.050_957 * scale.tau1
    tauC = 0.020 * scale.tauC
    tauFatigue = 127 * scale.fatigue
    a = restingA
    tau1 = restingTau1
    stepDecay = exponential(-DingForce.longestStep / tauC)
  }

  /// A pulse that recruits `share` of the fibres, at `time` ns.
  mutating func pulse(at time: Int64, share: Double) {
    advance(to: time)
    var weight = 1.0
    if let lastPulse {
      let pause = Double(time - lastPulse) * 1e-9
      weight += (km + 1.04 - 1) * exponential(-pause / tauC)
    }
    pulseTrace += weight
    lastPulse = time
    self.share = share
  }

  /// Steps to `time` ns.
  mutating func advance(to time: Int64) {
    while steppedTo < time {
      let left = time - steppedTo
      if calcium < 1e-7 && pulseTrace < 1e-7 && force < 1e-4 {
        rest(Double(left) * 1e-9)
        steppedTo = time
      } else if left >= 2_000_000 {
        step(DingForce.longestStep, decay: stepDecay)
        steppedTo += 2_000_000
      } else {
        let seconds = Double(left) * 1e-9
        step(seconds, decay: exponential(-seconds / tauC))
        steppedTo = time
      }
    }
  }

  /// Recovery without force: each parameter returns to its resting value.
  private mutating func rest(_ seconds: Double) {
    let decay = exponential(-seconds / tauFatigue)
    force = 0
    calcium = 0
    pulseTrace = 0
    a = restingA + (a - restingA) * decay
    tau1 = restingTau1 + (tau1 - restingTau1) * decay
    km = DingForce.restingKm + (km - DingForce.restingKm) * decay
  }

  private mutating func step(_ seconds: Double, decay: Double) {
    let before = calcium
    calcium = (calcium + pulseTrace * seconds / tauC) * decay
    pulseTrace *= decay
    let middle = (before + calcium) / 2
    let g = middle / (km + middle)
    let time = tau1 + DingForce.tau2 * g
    let x = seconds / time  // at most 0.04, where this quotient is e^(−x) to 1e-5
    let forceDecay = (1 - x / 2 + x * x / 12) / (1 + x / 2 + x * x / 12)
    let target = a * share * g * time
    let forceBefore = force
    force = target + (force - target) * forceDecay
    // Only recruited fibres tire: the force of the whole muscle had all been recruited.
    let load = (forceBefore + force) / 2 / max(share, 0.05)
    a += seconds * ((restingA - a) / tauFatigue + DingForce.alphaA * load)
    tau1 += seconds * ((restingTau1 - tau1) / tauFatigue + DingForce.alphaTau1 * load)
    km += seconds * ((DingForce.restingKm - km) / tauFatigue + DingForce.alphaKm * load)
    if a < 0 { a = 0 }
  }
}

// Decides: whether pulses leave charge behind or carry too much energy (SR-12, SR-13).
// Leaves to others: trimming the recovery (PulseEngine).

/// Watches one channel's charge balance and energy.
struct ChargeInterlock {
  /// The residue since the session's start, signed.
  private(set) var residue = Femtocoulombs.zero
  private var largestPhase = Femtocoulombs.zero
  /// So many board-timed pulses are judged together.
  static let heldTogether = 8
  private var heldNet = Femtocoulombs.zero
  private var heldLimit = Femtocoulombs.zero
  private var heldPulses = 0
  private var powerEnergy = Picojoules.zero
  private var powerWindowEndsAt = Nanoseconds.notYet

  /// The larger of 3 % of the phase charge and 100 µA × the pulse's duration.
  static func limit(phase: Femtocoulombs, duration: Nanoseconds) -> Femtocoulombs {
    max(phase * 3 / 100, Microamperes(100) * duration)
  }

  /// A pulse that the loop timed.
  ///
  /// The residue of all pulses is compared with the session's largest phase: a residue that a
  /// strong pulse was allowed to leave is not too much because the next pulse is weak.
  mutating func check(_ pulse: PulseResult, _ latch: inout FaultLatch, channel: Int) {
    largestPhase = max(largestPhase, pulse.leading.charge)
    residue += pulse.net
    let most = ChargeInterlock.limit(phase: pulse.leading.charge, duration: pulse.duration)
    if pulse.net.magnitude > most { latch.trip(.netCharge, channel: channel) }
    let mostResidue = ChargeInterlock.limit(phase: largestPhase, duration: pulse.duration)
    if residue.magnitude > mostResidue { latch.trip(.residue, channel: channel) }
  }

  /// Whether ``check(_:_:channel:)`` will trip on a pulse; changes nothing.
  mutating func leavesTooMuch(_ pulse: PulseResult) -> Bool {
    let phase = pulse.leading.charge
    let most = ChargeInterlock.limit(phase: phase, duration: pulse.duration)
    let mostResidue = ChargeInterlock.limit(
      phase: max(largestPhase, phase), duration: pulse.duration)
    return pulse.net.magnitude > most || (residue + pulse.net).magnitude > mostResidue
  }

  /// A pulse that the board timed, from its two held samples.
  ///
  /// Its series capacitor returns the difference within the pulse, so that no residue builds
  /// up. The samples carry the converter's noise, which near the limit is not small against
  /// it: eight pulses are judged together, and one alone only beyond three times the limit.
  mutating func checkHeld(
    net: Femtocoulombs, leading: Femtocoulombs, duration: Nanoseconds, _ latch: inout FaultLatch,
    channel: Int
  ) {
    let limit = ChargeInterlock.limit(phase: leading, duration: duration)
    if net.magnitude > limit * 3 { latch.trip(.netCharge, channel: channel) }
    heldNet += net
    heldLimit += limit
    heldPulses += 1
    guard heldPulses == ChargeInterlock.heldTogether else { return }
    if heldNet.magnitude > heldLimit { latch.trip(.netCharge, channel: channel) }
    heldNet = .zero
    heldLimit = .zero
    heldPulses = 0
  }

  /// The energy of a pulse counted as its envelope counts it, from measured charge.
  ///
  /// Measured current may lie 10 % above command before SR-28 acts; so may the energy.
  static func checkEnergy(
    squareTime: Int64, charge: Femtocoulombs, limits: PulseLimits, _ latch: inout FaultLatch,
    channel: Int
  ) {
    // µA²·µs × Ω = 10⁻¹⁸ J = 10⁻⁶ pJ; fC × mV = 10⁻¹⁸ J.
    let counted: Int64
    if limits.envelope == .extended {
      counted = charge.rawValue / 1_000 * Int64(PlanFigures.countedVoltage.rawValue) / 1_000
    } else {
      counted = squareTime / 1_000 * Int64(PlanFigures.countedLoad.rawValue) / 1_000
    }
    let limit = limits.pulseEnergy
    if counted > limit + limit / 10 { latch.trip(.pulseEnergy, channel: channel) }
  }

  /// Mean power density over whole seconds, from measured voltage × current.
  mutating func addPower(
    _ energy: Picojoules, area: SquareMillimetres, limits: PulseLimits, at now: Nanoseconds,
    _ latch: inout FaultLatch, channel: Int
  ) {
    if now >= powerWindowEndsAt {
      // pJ in 1 s over mm²: × 100 for cm², ÷ 10⁶ for µW.
      let density = powerEnergy.rawValue / 10_000 / Int64(area.rawValue)
      if density > limits.powerDensity { latch.trip(.powerDensity, channel: channel) }
      powerEnergy = .zero
      powerWindowEndsAt = now + .seconds(1)
    }
    powerEnergy += energy
  }
}

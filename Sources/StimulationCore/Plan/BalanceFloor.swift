// Decides: the lowest amplitude at which a channel's pulses return their charge (SR-13).
// Leaves to others: refusing an amplitude (StimulationPlan, Setpoint), and where a ramp begins
// (ChannelRun).

/// The lowest amplitude at which a session's pulses do not pile up residue.
///
/// A current source that gives e too much in one direction and e too little in the other moves
/// (h·A + e)·l in a leading phase of width l, amplitude A and mean height h. Its recovery of
/// planned width r moves at most 1.1 × (h·A·l − e·r), because the trim ends at 10 % of the
/// phase. What is left of N such pulses must stay within the residue that the interlock allows:
///
///     N · (e·l + 1.1·e·r − 0.1·h·A·l) ≤ 100 µA · pulse duration
///
/// A board with more asymmetry than ``asymmetry`` trips instead of being refused.
enum BalanceFloor {
  /// How far each direction of a current source may be off at weak amplitudes: 20 µA of offset
  /// and half of 2 % mismatch at 1 mA, and a sixth more. *Proposal, unconfirmed.*
  static let asymmetry = Microamperes(35)
  /// No floor is above the first amplitude that SR-14 permits from zero: it would close the way
  /// up.
  static let most = Microamperes.milliamperes(1)

  /// The lowest amplitude for a session of `pulse` in `train`, a multiple of the board's step.
  static func lowest(
    _ pulse: PulsePlan, _ train: TrainPlan, step: Microamperes
  ) -> Microamperes {
    // A board that times the pulses itself lets no direct current pass.
    if pulse.isTimedByBoard { return .zero }
    let pulses = PlanFigures.pulsesPerTrain(pulse, train) * Int64(train.trains)
    let recovery = asymmetry * pulse.recoveryPhase
    let allowed = Microamperes(100) * pulse.duration / max(pulses, 1)
    let excess = asymmetry * pulse.leadingPhase + recovery + recovery / 10 - allowed
    guard excess > .zero else { return .zero }
    let mean = roundedUp(excess.rawValue * 10, over: pulse.leadingPhase.rawValue)
    let height = Int64(pulse.shape.meanHeight.rawValue)
    let exact = roundedUp(min(mean, Int64(most.rawValue)) * 1_000_000, over: height)
    let steps = roundedUp(exact, over: Int64(step.rawValue))
    return min(Microamperes(rawValue: Int32(steps * Int64(step.rawValue))), most)
  }
}

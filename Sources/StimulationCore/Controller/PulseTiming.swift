// Decides: how a planned pulse is delivered on a board: gap, tolerances, trim bounds.
// Leaves to others: running it (PulseEngine).

/// A pulse's timing as one board delivers it.
struct PulseTiming: Sendable {
  let leading: Nanoseconds
  /// The planned gap, or what the board needs where that is longer (SR-31).
  let gap: Nanoseconds
  let recovery: Nanoseconds
  let shape: PulseShape
  let recoversLower: Bool
  let settling: Nanoseconds
  let deadTime: Nanoseconds
  /// The step of the amplitude in the board's range.
  let step: Microamperes
  /// The mean height of the shape's steps.
  let meanHeight: PartsPerMillion

  init(_ pulse: PulsePlan, on board: BoardCapabilities, step: Microamperes) {
    leading = pulse.leadingPhase
    recovery = pulse.recoveryPhase
    shape = pulse.shape
    recoversLower = pulse.recovery == .asymmetric
    // A shaped recovery begins at another amplitude than the leading phase ended with.
    let needed = pulse.shape == .rectangular ? board.deadTime : max(board.deadTime, board.settling)
    gap = max(pulse.interphaseGap, needed)
    settling = board.settling
    deadTime = board.deadTime
    self.step = step
    meanHeight = pulse.shape.meanHeight
  }

  /// The charge of a leading phase of `amplitude`, as its steps command it.
  func leadingCharge(of amplitude: Microamperes) -> Femtocoulombs {
    charge(of: amplitude, over: leading)
  }

  /// The charge of a recovery after a leading phase of `amplitude`, as its steps command it.
  func recoveryCharge(of amplitude: Microamperes) -> Femtocoulombs {
    charge(of: recoveryAmplitude(of: amplitude), over: recovery)
  }

  private func charge(of amplitude: Microamperes, over width: Nanoseconds) -> Femtocoulombs {
    var charge = Femtocoulombs.zero
    var begin = Nanoseconds.zero
    for index in 0..<shape.steps {
      let end = stepEnd(index, of: width)
      charge += stepAmplitude(index, of: amplitude) * (end - begin)
      begin = end
    }
    return charge
  }

  /// How late an edge of a phase may come (SR-25).
  static func edgeTolerance(of phase: Nanoseconds) -> Nanoseconds {
    min(.milliseconds(1), phase / 10)
  }

  /// How late a pulse may begin before it is withheld.
  var startTolerance: Nanoseconds { PulseTiming.edgeTolerance(of: leading) }

  /// The earliest and latest end of the recovery, from its start: 10 % of the phase (SR-13).
  var shortestRecovery: Nanoseconds { recovery - recovery / 10 }
  var longestRecovery: Nanoseconds { recovery + recovery / 10 }

  /// The nominal length of step `index` of a phase of `width`, counted so that the steps add
  /// up to the width exactly.
  func stepEnd(_ index: Int, of width: Nanoseconds) -> Nanoseconds {
    Nanoseconds(width.rawValue * Int64(index + 1) / Int64(shape.steps))
  }

  /// The amplitude of step `index`, at the board's resolution.
  func stepAmplitude(_ index: Int, of amplitude: Microamperes) -> Microamperes {
    guard shape != .rectangular else { return amplitude }
    return amplitude.scaled(by: shape.height(ofStep: index)).roundedDown(to: step)
  }

  /// The recovery's amplitude, at the board's resolution.
  func recoveryAmplitude(of amplitude: Microamperes) -> Microamperes {
    guard recoversLower else { return amplitude }
    let product = Int64(amplitude.rawValue) * leading.rawValue
    return Microamperes(rawValue: Int32(product / recovery.rawValue)).roundedDown(to: step)
  }
}

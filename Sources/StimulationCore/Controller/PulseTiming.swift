// Decides: how a planned pulse is delivered on a board: gap, tolerances, trim bounds.
// Leaves to others: running it (PulseEngine).

/// The recovery phase that follows a leading phase of some amplitude.
struct RecoveryPhase {
  let amplitude: Microamperes
  let width: Nanoseconds

  /// The earliest and latest end, from its start: 10 % of the phase (SR-13).
  var shortest: Nanoseconds { width - width / 10 }
  var longest: Nanoseconds { width + width / 10 }
}

/// A pulse's timing as one board delivers it.
struct PulseTiming: Sendable {
  let leading: Nanoseconds
  /// The planned gap, or what the board needs where that is longer (SR-31).
  let gap: Nanoseconds
  /// The planned recovery, the longest that any amplitude has.
  let recovery: Nanoseconds
  let shape: PulseShape
  let recoversLower: Bool
  let settling: Nanoseconds
  let deadTime: Nanoseconds
  /// What one step of the current's converter is.
  let resolution: Microamperes
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
    resolution = board.converterStep
    self.step = step
    meanHeight = pulse.shape.meanHeight
  }

  /// The charge of a phase of `amplitude` and `width`, as its steps command it.
  func charge(of amplitude: Microamperes, over width: Nanoseconds) -> Femtocoulombs {
    var charge = Femtocoulombs.zero
    var begin = Nanoseconds.zero
    for index in 0..<shape.steps {
      let end = stepEnd(index, of: width)
      charge += stepAmplitude(index, of: amplitude) * (end - begin)
      begin = end
    }
    return charge
  }

  /// The longest that a board may take from a wake-up to its edge and still be made up for.
  static let longestLead = Nanoseconds.microseconds(250)

  /// How late an edge of a phase may come (SR-25).
  static func edgeTolerance(of phase: Nanoseconds) -> Nanoseconds {
    min(.milliseconds(1), phase / 10)
  }

  /// How late a pulse may begin before it is withheld.
  var startTolerance: Nanoseconds { PulseTiming.edgeTolerance(of: leading) }

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

  /// The recovery after a leading phase of `amplitude`.
  ///
  /// A lower one has the lowest amplitude that the board can represent and that returns the
  /// charge within the planned width, and the width in which it does: rounding the amplitude
  /// alone would leave a weak pulse far more than the trim can return.
  func recovery(after amplitude: Microamperes) -> RecoveryPhase {
    let leadingSum = sumOfSteps(amplitude)
    guard recoversLower, leadingSum > 0 else {
      return RecoveryPhase(amplitude: amplitude, width: recovery)
    }
    let product = Int64(amplitude.rawValue) * leading.rawValue
    let exact = Microamperes(rawValue: Int32(product / recovery.rawValue))
    var lower = max(exact.roundedDown(to: step), step)
    // Ends within four steps: rounding takes less than one step off every part of a shape whose
    // mean is half its height or more. The leading amplitude itself returns it in any case.
    while lower < amplitude && sumOfSteps(lower) * recovery.rawValue < leadingSum * leading.rawValue
    {
      lower += step
    }
    let width = leading.rawValue * leadingSum / sumOfSteps(lower)
    return RecoveryPhase(amplitude: lower, width: Nanoseconds(width))
  }

  /// The sum of the steps' amplitudes, in µA.
  private func sumOfSteps(_ amplitude: Microamperes) -> Int64 {
    var sum: Int64 = 0
    for index in 0..<shape.steps { sum += Int64(stepAmplitude(index, of: amplitude).rawValue) }
    return sum
  }
}

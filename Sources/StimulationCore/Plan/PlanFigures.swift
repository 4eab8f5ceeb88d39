// Decides: how each limited figure is computed from a plan, at a given amplitude.
// Leaves to others: what the figures are compared with (LimitTable).

/// The figures of one channel of a plan at one amplitude, in the units of ``LimitKind``.
///
/// Figures that are upper-bounded round up, so that rounding never hides an excess.
public struct PlanFigures: Sendable {
  private var values: InlineArray<14, Int64> = InlineArray(repeating: 0)

  /// The figure for `kind`, in the unit that ``LimitKind`` names.
  public subscript(kind: LimitKind) -> Int64 { values[Int(kind.rawValue)] }

  /// The load that standard energy and planned power are counted into: 500 Ω (IEC 60601-2-10
  /// as quoted in secondary sources [C24, C45]).
  public static let countedLoad = Ohms(500)
  /// The voltage at which extended energy is counted: 80 V [C1].
  public static let countedVoltage = Millivolts(80_000)

  /// Computes every figure that follows from the plan alone.
  ///
  /// The daily figures (``LimitKind/trainsPerDay``, ``LimitKind/sessionsPerDay``) count one
  /// session; ``LimitKind/restBetweenSessions`` reads as a long rest. They are decided from
  /// the log by ``DoseHistory``.
  public init(
    pulse: PulsePlan, train: TrainPlan, amplitude: Microamperes, electrodeArea: SquareMillimetres,
    envelope: Envelope
  ) {
    let current = Int64(amplitude.rawValue)
    let width = max(pulse.leadingPhase, pulse.recoveryPhase)
    let phaseCharge = PlanFigures.phaseCharge(pulse, amplitude)
    let isLong = pulse.duration >= .milliseconds(100)
    set(.amplitude, current)
    set(.longPulseAmplitude, isLong ? current : 0)
    set(.phaseWidth, width.rawValue)
    set(.pulseRate, roundedUp(1_000_000_000_000, over: pulse.pulsePeriod.rawValue))
    set(.phaseCharge, phaseCharge.rawValue)
    set(.pulseEnergy, PlanFigures.energy(pulse, amplitude, envelope).rawValue)

    let rms = PlanFigures.rms(pulse, train, amplitude)
    set(.rms, Int64(rms.rawValue))
    if electrodeArea > .zero {
      let area = Int64(electrodeArea.rawValue)
      set(.currentDensity, roundedUp(Int64(rms.rawValue) * 1_000, over: area))
      // µA² × Ω = pW; over mm², ×100 for cm², ÷10⁶ for µW.
      let power =
        Int64(rms.rawValue) * Int64(rms.rawValue) * Int64(PlanFigures.countedLoad.rawValue)
      set(.powerDensity, roundedUp(power, over: area * 10_000))
    }

    let onTime = PlanFigures.onTime(train)
    set(.sessionOnTime, onTime.rawValue)
    let pulses = PlanFigures.pulsesPerTrain(pulse, train) * Int64(train.trains)
    set(.sessionCharge, PlanFigures.sessionCharge(pulse, amplitude, phaseCharge, pulses))
    set(.trainsPerDay, Int64(train.trains))
    set(.sessionsPerDay, 1)
    set(.restBetweenSessions, .max)
  }

  private mutating func set(_ kind: LimitKind, _ value: Int64) {
    values[Int(kind.rawValue)] = value
  }

  /// The on-time of a whole session on one channel.
  public static func onTime(_ train: TrainPlan) -> Nanoseconds {
    train.onTime * Int64(train.trains)
  }

  /// The pulses of one train: each begins and ends within the on-time.
  public static func pulsesPerTrain(_ pulse: PulsePlan, _ train: TrainPlan) -> Int64 {
    guard train.onTime >= pulse.duration, pulse.pulsePeriod > .zero else { return 0 }
    return (train.onTime - pulse.duration) / pulse.pulsePeriod + 1
  }

  /// The charge of one leading phase: the exact mean of the shape's steps.
  private static func phaseCharge(_ pulse: PulsePlan, _ amplitude: Microamperes) -> Femtocoulombs {
    let rectangle = (amplitude * pulse.leadingPhase).rawValue
    let steps = Int64(pulse.shape.steps)
    return Femtocoulombs(
      roundedUp(rectangle, times: pulse.shape.sumOfHeights, over: steps * 1_000_000))
  }

  /// The rectified charge that a session of `pulses` at one amplitude can deliver, because the
  /// limit is on what is delivered: a board may give 1 % more than it is told (SR-46), and each
  /// leading phase may end as late as a wake-up may come without counting as late, which its
  /// recovery returns. With the trim that the interlock allows the last two pulses, a plan at
  /// its limit is delivered to its end.
  private static func sessionCharge(
    _ pulse: PulsePlan, _ amplitude: Microamperes, _ phase: Femtocoulombs, _ pulses: Int64
  ) -> Int64 {
    let gain = roundedUp(phase.rawValue, over: 100)
    let lateness = WakeInterlock.late + CurrentInterlock.edgeAllowance
    let tail = pulse.isTimedByBoard ? .zero : amplitude * lateness
    let sides: Int64 = 2  // capacitor recovery moves the same charge back
    let all = (phase.rawValue + gain + tail.rawValue).multipliedReportingOverflow(
      by: pulses * sides)
    let sum = all.partialValue.addingReportingOverflow(roundedUp(phase.rawValue, over: 5))
    return all.overflow || sum.overflow ? .max : sum.partialValue
  }

  /// The energy of one pulse: in the standard envelope into 500 Ω over both phases, in the
  /// extended one amplitude × 80 V × (leading + recovery).
  static func energy(
    _ pulse: PulsePlan, _ amplitude: Microamperes, _ envelope: Envelope
  ) -> Picojoules {
    let current = Int64(amplitude.rawValue)
    if envelope == .extended {
      // mV × µA = nW; nW × ns = aJ.
      let power = Int64(countedVoltage.rawValue) * current
      let time = pulse.leadingPhase + pulse.recoveryPhase
      return Picojoules(roundedUp(power, times: time.rawValue, over: 1_000_000))
    }
    // µA² × Ω = pW.
    let power = current * current * Int64(countedLoad.rawValue)
    let time = squareTime(pulse, amplitude)
    return Picojoules(roundedUp(power, times: time.rawValue, over: 1_000_000_000))
  }

  /// The time for which a constant current of the amplitude has the pulse's energy, rounded up.
  private static func squareTime(_ pulse: PulsePlan, _ amplitude: Microamperes) -> Nanoseconds {
    let share = Int64(pulse.shape.meanSquareHeight.rawValue)
    let leading = roundedUp(pulse.leadingPhase.rawValue, times: share, over: 1_000_000)
    switch pulse.recovery {
    case .symmetric, .capacitor: return Nanoseconds(leading * 2)  // a capacitor: at most as much
    case .asymmetric:
      // The recovery's amplitude R returns A·l, in time A·l/R: R² · A·l/R = A² · l · (R/A).
      // R is A·l/r, or above it by as much as the board's steps take.
      let longer = max(pulse.leadingPhase, pulse.recoveryPhase).rawValue
      let exact = roundedUp(leading, times: pulse.leadingPhase.rawValue, over: longer)
      let current = max(Int64(amplitude.rawValue), 1)
      let rise = roundedUp(leading, times: coarsestRise(pulse), over: current)
      return Nanoseconds(leading + min(exact + rise, leading))
    }
  }

  /// How far a lower recovery's amplitude can be above the proportion, in µA: the coarsest step
  /// that SR-16 lets a board have, because channels share a range; of a shape three, because
  /// its steps are rounded down.
  private static func coarsestRise(_ pulse: PulsePlan) -> Int64 {
    pulse.shape == .rectangular ? 250 : 750
  }

  /// The time over which a single pulse is averaged: 1 s, or less where trains follow sooner.
  private static func singleWindow(_ train: TrainPlan) -> Nanoseconds {
    var pause = train.trainsPerSet > 1 ? train.offTime : .seconds(1)
    if train.sets > 1 { pause = min(pause, train.restBetweenSets) }
    return min(.seconds(1), train.onTime + pause)
  }

  /// The r.m.s. current at plateau over whole pulse periods; for single pulses over 1 s.
  static func rms(
    _ pulse: PulsePlan, _ train: TrainPlan, _ amplitude: Microamperes
  ) -> Microamperes {
    let isSingle = pulsesPerTrain(pulse, train) <= 1
    let window = isSingle ? max(singleWindow(train), pulse.duration) : pulse.pulsePeriod
    let active = min(squareTime(pulse, amplitude), window)
    let square = Int64(amplitude.rawValue) * Int64(amplitude.rawValue)
    let mean = roundedUp(square, times: active.rawValue, over: window.rawValue)
    return Microamperes(rawValue: Int32(squareRoot(mean)))
  }
}

/// `value` × `factor` ÷ `divisor`, rounded up, although the product may not fit 64 bits; the
/// quotient must. All are positive or zero.
func roundedUp(_ value: Int64, times factor: Int64, over divisor: Int64) -> Int64 {
  let product = value.multipliedFullWidth(by: factor)
  let (quotient, rest) = divisor.dividingFullWidth(product)
  return quotient + (rest == 0 ? 0 : 1)
}

/// `value` ÷ `divisor`, rounded up; both are positive or zero.
@inlinable func roundedUp(_ value: Int64, over divisor: Int64) -> Int64 {
  value / divisor + (value % divisor == 0 ? 0 : 1)
}

/// The smallest integer whose square is at least `value`.
func squareRoot(_ value: Int64) -> Int64 {
  precondition(value >= 0, "a root of a square")
  var low: Int64 = 0
  var high: Int64 = 3_037_000_499  // its square is the largest that fits
  while low < high {
    let middle = low + (high - low) / 2
    if middle * middle >= value { high = middle } else { low = middle + 1 }
  }
  return low
}

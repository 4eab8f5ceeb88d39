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
    let phaseCharge = (amplitude * pulse.leadingPhase).scaled(by: pulse.shape.meanHeight)
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
    let sides: Int64 = 2  // capacitor recovery moves the same charge back
    let charge = phaseCharge.rawValue.multipliedReportingOverflow(by: pulses * sides)
    set(.sessionCharge, charge.overflow ? .max : charge.partialValue)
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

  /// The energy of one pulse: in the standard envelope into 500 Ω over both phases, in the
  /// extended one amplitude × 80 V × (leading + recovery).
  static func energy(
    _ pulse: PulsePlan, _ amplitude: Microamperes, _ envelope: Envelope
  ) -> Picojoules {
    let current = Int64(amplitude.rawValue)
    if envelope == .extended {
      let time = pulse.leadingPhase + pulse.recoveryPhase
      return Picojoules(voltage: countedVoltage, current: amplitude, time: time)
    }
    // µA² × Ω = pW; whole µW × ns = fJ, one more of them for the part that was cut off.
    let power = current * current * Int64(countedLoad.rawValue) / 1_000_000 + 1
    let time = squareTime(pulse, amplitude)
    return Picojoules(rawValue: roundedUp(power * time.rawValue, over: 1_000))
  }

  /// The time for which a constant current of the amplitude has the pulse's energy, rounded up.
  private static func squareTime(_ pulse: PulsePlan, _ amplitude: Microamperes) -> Nanoseconds {
    let share = pulse.shape.meanSquareHeight
    let leading = pulse.leadingPhase.scaled(by: share) + Nanoseconds(1)
    switch pulse.recovery {
    case .symmetric, .capacitor: return leading * 2  // a capacitor returns at most as much
    case .asymmetric:
      // (A·l/r)² · r = A² · l · (l/r)
      let ratio = PartsPerMillion(
        pulse.leadingPhase, of: max(pulse.leadingPhase, pulse.recoveryPhase))
      return leading + leading.scaled(by: ratio) + Nanoseconds(1)
    }
  }

  /// The r.m.s. current at plateau over whole pulse periods; for single pulses over 1 s.
  static func rms(_ pulse: PulsePlan, _ train: TrainPlan, _ amplitude: Microamperes) -> Microamperes
  {
    let isSingle = pulsesPerTrain(pulse, train) <= 1
    let window = isSingle ? max(.seconds(1), pulse.duration) : pulse.pulsePeriod
    let active = min(squareTime(pulse, amplitude), window)
    let share = PartsPerMillion(active, of: window).rawValue + 1
    let square = Int64(amplitude.rawValue) * Int64(amplitude.rawValue)  // at most 6.25e10
    return Microamperes(
      rawValue: Int32(squareRoot(roundedUp(square * Int64(share), over: 1_000_000))))
  }
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

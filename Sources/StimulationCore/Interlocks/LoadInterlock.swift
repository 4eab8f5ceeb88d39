// Decides: what the electrodes' load says: open, saturated, short, risen, fallen (SR-27).
// Leaves to others: the sums it is computed from (PhaseMeasurement, the board's held samples).

/// What one pulse says of the load.
struct LoadSample {
  /// The commanded current of the part that was averaged.
  let command: Microamperes
  /// The measured mean current.
  let current: Microamperes
  /// The measured mean voltage.
  let voltage: Millivolts
  /// The largest voltage of the leading phase.
  let peakVoltage: Millivolts
  /// From which current on the load is certain enough to be compared.
  let comparedFrom: Microamperes
}

/// Watches one channel's load, once a pulse.
struct LoadInterlock {
  /// Under this load at ``shortFrom`` or more the electrodes are shorted.
  static let short = Ohms(50)
  static let shortFrom = Microamperes.milliamperes(5)
  /// Below this current the converters' resolution makes the mean of a quarter phase too
  /// uncertain to compare.
  static let comparedFrom = Microamperes(500)
  /// The same for the single held sample of a board-timed pulse.
  static let heldComparedFrom = Microamperes(2_000)

  private var openPulses = 0
  private var saturatedPulses = 0
  private var risenPulses = 0
  private var hasWarnedRise = false
  private var hasWarnedFall = false
  private var references = LoadReferences()
  /// The load of the last pulse that could be compared.
  private(set) var load: Ohms?

  /// Judges one pulse; answers a warning that is new.
  mutating func check(
    _ sample: LoadSample, compliance: Millivolts, _ latch: inout FaultLatch, channel: Int
  ) -> Warning? {
    let isSaturated = sample.peakVoltage >= LoadInterlock.saturated(compliance)
    let isOpen = isSaturated && sample.current < sample.command / 10
    openPulses = isOpen ? openPulses + 1 : 0
    saturatedPulses = isSaturated ? saturatedPulses + 1 : 0
    if openPulses >= 2 { latch.trip(.openElectrode, channel: channel) }
    if saturatedPulses >= 2 && openPulses < 2 { latch.trip(.outOfCompliance, channel: channel) }
    let isComparable = sample.current >= sample.comparedFrom
    guard isComparable, !isSaturated,
      let load = Ohms(voltage: max(sample.voltage, .zero), current: sample.current)
    else { return nil }
    self.load = load
    if load < LoadInterlock.short && sample.current >= LoadInterlock.shortFrom {
      latch.trip(.shortCircuit, channel: channel)
      return nil
    }
    return compare(load, at: sample.command, &latch, channel)
  }

  /// From this voltage on the current source is saturated: 3 % below the limit.
  private static func saturated(_ compliance: Millivolts) -> Millivolts {
    compliance - compliance / 32
  }

  /// Whether next to no current flowed in a stretch of a phase although the source gave all the
  /// voltage that it has.
  static func isOpen(_ interval: PhaseInterval, compliance: Millivolts) -> Bool {
    interval.voltage >= saturated(compliance) && interval.current < interval.command / 10
  }

  private mutating func compare(
    _ load: Ohms, at amplitude: Microamperes, _ latch: inout FaultLatch, _ channel: Int
  ) -> Warning? {
    guard let reference = references.reference(at: amplitude) else {
      if let lower = references.nextLower(than: amplitude), load > lower + lower / 10 {
        latch.trip(.loadJump, channel: channel)
      }
      references.learn(load, at: amplitude)
      return nil
    }
    risenPulses = load > reference + reference / 2 ? risenPulses + 1 : 0
    if risenPulses >= 2 { latch.trip(.loadRise, channel: channel) }
    let isRisen = load > reference + reference * 3 / 10
    let isFallen = load < reference / 2
    defer {
      hasWarnedRise = isRisen
      hasWarnedFall = isFallen
    }
    if isRisen && !hasWarnedRise { return .loadRise }
    if isFallen && !hasWarnedFall { return .loadFall }
    return nil
  }

  /// Forgets what it learnt: a new session.
  mutating func forget() { self = LoadInterlock() }
}

/// The session's loads by amplitude, each learnt from its first two pulses.
///
/// Amplitudes within one slot are the same amplitude: 250 µA wide at the bottom, where load
/// depends on current, to 5 mA (SR-27 allows ± 5 mA).
private struct LoadReferences {
  private struct Slot {
    var sum: Int32 = 0
    var pulses: Int32 = 0
  }

  private static let count = 70
  private var slots: InlineArray<70, Slot> = InlineArray(repeating: Slot())

  /// 8 slots of 0.25 mA, 6 of 0.5, 5 of 1, 6 of 2.5 and 45 of 5 mA: 0 to 250 mA.
  private static func index(of amplitude: Microamperes) -> Int {
    let value = Int(amplitude.rawValue)
    switch value {
    case ..<2_000: return value / 250
    case ..<5_000: return 8 + (value - 2_000) / 500
    case ..<10_000: return 14 + (value - 5_000) / 1_000
    case ..<25_000: return 19 + (value - 10_000) / 2_500
    default: return min(25 + (value - 25_000) / 5_000, count - 1)
    }
  }

  private func mean(_ index: Int) -> Ohms {
    Ohms(rawValue: slots[index].sum / slots[index].pulses)
  }

  /// The learnt load at an amplitude; `nil` until two pulses were learnt.
  func reference(at amplitude: Microamperes) -> Ohms? {
    let index = LoadReferences.index(of: amplitude)
    return slots[index].pulses >= 2 ? mean(index) : nil
  }

  /// The learnt load of the nearest lower amplitude.
  func nextLower(than amplitude: Microamperes) -> Ohms? {
    var index = LoadReferences.index(of: amplitude) - 1
    while index >= 0 {
      if slots[index].pulses > 0 { return mean(index) }
      index -= 1
    }
    return nil
  }

  mutating func learn(_ load: Ohms, at amplitude: Microamperes) {
    let index = LoadReferences.index(of: amplitude)
    // Two loads above 1 GΩ would overflow the sum; such a load is an open electrode anyway.
    slots[index].sum += min(load.rawValue, 1_000_000_000)
    slots[index].pulses += 1
  }
}

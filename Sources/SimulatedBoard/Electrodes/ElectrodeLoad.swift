// Decides: the voltage that a current makes at the electrodes, and what flows at compliance.
// Leaves to others: which current is wanted (ChannelPlant).

/// A stretch of wanted current: `steady + transient·e^(−rate·t)`, in mA and ms.
struct WantedCurrent: Sendable {
  var steady: Double
  var transient = 0.0
  var rate = AmplitudeFilter.rate
}

/// A pair of electrodes with the charge on its capacitance.
struct ElectrodeLoad {
  private let model: ElectrodeModel
  /// The voltage on Cp, in V.
  private(set) var capacitorVoltage = 0.0
  /// Whether a lead is off.
  private(set) var isOpen = false
  /// The share of the current that reaches tissue.
  private(set) var tissueShare = 1.0
  /// The share of a stretch in which compliance limited the current is above zero.
  private(set) var isLimited = false

  private var series: Double
  private var isShort = false
  private var parallel = 1.0
  private var parallelFor = -1.0
  private var decay = 1.0
  private var decayFor = -1.0

  init(area: Double) {
    model = ElectrodeModel(area: area)
    series = model.seriesResistance
  }

  /// A lead comes off: open, or `resistance` kΩ more in series.
  mutating func loosen(_ resistance: Double?) {
    if let resistance { series += resistance } else { isOpen = true }
  }

  /// `resistance` kΩ across the electrodes. The tissue's own path beside it is left out.
  mutating func shorten(_ resistance: Double) {
    isShort = true
    series = resistance
    capacitorVoltage = 0
    tissueShare = resistance / (resistance + model.seriesResistance + model.lowestParallel)
    parallelFor = -1
  }

  /// The voltage at the electrodes with `current` mA.
  func voltage(at current: Double) -> Double { current * series + capacitorVoltage }

  /// The current that flows when `wanted` mA are wanted and `limit` V are there.
  func current(wanted: Double, limit: Double) -> Double {
    if isOpen || wanted == 0 { return 0 }
    let bound = wanted > 0 ? limit : -limit
    let most = (bound - capacitorVoltage) / max(series, 1e-6)
    if wanted > 0 { return max(0, min(wanted, most)) }
    return min(0, max(wanted, most))
  }

  /// Steps without current.
  @inline(__always)
  mutating func rest(_ time: Double) {
    if capacitorVoltage == 0 { return }
    prepare(0, time)
    capacitorVoltage *= decay
    if abs(capacitorVoltage) < 1e-9 { capacitorVoltage = 0 }
  }

  /// Steps by `time` ms of a wanted current of one sign; answers what flowed.
  @inline(__always)
  mutating func step(_ wanted: WantedCurrent, _ time: Double, limit: Double) -> CurrentFlow {
    let steady = wanted.steady
    isLimited = false
    if wanted.transient != 0 { return stepTransient(wanted, time, limit: limit) }
    prepare(abs(steady), time)
    let before = capacitorVoltage
    let end = steady * parallel
    let rest = before - end
    let after = end + rest * decay
    let drop = steady * series
    if max(abs(drop + before), abs(drop + after)) > limit {
      return stepLimited(wanted, time, limit: limit)
    }
    capacitorVoltage = after
    let charge = steady * time
    let square = steady * charge
    let tau = parallel * model.capacitance
    let energy = series * square + steady * (end * time + rest * tau * (1 - decay))
    return CurrentFlow(charge: charge, square: square, energy: energy, peak: abs(steady))
  }

  private mutating func prepare(_ magnitude: Double, _ time: Double) {
    if magnitude != parallelFor {
      parallelFor = magnitude
      parallel = isShort ? 1e-6 : model.parallelResistance(at: magnitude)
      decayFor = -1
    }
    if time != decayFor {
      decayFor = time
      decay = exponential(-time / (parallel * model.capacitance))
    }
  }

  private mutating func stepTransient(
    _ wanted: WantedCurrent, _ time: Double, limit: Double
  ) -> CurrentFlow {
    let p = wanted.steady
    let b = wanted.transient
    let k = wanted.rate
    prepare(max(abs(p), abs(p + b)), time)
    let tau = parallel * model.capacitance
    var shape = 1 - tau * k
    if abs(shape) < 1e-3 { shape = shape < 0 ? -1e-3 : 1e-3 }  // two equal time constants
    let x = exponential(-k * time)
    let y = decay
    let before = capacitorVoltage
    let s = p * parallel
    let q = b * parallel / shape
    let r = before - s - q
    let after = s + q * x + r * y
    let start = p + b
    let end = p + b * x
    if max(abs(start * series + before), abs(end * series + after)) > limit {
      return stepLimited(wanted, time, limit: limit)
    }
    capacitorVoltage = after
    let intX = (1 - x) / k
    let intXX = (1 - x * x) / (2 * k)
    let intY = tau * (1 - y)
    let intXY = (1 - x * y) / (k + 1 / tau)
    let charge = p * time + b * intX
    let square = p * p * time + 2 * p * b * intX + b * b * intXX
    let stored =
      p * (s * time + q * intX + r * intY) + b * (s * intX + q * intXX + r * intXY)
    return CurrentFlow(
      charge: charge, square: square, energy: series * square + stored,
      peak: max(abs(start), abs(end)))
  }

  /// Steps of at most 20 µs, each either at the wanted current or at the compliance voltage.
  private mutating func stepLimited(
    _ wanted: WantedCurrent, _ time: Double, limit: Double
  ) -> CurrentFlow {
    var flow = CurrentFlow()
    var passed = 0.0
    while passed < time {
      let step = min(0.020, time - passed)
      let middle = passed + step / 2
      let value =
        wanted.transient == 0
        ? wanted.steady : wanted.steady + wanted.transient * exponential(-wanted.rate * middle)
      let current = current(wanted: value, limit: limit)
      let parallel = isShort ? 1e-6 : model.parallelResistance(at: abs(current))
      if current == value {
        flow += hold(value, step, parallel)
      } else {
        isLimited = true
        flow += saturate(value > 0 ? limit : -limit, value, step, parallel)
      }
      passed += step
      if time - passed < 1e-9 { break }
    }
    parallelFor = -1
    return flow
  }

  /// Constant current for one small step.
  private mutating func hold(_ current: Double, _ step: Double, _ parallel: Double) -> CurrentFlow {
    let tau = parallel * model.capacitance
    let y = exponential(-step / tau)
    let end = current * parallel
    let rest = capacitorVoltage - end
    capacitorVoltage = end + rest * y
    let charge = current * step
    let square = current * charge
    return CurrentFlow(
      charge: charge, square: square,
      energy: series * square + current * (end * step + rest * tau * (1 - y)), peak: abs(current))
  }

  /// Constant voltage for one small step: the capacitance charges through Rs ∥ Rp.
  private mutating func saturate(
    _ bound: Double, _ wanted: Double, _ step: Double, _ parallel: Double
  ) -> CurrentFlow {
    let start = current(wanted: wanted, limit: abs(bound))
    let tau = model.capacitance * series * parallel / (series + parallel)
    let y = exponential(-step / tau)
    let end = bound * parallel / (series + parallel)
    let rest = capacitorVoltage - end
    if start == 0 {
      // The capacitance holds more than the supply gives: nothing flows.
      capacitorVoltage *= exponential(-step / (parallel * model.capacitance))
      return CurrentFlow()
    }
    capacitorVoltage = end + rest * y
    let steady = (bound - end) / series
    let transient = -rest / series
    let k = 1 / tau
    let charge = steady * step + transient * (1 - y) / k
    let square =
      steady * steady * step + 2 * steady * transient * (1 - y) / k
      + transient * transient * (1 - y * y) / (2 * k)
    return CurrentFlow(charge: charge, square: square, energy: bound * charge, peak: abs(start))
  }
}

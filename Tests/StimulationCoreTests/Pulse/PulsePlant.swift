// Decides: how a test drives the pulse engine against a current source that is not ideal.
// Leaves to others: what is expected of it (PulseEngineTests).

@testable import StimulationCore

/// A current source with its own gain for each polarity, an offset and late edges.
///
/// It integrates what really flowed from edge to edge, in exact arithmetic of its own.
struct PulsePlant {
  var gainPositive = 1_000_000
  var gainNegative = 1_000_000
  /// Flows only while a phase is on, as an offset of the source does.
  var offset: Int64 = 0
  /// From the decision to the edge at the pins.
  var edgeDelay = Nanoseconds.zero
  /// The lateness of each wake-up.
  var lateness: (inout SplitMix) -> Nanoseconds = { _ in .zero }
  var random = SplitMix(seed: 1)
  /// What each reading is off by, beside rounding to `code`.
  var noise: (inout SplitMix) -> Int64 = { _ in 0 }
  /// A reading is a whole multiple of this, in µA.
  var code: Int64 = 1

  var engine = PulseEngine()
  let timing: PulseTiming
  var now = Nanoseconds.milliseconds(1)
  private var output = ChannelOutput.inactive
  private var applied = ChannelOutput.inactive
  private var appliedAt = Nanoseconds.zero
  /// What the electrodes received, signed, and rectified.
  private(set) var net: Int64 = 0
  private(set) var rectified: Int64 = 0
  private var recoveryBegan = Nanoseconds.never
  /// The width of each recovery phase at the pins.
  private(set) var recoveryWidths: [Nanoseconds] = []
  private(set) var results: [PulseResult] = []
  /// The charge that the last recovery was short of its leading phase, as measured.
  private(set) var lateFor = Nanoseconds.zero

  init(_ plan: SamplePlan, step: Microamperes = Microamperes(250)) {
    timing = PulseTiming(plan.pulse, on: plan.board, step: step)
  }

  private func flowing(_ output: ChannelOutput) -> Int64 {
    guard output.phase != .off else { return 0 }
    let gain = output.phase == .positive ? gainPositive : gainNegative
    let command = Int64(output.amplitude.rawValue) * Int64(output.phase.sign)
    return command * Int64(gain) / 1_000_000 + offset
  }

  /// Moves the plant on to an instant: `applied` until the edge of the last decision, then
  /// `output`.
  private mutating func integrate(until instant: Nanoseconds) {
    let edge = min(max(appliedAt, now), instant)
    for (which, time) in [(applied, edge - now), (output, instant - edge)] {
      let charge = flowing(which) * time.rawValue
      net += charge
      rectified += abs(charge)
    }
    now = instant
  }

  private mutating func apply(_ next: ChannelOutput) {
    applied = output
    output = next
    appliedAt = now + edgeDelay
    let recovers = engine.stage == .recovery
    if recovers && recoveryBegan == .never { recoveryBegan = appliedAt }
    if !recovers && recoveryBegan != .never {
      recoveryWidths.append(appliedAt - recoveryBegan)
      recoveryBegan = .never
    }
  }

  /// Runs one pulse to its end and rests until `rest` after its begin.
  mutating func pulse(
    _ amplitude: Microamperes, _ polarity: Polarity = .positive, rest: Nanoseconds
  ) {
    let began = now
    engine.begin(amplitude, polarity, timing, at: now)
    var next = ChannelOutput.inactive
    engine.drive(&next, timing, at: now)
    apply(next)
    while !engine.isOver || now < began + rest {
      if !tick() { return }
    }
  }

  /// One wake-up; false when the test's patience is over.
  @discardableResult
  mutating func tick() -> Bool {
    let due = max(min(now + .milliseconds(1), engine.dueAt), now + Nanoseconds(1))
    integrate(until: due + lateness(&random))
    let seen = Double(flowing(output)) / Double(code)
    let current = Microamperes(Int32(Int64(seen.rounded()) * code + noise(&random)))
    let volts = Millivolts(rawValue: current.rawValue / 2)
    engine.measure(current, volts, timing, appliedAt: appliedAt, at: now)
    if let result = engine.takeResult() { results.append(result) }
    var next = output
    engine.drive(&next, timing, at: now)
    if engine.stage == .rest { next.amplitude = .zero }
    apply(next)
    return now < .seconds(3_600)
  }

  /// The bound of SR-13 for the largest pulse so far.
  var residueLimit: Int64 {
    results.map { max($0.leading.charge.rawValue * 3 / 100, 100 * $0.duration.rawValue) }.max() ?? 0
  }
}

// Decides: how one channel's source, switches, electrodes and muscle act together over time.
// Leaves to others: each part's own law, and what the board tells the channel.

import StimulationCore

/// One channel from its pins to the muscle.
struct ChannelPlant: ~Copyable {
  /// The time constant of the bleeder across the series capacitor: 2 ms, as a rate per ms.
  private static let bleederRate = 0.5

  private let index: Int
  private let gainPositive: Double
  private let gainNegative: Double
  private let sourceOffset: Double

  private(set) var amplitude = AmplitudeFilter()
  private(set) var phases: PhaseSwitch
  private(set) var gate: GateSequencer
  private(set) var load: ElectrodeLoad
  /// The current and voltage converters.
  var converters: Converters
  /// What the electrodes received.
  private(set) var dose = ElectrodeDose()
  /// The hardware integrator of phases that the loop times, in µC.
  private(set) var integrator = 0.0
  /// The current that the source delivers whatever its command, in mA; zero for none.
  var runaway = 0.0

  private var time: Int64 = 0
  private var nextEvent = Int64.max
  private var seriesCharge = 0.0
  private var membrane: Membrane
  private var pool: FibrePool
  private var muscle: DingForce
  private var excitationPeak = 0.0
  private var recorder: CurrentRecorder

  init(
    index: Int, area: Double, denervation: DenervationState, imperfections: Imperfections,
    noise: inout NoiseSource
  ) {
    self.index = index
    let gain = 1 + Double(imperfections.gainError.rawValue) * 1e-6 * noise.sign()
    let mismatch = Double(imperfections.polarityMismatch.rawValue) * 0.5e-6 * noise.sign()
    gainPositive = gain * (1 + mismatch)
    gainNegative = gain * (1 - mismatch)
    sourceOffset = Double(imperfections.sourceOffset.rawValue) * 1e-3 * noise.sign()
    phases = PhaseSwitch(delay: imperfections.edgeDelay.rawValue)
    gate = GateSequencer(delay: imperfections.edgeDelay.rawValue)
    load = ElectrodeLoad(area: area)
    converters = Converters(imperfections, noise: &noise)
    membrane = Membrane(denervation)
    pool = FibrePool(denervation, area: area)
    muscle = DingForce(denervation)
    recorder = CurrentRecorder(channel: index)
  }

  /// Takes the outputs that the board is told at `now`; the channel has been advanced to it.
  mutating func write(
    phase: PhaseOutput, amplitude written: Double, gate newGate: GateOutput, at now: Int64,
    ring: inout RecordRing
  ) {
    if phase != phases.pins {
      if ring.isRecording {
        let old = phases.pins
        if (old == .positive) != (phase == .positive) {
          ring.append(Signal.positive(index), phase == .positive ? 1 : 0, at: now)
        }
        if (old == .negative) != (phase == .negative) {
          ring.append(Signal.negative(index), phase == .negative ? 1 : 0, at: now)
        }
      }
      phases.write(phase, at: now)
    }
    if written != amplitude.target {
      amplitude.write(written)
      ring.append(Signal.amplitude(index), written * 1_000, at: now)
    }
    if gate.write(newGate, at: now) { ring.append(Signal.gate(index), 0, at: now) }
    converters.commanded = phase != .off || newGate.isRunning ? written : 0
    nextEvent = min(phases.nextEvent, gate.nextEvent)
  }

  mutating func loosen(_ resistance: Double?) { load.loosen(resistance) }
  mutating func shorten(_ resistance: Double) { load.shorten(resistance) }

  /// When the phase limiter or the charge integrator acts at the latest, as things stand.
  func protectionAt(limiter: Int64, charge: Double, supply: SupplyState) -> Int64 {
    guard phases.conducting != 0 else { return .max }
    let byTime = phases.since &+ limiter
    let current = self.current(supply)
    guard current != 0, current * integrator >= 0 else { return byTime }
    let left = (charge - abs(integrator)) / abs(current)  // ms
    return min(byTime, time + Int64(max(0, min(left, 1e6)) * 1e6) + 1)
  }

  /// The sign that conducts now, by the phase outputs or by the sequencer.
  private var conducting: Double {
    phases.conducting != 0 ? phases.conducting : gate.conducting
  }

  /// The source's current now, were there no compliance.
  private func wanted(_ sign: Double) -> WantedCurrent {
    if runaway != 0 { return WantedCurrent(steady: runaway * sign) }
    let scale = sign > 0 ? gainPositive : -gainNegative
    return WantedCurrent(
      steady: scale * amplitude.target + sourceOffset, transient: scale * amplitude.transient)
  }

  /// The electrode current now, in mA.
  func current(_ supply: SupplyState) -> Double {
    guard supply.contact else { return 0 }
    let sign = conducting
    if sign != 0 {
      guard supply.isOn else { return 0 }
      let wanted = wanted(sign)
      return load.current(wanted: wanted.steady + wanted.transient, limit: supply.limit)
    }
    guard gate.stage == .bleeding, !load.isOpen else { return 0 }
    return -seriesCharge * ChannelPlant.bleederRate
  }

  /// The voltage across the electrodes now, in V: with an open lead, what the source drives.
  func voltage(_ supply: SupplyState) -> Double {
    guard supply.contact else { return 0 }
    if load.isOpen { return supply.isOn ? conducting * supply.limit : 0 }
    return load.voltage(at: current(supply))
  }

  /// The force now, in N.
  mutating func force(at now: Int64) -> Double {
    muscle.advance(to: now)
    return muscle.force
  }

  /// Advances to `end`.
  @inline(__always)
  mutating func advance(
    to end: Int64, supply: SupplyState, ring: inout RecordRing, noise: inout NoiseSource
  ) {
    while nextEvent <= end {
      flow(to: nextEvent, supply, &ring)
      handleEvents(supply, &ring, &noise)
    }
    flow(to: end, supply, &ring)
  }

  private mutating func handleEvents(
    _ supply: SupplyState, _ ring: inout RecordRing, _ noise: inout NoiseSource
  ) {
    if gate.nextEvent <= time {
      // What the sample-and-hold sees is the current just before the edge.
      let current = current(supply)
      let voltage = voltage(supply)
      switch gate.handleEvent(at: time) {
      case .pinRise: ring.append(Signal.gate(index), 1, at: time)
      case .pinFall: ring.append(Signal.gate(index), 0, at: time)
      case .leadingEnds:
        converters.holdLeading(current: current, voltage: voltage, noise: &noise)
        if gate.recoversByCapacitor { converters.clearRecovery() }
      case .recoveryEnds: converters.holdRecovery(current: current, noise: &noise)
      case .none, .other: break
      }
    } else {
      phases.handleEvents(at: time)
    }
    nextEvent = min(phases.nextEvent, gate.nextEvent)
  }

  /// Lets the present state act until `end`.
  @inline(__always)
  private mutating func flow(to end: Int64, _ supply: SupplyState, _ ring: inout RecordRing) {
    if end <= time { return }
    let step = Double(end - time) * 1e-6
    let sign = conducting
    if sign != 0 && supply.isOn && supply.contact && !load.isOpen {
      drive(wanted(sign), step, to: end, supply, &ring)
    } else if sign == 0 && seriesCharge != 0 && gate.stage == .bleeding {
      bleed(step, to: end, supply, &ring)
    } else {
      rest(step, to: end, supply, &ring)
    }
    if !supply.contact { integrator = 0 }
    amplitude.advance(step)
    time = end
  }

  private mutating func rest(
    _ step: Double, to end: Int64, _ supply: SupplyState, _ ring: inout RecordRing
  ) {
    if dose.isLeading { contract() }
    dose.pause()
    load.rest(step)
    if !membrane.isAtRest { _ = membrane.step(current: 0, time: step) }
    recorder.record(
      steady: 0, transient: 0, rate: 1, from: time, to: end, fullScale: supply.fullScale,
      ring: &ring)
  }

  /// The series capacitor discharges through its bleeder and the electrodes.
  private mutating func bleed(
    _ step: Double, to end: Int64, _ supply: SupplyState, _ ring: inout RecordRing
  ) {
    let before = seriesCharge
    seriesCharge *= exponential(-ChannelPlant.bleederRate * step)
    if abs(seriesCharge) < 1e-7 { seriesCharge = 0 }
    guard supply.contact && !load.isOpen else { return rest(step, to: end, supply, &ring) }
    let wanted = WantedCurrent(
      steady: 0, transient: -before * ChannelPlant.bleederRate, rate: ChannelPlant.bleederRate)
    // The capacitor drives this current, not the supply: no compliance applies.
    segment(wanted, step, from: time, to: end, limit: 1e9, supply, &ring)
  }

  /// The source drives; splits where the current changes its sign.
  @inline(__always)
  private mutating func drive(
    _ wanted: WantedCurrent, _ step: Double, to end: Int64, _ supply: SupplyState,
    _ ring: inout RecordRing
  ) {
    let start = wanted.steady + wanted.transient
    guard wanted.transient != 0 && wanted.steady * start < 0 else {
      return segment(wanted, step, from: time, to: end, limit: supply.limit, supply, &ring)
    }
    let crossing = naturalLogarithm(-wanted.transient / wanted.steady) / wanted.rate
    guard crossing < step else {
      return segment(wanted, step, from: time, to: end, limit: supply.limit, supply, &ring)
    }
    let middle = time + Int64(crossing * 1e6)
    segment(wanted, crossing, from: time, to: middle, limit: supply.limit, supply, &ring)
    var later = wanted
    later.transient = -wanted.steady
    segment(
      later, step - crossing, from: middle, to: end, limit: supply.limit, supply, &ring)
  }

  /// A stretch of current of one sign.
  @inline(__always)
  private mutating func segment(
    _ wanted: WantedCurrent, _ step: Double, from start: Int64, to end: Int64, limit: Double,
    _ supply: SupplyState, _ ring: inout RecordRing
  ) {
    let flow = load.step(wanted, step, limit: limit)
    guard flow.charge != 0 else { return rest(step, to: end, supply, &ring) }
    let wasLeading = dose.isLeading
    dose.add(flow, from: start, to: end)
    if wasLeading && !dose.isLeading { contract() }
    if phases.conducting != 0 { integrator += flow.charge }
    if gate.conducting != 0 { seriesCharge += flow.charge }
    let mean = flow.charge / step
    let excitation = membrane.step(current: mean * load.tissueShare, time: step)
    excitationPeak = max(excitationPeak, abs(excitation))
    if load.isLimited {
      recorder.record(
        steady: mean, transient: 0, rate: 1, from: start, to: end, fullScale: supply.fullScale,
        ring: &ring)
    } else {
      recorder.record(
        steady: wanted.steady, transient: wanted.transient, rate: wanted.rate, from: start,
        to: end, fullScale: supply.fullScale, ring: &ring)
    }
  }

  /// A leading excursion ended: the fibres that it excited contract.
  private mutating func contract() {
    let share = pool.share(at: excitationPeak)
    excitationPeak = 0
    if share > 1e-6 { muscle.pulse(at: time, share: share) }
  }
}

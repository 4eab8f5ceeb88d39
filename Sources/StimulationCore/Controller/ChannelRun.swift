// Decides: the life of one channel in a session: trains, pulses, its monitors and its dose.
// Leaves to others: the session's state (StimulationController) and the last check (OutputGuard).

/// How a channel is driven at one tick.
enum DriveMode: UInt8 {
  /// Begin the pulses that are due.
  case run
  /// Finish the pulse in progress, begin none.
  case finish
}

/// What every channel sees at one tick.
struct TickContext {
  let now: Nanoseconds
  /// When the outputs of the last tick took effect.
  let appliedAt: Nanoseconds
  /// The time since the last tick.
  let sinceLastTick: Nanoseconds
  let limits: PulseLimits
  let compliance: Millivolts
  let converterStep: Microamperes
}

/// One channel of a session.
struct ChannelRun {
  let index: Int
  let plan: ChannelPlan
  let pulse: PulsePlan
  let therapy: PulseTiming

  /// The timing of the pulses that run now: the therapy's, or the self-check's probe.
  var timing: PulseTiming
  var clock: TrainClock
  var setpoint: Setpoint
  var engine = PulseEngine()
  var gate = GateEngine()
  var converter = ConverterInterlock()
  var current = CurrentInterlock()
  var load = LoadInterlock()
  var charge = ChargeInterlock()

  /// What the channel is told; the controller puts it into the frame.
  var output = ChannelOutput.inactive
  /// The converter's reading without current, learnt at self-check.
  var offset = Microamperes.zero
  var knowsOffset = false
  /// The dose of the present train, of the session's ended trains, and of the probes.
  var train = ChannelDose.none
  var session = ChannelDose.none
  var trainStartedAt = Nanoseconds.zero
  var trainIsCut = false
  /// The last current measured in a phase, as a magnitude, for status.
  private(set) var measured = Microamperes.zero

  private var settledAt = Nanoseconds.notYet
  private var levelChangedAt = Nanoseconds.notYet
  private var pulsesBegun: Int64 = 0
  private var lastBegunAt = Nanoseconds.notYet
  private var pulseSquare: Int64 = 0
  private var heldSince: Nanoseconds?
  /// Whether the present pulse was seen at the voltage limit with next to no current.
  private var sawOpen = false

  init(index: Int, plan: StimulationPlan, board: BoardCapabilities) {
    self.index = index
    self.plan = plan[channel: index]
    pulse = plan.pulse
    let step = plan.range(of: board).step
    therapy = PulseTiming(plan.pulse, on: board, step: step)
    timing = therapy
    clock = TrainClock(train: plan.train, pulse: plan.pulse)
    setpoint = Setpoint(
      ceiling: plan[channel: index].ceiling, step: step,
      lowest: BalanceFloor.lowest(plan.pulse, plan.train, step: step))
  }

  /// Whether no pulse and nothing that belongs to one is in progress.
  func isAtRest(at now: Nanoseconds) -> Bool {
    let gateIsQuiet = !pulse.isTimedByBoard || gate.isQuiet(pulse, at: now)
    return engine.isOver && gateIsQuiet && heldSince == nil
  }

  /// The earliest start of a pulse that keeps the pulse rate, also over a pause.
  var earliestPulse: Nanoseconds { lastBegunAt + pulse.pulsePeriod }

  /// When, in the plan, the next train of this channel begins.
  var nextPlannedStart: Nanoseconds { plan.offset + clock.nextPlannedStart }

  /// The next instant at which the channel must be driven.
  var nextEvent: Nanoseconds {
    if engine.stage != .rest { return engine.dueAt }
    switch clock.stage {
    case .finished: return .never
    case .waiting: return clock.startsAt
    case .inTrain:
      let begins = max(clock.nextPulseAt, min(settledAt, clock.endsAt))
      return gate.isRunning ? clock.endsAt : min(begins, clock.endsAt)
    }
  }

  /// How late the next event may come when it is an edge; `nil` when it is not.
  var edgeTolerance: Nanoseconds? {
    guard engine.stage != .rest else { return nil }
    return PulseTiming.edgeTolerance(of: engine.width(timing))
  }

  /// The self-check is over: its probe was not a pulse of the plan, and counts for nothing.
  mutating func endProbe() {
    timing = therapy
    load.forget()
    charge = ChargeInterlock()
    lastBegunAt = .notYet
    pulsesBegun = 0
    zero()
  }

  /// The channel's time within trains so far. What its last pulse takes beyond the train's end
  /// is not part of it, as it is not in the plan's figure.
  func onTime(at now: Nanoseconds) -> Nanoseconds {
    guard clock.stage == .inTrain else { return session.onTime }
    return session.onTime + min(now, clock.endsAt) - trainStartedAt
  }

  /// The setpoint goes to zero and what it permitted is forgotten.
  mutating func zero() {
    setpoint.zero()
    engine.dropCarry()
  }
}

// MARK: - Measuring

extension ChannelRun {
  /// Accounts for what happened since the last tick and trips on what should not have.
  mutating func measure(
    _ reading: ChannelReadings, _ tick: TickContext, _ latch: inout FaultLatch,
    _ queue: inout RecordQueue
  ) {
    let flowing = reading.current - offset
    let isSettled = tick.now - levelChangedAt >= timing.settling + CurrentInterlock.edgeAllowance
    converter.check(
      reading, level: output.amplitude * output.phase.sign, isSettled: isSettled,
      step: tick.converterStep, at: tick.now, &latch, channel: index)
    engine.measure(
      flowing, reading.voltage, timing, appliedAt: tick.appliedAt, at: tick.now)
    if engine.stage != .rest, engine.overdue > PulseTiming.edgeTolerance(of: engine.width(timing)) {
      latch.trip(.lateEdge, channel: index)
    }
    if let interval = engine.interval {
      measure(interval, isSettled: isSettled, tick, &latch)
    } else if engine.stage == .rest || engine.stage == .gap {
      measureOff(flowing, tick, &latch)
    }
    if engine.hasResult, let result = engine.takeResult() { finish(result, tick, &latch) }
    if pulse.isTimedByBoard { countPulses(reading, tick, &latch, &queue) }
  }

  private mutating func measure(
    _ interval: PhaseInterval, isSettled: Bool, _ tick: TickContext, _ latch: inout FaultLatch
  ) {
    current.check(interval, isSettled: isSettled, &latch, channel: index)
    measured = interval.current.magnitude
    if LoadInterlock.isOpen(interval, compliance: tick.compliance) { sawOpen = true }
    let magnitude = Int64(interval.current.rawValue)
    pulseSquare += magnitude * magnitude * (interval.time.rawValue / 1_000)
    train.peak = max(train.peak, interval.current.magnitude)
    charge.addPower(
      interval.energy, area: plan.electrodeArea, limits: tick.limits, at: tick.now, &latch,
      channel: index)
  }

  private mutating func measureOff(
    _ flowing: Microamperes, _ tick: TickContext, _ latch: inout FaultLatch
  ) {
    var quietSince = engine.quietSince
    if pulse.isTimedByBoard {
      guard let since = gate.quietSince(pulse, at: tick.now) else { return }
      quietSince = max(quietSince, since)
    }
    current.checkOff(
      flowing, for: tick.sinceLastTick, quiet: tick.now - quietSince, settling: timing.settling,
      knowsOffset: knowsOffset, &latch, channel: index)
  }

  /// The load is judged when the leading phase has ended, before the recovery is over.
  private mutating func judgeLoad(_ tick: TickContext, _ latch: inout FaultLatch) -> Warning? {
    let phase = engine.leading
    guard let current = phase.meanCurrent, let voltage = phase.meanVoltage else { return nil }
    let sample = LoadSample(
      command: phase.lateCommanded / phase.lateTime, current: current, voltage: voltage,
      peakVoltage: phase.peakVoltage, comparedFrom: LoadInterlock.comparedFrom)
    return load.check(sample, compliance: tick.compliance, &latch, channel: index)
  }

  private mutating func finish(
    _ result: PulseResult, _ tick: TickContext, _ latch: inout FaultLatch
  ) {
    // A lead that came off within the pulse is the cause of what the pulse lacks (SR-32).
    if sawOpen && (charge.leavesTooMuch(result) || current.isBelowAgain(result)) {
      latch.trip(.openElectrode, channel: index)
    }
    current.check(result, &latch, channel: index)
    charge.check(result, &latch, channel: index)
    ChargeInterlock.checkEnergy(
      squareTime: pulseSquare, charge: result.leading.charge + result.recovery.charge,
      limits: tick.limits, &latch, channel: index)
    addToTrain(result.leading, result.recovery)
    train.net += result.net
  }

  private mutating func addToTrain(_ leading: PhaseMeasurement, _ recovery: PhaseMeasurement) {
    train.leading += leading.charge.magnitude
    train.recovery += recovery.charge.magnitude
    train.energy += leading.energy + recovery.energy
    train.squareTime += pulseSquare / 1_000
    pulseSquare = 0
  }

  private mutating func countPulses(
    _ reading: ChannelReadings, _ tick: TickContext, _ latch: inout FaultLatch,
    _ queue: inout RecordQueue
  ) {
    guard
      let new = gate.count(reading.pulseCount, pulse, appliedAt: tick.appliedAt, at: tick.now)
    else { return latch.trip(.pulseCount, channel: index) }
    if new > 0 {
      for _ in 0..<new { clock.advancePulse() }
      train.pulses += new
      lastBegunAt = tick.now
      if heldSince == nil { heldSince = tick.now }
    }
    let isOver = tick.now - (heldSince ?? tick.now) >= pulse.duration + .microseconds(300)
    if heldSince != nil && isOver {
      heldSince = nil
      if let warning = judgeHeld(reading, tick, &latch) {
        queue.append(warning, channel: index, at: tick.now)
      }
    }
  }

  /// A board-timed pulse, from what the board held of it.
  private mutating func judgeHeld(
    _ reading: ChannelReadings, _ tick: TickContext, _ latch: inout FaultLatch
  ) -> Warning? {
    let command = output.amplitude
    let isMirrored = pulse.recovery == .symmetric
    // The converter's offset adds to one phase's magnitude and takes from the other's.
    let bias = plan.polarity == .positive ? offset : -offset
    let leading = max(reading.heldLeading - bias, .zero)
    let recovery = isMirrored ? max(reading.heldRecovery + bias, .zero) : leading
    let leadingCharge = leading * pulse.leadingPhase
    let recoveryCharge = recovery * pulse.leadingPhase
    train.commandedLeading += command * pulse.leadingPhase
    train.commandedRecovery += command * pulse.leadingPhase
    train.leading += leadingCharge
    // The series capacitor lets no direct current pass: what the recovery phase lacks of the
    // leading charge returns through the bleeder before the next pulse.
    train.recovery += leadingCharge
    train.peak = max(train.peak, max(leading, recovery))
    let square = Int64(leading.rawValue) * Int64(leading.rawValue)
    // A capacitor returns the charge at a lower current; counting it like the leading phase
    // never counts too little.
    let squareTime = square * 2 * (pulse.leadingPhase.rawValue / 1_000)
    train.squareTime += squareTime / 1_000
    let energy = Picojoules(
      voltage: reading.heldVoltage, current: leading, time: pulse.leadingPhase * 2)
    train.energy += energy
    setpoint.delivered(command)
    measured = leading
    let sample = LoadSample(
      command: command, current: leading, voltage: reading.heldVoltage,
      peakVoltage: reading.heldVoltage, comparedFrom: LoadInterlock.heldComparedFrom)
    // Before the current: an open electrode is the cause of its lack (SR-32).
    let warning = load.check(sample, compliance: tick.compliance, &latch, channel: index)
    converter.checkHeld(leading, command: command, step: tick.converterStep, &latch, channel: index)
    current.checkHeld(
      leading: leading, recovery: isMirrored ? recovery : nil, command: command, &latch,
      channel: index)
    charge.checkHeld(
      net: leadingCharge - recoveryCharge, leading: leadingCharge, duration: pulse.duration,
      &latch, channel: index)
    ChargeInterlock.checkEnergy(
      squareTime: squareTime, charge: leadingCharge + recoveryCharge, limits: tick.limits, &latch,
      channel: index)
    charge.addPower(
      energy, area: plan.electrodeArea, limits: tick.limits, at: tick.now, &latch, channel: index)
    return warning
  }
}

// MARK: - Driving

extension ChannelRun {
  /// Moves trains and pulses on and states the channel's outputs.
  mutating func drive(
    _ mode: DriveMode, _ tick: TickContext, _ latch: inout FaultLatch, _ queue: inout RecordQueue
  ) {
    let before = output
    if mode == .run {
      setpoint.climb(at: tick.now)
      if clock.beginTrain(ifDueAt: tick.now) { beginTrain() }
    }
    if pulse.isTimedByBoard {
      driveGate(mode, tick, &latch, &queue)
    } else {
      drivePulse(mode, tick, &latch, &queue)
    }
    if output.phase != before.phase || output.amplitude != before.amplitude {
      levelChangedAt = tick.now
    }
  }

  /// A pulse of the therapy or the probe in progress, and nothing else.
  mutating func drivePulse(_ tick: TickContext, _ latch: inout FaultLatch) -> Warning? {
    let before = output
    let stageBefore = engine.stage
    engine.drive(&output, timing, at: tick.now)
    var warning: Warning?
    if engine.stage != stageBefore {
      current.beginPhase()
      if stageBefore == .leading {
        setpoint.delivered(engine.amplitude)
        warning = judgeLoad(tick, &latch)
      }
      if engine.stage == .rest { output.amplitude = .zero }
    }
    if output.phase != before.phase || output.amplitude != before.amplitude {
      levelChangedAt = tick.now
    }
    return warning
  }

  /// Begins one pulse at an amplitude at which the board has settled.
  mutating func begin(_ amplitude: Microamperes, at now: Nanoseconds) {
    let flips = pulse.leadingPolarity == .alternating && pulsesBegun % 2 == 1
    let polarity = flips ? plan.polarity.opposite : plan.polarity
    engine.begin(amplitude, polarity, timing, at: now)
    sawOpen = false
    pulsesBegun += 1
    lastBegunAt = now
    train.pulses += 1
    let returned = engine.planned
    train.commandedLeading += timing.charge(of: amplitude, over: timing.leading)
    train.commandedRecovery += timing.charge(of: returned.amplitude, over: returned.width)
  }

  /// Puts an amplitude on the current source, phases off; it settles from here.
  mutating func prepare(_ amplitude: Microamperes, at now: Nanoseconds) {
    guard output.amplitude != amplitude else { return }
    output.amplitude = amplitude
    settledAt = now + timing.settling
  }

  private mutating func beginTrain() {
    train = .none
    trainIsCut = false
    trainStartedAt = clock.startsAt
  }

  /// The amplitude of the next pulse: the setpoint under the train's ramp.
  ///
  /// A ramp begins and ends with the weakest pulse that the board can balance: the weaker ones
  /// of a slow ramp would leave more residue than the strong ones can return.
  private mutating func nextAmplitude() -> Microamperes {
    let ramped = setpoint.value.scaled(by: clock.ramp).roundedDown(to: timing.step)
    let isTooWeak = ramped < setpoint.lowest && setpoint.value >= setpoint.lowest
    return isTooWeak ? .zero : ramped
  }

  private mutating func drivePulse(
    _ mode: DriveMode, _ tick: TickContext, _ latch: inout FaultLatch, _ queue: inout RecordQueue
  ) {
    let now = tick.now
    // Between edges the outputs stand as the last edge left them.
    if engine.stage != .rest {
      guard now >= engine.dueAt else { return }
      if let warning = drivePulse(tick, &latch) { queue.append(warning, channel: index, at: now) }
    }
    guard mode == .run, engine.isOver, clock.stage == .inTrain || clock.stage == .waiting else {
      return
    }
    let due = clock.nextPulseAt
    guard due != .never, due - now <= timing.settling + .milliseconds(1) else { return }
    let amplitude = nextAmplitude()
    prepare(timing.stepAmplitude(0, of: amplitude), at: now)
    guard clock.stage == .inTrain, now >= due else { return }
    if now - due > timing.startTolerance {
      withhold(amplitude, tick, &queue)
    } else if amplitude == .zero {
      clock.advancePulse()
    } else if now >= settledAt {
      if wouldExceedCharge(amplitude, tick.limits) {
        latch.trip(.sessionCharge, channel: index)
        return
      }
      clock.advancePulse()
      begin(amplitude, at: now)
      engine.drive(&output, timing, at: now)
    }
  }

  private mutating func withhold(
    _ amplitude: Microamperes, _ tick: TickContext, _ queue: inout RecordQueue
  ) {
    clock.advancePulse()
    guard amplitude > .zero else { return }
    train.withheld += 1
    queue.append(.pulseWithheld, channel: index, at: tick.now)
  }

  /// Whether a pulse of this amplitude, trimmed to its longest, could pass the session's limit,
  /// after the pulse in progress, which is not in the dose yet.
  private mutating func wouldExceedCharge(
    _ amplitude: Microamperes, _ limits: PulseLimits
  ) -> Bool {
    let phase = (amplitude * timing.leading).scaled(by: timing.meanHeight)
    let most = phase * 2 + phase / 10
    let inProgress = heldSince == nil ? Femtocoulombs.zero : most
    let total = session.rectified + train.rectified + inProgress + most
    return total > limits.sessionCharge
  }

  private mutating func driveGate(
    _ mode: DriveMode, _ tick: TickContext, _ latch: inout FaultLatch, _ queue: inout RecordQueue
  ) {
    let now = tick.now
    if !gate.isRunning && clock.stage != .finished {
      // The gate keeps its own time once it runs; its start may be a tick late.
      while clock.nextPulseAt < now - .milliseconds(1) {
        withhold(mode == .run ? nextAmplitude() : .zero, tick, &queue)
      }
    }
    let isDue = clock.nextPulseAt != .never && clock.stage != .finished
    let amplitude = isDue ? nextAmplitude() : .zero
    let mayRun = mode == .run && amplitude > .zero
    if gate.isRunning {
      if !mayRun {
        guard heldSince == nil, gate.mayStop(pulse, at: now) else { return }
        gate.stop(at: now)
        output.gate = .still
      } else if wouldExceedCharge(amplitude, tick.limits) {
        latch.trip(.sessionCharge, channel: index)
        gate.stop(at: now)
        output.gate = .still
      } else if heldSince == nil {
        output.amplitude = amplitude
      }
    } else if mayRun && clock.nextPulseAt - now <= timing.settling + .milliseconds(1) {
      prepare(amplitude, at: now)
      guard clock.stage == .inTrain, now >= clock.nextPulseAt, now >= settledAt else { return }
      if wouldExceedCharge(amplitude, tick.limits) {
        return latch.trip(.sessionCharge, channel: index)
      }
      gate.start(at: now)
      output.gate = GateOutput(
        activeTime: pulse.leadingPhase, period: pulse.pulsePeriod, gap: timing.gap,
        recoversByCapacitor: pulse.recovery == .capacitor, polarity: plan.polarity)
    } else if !mayRun && gate.isQuiet(pulse, at: now) {
      output.amplitude = .zero
    }
  }
}

// MARK: - Ending

extension ChannelRun {
  /// Everything off at once; answers the signed charge that a pulse in progress left.
  mutating func cut(at now: Nanoseconds) -> Femtocoulombs {
    var left = Femtocoulombs.zero
    if !engine.isOver {
      addToTrain(engine.leading, engine.recovery)
      left = engine.cut(at: now)
      train.net += left
      train.unrecovered += left.magnitude
      trainIsCut = true
    }
    if gate.isRunning || heldSince != nil {
      left = addCutPulse(at: now)
      gate.stop(at: now)
      trainIsCut = true
    }
    heldSince = nil
    pulseSquare = 0
    if output != .inactive { levelChangedAt = now }
    output = .inactive
    zero()
    return left
  }

  /// A pulse of the board's own that was not yet told when the gate stopped, as commanded until
  /// now: its held samples may come too late. Answers what it left.
  private mutating func addCutPulse(at now: Nanoseconds) -> Femtocoulombs {
    var into = pulse.duration
    if heldSince == nil || now - gate.pulseBeganAt < pulse.duration {
      guard let begun = gate.into(pulse, at: now) else { return .zero }
      into = begun
    }
    let leadingTime = min(into, pulse.leadingPhase)
    let gone = max(into - pulse.leadingPhase - timing.gap, .zero)
    let recoveryTime = pulse.recovery == .symmetric ? min(gone, pulse.leadingPhase) : leadingTime
    let leading = output.amplitude * leadingTime
    let recovery = output.amplitude * recoveryTime
    train.commandedLeading += leading
    train.commandedRecovery += recovery
    train.leading += leading
    train.recovery += recovery
    let square = Int64(output.amplitude.rawValue) * Int64(output.amplitude.rawValue)
    train.squareTime += square * ((leadingTime + recoveryTime).rawValue / 1_000) / 1_000
    let left = leading - recovery
    train.unrecovered += left
    return plan.polarity == .positive ? left : Femtocoulombs(-left.rawValue)
  }

  /// The record of the train that ends now, and its dose added to the session's.
  mutating func endTrain(at now: Nanoseconds) -> DoseRecord {
    train.onTime = min(now, clock.endsAt) - trainStartedAt
    session += train
    let record = DoseRecord(
      span: .train, channel: Int8(index), set: clock.set, train: clock.trainsBegun,
      startedAt: trainStartedAt, endedAt: now, setpoint: setpoint.value, dose: train,
      certainty: trainIsCut ? .uncertain : .confirmed, boundAfter: .zero, sessionOnTime: .zero)
    train = .none
    clock.endTrain(at: now)
    return record
  }

  /// The session's dose so far, the present train included.
  var total: ChannelDose {
    var dose = session
    dose += train
    return dose
  }

  /// The most rectified charge that could follow the newest durable record (SR-42).
  var boundAfter: Femtocoulombs {
    UndurableBound.charge(
      pulse: pulse, train: clock.train, ceiling: plan.ceiling, meanHeight: therapy.meanHeight,
      setpoint: setpoint.value)
  }
}

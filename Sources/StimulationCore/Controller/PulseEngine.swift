// Decides: the edges of one loop-timed pulse: when each phase ends, and by how much the
// recovery is trimmed so that the charge returns to zero (SR-13).
// Leaves to others: when a pulse begins (ChannelRun) and whether it may (Interlocks).

/// What a finished pulse was, as measured.
struct PulseResult {
  let amplitude: Microamperes
  let leading: PhaseMeasurement
  let recovery: PhaseMeasurement
  /// The signed charge that the pulse left.
  let net: Femtocoulombs
  let duration: Nanoseconds
}

/// One channel's pulse of phases that the loop times.
struct PulseEngine {
  enum Stage: UInt8 {
    case rest
    case leading
    case gap
    case recovery
  }

  private(set) var stage = Stage.rest
  private(set) var leading = PhaseMeasurement()
  private(set) var recovery = PhaseMeasurement()
  /// When the present stage's next edge or step is due.
  private(set) var dueAt = Nanoseconds.never
  /// How late this wake-up found the edge that was due.
  private(set) var overdue = Nanoseconds.zero
  /// The residue that the next recovery may return, signed (SR-13).
  private(set) var carry = Femtocoulombs.zero
  /// What readings say of the residue and no single pulse can show, signed.
  private(set) var unseen = Femtocoulombs.zero
  /// When the last phase ended; quiet is judged from here.
  private(set) var quietSince = Nanoseconds.notYet
  /// The stretch that the last reading covered; `nil` outside phases.
  private(set) var interval: PhaseInterval?

  private var polarity = Polarity.positive
  private(set) var amplitude = Microamperes.zero
  /// The recovery that the pulse in progress, or the last one, has by plan.
  private(set) var planned = RecoveryPhase(amplitude: .zero, width: .zero)
  /// From a wake-up that ends a phase to the edge at the pin, as the last ones had it: so much
  /// earlier the next one is due.
  private(set) var edgeLead = Nanoseconds.zero
  private var command = Microamperes.zero
  private var step = 0
  private var pulseStartedAt = Nanoseconds.zero
  private(set) var phaseStartedAt = Nanoseconds.zero
  private var accountedUntil = Nanoseconds.zero
  private var edgeDecidedAt: Nanoseconds?
  /// Whether the step before was in effect until the last outputs took effect.
  private var stepChanged = false
  private var lastCurrent = Microamperes.zero
  private var lastCommand = Microamperes.zero
  /// What the steps after the present one move by plan, in a shaped recovery.
  private var expected = Femtocoulombs.zero
  /// Where in the planned recovery the present step began.
  private var position = Nanoseconds.zero
  private var target = Femtocoulombs.zero
  /// What of the target returns residue.
  private var returned = Femtocoulombs.zero
  private var finished: PulseResult?
  private var awaitsTail = false

  /// Whether a result waits to be taken.
  private(set) var hasResult = false

  /// Whether no pulse is in progress and the last one has been measured to its end.
  var isOver: Bool { stage == .rest && !awaitsTail && !hasResult }

  /// The planned width of the present phase.
  func width(_ timing: PulseTiming) -> Nanoseconds {
    stage == .recovery ? planned.width : timing.leading
  }

  /// The phase output of a stage. Not a property of the engine: its getter would copy the
  /// engine each tick.
  private static func direction(_ stage: Stage, _ polarity: Polarity) -> PhaseOutput {
    switch stage {
    case .rest, .gap: return .off
    case .leading: return PhaseOutput(polarity)
    case .recovery: return PhaseOutput(polarity.opposite)
    }
  }

  /// Begins a pulse; the board has settled at its first step.
  mutating func begin(
    _ amplitude: Microamperes, _ polarity: Polarity, _ timing: PulseTiming, at now: Nanoseconds
  ) {
    precondition(stage == .rest && amplitude > .zero, "a pulse begins from rest")
    self.amplitude = amplitude
    self.polarity = polarity
    planned = timing.recovery(after: amplitude)
    leading = PhaseMeasurement()
    recovery = PhaseMeasurement()
    pulseStartedAt = now
    enter(.leading, at: now)
    command = timing.stepAmplitude(0, of: amplitude)
    dueAt = now + timing.stepEnd(0, of: timing.leading) - lead(timing)
  }

  /// Stops in the middle; answers the charge left unrecovered, signed.
  ///
  /// A pulse whose last edge was decided in this very tick is cut too: its result would come
  /// only after its train's record.
  mutating func cut(at now: Nanoseconds) -> Femtocoulombs {
    guard !isOver else { return .zero }
    let left = (leading.charge - recovery.charge).rawValue * polarity.sign
    stage = .rest
    edgeDecidedAt = nil
    awaitsTail = false
    finished = nil
    hasResult = false
    dropCarry()
    dueAt = .never
    quietSince = now
    return Femtocoulombs(left)
  }

  /// Forgets the residue: it is never carried over a stop, pause or fault.
  mutating func dropCarry() {
    carry = .zero
    unseen = .zero
  }

  /// The result of a pulse whose last edge has been measured, once.
  mutating func takeResult() -> PulseResult? {
    defer {
      finished = nil
      hasResult = false
    }
    return finished
  }

  private mutating func enter(_ stage: Stage, at now: Nanoseconds) {
    self.stage = stage
    step = 0
    phaseStartedAt = now
    accountedUntil = now
    edgeDecidedAt = now
    stepChanged = false
  }
}

// MARK: - Measuring

extension PulseEngine {
  /// Accounts for the time since the last wake-up.
  ///
  /// - Parameters:
  ///   - appliedAt: when the outputs decided at the last wake-up took effect.
  ///   - current: signed, offset taken off.
  mutating func measure(
    _ current: Microamperes, _ voltage: Millivolts, _ timing: PulseTiming,
    appliedAt: Nanoseconds, at now: Nanoseconds
  ) {
    interval = nil
    overdue = stage == .rest ? .zero : now - dueAt
    if let decidedAt = edgeDecidedAt { settleEdge(decidedAt, max(appliedAt, decidedAt), timing) }
    if stepChanged { settleStep(appliedAt, at: now) }
    guard now > accountedUntil, stage != .rest else { return }
    if stage == .gap {
      // What flows although nothing should is the leading phase's, and is returned with it.
      let ofLeading = current * PulseEngine.direction(.leading, polarity).sign
      leading.addTail(ofLeading, .zero, for: now - accountedUntil)
      accountedUntil = now
      return
    }
    let sign = PulseEngine.direction(stage, polarity).sign
    let interval = PhaseInterval(
      time: now - accountedUntil, command: command, current: current * sign,
      voltage: voltage * sign)
    let into = now - phaseStartedAt
    if stage == .leading {
      leading.add(interval, endedAt: into, of: timing.leading)
    } else {
      recovery.add(interval, endedAt: into, of: planned.width)
      // Once the end is due it is not moved again: another wake-up costs more than it mends.
      if timing.shape == .rectangular && now < dueAt { trimRectangle(timing, at: now) }
    }
    lastCurrent = interval.current
    lastCommand = interval.command
    accountedUntil = now
    self.interval = interval
  }

  /// The edge decided at the last wake-up happened at `edgeAt`: what flowed until then belongs
  /// to the phase before, and the new phase is timed from there.
  private mutating func settleEdge(
    _ decidedAt: Nanoseconds, _ edgeAt: Nanoseconds, _ timing: PulseTiming
  ) {
    edgeDecidedAt = nil
    let tail = edgeAt - decidedAt
    switch stage {
    case .gap:
      leading.addTail(lastCurrent, lastCommand, for: tail)
      learnLead(tail)
    case .rest:
      recovery.addTail(lastCurrent, lastCommand, for: tail)
      learnLead(tail)
    case .leading, .recovery: break
    }
    phaseStartedAt += tail
    accountedUntil += tail
    dueAt = dueAt == .never ? .never : dueAt + tail
    if stage == .rest || stage == .gap { quietSince = max(quietSince, edgeAt) }
    if stage == .recovery { aimRecovery(timing) }
    if stage == .rest && awaitsTail { finishPulse(timing, edgeAt) }
  }

  /// Follows a board's own delay slowly, so that one slow write does not shorten the next phase
  /// by as much; never beyond what any board should take.
  private mutating func learnLead(_ tail: Nanoseconds) {
    let seen = min(max(tail, .zero), PulseTiming.longestLead)
    edgeLead = edgeLead == .zero ? seen : edgeLead + (seen - edgeLead) / 4
  }

  /// How much earlier than its end the present step is due: only an edge is awaited.
  private mutating func lead(_ timing: PulseTiming) -> Nanoseconds {
    step + 1 < timing.shape.steps ? .zero : edgeLead
  }

  /// The step decided at the last wake-up took effect at `appliedAt`; until then the step before
  /// flowed on. In shapes that only rise these moments would add up to a drift.
  private mutating func settleStep(_ appliedAt: Nanoseconds, at now: Nanoseconds) {
    stepChanged = false
    let until = min(appliedAt, now)
    guard until > accountedUntil else { return }
    if stage == .leading {
      leading.addTail(lastCurrent, lastCommand, for: until - accountedUntil)
    } else {
      recovery.addTail(lastCurrent, lastCommand, for: until - accountedUntil)
    }
    accountedUntil = until
  }

  /// The charge that the recovery is to move: what the leading phase moved, and of the carried
  /// residue at most 3 % of it.
  ///
  /// A late wake-up makes a recovery longer, never shorter. A share that lengthens it as well
  /// takes half of the room that is left beside that, or the two together would be more than a
  /// pulse may leave: with alternating polarity each pulse is asked to return what the one before
  /// it gave too much.
  private mutating func aimRecovery(_ timing: PulseTiming) {
    carry += takeUnseen(timing)
    let charge = leading.charge.magnitude
    let most = charge * 3 / 100
    let duration = timing.leading + timing.gap + planned.width
    let room = ChargeInterlock.limit(phase: charge, duration: duration)
    let lateness = planned.amplitude * WakeInterlock.late
    let signed = Femtocoulombs(carry.rawValue * polarity.sign)
    let longer = min(most, max(room - lateness, .zero) / 2)
    returned = max(min(signed, longer), -most)
    target = leading.charge + returned
  }

  private mutating func finishPulse(_ timing: PulseTiming, _ endedAt: Nanoseconds) {
    awaitsTail = false
    let net = Femtocoulombs((leading.charge - recovery.charge).rawValue * polarity.sign)
    if readingsAgree(timing) {
      let told = leading.commanded - recovery.commanded
      let left = Femtocoulombs(told.rawValue * polarity.sign)
      carry += left
      unseen += net - left
    } else {
      carry += net
    }
    hasResult = true
    finished = PulseResult(
      amplitude: amplitude, leading: leading, recovery: recovery, net: net,
      duration: endedAt - pulseStartedAt)
  }

  /// The end of a rectangular recovery, from what it has moved so far and moves now.
  private mutating func trimRectangle(_ timing: PulseTiming, at now: Nanoseconds) {
    guard recovery.commanded > .zero else { return }
    let agrees = readingsAgree(timing)
    // A current far below command would push the end beyond the trim; the bound holds anyway.
    let flowing = agrees ? command : max(lastCurrent, command / 4)
    dueAt = bounded(now + left(agrees) / flowing) - edgeLead
  }

  private mutating func bounded(_ end: Nanoseconds) -> Nanoseconds {
    let earliest = phaseStartedAt + planned.shortest
    return min(max(end, earliest), phaseStartedAt + planned.longest)
  }
}

// MARK: - Readings and commands

extension PulseEngine {
  /// An unseen residue beyond this current over the pulse is returned at once: half of what
  /// SR-13 allows.
  private static let mostUnseen = Microamperes(50)
  /// Of an unseen residue below that, each pulse returns this part.
  private static let unseenPart: Int64 = 64

  /// Whether the recovery so far moves charge at the rate of the leading phase, as far as its
  /// readings can tell: the mean differs by less than a step of the converter.
  ///
  /// Then the commands tell the balance better than the readings do. Of a weak pulse a step is
  /// far more than what the phases differ by, and trimming by it would add what it is to remove.
  ///
  /// Inlined, because a call would copy the engine.
  @inline(__always)
  private func readingsAgree(_ timing: PulseTiming) -> Bool {
    let rate = share(of: leading.charge, in: leading.commanded)
    let difference = recovery.commanded.scaled(by: rate) - recovery.charge
    return difference.magnitude <= timing.resolution * recovery.time
  }

  /// The charge that the recovery has yet to move, in the terms that tell it best.
  private func left(_ agrees: Bool) -> Femtocoulombs {
    let whole = agrees ? leading.commanded + returned : target
    return max(whole - (agrees ? recovery.commanded : recovery.charge), .zero)
  }

  /// The part of the unseen residue that this pulse returns. A difference below a step, which
  /// no single pulse shows, adds up in it and is still returned; noise is followed slowly.
  private mutating func takeUnseen(_ timing: PulseTiming) -> Femtocoulombs {
    let most = PulseEngine.mostUnseen * (timing.leading + timing.gap + planned.width)
    let excess = unseen - min(max(unseen, -most), most)
    let part = excess + Femtocoulombs((unseen - excess).rawValue / PulseEngine.unseenPart)
    unseen -= part
    return part
  }
}

// MARK: - Driving

extension PulseEngine {
  /// Moves on to whatever is due, and states the channel's phase and amplitude.
  mutating func drive(_ output: inout ChannelOutput, _ timing: PulseTiming, at now: Nanoseconds) {
    while stage != .rest && now >= dueAt { advance(timing, at: now) }
    output.phase = PulseEngine.direction(stage, polarity)
    if stage != .rest { output.amplitude = command }
  }

  private mutating func advance(_ timing: PulseTiming, at now: Nanoseconds) {
    switch stage {
    case .rest: break
    case .leading:
      if step + 1 < timing.shape.steps {
        step += 1
        stepChanged = true
        command = timing.stepAmplitude(step, of: amplitude)
        dueAt = phaseStartedAt + timing.stepEnd(step, of: timing.leading) - lead(timing)
        return
      }
      enter(.gap, at: now)
      quietSince = now
      command = timing.stepAmplitude(0, of: planned.amplitude)
      dueAt = now + timing.gap
    case .gap:
      enter(.recovery, at: now)
      returned = .zero
      target = leading.charge
      dueAt = bounded(now + timing.stepEnd(0, of: planned.width)) - lead(timing)
      if timing.shape != .rectangular {
        position = .zero
        expected = plannedRecovery(timing) - command * nominalStep(timing)
        dueAt = now + recoveryStep(timing, at: now)
      }
    case .recovery:
      if step + 1 < timing.shape.steps {
        skipRecovery(to: timing.stepEnd(step, of: planned.width) + (now - dueAt), timing)
        dueAt = max(now + recoveryStep(timing, at: now) - lead(timing), now + Nanoseconds(1))
        return
      }
      enter(.rest, at: now)
      quietSince = now
      awaitsTail = true
      dueAt = .never
    }
  }

  private func nominalStep(_ timing: PulseTiming) -> Nanoseconds {
    planned.width / Int64(timing.shape.steps)
  }

  /// What all steps of a shaped recovery move by plan.
  private func plannedRecovery(_ timing: PulseTiming) -> Femtocoulombs {
    var charge = Femtocoulombs.zero
    for index in 0..<timing.shape.steps {
      charge += timing.stepAmplitude(index, of: planned.amplitude) * nominalStep(timing)
    }
    return charge
  }

  /// Moves a shaped recovery on to the step in which it would be by now: the time by which a
  /// wake-up came late is taken from the steps that follow, not added to the phase.
  private mutating func skipRecovery(to instant: Nanoseconds, _ timing: PulseTiming) {
    position = min(instant, planned.width)
    stepChanged = true
    repeat {
      step += 1
      command = timing.stepAmplitude(step, of: planned.amplitude)
      expected -= command * nominalStep(timing)
    } while step + 1 < timing.shape.steps && timing.stepEnd(step, of: planned.width) <= position
  }

  /// How long the present step of a shaped recovery lasts, so that what is left of the phase
  /// returns the charge that is left, at the rate at which this recovery has moved charge.
  private func recoveryStep(_ timing: PulseTiming, at now: Nanoseconds) -> Nanoseconds {
    let end = timing.stepEnd(step, of: planned.width)
    let nominal = max(end - position, Nanoseconds(1))
    let agrees = readingsAgree(timing)
    let wanted = left(agrees)
    // What is left by plan would move, at the measured rate: planned × measured ÷ commanded.
    let rate = agrees ? .whole : share(of: recovery.charge, in: recovery.commanded)
    let coming = (command * nominal + expected).scaled(by: rate)
    var length = nominal.scaled(by: share(of: wanted, in: coming))
    let passed = now - phaseStartedAt
    let part = PartsPerMillion(nominal, of: max(planned.width - position, nominal))
    length = max(length, (planned.shortest - passed).scaled(by: part))
    return min(length, max((planned.longest - passed).scaled(by: part), Nanoseconds(1)))
  }

  /// `part` ÷ `whole` in millionths, kept between a half and twice; the whole while either is
  /// too small to tell (under 10 nC).
  private func share(of part: Femtocoulombs, in whole: Femtocoulombs) -> PartsPerMillion {
    guard whole > Femtocoulombs(10_000_000) else { return .whole }
    let ratio = part.rawValue / (whole.rawValue / 1_000_000)
    return PartsPerMillion(rawValue: Int32(min(max(ratio, 500_000), 2_000_000)))
  }
}

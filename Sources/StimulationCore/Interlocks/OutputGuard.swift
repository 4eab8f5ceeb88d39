// Decides: whether a frame may leave, from the frames before it, the plan and the board's count
// of its own pulses (SR-12, SR-14, SR-31, SR-33). It shares no state with the engines that made
// the frame.
// Leaves to others: everything else that is measured.

/// What one channel of a frame may be.
struct OutputBounds {
  /// The most the amplitude may be.
  let ceiling: Microamperes
  /// The longest one phase may last, trim and lateness included.
  let longestPhase: Nanoseconds
  /// The shortest time between the starts of two pulses, lateness taken off.
  let shortestPeriod: Nanoseconds
  /// How far a pulse may exceed the highest delivered since zero.
  let reach: Microamperes

  /// Nothing may be on.
  static var closed: OutputBounds {
    OutputBounds(ceiling: .zero, longestPhase: .zero, shortestPeriod: .zero, reach: .zero)
  }

  init(
    ceiling: Microamperes, longestPhase: Nanoseconds, shortestPeriod: Nanoseconds,
    reach: Microamperes
  ) {
    self.ceiling = ceiling
    self.longestPhase = longestPhase
    self.shortestPeriod = shortestPeriod
    self.reach = reach
  }

  /// What the plan allows while trains run: SR-13's trim, SR-14's reach, and lateness.
  ///
  /// A phase may end 2 ms late. From phase to second next phase, the start of a pulse, the end
  /// of its leading phase and of its gap may each be late by what SR-25 allows an edge, and as
  /// much again is for writes that take effect after they were decided.
  init(therapy plan: StimulationPlan, channel: Int) {
    let pulse = plan.pulse
    let widest = max(pulse.leadingPhase, pulse.recoveryPhase + pulse.recoveryPhase / 10)
    let lateness = Nanoseconds.milliseconds(2)
    ceiling = plan[channel: channel].ceiling
    longestPhase = widest + lateness
    let edges = PulseTiming.edgeTolerance(of: pulse.leadingPhase) * 4
    shortestPeriod = pulse.pulsePeriod - min(edges, pulse.pulsePeriod / 5)
    reach = ceiling <= .milliamperes(25) ? .milliamperes(1) : .milliamperes(5)
  }
}

/// The last check before outputs are cleared.
struct OutputGuard {
  private struct Channel {
    var phase = PhaseOutput.off
    var gateRuns = false
    var phaseSince = Nanoseconds.notYet
    var offSince = Nanoseconds.notYet
    var lastPolarity = PhaseOutput.off
    /// When the phase before the present one, and the one before that, began.
    var beganBefore = Nanoseconds.notYet
    var beganLast = Nanoseconds.notYet
    var highest = Microamperes.zero
    var peak = Microamperes.zero
    /// The amplitude of the frame before, and the board's pulse count when it left.
    var amplitude = Microamperes.zero
    var pulseCount: UInt32 = 0
    /// When a pulse of the board's own was counted last.
    var countedAt = Nanoseconds.notYet
  }

  /// A pulse is counted by the next tick after it began, which may itself be late.
  static let countLag = Nanoseconds.milliseconds(2)

  private var channels: InlineArray<8, Channel> = InlineArray(repeating: Channel())

  /// The setpoints went back to zero: nothing has been delivered since.
  mutating func zero() {
    for index in 0..<maximumChannels {
      channels[index].highest = .zero
      channels[index].peak = .zero
    }
  }

  /// The self-check is over: its probes were not pulses of the plan.
  mutating func forgetPulses() {
    for index in 0..<maximumChannels {
      channels[index].beganBefore = .notYet
      channels[index].beganLast = .notYet
      channels[index].countedAt = .notYet
    }
  }

  /// Checks one channel of a frame and takes note of it; trips on what must not leave.
  mutating func check(
    _ output: ChannelOutput, _ bounds: OutputBounds, pulseCount: UInt32, deadTime: Nanoseconds,
    at now: Nanoseconds, _ latch: inout FaultLatch, channel index: Int
  ) {
    count(pulseCount, at: now, index)
    if output.amplitude > bounds.ceiling || output.amplitude < .zero {
      latch.trip(.amplitudeAboveCeiling, channel: index)
    }
    if output.isActive && output.amplitude > channels[index].highest + bounds.reach {
      latch.trip(.amplitudeRise, channel: index)
    }
    if output.phase != channels[index].phase {
      checkEdge(output.phase, bounds, deadTime, now, &latch, index)
    } else if output.phase != .off {
      if now - channels[index].phaseSince > bounds.longestPhase {
        latch.trip(.phaseTooLong, channel: index)
      }
    }
    if output.gate.isRunning { checkGate(output, bounds, now, &latch, index) }
    channels[index].gateRuns = output.gate.isRunning
    channels[index].amplitude = output.amplitude
    if output.phase != .off { channels[index].peak = max(channels[index].peak, output.amplitude) }
  }

  /// A pulse that the board counted had the amplitude of the frame before: only such a pulse
  /// was delivered, however long an amplitude stands between pulses.
  private mutating func count(_ pulseCount: UInt32, at now: Nanoseconds, _ index: Int) {
    guard pulseCount != channels[index].pulseCount else { return }
    channels[index].pulseCount = pulseCount
    channels[index].countedAt = now
    guard channels[index].gateRuns else { return }
    channels[index].highest = max(channels[index].highest, channels[index].amplitude)
  }

  private mutating func checkGate(
    _ output: ChannelOutput, _ bounds: OutputBounds, _ now: Nanoseconds,
    _ latch: inout FaultLatch, _ index: Int
  ) {
    if output.gate.activeTime > bounds.longestPhase { latch.trip(.phaseTooLong, channel: index) }
    let restartsEarly =
      !channels[index].gateRuns
      && now - channels[index].countedAt < bounds.shortestPeriod - OutputGuard.countLag
    if output.gate.period < bounds.shortestPeriod || restartsEarly {
      latch.trip(.pulseTooEarly, channel: index)
    }
    if output.phase != .off { latch.trip(.phaseOverlap, channel: index) }
  }

  private mutating func checkEdge(
    _ phase: PhaseOutput, _ bounds: OutputBounds, _ deadTime: Nanoseconds, _ now: Nanoseconds,
    _ latch: inout FaultLatch, _ index: Int
  ) {
    let before = channels[index].phase
    if phase == .off {
      channels[index].offSince = now
      channels[index].highest = max(channels[index].highest, channels[index].peak)
    } else {
      let isOther = channels[index].lastPolarity != .off && phase != channels[index].lastPolarity
      if before != .off || (isOther && now - channels[index].offSince < deadTime) {
        latch.trip(.phaseOverlap, channel: index)
      }
      // Leading and recovery phases take turns: every second phase begins a pulse.
      if now - channels[index].beganBefore < bounds.shortestPeriod {
        latch.trip(.pulseTooEarly, channel: index)
      }
      channels[index].beganBefore = channels[index].beganLast
      channels[index].beganLast = now
      channels[index].phaseSince = now
      channels[index].lastPolarity = phase
      channels[index].peak = .zero
    }
    channels[index].phase = phase
  }

  /// Trips when channels that are not isolated are active together.
  func checkIsolation(
    _ frame: borrowing OutputFrame, channelCount: Int, _ latch: inout FaultLatch
  ) {
    var active = 0
    for index in 0..<channelCount {
      if frame.channels[index].isActive { active += 1 }
    }
    if active > 1 { latch.trip(.isolationOverlap) }
  }
}

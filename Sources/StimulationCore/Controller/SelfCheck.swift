// Decides: the steps of the self-check, what each must show and in which time (SR-01, SR-04).
// Leaves to others: the interlocks, which run meanwhile as in a session.

/// How far a self-check has come.
struct SelfCheckProgress {
  /// The probe: 1 mA, 5 ms a phase, one pulse a channel.
  static let probeAmplitude = Microamperes.milliamperes(1)
  static let probePhase = Nanoseconds.milliseconds(5)
  /// So many readings make the offset; at one a millisecond.
  static let offsetReadings: Int32 = 128
  /// An offset beyond this is a broken converter.
  static let largestOffset = Microamperes(500)
  /// The heartbeat stands still for longer than a missing-pulse detector of 12 ± 3 ms takes.
  static let stillness = Nanoseconds.milliseconds(19)
  /// The probe's current may be off by this.
  static let probeTolerance = Microamperes(250)

  var itemSince = Nanoseconds.zero
  var probedChannel = 0
  var isProbing = false
  var readings: Int32 = 0
  var sums: InlineArray<8, Int64> = InlineArray(repeating: 0)
  var amplitudeSetAt = Nanoseconds.notYet

  static var bounds: OutputBounds {
    OutputBounds(
      ceiling: probeAmplitude, longestPhase: probePhase * 2, shortestPeriod: .zero,
      reach: probeAmplitude)
  }

  static let probe = PulsePlan(
    shape: .rectangular, leadingPhase: probePhase, interphaseGap: .zero,
    recoveryPhase: probePhase, recovery: .symmetric, pulsePeriod: .milliseconds(50),
    leadingPolarity: .fixed)

  /// The load above which the probe finds an electrode open, by area (clinical.md).
  static func openLoad(under area: SquareMillimetres) -> Ohms {
    if area < .squareCentimetres(10) { return Ohms(30_000) }
    return area < .squareCentimetres(100) ? Ohms(10_000) : Ohms(3_000)
  }
}

extension StimulationController {
  /// Begins a self-check: everything off, nothing learnt.
  mutating func beginSelfCheck() {
    latch.clear()
    pass = nil
    failedItem = nil
    check = SelfCheckProgress()
    for index in 0..<plan.channelCount { channels[index].timing = probeTiming }
    enterItem(.inactive)
  }

  private mutating func enterItem(_ item: SelfCheckItem) {
    check.itemSince = now
    switch item {
    case .inactive, .range, .offset, .probe: break
    case .heartbeat: heartbeatMayRun = true
    case .relayCloses: frame.relayCoil = true
    case .relayOpens: frame.relayCoil = false
    }
    enter(.selfCheck(item))
  }

  /// Judges what the present item shows; trips what an item finds.
  mutating func observeSelfCheck(_ readings: borrowing Readings) {
    guard case .selfCheck(let item) = state else { return }
    let elapsed = now - check.itemSince
    let limit = Nanoseconds.milliseconds(10)
    switch item {
    case .inactive:
      guard elapsed >= SelfCheckProgress.stillness else { return }
      // A detector that sees a heartbeat although there is none would never open the relay.
      if readings.lines.contains(.heartbeatSeen) { latch.trip(.selfCheckFailed) }
      if readings.lines.contains(.contactClosed) { latch.trip(.weldedRelay) }
      if latch.first == nil { enterItem(.range) }
    case .range:  // asked for since the first tick
      let range = plan.range(of: board)
      let isSet = readings.rangeMaximum == range.maximum
      let threshold = readings.overCurrentThreshold
      let isGuarded = threshold > .zero && threshold <= range.highestThreshold
      if isSet && isGuarded { enterItem(.heartbeat) } else { latch.trip(.selfCheckFailed) }
    case .heartbeat:
      if readings.lines.contains(.heartbeatSeen) {
        enterItem(.offset)
      } else if elapsed > limit {
        latch.trip(.heartbeatUnseen)
      }
    case .offset: learnOffset(readings)
    case .relayCloses:
      if readings.lines.contains(.contactClosed) { enterItem(.probe) }  // else relayOpen trips
    case .probe: observeProbe()
    case .relayOpens:
      if !readings.lines.contains(.contactClosed) { passSelfCheck() }  // else weldedRelay trips
    }
  }

  private mutating func learnOffset(_ readings: borrowing Readings) {
    for index in 0..<plan.channelCount {
      check.sums[index] += Int64(readings.channels[index].current.rawValue)
    }
    check.readings += 1
    guard check.readings == SelfCheckProgress.offsetReadings else { return }
    for index in 0..<plan.channelCount {
      let mean = check.sums[index] / Int64(SelfCheckProgress.offsetReadings)
      let offset = Microamperes(rawValue: Int32(mean))
      if offset.magnitude > SelfCheckProgress.largestOffset {
        return latch.trip(.selfCheckFailed, channel: index)
      }
      channels[index].offset = offset
      channels[index].knowsOffset = true
    }
    enterItem(.relayCloses)
  }

  /// Begins the next channel's probe, or judges the one that is over.
  private mutating func observeProbe() {
    let index = check.probedChannel
    guard check.isProbing else { return }
    guard channels[index].isAtRest(at: now) else { return }
    check.isProbing = false
    check.amplitudeSetAt = .notYet
    judgeProbe(ofChannel: index)
    reportProbe(ofChannel: index)
    check.probedChannel += 1
    if check.probedChannel == plan.channelCount && latch.first == nil { enterItem(.relayOpens) }
  }

  private mutating func judgeProbe(ofChannel index: Int) {
    let leading = channels[index].engine.leading
    guard let current = leading.meanCurrent, let voltage = leading.meanVoltage else {
      return latch.trip(.selfCheckFailed, channel: index)
    }
    let open = SelfCheckProgress.openLoad(under: channels[index].plan.electrodeArea)
    let load = Ohms(voltage: max(voltage, .zero), current: max(current, Microamperes(1)))
    guard let load, load <= open else { return latch.trip(.openElectrode, channel: index) }
    if load < LoadInterlock.short { return latch.trip(.shortCircuit, channel: index) }
    let error = (current - SelfCheckProgress.probeAmplitude).magnitude
    if error > SelfCheckProgress.probeTolerance {
      latch.trip(.selfCheckFailed, channel: index)
    }
  }

  /// A probe is dose, whole or cut short.
  mutating func reportProbe(ofChannel index: Int) {
    let dose = channels[index].train
    let certainty = channels[index].trainIsCut ? Certainty.uncertain : .confirmed
    channels[index].train = .none
    channels[index].trainIsCut = false
    queue.append(
      .dose(
        DoseRecord(
          span: .probe, channel: Int8(index), set: 0, train: 0, startedAt: check.itemSince,
          endedAt: now, setpoint: SelfCheckProgress.probeAmplitude, dose: dose,
          certainty: certainty, boundAfter: .zero, sessionOnTime: .zero)))
  }

  /// Drives the probe of the present channel.
  mutating func driveSelfCheck(_ context: TickContext) {
    guard state == .selfCheck(.probe), check.probedChannel < plan.channelCount else { return }
    let index = check.probedChannel
    if check.isProbing {
      _ = channels[index].drivePulse(context, &latch)
      return
    }
    if check.amplitudeSetAt == .notYet {
      check.amplitudeSetAt = now
      channels[index].prepare(SelfCheckProgress.probeAmplitude, at: now)
    } else if now - check.amplitudeSetAt >= board.settling {
      channels[index].begin(SelfCheckProgress.probeAmplitude, at: now)
      _ = channels[index].drivePulse(context, &latch)
      check.isProbing = true
    }
  }

  private mutating func passSelfCheck() {
    for index in 0..<plan.channelCount {
      channels[index].endProbe()
    }
    outputGuard.zero()
    outputGuard.forgetPulses()
    heartbeatMayRun = false
    pass = SelfCheckPass(madeAt: now)
    enter(.checked)
  }
}

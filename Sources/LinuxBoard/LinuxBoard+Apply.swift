// Decides: in which order outputs are driven, and what became of each write.
// Leaves to others: which outputs are safe (Interlocks), and reading (LinuxBoard+Read).
//
// On the way down phases and coil drop together in the first write; gates stop and amplitudes
// change after it. On the way up amplitudes come first, then lines, then gates; nothing is
// raised after a write that failed.

import CRealTime
public import StimulationCore

extension LinuxBoard {
  /// Drives the outputs. What the board cannot represent is a bug of the caller and stops the
  /// process; what the world prevents stands in the next readings.
  #if RT_CHECKED
    @_noAllocation @_noLocks
  #endif
  public mutating func apply(_ outputs: consuming ClearedOutputs) {
    let frame = ledger.redeem(outputs)
    precondition(!isClosed, "a closed board is not driven")
    outcome = .confirmed
    select(frame.rangeMaximum, coil: frame.relayCoil)
    let wanted = bits(of: frame)
    let drops = levels & ~wanted & map.conducting != 0
    let rises = wanted & ~levels & map.conducting != 0
    // With drops and rises at once, the rises wait for the amplitudes.
    let first = wanted & ~(map.conducting & ~levels)
    var changedAt: Int64 = -1
    if drops {
      writeDrop(first)
      changedAt = clock
    }
    if stopGates(frame) { changedAt = clock }
    setAmplitudes(frame)
    if rises && outcome.isConfirmed {
      writeLines(wanted)
      changedAt = clock
    } else if !drops {
      writeLines(first)
    }
    if runGates(frame) { changedAt = clock }
    if !outcome.isFailed {
      appliedAt = Nanoseconds(rawValue: changedAt >= 0 ? changedAt : clock)
    }
  }

  private var clock: Int64 { nmes_clock_now() - origin }

  /// Chooses the range; zero leaves it as it is.
  private mutating func select(_ maximum: Microamperes, coil: Bool) {
    if maximum == .zero || maximum == capabilities.ranges[range].maximum { return }
    precondition(
      !coil && levels & map.relayCoil == 0,
      "the range changes only while the relay coil is released")
    for index in 0..<rangeCount where capabilities.ranges[index].maximum == maximum {
      range = index
      return
    }
    preconditionFailure("a range that the board declares")
  }

  private mutating func bits(of frame: OutputFrame) -> UInt64 {
    var bits = selections[range]
    if frame.relayCoil { bits |= map.relayCoil }
    if frame.heartbeat { bits |= map.heartbeat }
    if frame.indicator { bits |= map.indicator }
    for index in 0..<channelCount {
      let output = frame.channels[index]
      precondition(
        output.phase.isOff || !output.gate.isRunning, "either the phases or the gate time a pulse")
      bits |= channels[index].bits(of: output)
    }
    for index in channelCount..<maximumChannels {
      precondition(
        !frame.channels[index].isActive && frame.channels[index].amplitude == .zero,
        "places beyond the board's channels stay inactive")
    }
    return bits
  }

  /// Drops lines, a second time when the first fails: the failure still stands in the readings.
  private mutating func writeDrop(_ active: UInt64) {
    writeLines(active)
    if outcome.isFailed {
      writeLines(active)
      outcome = .failed
    }
  }

  /// One call for all lines, and one to read them back.
  private mutating func writeLines(_ active: UInt64) {
    let written = outputs.set(active)
    if written < 0 {
      outcome = .failed
      noteLoss(written)
    }
    var read: UInt64 = 0
    let answer = outputs.get(into: &read)
    if answer < 0 {
      outcome = outcome.worse(than: .unconfirmed)
      noteLoss(answer)
      // Nothing is known to be off that was on.
      levels |= active
      return
    }
    levels = read
    if read != active { outcome = outcome.worse(than: .unconfirmed) }
  }

  /// Stops the gates that run and shall not; answers whether any did.
  private mutating func stopGates(_ frame: OutputFrame) -> Bool {
    var isChanged = false
    for index in 0..<channelCount
    where channels[index].gateSetting.isEnabled && !frame.channels[index].gate.isRunning {
      outcome = outcome.worse(than: channels[index].stopGate())
      isChanged = true
    }
    return isChanged
  }

  private mutating func setAmplitudes(_ frame: OutputFrame) {
    for index in 0..<channelCount {
      let amplitude = frame.channels[index].amplitude
      let step = capabilities.ranges[range].step.rawValue
      precondition(
        amplitude.rawValue >= 0 && amplitude <= capabilities.ranges[range].maximum,
        "an amplitude inside the range")
      precondition(amplitude.rawValue % step == 0, "a whole multiple of the range's step")
      outcome = outcome.worse(than: channels[index].setAmplitude(amplitude, range: range))
    }
  }

  /// Starts or changes the gates that shall run, unless a write failed; answers whether any did.
  private mutating func runGates(_ frame: OutputFrame) -> Bool {
    var isChanged = false
    for index in 0..<channelCount where frame.channels[index].gate.isRunning {
      guard outcome.isConfirmed else { return isChanged }
      let gate = frame.channels[index].gate
      if channels[index].runs(gate) { continue }
      outcome = outcome.worse(than: channels[index].runGate(gate))
      isChanged = true
    }
    return isChanged
  }
}

extension LinuxChannel {
  /// The bits of what the channel is told. What the sequencer is told besides its times stays
  /// as it is while the gate stands still: a pulse that is being stopped keeps its direction.
  #if RT_CHECKED
    @_noAllocation @_noLocks
  #endif
  mutating func bits(of output: ChannelOutput) -> UInt64 {
    phase = output.phase
    if output.gate.isRunning {
      gateIsNegative = output.gate.polarity.rawValue == Polarity.negative.rawValue
      gateIsByCapacitor = output.gate.recoversByCapacitor
    }
    var active: UInt64 = 0
    switch output.phase {
    case .off: break
    case .positive: active = bits.positive
    case .negative: active = bits.negative
    }
    if gateIsNegative { active |= bits.gateNegative }
    if gateIsByCapacitor { active |= bits.gateCapacitor }
    return active
  }

  /// Whether the sequencer does already what it is told.
  #if RT_CHECKED
    @_noAllocation @_noLocks
  #endif
  func runs(_ output: GateOutput) -> Bool {
    let setting = gateSetting
    return setting.isEnabled && setting.activeTime == output.activeTime.rawValue
      && setting.period == output.period.rawValue
  }
}

extension PhaseOutput {
  /// A comparison that is promised to be free of locks, which the derived one is not.
  @inline(__always)
  var isOff: Bool { if case .off = self { true } else { false } }
}

extension WriteOutcome {
  /// As above.
  @inline(__always)
  var isFailed: Bool { if case .failed = self { true } else { false } }
}

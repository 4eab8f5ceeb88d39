// Decides: how outputs reach the plant's pins and what the lines and converters show.
// Leaves to others: what follows from the pins (ChannelPlant, OutputRelay).

public import StimulationCore

extension SimulatedBoard {
  /// Reads lines and converters as they are now, every field of `readings`.
  #if RT_CHECKED
    @_noAllocation @_noLocks
  #endif
  public mutating func read(into readings: inout Readings) {
    if clock != .virtual { advance(to: max(now().rawValue, time)) }
    readings.lines = lines
    readings.faultEdgeAt = fallenEdge
    fallenEdge = .never
    readings.appliedAt = appliedAt
    readings.write = outcome
    readings.relayCoil = relay.coil
    readings.rangeMaximum = range.maximum
    readings.overCurrentThreshold = threshold
    for index in 0..<channelCount { readChannel(index, into: &readings.channels[index]) }
    for index in channelCount..<maximumChannels { readings.channels[index] = .none }
  }

  private var lines: SafetyLines {
    var bits: UInt8 = 0
    if chainIsClosed { bits |= lineBits.emergencyStopClosed }
    if !isLatched { bits |= lineBits.overCurrentClear }
    if highVoltageIsPresent { bits |= lineBits.highVoltagePresent }
    if relay.contact { bits |= lineBits.contactClosed }
    if relay.heartbeatSeen { bits |= lineBits.heartbeatSeen }
    if linesAreHeld { bits |= lineBits.outputsHeld }
    return SafetyLines(rawValue: bits)
  }

  @inline(__always)
  private mutating func readChannel(_ index: Int, into readings: inout ChannelReadings) {
    let current = channels[index].current(supply)
    readings.current = channels[index].converters.convert(current: current, noise: &noise)
    readings.voltage = channels[index].converters.convert(voltage: channels[index].voltage(supply))
    readings.code = channels[index].converters.code
    readings.isInRange = channels[index].converters.isInRange
    readings.sampledAt = Nanoseconds(rawValue: time)
    readings.amplitude = Microamperes(
      rawValue: Int32(channels[index].amplitude.target * 1_000 + 0.5))
    readings.phase = channels[index].phases.pins
    readings.pulseCount = channels[index].gate.pulseCount
    readings.heldLeading = channels[index].converters.heldLeading
    readings.heldRecovery = channels[index].converters.heldRecovery
    readings.heldVoltage = channels[index].converters.heldVoltage
  }

  /// Drives the outputs. What the board cannot represent is a bug of the caller and stops the
  /// process; what the world prevents stands in the next readings.
  #if RT_CHECKED
    @_noAllocation @_noLocks
  #endif
  public mutating func apply(_ outputs: consuming ClearedOutputs) {
    let frame = ledger.redeem(outputs)
    if clock != .virtual { advance(to: max(now().rawValue, time)) }
    if failingWrites > 0 {
      failingWrites -= 1
      outcome = .failed
      return
    }
    if linesAreHeld {
      applyLines(frame)
      outcome = .confirmed
      appliedAt = Nanoseconds(rawValue: time)
    } else {
      // The request for the lines is lost: amplitude and gate have outputs of their own.
      outcome = .failed
    }
    for index in 0..<channelCount { applyChannel(index, frame) }
    for index in channelCount..<maximumChannels {
      precondition(
        !frame.channels[index].isActive && frame.channels[index].amplitude == .zero,
        "places beyond the board's channels stay inactive")
    }
  }

  private mutating func applyLines(_ frame: OutputFrame) {
    select(frame.rangeMaximum)
    if frame.heartbeat != heartbeat {
      heartbeat = frame.heartbeat
      relay.beat(at: time)
      ring.append(Signal.heartbeat, heartbeat ? 1 : 0, at: time)
    }
    if frame.relayCoil != relay.coil {
      relay.write(coil: frame.relayCoil, at: time)
      ring.append(Signal.relayCoil, frame.relayCoil ? 1 : 0, at: time)
    }
  }

  /// Chooses the range; zero leaves it as it is.
  private mutating func select(_ maximum: Microamperes) {
    if maximum == range.maximum || maximum == .zero { return }
    precondition(!relay.coil, "the range changes only while the relay coil is released")
    for place in 0..<4 where capabilities.ranges[place].maximum == maximum {
      range = capabilities.ranges[place]
      threshold = SimulatedCapabilities.threshold(of: range)
      supply.fullScale = Double(maximum.rawValue) * 1e-3
      return
    }
    preconditionFailure("a range that the board declares")
  }

  @inline(__always)
  private mutating func applyChannel(_ index: Int, _ frame: OutputFrame) {
    let output = frame.channels[index]
    let amplitude = output.amplitude.rawValue
    precondition(
      amplitude >= 0 && amplitude <= range.maximum.rawValue, "an amplitude inside the range")
    precondition(amplitude % range.step.rawValue == 0, "a whole multiple of the range's step")
    precondition(
      output.phase == .off || !output.gate.isRunning, "either the phases or the gate time a pulse")
    channels[index].write(
      phase: linesAreHeld ? output.phase : channels[index].phases.pins,
      amplitude: Double(amplitude) * 1e-3, gate: output.gate, at: time, ring: &ring)
  }
}

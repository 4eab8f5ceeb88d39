// Decides: how time passes: waiting, the order of the board's events, and faults' effects.
// Leaves to others: what flows between two events (ChannelPlant).

public import StimulationCore

extension SimulatedBoard {
  /// A wait never lasts longer than this, so that a deadline of "never" cannot run the virtual
  /// clock to its end.
  private static let longestWait: Int64 = 10_000_000_000

  /// The board's clock.
  #if RT_CHECKED
    @_noAllocation @_noLocks
  #endif
  public mutating func now() -> Nanoseconds {
    if clock == .virtual { return Nanoseconds(rawValue: time) }
    return Nanoseconds(rawValue: RequestDescriptor.clockNow() - origin)
  }

  /// Waits until `deadline`, or until a fault line falls; on the real clock also until the
  /// request descriptor is signalled.
  #if RT_CHECKED
    @_noAllocation @_noLocks
  #endif
  public mutating func wait(until deadline: Nanoseconds) -> Nanoseconds {
    let target = min(deadline.rawValue, time + SimulatedBoard.longestWait)
    var wake = target
    var isFixed = false
    if lateWakeups.nextAt <= target, case .lateWakeup(let size) = lateWakeups.take().kind {
      wake = max(target, time) + size.rawValue
      isFixed = true
    }
    let edge = nextFaultEdge()
    if !isFixed && edge < target {
      wake = edge
      isFixed = true
    }
    if clock == .virtual {
      if !isFixed && wake > time && lateness > 0 { wake += Int64(noise.uniform() * lateness) }
      advance(to: max(wake, time))
    } else {
      descriptor.wait(until: wake + origin)
      advance(to: max(RequestDescriptor.clockNow() - origin, time))
    }
    return Nanoseconds(rawValue: time)
  }

  /// When the next fault line falls, as far as that is decided; later than now.
  private func nextFaultEdge() -> Int64 {
    if latchAt != .max { return latchAt }
    if faults.nextAt == .max { return .max }
    for place in faults.taken..<faults.total {
      let fault = faults[place]
      let at = fault.at.rawValue
      switch fault.kind {
      case .emergencyStop where chainIsClosed: return at
      case .highVoltageLost where highVoltageIsPresent: return at
      case .overCurrent(let size) where !isLatched && (size ?? threshold) >= threshold:
        return at + SimulatedBoard.comparatorDelay
      default: continue
      }
    }
    return .max
  }

  /// Lets the plant run until `end`, event by event.
  mutating func advance(to end: Int64) {
    while true {
      let next = min(end, max(nextBoardEvent(), time))
      for index in 0..<channelCount {
        channels[index].advance(to: next, supply: supply, ring: &ring, noise: &noise)
      }
      time = next
      if !handleBoardEvents() && next == end { return }
    }
  }

  private func nextBoardEvent() -> Int64 {
    let lines = min(relay.nextEvent, faults.nextAt)
    return min(lines, min(min(latchAt, decayAt), protectionAt()))
  }

  private func protectionAt() -> Int64 {
    if relay.isDropped || !supply.contact { return .max }
    var earliest = Int64.max
    for index in 0..<channelCount {
      let at = channels[index].protectionAt(
        limiter: SimulatedBoard.limiterTime, charge: SimulatedBoard.integratorCharge,
        supply: supply)
      earliest = min(earliest, at)
    }
    return earliest
  }

  /// Handles what is due now; answers whether anything was.
  private mutating func handleBoardEvents() -> Bool {
    var isHandled = false
    if relay.nextEvent <= time {
      relay.handleEvents(at: time)
      updateContact()
      isHandled = true
    }
    if faults.nextAt <= time {
      show(faults.take())
      isHandled = true
    }
    if latchAt <= time {
      latchAt = .max
      isLatched = true
      noteEdge()
      updateSupply()
      isHandled = true
    }
    if decayAt <= time {
      decay()
      isHandled = true
    }
    if !relay.isDropped && supply.contact && isProtectionDue() {
      relay.drop(at: time)
      isHandled = true
    }
    return isHandled
  }

  private func isProtectionDue() -> Bool {
    for index in 0..<channelCount {
      let phases = channels[index].phases
      if phases.conducting != 0 && phases.since + SimulatedBoard.limiterTime <= time {
        return true
      }
      if abs(channels[index].integrator) >= SimulatedBoard.integratorCharge { return true }
    }
    return false
  }

  mutating func updateContact() {
    if relay.contact == supply.contact { return }
    supply.contact = relay.contact
    ring.append(Signal.relayContact, relay.contact ? 1 : 0, at: time)
  }

  mutating func updateSupply() { supply.isOn = chainIsClosed && !isLatched }

  private mutating func noteEdge() {
    fallenEdge = min(fallenEdge, Nanoseconds(rawValue: time))
  }

  /// The supply's voltage falls with a time constant of 1 ms, in steps of 50 µs.
  private mutating func decay() {
    supply.limit *= 0.951_229_424_500_714
    if supply.limit < 0.01 {
      supply.limit = 0
      decayAt = .max
    } else {
      decayAt = time + 50_000
    }
  }

  /// A fault's time has come.
  private mutating func show(_ fault: InjectedFault) {
    let channel = fault.channel
    switch fault.kind {
    case .leadOff(let resistance):
      var added: Double?
      if let resistance { added = Double(resistance.rawValue) * 1e-3 }
      channels[channel].loosen(added)
    case .short(let resistance):
      channels[channel].shorten(Double(resistance.rawValue) * 1e-3)
    case .stuckRelay:
      relay.weld()
      updateContact()
    case .stuckConverter(let code):
      channels[channel].converters.isStuck = true
      if let code { channels[channel].converters.code = code }
    case .noise(let share):
      channels[channel].converters.faultNoise = Double(share.rawValue) * 1e-6
    case .lostLine: linesAreHeld = false
    case .writeError: failingWrites += 1
    case .emergencyStop:
      guard chainIsClosed else { return }
      chainIsClosed = false
      ring.append(Signal.emergencyStop, 0, at: time)
      noteEdge()
      updateSupply()
    case .highVoltageLost:
      guard highVoltageIsPresent else { return }
      // The line watches the converter's input, so that it falls before the voltage has.
      highVoltageIsPresent = false
      decayAt = time + 50_000
      noteEdge()
    case .overCurrent(let size):
      let current = size ?? Microamperes(threshold.rawValue / 10 * 11)
      channels[channel].runaway = Double(current.rawValue) * 1e-3
      if current >= threshold && !isLatched {
        latchAt = min(latchAt, time + SimulatedBoard.comparatorDelay)
      }
    case .lateWakeup, .logStall: break
    }
  }
}

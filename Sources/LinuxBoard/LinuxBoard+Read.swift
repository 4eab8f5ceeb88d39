// Decides: how the board's clock, wait, lines and converters are read.
// Leaves to others: what the readings mean (Interlocks), and driving (LinuxBoard+Apply).

import CRealTime
public import StimulationCore

extension LinuxBoard {
  /// A wait never lasts longer than this, so that a deadline of "never" can be waited for.
  private static let longestWait: Int64 = 10_000_000_000

  /// The board's clock.
  #if RT_CHECKED
    @_noAllocation @_noLocks
  #endif
  public mutating func now() -> Nanoseconds {
    Nanoseconds(rawValue: nmes_clock_now() - origin)
  }

  /// Waits until `deadline`, until a fault line has an edge, or until the request descriptor is
  /// signalled.
  #if RT_CHECKED
    @_noAllocation @_noLocks
  #endif
  public mutating func wait(until deadline: Nanoseconds) -> Nanoseconds {
    let target = min(deadline.rawValue, time + LinuxBoard.longestWait)
    isUrgent = waiting.wait(until: target + origin)
    time = nmes_clock_now() - origin
    return Nanoseconds(rawValue: time)
  }

  /// Reads converters and lines as they are now, every field of `readings`.
  ///
  /// The lines come last, so that a fault line that falls meanwhile is met in this turn and not
  /// in the next. When one ended the wait, nothing is converted: the reaction comes first, and
  /// values stay as old as they say.
  #if RT_CHECKED
    @_noAllocation @_noLocks
  #endif
  public mutating func read(into readings: inout Readings) {
    if !isUrgent { convert() }
    readLines(into: &readings)
    readings.appliedAt = appliedAt
    readings.write = outcome
    readings.relayCoil = levels & map.relayCoil != 0
    readings.rangeMaximum = rangeReadBack
    readings.overCurrentThreshold = Microamperes(
      rawValue: threshold.isInRange ? threshold.value : 0)
    for index in 0..<channelCount { report(index, into: &readings.channels[index]) }
    for index in channelCount..<maximumChannels { readings.channels[index] = .none }
  }

  private mutating func readLines(into readings: inout Readings) {
    var active: UInt64 = 0
    var answer = inputs.get(into: &active)
    if answer >= 0 { answer = inputs.drain() }
    let areRead = answer >= 0
    if !areRead { noteLoss(answer) }
    // Lines that cannot be read are not good.
    var bits = areRead ? inputMap.lines(active) : 0
    if linesAreHeld && areRead { bits |= inputMap.held }
    readings.lines = SafetyLines(rawValue: bits)
    let fall = inputs.takeFall(inputMap.faults)
    readings.faultEdgeAt = Nanoseconds(rawValue: fall == .max ? .max : fall - origin)
  }

  /// The request for the lines is gone when the chip is.
  #if RT_CHECKED
    @_noAllocation @_noLocks
  #endif
  mutating func noteLoss(_ answer: Int32) {
    let error = -answer
    guard
      error == SystemFailure.noDevice || error == SystemFailure.badDescriptor
        || error == SystemFailure.noDeviceOrAddress
    else { return }
    linesAreHeld = false
    waiting.forgetLines()
  }

  /// The range whose selection the lines show; zero for none.
  private var rangeReadBack: Microamperes {
    for index in 0..<rangeCount where levels & map.selecting == selections[index] {
      return capabilities.ranges[index].maximum
    }
    return .zero
  }

  private mutating func convert() {
    // The comparator's threshold follows the range, which changes only while the coil is off.
    if levels & map.relayCoil == 0 { threshold.read(at: nmes_clock_now() - origin) }
    for index in 0..<channelCount { channels[index].convert(origin: origin) }
  }

  @inline(__always)
  private mutating func report(_ index: Int, into readings: inout ChannelReadings) {
    channels[index].report(into: &readings)
    readings.phase = channels[index].phase(levels)
    readings.pulseCount = pulseCount(index)
  }

  private mutating func pulseCount(_ index: Int) -> UInt32 {
    guard let line = channels[index].pulseStarted else { return 0 }
    return inputs.count(line)
  }
}

extension LinuxChannel {
  /// Converts everything.
  #if RT_CHECKED
    @_noAllocation @_noLocks
  #endif
  mutating func convert(origin: Int64) {
    current.read(at: nmes_clock_now() - origin)
    voltage.read(at: nmes_clock_now() - origin)
    gate?.read(at: nmes_clock_now() - origin)
  }

  /// What the converters and the amplitude read.
  #if RT_CHECKED
    @_noAllocation @_noLocks
  #endif
  func report(into readings: inout ChannelReadings) {
    readings.current = Microamperes(rawValue: current.value)
    readings.voltage = Millivolts(rawValue: voltage.value)
    readings.code = current.code
    let held = held
    readings.isInRange = current.isInRange && voltage.isInRange && held.isInRange
    // The older of the two: neither may be stale.
    let (one, other) = (current.sampledAt, voltage.sampledAt)
    readings.sampledAt = one < other ? one : other
    readings.amplitude = amplitudeRead
    readings.heldLeading = Microamperes(rawValue: held.leading)
    readings.heldRecovery = Microamperes(rawValue: held.recovery)
    readings.heldVoltage = Millivolts(rawValue: held.voltage)
  }

  /// The phases as the lines read back. Both at once is told as the one that was not commanded,
  /// so that it never passes for what was.
  #if RT_CHECKED
    @_noAllocation @_noLocks
  #endif
  func phase(_ levels: UInt64) -> PhaseOutput {
    let isPositive = levels & bits.positive != 0
    let isNegative = levels & bits.negative != 0
    if isPositive && isNegative {
      if case .positive = phase { return .negative }
      return .positive
    }
    return isPositive ? .positive : isNegative ? .negative : .off
  }
}

extension LinuxGate {
  /// Reads what the board holds of the last pulse.
  #if RT_CHECKED
    @_noAllocation @_noLocks
  #endif
  mutating func read(at time: Int64) {
    heldLeading.read(at: time)
    heldVoltage.read(at: time)
    heldRecovery?.read(at: time)
  }
}

// Decides: whether a channel's converters can be believed (SR-29).
// Leaves to others: what their values mean (CurrentInterlock, LoadInterlock).

/// Watches one channel's converters.
struct ConverterInterlock {
  /// The oldest that a sample may be.
  static let oldest = Nanoseconds.milliseconds(5)
  /// So many equal codes over two commanded levels mean stuck: with noise of one code or
  /// more, equal codes by chance are rarer than one in ten thousand.
  static let equalCodes = 8
  /// Levels differ when they are this many converter steps apart.
  static let levelSteps: Int32 = 20

  private var heldCode: Int32 = 0
  private var heldLevel = Microamperes.zero
  private var equal = 0
  private var sawOtherLevel = false
  /// The last magnitude; negative before the first, so that a short is not held against it.
  private var heldVoltage = Millivolts(rawValue: -1)
  private var voltageLevel = Microamperes.zero
  private var equalVoltages = 0
  private var heldPulse = Microamperes.zero
  private var heldPulseCommand = Microamperes.zero

  /// - Parameters:
  ///   - level: the signed current that was commanded since the last wake-up.
  ///   - isSettled: whether the board has settled at that level.
  mutating func check(
    _ reading: ChannelReadings, level: Microamperes, isSettled: Bool, step: Microamperes,
    at now: Nanoseconds, _ latch: inout FaultLatch, channel: Int
  ) {
    if !reading.isInRange { latch.trip(.converterOutOfRange, channel: channel) }
    if now - reading.sampledAt > ConverterInterlock.oldest {
      latch.trip(.converterStale, channel: channel)
    }
    guard isSettled else { return }
    if level != .zero {
      checkVoltage(reading.voltage.magnitude, level.magnitude, step, &latch, channel)
    }
    if reading.code != heldCode {
      heldCode = reading.code
      heldLevel = level
      equal = 1
      sawOtherLevel = false
      return
    }
    equal += 1
    if (level - heldLevel).magnitude >= step * ConverterInterlock.levelSteps {
      sawOtherLevel = true
    }
    if sawOtherLevel && equal >= ConverterInterlock.equalCodes {
      latch.trip(.converterStuck, channel: channel)
    }
  }

  /// The voltage in a phase, as magnitudes, so that the two directions of one level are one: a
  /// load whose voltage does not move with the current is not there. Only readings at another
  /// level count, because a rising voltage passes through what it was before.
  private mutating func checkVoltage(
    _ voltage: Millivolts, _ level: Microamperes, _ step: Microamperes, _ latch: inout FaultLatch,
    _ channel: Int
  ) {
    guard voltage == heldVoltage else {
      heldVoltage = voltage
      voltageLevel = level
      equalVoltages = 0
      return
    }
    guard (level - voltageLevel).magnitude >= step * ConverterInterlock.levelSteps else { return }
    equalVoltages += 1
    if equalVoltages >= ConverterInterlock.equalCodes {
      latch.trip(.converterStuck, channel: channel)
    }
  }

  /// The held sample of a board-timed pulse: the same value at another command is stuck.
  mutating func checkHeld(
    _ held: Microamperes, command: Microamperes, step: Microamperes, _ latch: inout FaultLatch,
    channel: Int
  ) {
    let isOtherLevel =
      (command - heldPulseCommand).magnitude >= step * ConverterInterlock.levelSteps
    if isOtherLevel && heldPulseCommand > .zero && held == heldPulse {
      latch.trip(.converterStuck, channel: channel)
    }
    if isOtherLevel || held != heldPulse {
      heldPulse = held
      heldPulseCommand = command
    }
  }
}

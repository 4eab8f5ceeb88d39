// Decides: whether the current is what was commanded, in phases and between them (SR-28, SR-30).
// Leaves to others: whether the converters can be believed (ConverterInterlock).

/// Watches one channel's current.
struct CurrentInterlock {
  /// How far current may be from command: the larger of 10 % and 1 mA.
  static func tolerance(of command: Microamperes) -> Microamperes {
    max(command / 10, .milliamperes(1))
  }
  /// For how long it may be above, in a phase and between phases.
  static let patience = Nanoseconds.milliseconds(2)
  /// Between phases, from the first instant.
  static let most = Microamperes.milliamperes(1)
  /// Between phases, as the mean of 5 ms from 20 ms after the last phase.
  static let mostLeakage = Microamperes(50)
  static let leakageFrom = Nanoseconds.milliseconds(20)
  static let leakageWindow = Nanoseconds.milliseconds(5)
  /// After an edge, readings count once the current has settled.
  static let edgeAllowance = Nanoseconds.microseconds(100)

  private var aboveFor = Nanoseconds.zero
  private var belowPulses = 0
  private var offFor = Nanoseconds.zero
  private var leaked = Femtocoulombs.zero
  private var leakedFor = Nanoseconds.zero
  /// The verdict of the last whole window, which stands until the next one.
  private var isLeaking = false

  /// A stretch of a phase; it counts when the board had settled by its end, however short it
  /// is, because requests may wake the loop at any time.
  mutating func check(
    _ interval: PhaseInterval, isSettled: Bool, _ latch: inout FaultLatch, channel: Int
  ) {
    offFor = .zero
    resetLeakage()
    guard isSettled else { return }
    let most = interval.command + CurrentInterlock.tolerance(of: interval.command)
    aboveFor = interval.current.magnitude > most ? aboveFor + interval.time : .zero
    if aboveFor >= CurrentInterlock.patience {
      latch.trip(.currentAboveCommand, channel: channel)
    }
  }

  /// A new phase begins: patience starts anew.
  mutating func beginPhase() { aboveFor = .zero }

  /// A finished loop-timed pulse: the mean of each phase's second half.
  mutating func check(_ pulse: PulseResult, _ latch: inout FaultLatch, channel: Int) {
    let isBelow = isBelow(pulse.leading) || isBelow(pulse.recovery)
    countBelow(isBelow, &latch, channel)
  }

  /// The held samples of a board-timed pulse, within 2 pulses either way.
  mutating func checkHeld(
    leading: Microamperes, recovery: Microamperes?, command: Microamperes,
    _ latch: inout FaultLatch, channel: Int
  ) {
    let tolerance = CurrentInterlock.tolerance(of: command)
    let lowest = min(leading, recovery ?? leading)
    let highest = max(leading, recovery ?? leading)
    if highest > command + tolerance { latch.trip(.currentAboveCommand, channel: channel) }
    countBelow(lowest < command - tolerance, &latch, channel)
  }

  /// Whether a finished pulse would be the second below command.
  mutating func isBelowAgain(_ pulse: PulseResult) -> Bool {
    belowPulses >= 1 && (isBelow(pulse.leading) || isBelow(pulse.recovery))
  }

  private func isBelow(_ phase: PhaseMeasurement) -> Bool {
    guard phase.lateTime > .zero else { return false }
    let command = phase.lateCommanded / phase.lateTime
    return phase.lateCharge / phase.lateTime < command - CurrentInterlock.tolerance(of: command)
  }

  private mutating func countBelow(_ isBelow: Bool, _ latch: inout FaultLatch, _ channel: Int) {
    belowPulses = isBelow ? belowPulses + 1 : 0
    if belowPulses >= 2 { latch.trip(.currentBelowCommand, channel: channel) }
  }

  /// A stretch without any phase, `quiet` after the last one ended.
  ///
  /// - Parameter knowsOffset: whether the converter's offset was learnt and taken off; before,
  ///   it could pass for a leak.
  mutating func checkOff(
    _ current: Microamperes, for time: Nanoseconds, quiet: Nanoseconds, settling: Nanoseconds,
    knowsOffset: Bool, _ latch: inout FaultLatch, channel: Int
  ) {
    guard quiet >= settling + CurrentInterlock.edgeAllowance else { return }
    offFor = current.magnitude > CurrentInterlock.most ? offFor + time : .zero
    if offFor >= CurrentInterlock.patience {
      latch.trip(.currentWithPhasesOff, channel: channel)
    }
    guard knowsOffset, quiet - time >= CurrentInterlock.leakageFrom else {
      return resetLeakage()
    }
    leaked += current * time
    leakedFor += time
    if leakedFor >= CurrentInterlock.leakageWindow {
      isLeaking = leaked.magnitude > CurrentInterlock.mostLeakage * leakedFor
      leaked = .zero
      leakedFor = .zero
    }
    if isLeaking { latch.trip(.leakage, channel: channel) }
  }

  private mutating func resetLeakage() {
    leaked = .zero
    leakedFor = .zero
    isLeaking = false
  }
}

// Decides: the timing of short pulses: leading phase, gap, recovery, and the pulse count.
// Leaves to others: how much current flows and how the series capacitor discharges.

import StimulationCore

/// The hardware sequencer that an edge of the gate output starts.
///
/// A gate that is stopped cuts the phase in progress; the series capacitor then returns through
/// its bleeder what the cut pulse left. A changed setting begins with the next period.
struct GateSequencer {
  /// What the sequencer is doing with the switches.
  enum Stage: UInt8 { case bleeding, leading, gap, recovery }

  /// An edge that the channel acts on.
  enum Edge: UInt8 { case none, pinRise, pinFall, leadingEnds, recoveryEnds, other }

  static let shortest: Int64 = 50_000
  static let longest: Int64 = 4_999_000

  private(set) var stage = Stage.bleeding
  /// The sign that conducts now, or 0.
  private(set) var conducting = 0.0
  /// The pulses started since the board was opened.
  private(set) var pulseCount: UInt32 = 0
  /// Whether the pulse in progress recovers by the capacitor.
  private(set) var recoversByCapacitor = false

  private let delay: Int64
  private var setting = GateOutput.still
  private var isHigh = false
  private var riseAt = Int64.max
  private var fallAt = Int64.max
  private var leadAt = Int64.max
  private var stageEndsAt = Int64.max
  private var cutAt = Int64.max
  private var width: Int64 = 0
  private var gap: Int64 = 0
  private var sign = 0.0

  init(delay: Int64) { self.delay = delay }

  /// The next edge; `Int64.max` for none.
  var nextEvent: Int64 { min(min(riseAt, fallAt), min(leadAt, min(stageEndsAt, cutAt))) }

  /// Answers whether the pin fell at once.
  mutating func write(_ gate: GateOutput, at time: Int64) -> Bool {
    if isSetting(gate) { return false }
    let wasRunning = setting.isRunning
    setting = gate
    guard gate.isRunning else {
      riseAt = .max
      fallAt = .max
      cutAt = wasRunning ? time + delay : .max
      let wasHigh = isHigh
      isHigh = false
      return wasHigh
    }
    let pause = max(gate.gap.rawValue, PhaseSwitch.deadTime)
    let active = gate.activeTime.rawValue
    precondition(
      active >= GateSequencer.shortest && active <= GateSequencer.longest,
      "a gate that the sequencer can time")
    precondition(
      gate.period.rawValue >= active + pause + (gate.recoversByCapacitor ? 0 : active),
      "a pulse fits its period")
    if !wasRunning { riseAt = time }
    return false
  }

  /// The derived comparison of another module is not promised to be free of locks.
  private func isSetting(_ gate: GateOutput) -> Bool {
    gate.activeTime.rawValue == setting.activeTime.rawValue
      && gate.period.rawValue == setting.period.rawValue
      && gate.gap.rawValue == setting.gap.rawValue
      && gate.recoversByCapacitor == setting.recoversByCapacitor
      && gate.polarity.rawValue == setting.polarity.rawValue
  }

  /// Handles the earliest edge that is due at `time`.
  mutating func handleEvent(at time: Int64) -> Edge {
    if cutAt <= time {
      cutAt = .max
      leadAt = .max
      stageEndsAt = .max
      stage = .bleeding
      conducting = 0
      return .other
    }
    if stageEndsAt <= time { return endStage() }
    if leadAt <= time {
      leadAt = .max
      stage = .leading
      conducting = sign
      stageEndsAt = time + width
      return .other
    }
    if fallAt <= time {
      fallAt = .max
      isHigh = false
      return .pinFall
    }
    if riseAt <= time {
      begin(at: time)
      return .pinRise
    }
    return .none
  }

  private mutating func begin(at time: Int64) {
    width = setting.activeTime.rawValue
    gap = max(setting.gap.rawValue, PhaseSwitch.deadTime)
    sign = setting.polarity == .positive ? 1 : -1
    recoversByCapacitor = setting.recoversByCapacitor
    pulseCount &+= 1
    isHigh = true
    fallAt = time + width
    leadAt = time + delay
    riseAt = time + setting.period.rawValue
  }

  private mutating func endStage() -> Edge {
    let time = stageEndsAt
    conducting = 0
    switch stage {
    case .leading:
      stage = .gap
      stageEndsAt = time + gap
      return .leadingEnds
    case .gap where !recoversByCapacitor:
      stage = .recovery
      conducting = -sign
      stageEndsAt = time + width
      return .other
    case .recovery:
      stage = .bleeding
      stageEndsAt = .max
      return .recoveryEnds
    case .gap, .bleeding:
      stage = .bleeding
      stageEndsAt = .max
      return .other
    }
  }
}

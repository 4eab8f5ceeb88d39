// Decides: how a board answers outputs, ideally, and where a test can make it lie.
// Leaves to others: the plans (InterlockPlans), the journeys (InterlockRig+Journeys) and every
// verdict.

import Testing

@testable import StimulationCore

/// One channel of the scripted board.
struct ScriptedChannel {
  var load = Ohms(500)
  /// Delivered ÷ commanded, in thousandths, by the sign of the phase.
  var positiveGain: Int64 = 1_000
  var negativeGain: Int64 = 1_000
  /// The converter's offset, and current that flows although nothing commands it.
  var offset = Microamperes.zero
  var leak = Microamperes.zero
  /// Whether no current can flow: the voltage goes to its limit.
  var isOpen = false
  /// The current source gives out at the voltage limit.
  var isStuck = false
  var pulses: UInt32 = 0
  var heldLeading = Microamperes.zero
  var heldRecovery = Microamperes.zero
  var heldVoltage = Millivolts.zero
  var nextPulseAt: Nanoseconds?
}

/// A controller on a scripted board: the clock steps to the deadline that the controller
/// returned, later by what the test asks.
final class InterlockRig {
  let plan: StimulationPlan
  let board: BoardCapabilities
  var controller: StimulationController
  private(set) var now = Nanoseconds.zero
  private(set) var deadline = Nanoseconds.zero
  private(set) var frame: OutputFrame
  private(set) var records: [SessionRecord] = []
  private(set) var ticks = 0
  var channels = [ScriptedChannel](repeating: ScriptedChannel(), count: 8)
  /// Changes what is read, after the board has answered honestly.
  var corrupt: ((inout Readings, InterlockRig) -> Void)?
  /// Changes what is asked.
  var meddle: ((inout Request, InterlockRig) -> Void)?
  /// How late the next wake-ups come.
  var lateness: ((InterlockRig) -> Nanoseconds)?
  /// From a decision to its effect at the pins.
  var applyDelay = Nanoseconds.microseconds(20)
  var resetIsHeld = false
  /// The relay's contact, once it no longer follows the coil.
  var contactStuckAt: Bool?
  private(set) var contact = false
  private var contactMovesAt = Nanoseconds.never
  private var stalled = 0
  private var beatAt = Nanoseconds.notYet
  private var ledger = ClearanceLedger()

  init(_ wanted: InterlockPlan = InterlockPlan()) throws {
    plan = try wanted.make()
    board = wanted.board
    controller = StimulationController(plan: plan, board: board)
    frame = .inactive(heartbeat: false, rangeMaximum: plan.range(of: board).maximum)
  }

  // MARK: - One tick

  /// One tick at the deadline, later by what the test asks.
  @discardableResult
  func turn(_ command: Command = .none, stop: Bool = false, late: Nanoseconds = .zero) -> Reply {
    var due = max(now, deadline) + late + (lateness?(self) ?? .zero)
    stalled = due == now ? stalled + 1 : 0
    if stalled > 100 {
      Issue.record("the controller asks for the same deadline for ever, at \(now)")
      due += .milliseconds(1)
    }
    return turn(at: due, command, stop: stop)
  }

  /// One tick at an instant.
  @discardableResult
  func turn(at instant: Nanoseconds, _ command: Command = .none, stop: Bool = false) -> Reply {
    let appliedAt = ticks == 0 ? .zero : min(now + applyDelay, instant)
    now = instant
    var readings = read(appliedAt: appliedAt)
    corrupt?(&readings, self)
    var request = Request(
      stop: stop, reset: resetIsHeld, command: command, leaseRenewedAt: now,
      loggerProgressAt: now, durableOnTime: controller.sessionOnTime)
    meddle?(&request, self)
    let step = controller.advance(to: now, readings: readings, request: request)
    deadline = step.deadline
    apply(ledger.redeem(step.takeOutputs()))
    while let record = controller.nextRecord() { records.append(record) }
    ticks += 1
    return controller.reply
  }

  private func apply(_ next: OutputFrame) {
    if next.relayCoil != frame.relayCoil { contactMovesAt = now + .milliseconds(3) }
    if next.heartbeat != frame.heartbeat { beatAt = now }
    for index in 0..<plan.channelCount {
      let gate = next.channels[index].gate
      if !gate.isRunning {
        channels[index].nextPulseAt = nil
      } else if channels[index].nextPulseAt == nil {
        channels[index].nextPulseAt = now + applyDelay
      }
    }
    frame = next
  }

  // MARK: - What the board says

  private func read(appliedAt: Nanoseconds) -> Readings {
    if now >= contactMovesAt {
      contact = frame.relayCoil
      contactMovesAt = .never
    }
    contact = contactStuckAt ?? contact
    var readings = Readings()
    readings.lines = [
      .emergencyStopClosed, .overCurrentClear, .highVoltagePresent, .outputsHeld,
    ]
    if contact { readings.lines.insert(.contactClosed) }
    if now - beatAt <= .milliseconds(12) { readings.lines.insert(.heartbeatSeen) }
    readings.appliedAt = appliedAt
    readings.write = .confirmed
    readings.relayCoil = frame.relayCoil
    readings.rangeMaximum = frame.rangeMaximum
    readings.overCurrentThreshold = plan.range(of: board).highestThreshold
    for index in 0..<plan.channelCount { readings.channels[index] = read(channel: index) }
    return readings
  }

  private func read(channel index: Int) -> ChannelReadings {
    runSequencer(index)
    let output = frame.channels[index]
    let (flow, voltage) = flow(output.amplitude, output.phase, channels[index])
    // One code up, none, one down: the noise by which a living converter is known.
    let dither = Microamperes(rawValue: Int32(ticks % 3 - 1) * 10)
    let current = channels[index].isStuck ? .zero : flow + channels[index].offset + dither
    var reading = ChannelReadings.none
    reading.current = current + channels[index].leak
    reading.voltage = voltage
    reading.code = reading.current.rawValue / 10
    reading.sampledAt = now
    reading.amplitude = output.amplitude
    reading.phase = output.phase
    reading.pulseCount = channels[index].pulses
    reading.heldLeading = channels[index].heldLeading
    reading.heldRecovery = channels[index].heldRecovery
    reading.heldVoltage = channels[index].heldVoltage
    return reading
  }

  /// The current that flows and the voltage that it needs, signed.
  private func flow(
    _ amplitude: Microamperes, _ phase: PhaseOutput, _ channel: ScriptedChannel
  ) -> (Microamperes, Millivolts) {
    guard phase != .off, contact else { return (.zero, .zero) }
    let gain = phase == .positive ? channel.positiveGain : channel.negativeGain
    var current = Int64(amplitude.rawValue) * gain / 1_000
    var voltage = current * Int64(channel.load.rawValue) / 1_000
    let most = Int64(board.compliance.rawValue)
    if channel.isOpen && current > 0 {
      (current, voltage) = (0, most)
    } else if voltage > most {
      (current, voltage) = (most * 1_000 / Int64(channel.load.rawValue), most)
    }
    let sign = Int64(phase.sign)
    return (
      Microamperes(rawValue: Int32(current * sign)), Millivolts(rawValue: Int32(voltage * sign))
    )
  }

  /// Starts the pulses that the gate asked for until now, and holds each one's samples.
  private func runSequencer(_ index: Int) {
    let output = frame.channels[index]
    guard output.gate.isRunning else { return }
    while let at = channels[index].nextPulseAt, at <= now {
      channels[index].pulses += 1
      channels[index].nextPulseAt = at + output.gate.period
      let (leading, voltage) = flow(output.amplitude, .positive, channels[index])
      let (recovery, _) = flow(output.amplitude, .negative, channels[index])
      let noise = Microamperes(rawValue: Int32(channels[index].pulses % 3) * 10 - 10)
      channels[index].heldLeading = max(leading + noise, .zero)
      channels[index].heldRecovery =
        output.gate.recoversByCapacitor ? .zero : max(recovery.magnitude + noise, .zero)
      channels[index].heldVoltage = voltage
    }
  }
}

// Decides: how a test stands in for a board: frames become the readings of a perfect one.
// Leaves to others: faults, which tests script through `corrupt` (ScriptedSession).

@testable import StimulationCore

/// A perfect board with 500 Ω between the electrodes of each channel.
///
/// The relay follows its coil after 3 ms, the detector sees a heartbeat edge for 12 ms, the
/// current is the command, and the converter's last bit dithers as a real one does.
struct ScriptedBoard: ~Copyable {
  static let load: Int64 = 500
  static let relayDelay = Nanoseconds.milliseconds(3)
  static let detector = Nanoseconds.milliseconds(12)

  let capabilities: BoardCapabilities
  private var ledger = ClearanceLedger()
  private(set) var frame = OutputFrame.inactive(heartbeat: false, rangeMaximum: .zero)
  private var appliedAt = Nanoseconds.notYet
  private var coilChangedAt = Nanoseconds.notYet
  private var lastBeat = Nanoseconds.notYet
  private var reads: Int32 = 0
  private var gateSince: InlineArray<8, Nanoseconds> = InlineArray(repeating: .never)
  private var counted: InlineArray<8, UInt32> = InlineArray(repeating: 0)
  private var held: InlineArray<8, Microamperes> = InlineArray(repeating: .zero)

  init(_ capabilities: BoardCapabilities) { self.capabilities = capabilities }

  /// Drives the outputs at `now`.
  mutating func apply(_ outputs: consuming ClearedOutputs, at now: Nanoseconds) {
    let next = ledger.redeem(outputs)
    if next.relayCoil != frame.relayCoil { coilChangedAt = now }
    if next.heartbeat != frame.heartbeat { lastBeat = now }
    for index in 0..<maximumChannels {
      let gate = next.channels[index].gate
      if !gate.isRunning { gateSince[index] = .never }
      if gate.isRunning && gateSince[index] == .never { gateSince[index] = now }
    }
    frame = next
    appliedAt = now
  }

  /// Whether the relay's contact is closed at `now`.
  func isClosed(at now: Nanoseconds) -> Bool {
    now - coilChangedAt >= ScriptedBoard.relayDelay ? frame.relayCoil : !frame.relayCoil
  }

  /// Everything that can be read at `now`.
  mutating func read(at now: Nanoseconds) -> Readings {
    var readings = Readings()
    reads += 1
    readings.lines = [.mustBeGood, .outputsHeld]
    let isContactClosed = coilChangedAt != .notYet && isClosed(at: now)
    if isContactClosed { readings.lines.insert(.contactClosed) }
    if now - lastBeat <= ScriptedBoard.detector { readings.lines.insert(.heartbeatSeen) }
    readings.appliedAt = appliedAt
    readings.write = .confirmed
    readings.relayCoil = frame.relayCoil
    readings.rangeMaximum = frame.rangeMaximum
    readings.overCurrentThreshold = frame.rangeMaximum + .milliamperes(1)
    for index in 0..<maximumChannels {
      readings.channels[index] = readChannel(index, isContactClosed, now)
    }
    return readings
  }

  private mutating func readChannel(
    _ index: Int, _ isContactClosed: Bool, _ now: Nanoseconds
  ) -> ChannelReadings {
    let output = frame.channels[index]
    var reading = ChannelReadings()
    if isContactClosed { reading.current = output.amplitude * output.phase.sign }
    reading.voltage = Millivolts(
      rawValue: Int32(Int64(reading.current.rawValue) * ScriptedBoard.load / 1_000))
    reading.code = reading.current.rawValue / 10 + reads % 2
    reading.sampledAt = now
    reading.amplitude = output.amplitude
    reading.phase = output.phase
    countPulses(index, output, now)
    reading.pulseCount = counted[index]
    reading.heldLeading = held[index]
    reading.heldRecovery = output.gate.recoversByCapacitor ? .zero : held[index]
    reading.heldVoltage = Millivolts(
      rawValue: Int32(Int64(held[index].rawValue) * ScriptedBoard.load / 1_000))
    return reading
  }

  /// The sequencer: a pulse at the gate's start and one a period, each at the amplitude that
  /// the board has when it begins. Called at every wake-up, at least once a millisecond.
  private mutating func countPulses(_ index: Int, _ output: ChannelOutput, _ now: Nanoseconds) {
    while gateSince[index] != .never && gateSince[index] <= now {
      counted[index] &+= 1
      held[index] = output.amplitude
      gateSince[index] += output.gate.period
    }
  }
}

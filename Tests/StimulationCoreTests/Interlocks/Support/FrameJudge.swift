// Decides: what no frame may ever be, whatever happened before it.
// Leaves to others: making things happen. It shares no code with the core: it reads frames,
// the state's name and the set of trips, and keeps its own books.

import StimulationCore

/// Watches the frames of one controller.
struct FrameJudge {
  /// Trips that may let a pulse end; all others drop everything in their tick.
  static let patient: Set<InterlockID> = [
    .oftenLate, .netCharge, .residue, .pulseEnergy, .powerDensity, .loadRise, .loadJump,
    .currentBelowCommand, .sessionCharge, .sessionOnTime, .sessionTrains, .leaseLost,
    .loggerSilent, .undurableDose,
  ]

  private struct Channel {
    var phase = PhaseOutput.off
    var offAt: Int64 = -1_000_000_000_000
    var lastSign: Int32 = 0
    var highest: Int32 = 0
    var present: Int32 = 0
  }

  let ceiling: Int32
  let reach: Int32
  let deadTime: Int64
  let count: Int
  private(set) var complaints: [String] = []
  private(set) var activeTicks = 0
  private var channels = [Channel](repeating: Channel(), count: 8)
  private var heartbeat = false
  private var codeBefore = StateCode.faulted

  init(ceiling: Int32, deadTime: Int64, count: Int) {
    self.ceiling = ceiling
    self.deadTime = deadTime
    self.count = count
    reach = ceiling <= 25_000 ? 1_000 : 5_000
  }

  private mutating func complain(_ what: String, _ at: Int64) {
    if complaints.count < 20 { complaints.append("\(what) at \(at) ns") }
  }

  /// Judges one frame, decided at `now` in the state `code`, with everything latched in `trips`.
  mutating func judge(
    _ frame: OutputFrame, at now: Int64, code: StateCode, trips: FaultSet
  ) {
    let mayBeActive: Set<StateCode> = [.selfCheck, .ramping, .running]
    let mayHoldCoil: Set<StateCode> = [.selfCheck, .ramping, .running, .paused]
    let mayBeat: Set<StateCode> = [
      .selfCheck, .armed, .ramping, .running, .paused, .stopping,
    ]
    var isCut = false
    var rest = trips
    while let id = rest.popWorst() { isCut = isCut || !FrameJudge.patient.contains(id) }
    var isActive = false
    for index in 0..<8 {
      let output = frame.channels[index]
      if output.phase != .off || output.gate.activeTime.rawValue != 0 { isActive = true }
      if index >= count && output != .inactive { complain("a channel beyond the plan", now) }
      let most = code == .selfCheck ? 1_000 : ceiling
      if output.amplitude.rawValue > most || output.amplitude.rawValue < 0 {
        complain("\(output.amplitude.rawValue) µA in \(code)", now)
      }
      judgeChannel(index, output, code, now)
    }
    if isActive { activeTicks += 1 }
    if isActive && !mayBeActive.contains(code) { complain("active in \(code)", now) }
    if isActive && isCut { complain("active after a trip that cuts", now) }
    if frame.relayCoil && isCut { complain("coil after a trip that cuts", now) }
    if frame.relayCoil && !mayHoldCoil.contains(code) { complain("coil in \(code)", now) }
    if isActive && !frame.relayCoil { complain("active without the coil", now) }
    if frame.heartbeat != heartbeat && !mayBeat.contains(code) && !mayBeat.contains(codeBefore) {
      complain("heartbeat in \(code)", now)
    }
    heartbeat = frame.heartbeat
    codeBefore = code
  }

  private mutating func judgeChannel(
    _ index: Int, _ output: ChannelOutput, _ code: StateCode, _ now: Int64
  ) {
    var channel = channels[index]
    if code == .paused || code == .stopping || code == .checked { channel.highest = 0 }
    let amplitude = output.amplitude.rawValue
    let sign: Int32 = output.phase == .positive ? 1 : output.phase == .negative ? -1 : 0
    let isPulsing = sign != 0 || output.gate.activeTime.rawValue > 0
    if isPulsing && code != .selfCheck && amplitude > channel.highest + reach {
      complain("\(amplitude) µA after at most \(channel.highest) µA", now)
    }
    if output.gate.activeTime.rawValue > 0 {
      channel.highest = max(channel.highest, amplitude)
      if sign != 0 { complain("phase beside gate", now) }
    }
    if output.phase != channel.phase {
      if sign == 0 {
        channel.offAt = now
        channel.highest = code == .selfCheck ? 0 : max(channel.highest, channel.present)
        channel.present = 0
      } else {
        let isOther = channel.lastSign != 0 && channel.lastSign != sign
        if channel.phase != .off || (isOther && now - channel.offAt < deadTime) {
          complain("both phases within the dead time", now)
        }
        channel.lastSign = sign
      }
      channel.phase = output.phase
    }
    if sign != 0 { channel.present = max(channel.present, amplitude) }
    if code == .paused || code == .stopping { channel.highest = 0 }
    channels[index] = channel
  }
}

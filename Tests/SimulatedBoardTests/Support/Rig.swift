// Decides: how a test drives a simulated board: frames with the right ticks and a heartbeat.
// Leaves to others: what is expected.

import BoardSupport
import SimulatedBoard
@testable import StimulationCore

/// A simulated board with a hand that applies frames to it.
struct Rig: ~Copyable {
  var board: SimulatedBoard
  var frame: OutputFrame
  var readings = Readings()
  private var tick: UInt64 = 0

  init(
    _ channelCount: Int = 1, area: Int32 = 180, denervation: DenervationState = .denervated,
    seed: UInt64 = 1, imperfections: Imperfections = .ideal, lateness: Nanoseconds = .zero,
    faults: [String] = [], range: Int32 = 250, record: Int = 0
  ) throws {
    let injected = try faults.map { try InjectedFault.parse($0) }
    let configuration = SimulatedBoardConfiguration(
      channelCount: channelCount, electrodeArea: .squareCentimetres(area),
      denervation: denervation, seed: seed, imperfections: imperfections, wakeLateness: lateness,
      faults: injected, recordCapacity: record)
    board = try SimulatedBoard(configuration)
    frame = .inactive(heartbeat: false, rangeMaximum: .milliamperes(range))
  }

  /// The board's time.
  var now: Nanoseconds { mutating get { board.now() } }

  /// Applies the frame as it stands.
  mutating func apply() {
    tick += 1
    board.apply(ClearedOutputs(clearing: frame, tick: tick))
  }

  /// Waits, reads and keeps the heartbeat going every millisecond until `deadline`; every
  /// edge of a phase can lie in between.
  mutating func run(until deadline: Nanoseconds) {
    while board.now() < deadline {
      let next = min(deadline, board.now() + .milliseconds(1))
      _ = board.wait(until: next)
      board.read(into: &readings)
      frame.heartbeat.toggle()
      apply()
    }
  }

  mutating func run(for time: Nanoseconds) { run(until: board.now() + time) }

  /// Waits without touching an output: what a stopped program does.
  mutating func neglect(for time: Nanoseconds) {
    let end = board.now() + time
    while board.now() < end { _ = board.wait(until: end) }
    board.read(into: &readings)
  }

  /// Heartbeat, coil, and time for the contact.
  mutating func close() {
    frame.heartbeat.toggle()
    apply()
    frame.relayCoil = true
    run(for: .milliseconds(10))
  }

  /// Sets one channel's phase and applies at once.
  mutating func set(_ phase: PhaseOutput, channel: Int = 0) {
    frame.channels[channel].phase = phase
    apply()
  }

  /// Sets one channel's amplitude and waits until it has settled.
  mutating func settle(_ amplitude: Microamperes, channel: Int = 0) {
    frame.channels[channel].amplitude = amplitude
    apply()
    run(for: .milliseconds(1))
  }

  /// One pulse of two phases with a gap of 1 ms.
  mutating func pulse(
    _ leading: Nanoseconds, recovery: Nanoseconds? = nil, channel: Int = 0
  ) {
    set(.positive, channel: channel)
    run(for: leading)
    set(.off, channel: channel)
    run(for: .milliseconds(1))
    set(.negative, channel: channel)
    run(for: recovery ?? leading)
    set(.off, channel: channel)
  }

  mutating func wait(until deadline: Nanoseconds) -> Nanoseconds {
    let woken = board.wait(until: deadline)
    board.read(into: &readings)
    return woken
  }
}

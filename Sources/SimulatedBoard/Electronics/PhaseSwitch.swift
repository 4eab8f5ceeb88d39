// Decides: when current follows the phase pins: edge delay and the hardware's dead time.
// Leaves to others: how much current (ChannelPlant).

import StimulationCore

/// The two phase outputs of a channel and the switches behind them.
struct PhaseSwitch {
  /// The hardware keeps this pause between the two polarities, whatever the pins do.
  static let deadTime: Int64 = 100_000

  /// What the pins command.
  private(set) var pins = PhaseOutput.off
  /// The sign that conducts now.
  private(set) var conducting = 0.0
  /// Since when it has been conducting.
  private(set) var since = Int64.max

  private let delay: Int64
  private var edges: InlineArray<4, (at: Int64, phase: PhaseOutput)>
  private var edgeCount = 0
  private var offAt: Int64 = .min / 2
  private var offSign = 0.0
  private var waitingSign = 0.0
  private var waitingUntil = Int64.max

  init(delay: Int64) {
    self.delay = delay
    edges = InlineArray(repeating: (at: 0, phase: .off))
  }

  /// The next change; `Int64.max` for none.
  var nextEvent: Int64 { min(waitingUntil, edgeCount > 0 ? edges[0].at : .max) }

  mutating func write(_ phase: PhaseOutput, at time: Int64) {
    if phase == pins { return }
    pins = phase
    if edgeCount == 4 {
      // Five edges within one delay: the switches cannot follow; they take the last level.
      edges[3].phase = phase
      return
    }
    edges[edgeCount] = (at: time + delay, phase: phase)
    edgeCount += 1
  }

  mutating func handleEvents(at time: Int64) {
    if waitingUntil <= time {
      waitingUntil = .max
      turnOn(waitingSign, at: time)
    }
    while edgeCount > 0 && edges[0].at <= time {
      let phase = edges[0].phase
      for index in 1..<4 { edges[index - 1] = edges[index] }
      edgeCount -= 1
      take(phase, at: time)
    }
  }

  private mutating func take(_ phase: PhaseOutput, at time: Int64) {
    if conducting != 0 {
      offAt = time
      offSign = conducting
      conducting = 0
      since = .max
    }
    waitingUntil = .max
    if phase == .off { return }
    let sign: Double = phase == .positive ? 1 : -1
    let free = offAt + PhaseSwitch.deadTime
    if sign != offSign && time < free {
      waitingSign = sign
      waitingUntil = free
    } else {
      turnOn(sign, at: time)
    }
  }

  private mutating func turnOn(_ sign: Double, at time: Int64) {
    conducting = sign
    since = time
  }
}

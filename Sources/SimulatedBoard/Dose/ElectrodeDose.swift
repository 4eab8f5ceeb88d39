// Decides: how the electrodes' true current is integrated and which excursion recovers which.
// Leaves to others: the current itself (ChannelPlant).

import StimulationCore

/// The integral of one channel's electrode current, in µC, mA²·ms and µJ.
///
/// An excursion is a stretch of current of one sign. One of opposite sign that begins within
/// 1.2 s of an unpaired excursion's end is its recovery; every other one leads.
struct ElectrodeDose {
  private static let longestPause: Int64 = 1_200_000_000

  private var leading = 0.0
  private var recovery = 0.0
  private var net = 0.0
  private var square = 0.0
  private var energy = 0.0
  private var peak = 0.0
  private var sign: Int8 = 0
  private var isRecovery = false
  private var unpairedSign: Int8 = 0
  private var unpairedEnd: Int64 = 0

  /// Whether an excursion that leads is under way.
  var isLeading: Bool { sign != 0 && !isRecovery }

  /// Adds a stretch of current of one sign.
  @inline(__always)
  mutating func add(_ flow: CurrentFlow, from start: Int64, to end: Int64) {
    let newSign: Int8 = flow.charge > 0 ? 1 : -1
    if newSign != sign {
      sign = newSign
      isRecovery = unpairedSign == -newSign && start - unpairedEnd <= ElectrodeDose.longestPause
      unpairedSign = isRecovery ? 0 : newSign
    }
    let magnitude = abs(flow.charge)
    if isRecovery {
      recovery += magnitude
    } else {
      leading += magnitude
      unpairedEnd = end
    }
    net += flow.charge
    square += flow.square
    energy += flow.energy
    peak = max(peak, flow.peak)
  }

  /// The current stopped.
  @inline(__always)
  mutating func pause() { sign = 0 }

  /// What was received so far.
  var totals: ElectrodeTotals {
    ElectrodeTotals(
      leadingCharge: Femtocoulombs(Int64((leading * 1e9).rounded())),
      recoveryCharge: Femtocoulombs(Int64((recovery * 1e9).rounded())),
      netCharge: Femtocoulombs(Int64((net * 1e9).rounded())),
      peakCurrent: Microamperes(Int32((peak * 1e3).rounded())),
      squareTime: Int64((square * 1e6).rounded()),
      energy: Picojoules(Int64((energy * 1e6).rounded())))
  }
}

/// What flowed in a stretch of time: µC, mA²·ms, µJ and mA.
struct CurrentFlow {
  var charge = 0.0
  var square = 0.0
  var energy = 0.0
  var peak = 0.0

  static func += (left: inout CurrentFlow, right: CurrentFlow) {
    left.charge += right.charge
    left.square += right.square
    left.energy += right.energy
    left.peak = max(left.peak, right.peak)
  }
}

// Decides: what is kept of each interval of the loop for figures.
// Leaves to others: the loop's view of itself (LoopSnapshot) and the figures (ControlServer).

import RealTimeLoop
public import StimulationCore

/// How the loop kept its time between two snapshots.
public struct LoopInterval: Sendable, Equatable {
  /// So many are kept for whoever asks, some ten seconds.
  static let most = 256

  /// The latest wake-up.
  public let lateness: Nanoseconds
  /// The dearest turn, its wait excluded; zero in virtual time.
  public let cost: Nanoseconds

  init(_ snapshot: LoopSnapshot) {
    lateness = snapshot.worstLateness
    cost = snapshot.worstCost
  }
}

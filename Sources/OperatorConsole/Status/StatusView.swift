// Decides: what the status area shows besides the daemon's status.
// Leaves to others: drawing it (StatusArea) and keeping it up to date (ConsoleSession).

public import StimulationCore

/// Everything that is drawn.
public struct StatusView: Sendable, Equatable {
  /// The connection to the daemon.
  public enum Link: Sendable, Equatable {
    /// No answer yet.
    case connecting
    /// Messages come.
    case up
    /// It broke, and why.
    case lost(String)
  }

  /// How the last STOP went.
  public enum StopNotice: Sendable, Equatable {
    /// Sent, not answered yet.
    case sent
    /// Outputs are inactive: the daemon's reaction, and the way there and back.
    case inactive(reaction: Nanoseconds, roundTrip: Nanoseconds)
    /// Answered, and outputs are not known to be inactive.
    case unconfirmed(roundTrip: Nanoseconds)
    /// It did not reach the daemon.
    case failed(String)
    /// It was not confirmed, and a later status shows outputs inactive.
    case inactiveByNow
  }

  /// Status older than this is shown as stale (SR-52).
  public static let stale = Nanoseconds.milliseconds(500)

  /// The newest status; `nil` before the first.
  public var status: ConsoleStatus?
  /// How old it is now.
  public var age: Nanoseconds
  /// The connection to the daemon.
  public var link: Link
  /// The last 60 s.
  public var chart: CurrentChart
  /// How the last STOP went.
  public var stop: StopNotice?
  /// Whether the skin was looked at after the session that is over.
  public var isSkinSeen: Bool
  /// Whether the lease is held back because the terminal does not answer.
  public var isTerminalSilent: Bool

  /// Nothing known yet.
  public init() {
    age = .zero
    link = .connecting
    chart = CurrentChart()
    isSkinSeen = false
    isTerminalSilent = false
  }

  /// Whether a session may run of which nothing is known now.
  public var isInDoubt: Bool {
    guard isStale, let status else { return false }
    return status.isEnergised || status.outputsAreActive
  }

  /// Whether what is shown may no longer be so.
  public var isStale: Bool { status == nil || age > Self.stale || link != .up }
}

// Decides: how a status reads where it is printed once or watched, and what of it is news.
// Leaves to others: fetching and printing it (nmes).

public import ControlAPI
public import StimulationCore

/// A status that came just now, with its age (SR-52).
public struct WatchedStatus: Sendable, Equatable {
  /// As plain lines.
  public let lines: [String]
  /// What a watch compares: figures that change all the time are left out, and an age is told by
  /// whether it is stale.
  public let news: [String]

  /// `nil` when it cannot be understood.
  public init?(_ message: Status, at now: Nanoseconds = ConsoleClock.now) {
    guard let status = ConsoleStatus(message) else { return nil }
    var view = StatusView()
    view.status = status
    view.link = .up
    view.age = status.age(at: now, receivedAt: now)
    lines = PlainStatus.lines(view)
    var still = status
    still.timeLeft = .zero
    for index in still.channels.indices {
      still.channels[index].measured = .zero
      still.channels[index].load = nil
      still.channels[index].charge = .zero
      still.channels[index].force = nil
    }
    let isStale = view.isStale
    view.status = still
    view.age = .zero
    news = (isStale ? ["STALE"] : []) + PlainStatus.lines(view)
  }
}

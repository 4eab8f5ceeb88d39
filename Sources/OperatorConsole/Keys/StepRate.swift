// Decides: how many steps a held key can ask for.
// Leaves to others: what a step may raise (SR-14, the controller), which refuses on its own.

public import StimulationCore

/// A bound on steps by key: at most 5 in any second, so that steps of 1 mA never ask for more
/// than SR-14 allows, and no two closer than a key's own repeat.
public struct StepRate: Sendable, Equatable {
  /// The most steps in any second.
  public static let most = 5
  /// The least time between two.
  public static let interval = Nanoseconds.milliseconds(100)
  private static let window = Nanoseconds.seconds(1)

  private var taken: [Nanoseconds] = []

  /// No step yet.
  public init() {}

  /// Whether a step may be sent now; if so it counts. Steps down are never held back.
  public mutating func take(_ direction: ConsoleCommand.Direction, at now: Nanoseconds) -> Bool {
    if direction == .down { return true }
    taken.removeAll { now - $0 >= Self.window }
    if let last = taken.last, now - last < Self.interval { return false }
    guard taken.count < Self.most else { return false }
    taken.append(now)
    return true
  }
}

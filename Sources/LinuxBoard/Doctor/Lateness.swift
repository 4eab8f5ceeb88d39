// Decides: what the figures of a measurement of wake-ups are, and whether they are real-time.
// Leaves to others: measuring (LatenessMeter) and drawing (DoctorText).

public import StimulationCore

/// How late wake-ups came, counted by the microsecond.
public struct Lateness: Sendable, Equatable {
  /// Any wake-up later than this trips in a session (SR-25).
  public static let latest = Nanoseconds.milliseconds(2)
  /// Later than this counts as late (SR-25).
  public static let late = Nanoseconds.microseconds(500)
  /// More late wake-ups within a second trip in a session (SR-25).
  public static let mostLate: UInt64 = 10

  /// How often each lateness came: place n counts n to n + 1 µs, the last all that is later.
  public let places: [UInt64]
  /// How many wake-ups there were.
  public let wakeups: UInt64
  /// Deadlines that had passed before the loop could wait for them.
  public let missed: UInt64
  /// The latest wake-up.
  public let worst: Nanoseconds
  /// The most wake-ups later than ``late`` within any second.
  public let mostLate: UInt64
  /// What the measuring thread was not granted, in words.
  public let refusals: [String]

  /// Figures as they were measured.
  public init(
    places: [UInt64], missed: UInt64, worst: Nanoseconds, mostLate: UInt64, refusals: [String]
  ) {
    self.places = places
    wakeups = places.reduce(0, +)
    self.missed = missed
    self.worst = worst
    self.mostLate = mostLate
    self.refusals = refusals
  }

  /// The lateness that a share of all wake-ups does not exceed, to the next microsecond; zero
  /// when there were none.
  ///
  /// - Parameter share: above nothing, at most all of them.
  public func percentile(_ share: PartsPerMillion) -> Nanoseconds {
    precondition(share > .zero && share.rawValue <= 1_000_000, "a share of the wake-ups")
    guard wakeups > 0 else { return .zero }
    // Rounded up; 3,600 s of 1,000 wake-ups are far from overflowing.
    let wanted = (wakeups * UInt64(share.rawValue) + 999_999) / 1_000_000
    var sum: UInt64 = 0
    for (place, count) in places.enumerated() {
      sum += count
      guard sum >= wanted else { continue }
      let isLast = place == places.count - 1
      return isLast ? worst : min(.microseconds(Int64(place) + 1), worst)
    }
    return worst
  }

  /// Half of the wake-ups came no later.
  public var median: Nanoseconds { percentile(PartsPerMillion(500_000)) }
  /// 999 of 1,000 wake-ups came no later.
  public var p999: Nanoseconds { percentile(PartsPerMillion(999_000)) }

  /// Whether a session's loop would have gone on (SR-25); `unknown` without a wake-up.
  public var verdict: MachineVerdict {
    if wakeups == 0 { return .unknown }
    return worst <= Lateness.latest && mostLate <= Lateness.mostLate ? .holds : .fails
  }
}

extension Lateness {
  /// The rows of a histogram: from where, how many. ``late`` and ``latest`` are ends of rows.
  public var rows: [(from: Nanoseconds, count: UInt64)] {
    let starts: [Int] = [0, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000]
    return starts.enumerated().map { index, start in
      let end = index + 1 < starts.count ? starts[index + 1] : places.count
      let part = places.indices.clamped(to: start..<max(start, end))
      return (.microseconds(Int64(start)), places[part].reduce(0, +))
    }
  }
}

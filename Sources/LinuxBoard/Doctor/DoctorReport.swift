// Decides: what an examination comes to, and how it reads in JSON.
// Leaves to others: encoding and printing (the command), and words in columns (DoctorText).

import StimulationCore

/// All that was found of a machine.
public struct DoctorReport: Sendable {
  /// The items.
  public let items: [MachineItem]
  /// How late wake-ups came; `nil` where they were not measured.
  public let lateness: Lateness?
  /// The board whose items are among them.
  public let board: String?

  /// A report.
  public init(items: [MachineItem], lateness: Lateness?, board: String?) {
    self.items = items
    self.lateness = lateness
    self.board = board
  }

  /// The verdicts of everything.
  private var verdicts: [MachineVerdict] {
    items.map(\.verdict) + (lateness.map { [$0.verdict] } ?? [])
  }

  /// How often a verdict was given.
  public func count(_ verdict: MachineVerdict) -> Int {
    verdicts.reduce(0) { $0 + ($1 == verdict ? 1 : 0) }
  }

  /// Whether nothing fails. What cannot be known is no failure, and no success either.
  public var holds: Bool { count(.fails) == 0 }
}

/// The report in JSON; times in µs.
public struct DoctorModel: Sendable, Codable, Equatable {
  /// The measured part.
  public struct Measured: Sendable, Codable, Equatable {
    /// `holds`, `fails` or `unknown`, by the bounds of SR-25.
    public let verdict: MachineVerdict
    /// How many wake-ups there were.
    public let wakeups: UInt64
    /// Deadlines that had passed before the loop could wait for them.
    public let missed: UInt64
    /// Half of them came no later.
    public let median_us: Double
    /// 999 of 1,000 came no later.
    public let p999_us: Double
    /// The latest.
    public let maximum_us: Double
    /// The most that came more than 500 µs late within any second.
    public let mostLateInSecond: UInt64
    /// What the measuring thread was not granted.
    public let refusals: [String]
    /// The histogram: from how many µs, how many.
    public let histogram: [Row]
  }

  /// One row of the histogram.
  public struct Row: Sendable, Codable, Equatable {
    /// From how many µs.
    public let from_us: Int64
    /// How many.
    public let count: UInt64
  }

  /// Whether nothing fails.
  public let holds: Bool
  /// The board that was asked for.
  public let board: String?
  /// The items.
  public let items: [MachineItem]
  /// The measured part.
  public let lateness: Measured?

  /// The report for programs.
  public init(_ report: DoctorReport) {
    holds = report.holds
    board = report.board
    items = report.items
    lateness = report.lateness.map { found in
      Measured(
        verdict: found.verdict, wakeups: found.wakeups, missed: found.missed,
        median_us: DoctorModel.microseconds(found.median),
        p999_us: DoctorModel.microseconds(found.p999),
        maximum_us: DoctorModel.microseconds(found.worst),
        mostLateInSecond: found.mostLate, refusals: found.refusals,
        histogram: found.rows.map {
          Row(from_us: $0.from.rawValue / 1_000, count: $0.count)
        })
    }
  }

  private static func microseconds(_ time: Nanoseconds) -> Double {
    Double(time.rawValue) / 1_000
  }
}

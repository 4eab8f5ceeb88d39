// Decides: what the chart of the last 60 s remembers and how it is drawn.
// Leaves to others: where it stands (StatusArea).

public import StimulationCore

/// The highest measured current of each of the last 60 s.
public struct CurrentChart: Sendable, Equatable {
  /// One column a second.
  public static let columns = 60

  private var newest: Int64?
  /// By second modulo 60; `nil` where nothing was measured.
  private var peaks = [Microamperes?](repeating: nil, count: columns)

  /// A chart without samples.
  public init() {}

  /// Takes a sample at a monotonic time.
  public mutating func add(_ current: Microamperes, at now: Nanoseconds) {
    advance(to: now)
    let place = Self.place(now.rawValue / 1_000_000_000)
    peaks[place] = max(peaks[place] ?? .zero, current)
  }

  /// Lets time pass without a sample: the columns stay empty.
  public mutating func advance(to now: Nanoseconds) {
    let second = now.rawValue / 1_000_000_000
    if let newest {
      guard second > newest else { return }
      for passed in (max(newest, second - Int64(Self.columns)) + 1)...second {
        peaks[Self.place(passed)] = nil
      }
    }
    newest = second
  }

  private static func place(_ second: Int64) -> Int { Int(second % Int64(columns)) }

  /// Oldest first.
  var samples: [Microamperes?] {
    guard let newest else { return peaks }
    return (1...Self.columns).map { peaks[Self.place(newest + Int64($0))] }
  }

  /// `rows` rows, highest first, scaled to `full`.
  func drawn(rows: Int, full: Microamperes, isUnicode: Bool) -> [String] {
    let blocks: [Character] =
      isUnicode ? [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] : [" ", ".", ":", "|"]
    let levels = blocks.count - 1
    let top = max(full, Microamperes(1))
    return (0..<rows).map { row in
      let below = (rows - 1 - row) * levels
      return String(
        samples.map { sample in
          guard let sample, sample > .zero else { return sample != nil && below == 0 ? "_" : " " }
          let share = Int64(sample.rawValue) * Int64(rows * levels)
          let height = Int((share + Int64(top.rawValue) - 1) / Int64(top.rawValue))
          return blocks[min(max(height - below, 0), levels)]
        })
    }
  }
}

// Decides: how an instant of the wall clock is held and written.
// Leaves to others: whether it can be trusted (ClockReading, DoseLogReader.history).

internal import Foundation
public import StimulationCore

/// An instant of the wall clock, in ns since 1970-01-01 UTC. For humans; see SR-40.
public struct WallTime: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// Nanoseconds since 1970-01-01 00:00 UTC.
  public let nanosecondsSince1970: Int64

  /// An instant that many nanoseconds after 1970-01-01 00:00 UTC.
  public init(nanosecondsSince1970: Int64) { self.nanosecondsSince1970 = nanosecondsSince1970 }

  /// The later instant of a distance; traps beyond the year 2262, as all arithmetic here does.
  public static func + (instant: WallTime, distance: Nanoseconds) -> WallTime {
    WallTime(nanosecondsSince1970: instant.nanosecondsSince1970 + distance.rawValue)
  }

  /// The distance between two instants.
  public static func - (left: WallTime, right: WallTime) -> Nanoseconds {
    Nanoseconds(rawValue: left.nanosecondsSince1970 - right.nanosecondsSince1970)
  }

  /// The order of instants.
  public static func < (left: WallTime, right: WallTime) -> Bool {
    left.nanosecondsSince1970 < right.nanosecondsSince1970
  }

  /// Date and time in UTC to the second, such as `2026-11-22 15:52:54Z`.
  public var description: String {
    let style = Date.ISO8601FormatStyle(dateTimeSeparator: .space)
    let (seconds, rest) = nanosecondsSince1970.quotientAndRemainder(dividingBy: 1_000_000_000)
    let whole = rest < 0 ? seconds - 1 : seconds
    return Date(timeIntervalSince1970: TimeInterval(whole)).formatted(style)
  }
}

extension WallTime: Codable {
  /// Reads the ISO 8601 text that ``encode(to:)`` writes, to the nanosecond.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    let parts = text.dropLast().split(separator: ".")
    guard text.hasSuffix("Z"), parts.count == 2, parts[1].count == 9,
      let fraction = Int64(parts[1]),
      let date = try? Date(parts[0] + "Z", strategy: .iso8601)
    else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "“\(text)” is not a time like 2026-01-01T00:00:00.0Z")
    }
    let seconds = Int64(date.timeIntervalSince1970.rounded())
    self.init(nanosecondsSince1970: seconds * 1_000_000_000 + fraction)
  }

  /// Writes ISO 8601 in UTC with nanoseconds, such as `2026-11-22T15:52:54.000000000Z`.
  public func encode(to encoder: any Encoder) throws {
    let rest = nanosecondsSince1970 % 1_000_000_000
    let fraction = rest < 0 ? rest + 1_000_000_000 : rest
    let digits = String(fraction)
    let padded = String(repeating: "0", count: 9 - digits.count) + digits
    let text = description.replacing(" ", with: "T").dropLast() + "." + padded + "Z"
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}

// Decides: how a session is named in this log.
// Leaves to others: what a session is (SessionIntent, SessionSummary).

/// The number of a session in one log, counted from 1 in order of beginning.
public struct SessionID: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The number.
  public let rawValue: Int64

  /// Names the session of this number.
  public init(rawValue: Int64) { self.rawValue = rawValue }

  /// The number as text.
  public var description: String { String(rawValue) }

  /// Order of beginning.
  public static func < (left: SessionID, right: SessionID) -> Bool {
    left.rawValue < right.rawValue
  }
}

extension SessionID: Codable {
  /// Reads the bare number.
  public init(from decoder: any Decoder) throws {
    rawValue = try decoder.singleValueContainer().decode(Int64.self)
  }

  /// Writes the bare number.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rawValue)
  }
}

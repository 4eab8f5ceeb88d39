// Decides: what may name a request.
// Leaves to others: that an answer carries its request's name (ControlServer, ControlClient).

/// The id of a request.
public enum RequestID: Sendable, Hashable, Codable, CustomStringConvertible {
  /// A number.
  case number(Int64)
  /// A text of at most ``longestText`` bytes.
  case text(String)

  /// A longer text is refused: it would be sent back.
  public static let longestText = 128

  /// Decodes a number or a text.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let value = try? container.decode(Int64.self) {
      self = .number(value)
      return
    }
    let text = try container.decode(String.self)
    guard text.utf8.count <= Self.longestText else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "an id has at most \(Self.longestText) bytes")
    }
    self = .text(text)
  }

  /// Encodes it as it came.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .number(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    }
  }

  /// The number or the text.
  public var description: String {
    switch self {
    case .number(let value): return "\(value)"
    case .text(let value): return value
    }
  }
}

// Decides: which errors the daemon answers, their codes and what they carry.
// Leaves to others: when each is answered (ControlServer).

/// The code of an error.
public struct ErrorCode: RawRepresentable, Sendable, Hashable, Codable {
  /// The number on the wire.
  public let rawValue: Int

  /// A code.
  public init(rawValue: Int) { self.rawValue = rawValue }

  /// The line is not JSON.
  public static let parse = ErrorCode(rawValue: -32_700)
  /// The line is JSON and no request.
  public static let invalidRequest = ErrorCode(rawValue: -32_600)
  /// No such method.
  public static let noSuchMethod = ErrorCode(rawValue: -32_601)
  /// The parameters are not the method's.
  public static let invalidParameters = ErrorCode(rawValue: -32_602)
  /// The daemon itself failed: its log, its loop, its board.
  public static let internalError = ErrorCode(rawValue: -32_603)
  /// A limit or an interlock refuses it.
  public static let refused = ErrorCode(rawValue: -32_000)
  /// Another operator leads, or nobody does.
  public static let noLease = ErrorCode(rawValue: -32_001)
  /// This socket or this user may not.
  public static let notPermitted = ErrorCode(rawValue: -32_002)
  /// Too many commands wait.
  public static let busy = ErrorCode(rawValue: -32_003)
  /// The session is not where this belongs.
  public static let notInPhase = ErrorCode(rawValue: -32_004)

  /// Every code that the daemon answers.
  public static let all: [ErrorCode] = [
    parse, invalidRequest, noSuchMethod, invalidParameters, internalError, refused, noLease,
    notPermitted, busy, notInPhase,
  ]

  /// Decodes the number.
  public init(from decoder: any Decoder) throws {
    rawValue = try decoder.singleValueContainer().decode(Int.self)
  }

  /// Encodes the number.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rawValue)
  }
}

/// An error as the daemon answers it. Nothing changed at the outputs.
public struct RPCError: Error, Sendable, Equatable, Codable, CustomStringConvertible {
  /// What an error carries beside its message.
  public struct Details: Sendable, Equatable, Codable {
    /// One word for programs, such as `no-lease`.
    public var reason: String
    /// The safety requirement that stands behind it.
    public var requirement: String?

    /// Details.
    public init(reason: String, requirement: String? = nil) {
      self.reason = reason
      self.requirement = requirement
    }
  }

  /// Its code.
  public var code: ErrorCode
  /// One line: what is wrong, the limit, and what to do.
  public var message: String
  /// What programs may act on.
  public var data: Details?
  /// Whether the log has it already, of which a client hears nothing.
  public var isOnRecord = false

  private enum CodingKeys: String, CodingKey { case code, message, data }

  /// An error.
  public init(
    _ code: ErrorCode, _ message: String, reason: String, requirement: String? = nil
  ) {
    self.code = code
    self.message = message
    data = Details(reason: reason, requirement: requirement)
  }

  /// The message.
  public var description: String { message }
}

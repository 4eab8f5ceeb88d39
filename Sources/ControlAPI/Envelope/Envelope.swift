// Decides: the JSON-RPC 2.0 objects that travel, one a line.
// Leaves to others: what is inside (Messages/) and reading lines (LineReader, ControlServer).

/// A request with its parameters.
public struct RequestLine<Parameters: Codable & Sendable>: Sendable, Codable {
  /// Always "2.0".
  public var jsonrpc = "2.0"
  /// The request's name; without one there is no answer.
  public var id: RequestID?
  /// The method.
  public var method: String
  /// Its parameters.
  public var params: Parameters?

  /// A request.
  public init(id: RequestID?, method: String, params: Parameters?) {
    self.id = id
    self.method = method
    self.params = params
  }
}

/// An answer: a result or an error.
public struct ResponseLine<Result: Codable & Sendable>: Sendable, Codable {
  /// Always "2.0".
  public var jsonrpc = "2.0"
  /// The request's name; `null` when the request had none that could be read.
  public var id: RequestID?
  /// What came of it.
  public var result: Result?
  /// Why nothing came of it.
  public var error: RPCError?

  /// A result.
  public init(id: RequestID?, result: Result) {
    self.id = id
    self.result = result
  }

  /// An error.
  public init(id: RequestID?, error: RPCError) {
    self.id = id
    self.error = error
  }

  private enum Key: String, CodingKey {
    case jsonrpc, id, result, error
  }

  /// Encodes it; an unknown id is `null`, as JSON-RPC asks.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(jsonrpc, forKey: .jsonrpc)
    try container.encode(id, forKey: .id)
    try container.encodeIfPresent(result, forKey: .result)
    try container.encodeIfPresent(error, forKey: .error)
  }
}

/// What the daemon says by itself.
public struct NotificationLine<Parameters: Codable & Sendable>: Sendable, Codable {
  /// Always "2.0".
  public var jsonrpc = "2.0"
  /// ``Notice`` names it.
  public var method: String
  /// What is told.
  public var params: Parameters

  /// A notification.
  public init(_ notice: Notice, _ params: Parameters) {
    method = notice.rawValue
    self.params = params
  }
}

/// The kinds of what the daemon says by itself.
public enum Notice: String, Sendable, CaseIterable {
  /// The status, ten times a second; `params` is ``Status``.
  case statusChanged = "status.changed"
  /// New events; `params` is ``EventsAdded``.
  case eventsAdded = "events.added"
}

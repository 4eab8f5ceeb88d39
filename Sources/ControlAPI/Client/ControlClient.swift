// Decides: how a client asks the daemon, waits for the answer, and meets what it says by itself.
// Leaves to others: the messages (Messages/) and what is done with them.

public import Foundation

/// A connection to `control.sock` or `monitor.sock`. Not for several threads at once.
///
/// Either ``call(_:timeout_ms:)``, which waits; or ``send(_:)`` and ``receive(timeout_ms:)``
/// around a caller's own `poll` of ``descriptor``.
public final class ControlClient {
  /// What comes from the daemon.
  public enum Incoming: Sendable {
    /// The answer to a request.
    case response(Answer)
    /// The status.
    case status(Status)
    /// New events.
    case events(EventsAdded)
  }

  /// An answer that is not looked into yet.
  public struct Answer: Sendable {
    /// Which request's; `nil` when the daemon could not tell.
    public let id: RequestID?
    /// Why nothing came of it.
    public let error: RPCError?
    let line: Data

    /// The result of a request of this kind.
    public func result<R: ControlRequest>(
      of request: R.Type
    ) throws(ControlClientError) -> R.Response {
      if let error { throw .refused(error) }
      let response: ResponseLine<R.Response>
      do { response = try JSONDecoder().decode(ResponseLine<R.Response>.self, from: line) } catch {
        throw .notUnderstood("\(error)")
      }
      guard let result = response.result else { throw .notUnderstood("neither result nor error") }
      return result
    }
  }

  /// Notifications that ``call(_:timeout_ms:)`` met; older ones are dropped.
  public static let mostWaiting = 1_024
  /// How long an answer may take, when nothing else is said.
  public static let patience_ms: Int64 = 5_000

  private let stream: UnixStream
  private var reader = LineReader(longest: ControlLimits.longestReply)
  private var waiting: [Incoming] = []
  private var nextID: Int64 = 1

  /// Connects to a socket by its path.
  public init(path: String) throws(ControlClientError) {
    stream = try UnixStream(path: path)
  }

  /// What a caller's own `poll` waits for (POLLIN).
  public var descriptor: Int32 { stream.descriptor }

  /// Sends a request and answers its id; ``receive(timeout_ms:)`` brings the answer.
  public func send<R: ControlRequest>(_ request: R) throws(ControlClientError) -> RequestID {
    let id = RequestID.number(nextID)
    nextID += 1
    let line = RequestLine(id: id, method: R.method.rawValue, params: request)
    var data: Data
    do { data = try JSONEncoder().encode(line) } catch { throw .notUnderstood("\(error)") }
    data.append(0x0A)
    guard data.count <= ControlLimits.longestRequest else { throw .lineTooLong(data.count) }
    try stream.write(data, until: UnixStream.now() + Self.patience_ms)
    return id
  }

  /// Sends a request and waits for its answer. Notifications meanwhile are kept.
  public func call<R: ControlRequest>(
    _ request: R, timeout_ms: Int64 = ControlClient.patience_ms
  ) throws(ControlClientError) -> R.Response {
    let limit = UnixStream.now() + timeout_ms
    let id: RequestID
    do throws(ControlClientError) { id = try send(request) } catch {
      throw refusal() ?? error
    }
    while let incoming = try read(until: limit) {
      if case .response(let answer) = incoming {
        // An answer to an earlier request whose time was over is nobody's now.
        guard answer.id == id || answer.id == nil else { continue }
        return try answer.result(of: R.self)
      }
      waiting.append(incoming)
      if waiting.count > Self.mostWaiting { waiting.removeFirst() }
    }
    throw .timedOut(R.method.rawValue)
  }

  /// What the daemon told before it closed the connection; `nil` when it told nothing.
  private func refusal() -> ControlClientError? {
    do throws(ControlClientError) {
      while let incoming = try read(until: UnixStream.now()) {
        if case .response(let answer) = incoming, answer.id == nil, let error = answer.error {
          return .refused(error)
        }
      }
    } catch {
      return nil
    }
    return nil
  }

  /// The next thing that the daemon says; `nil` when nothing came in time. With a time of 0 it
  /// does not wait.
  public func receive(timeout_ms: Int64) throws(ControlClientError) -> Incoming? {
    if !waiting.isEmpty { return waiting.removeFirst() }
    return try read(until: UnixStream.now() + timeout_ms)
  }

  /// Sends bytes as they are: for tests of what the daemon does with them.
  public func sendRaw(_ bytes: Data) throws(ControlClientError) {
    try stream.write(bytes, until: UnixStream.now() + Self.patience_ms)
  }

  private func read(until limit: Int64) throws(ControlClientError) -> Incoming? {
    while true {
      if let line = try reader.next() { return try Self.incoming(line) }
      guard let bytes = try stream.read(until: limit) else { return nil }
      reader.append(bytes)
    }
  }

  /// What only tells the kinds of lines apart.
  private struct Outline: Decodable {
    let id: RequestID?
    let method: String?
    let error: RPCError?
  }

  private static func incoming(_ line: Data) throws(ControlClientError) -> Incoming {
    let decoder = JSONDecoder()
    do {
      let outline = try decoder.decode(Outline.self, from: line)
      switch outline.method.flatMap(Notice.init(rawValue:)) {
      case .statusChanged:
        return .status(try decoder.decode(NotificationLine<Status>.self, from: line).params)
      case .eventsAdded:
        return .events(try decoder.decode(NotificationLine<EventsAdded>.self, from: line).params)
      case nil:
        return .response(Answer(id: outline.id, error: outline.error, line: line))
      }
    } catch {
      throw .notUnderstood("\(error)")
    }
  }
}

// Decides: how any program stops the stimulator by `stop.sock`.
// Leaves to others: the stopping (ControlServer).

import Foundation

/// STOP from a client's side.
public final class StopClient {
  private let stream: UnixStream

  /// Connects now, so that a STOP later is one write.
  public init(_ directory: RuntimeDirectory) throws(ControlClientError) {
    stream = try UnixStream(path: directory.stop)
  }

  /// STOP, and what came of it. The daemon closes the connection afterwards.
  public func stop(
    timeout_ms: Int64 = ControlClient.patience_ms
  ) throws(ControlClientError) -> StopRequest.Response {
    let limit = UnixStream.now() + timeout_ms
    try stream.write(Data("S".utf8), until: limit)
    return try reaction(until: limit)
  }

  private func reaction(until limit: Int64) throws(ControlClientError) -> StopRequest.Response {
    var reader = LineReader(longest: ControlLimits.longestReply)
    while true {
      if let line = try reader.next() {
        do { return try JSONDecoder().decode(StopRequest.Response.self, from: line) } catch {
          throw .notUnderstood("\(error)")
        }
      }
      guard let bytes = try stream.read(until: limit) else { throw .timedOut("STOP") }
      reader.append(bytes)
    }
  }
}

// Decides: the lines that are sent back, and what an answer changes of its connection.
// Leaves to others: what is answered (Dispatcher).

import ControlAPI
import Foundation

/// The answer to a line.
struct Reply: Sendable {
  /// What the answer changes of its connection.
  enum Effect: Sendable, Equatable {
    case none
    case subscribeStatus
    case subscribeEvents(after: UInt64)
  }

  /// The line with its end; empty where no answer is asked for.
  var bytes: [UInt8]
  var effect = Effect.none
}

/// The text of answers.
enum ReplyText {
  /// A result; `id` and `json` are JSON already.
  static func result(id: String, _ json: String) -> [UInt8] {
    Array("{\"jsonrpc\":\"2.0\",\"id\":\(id),\"result\":\(json)}\n".utf8)
  }

  /// An error; `id` is JSON already.
  static func error(id: String, _ error: RPCError) -> [UInt8] {
    Array("{\"jsonrpc\":\"2.0\",\"id\":\(id),\"error\":\(json(error))}\n".utf8)
  }

  /// Any message as JSON.
  static func json(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(value) else {
      preconditionFailure("a message of ours can be written as JSON")
    }
    return String(decoding: data, as: UTF8.self)
  }
}

extension RPCError {
  /// A line began that is not kept.
  static let longLine = RPCError(
    .invalidRequest,
    "a line is longer than \(ControlLimits.longestRequest) bytes; send less at once",
    reason: "line-too-long")
  /// Too many lines wait.
  static let busy = RPCError(
    .busy, "too many commands wait on this connection; await their answers, then ask again",
    reason: "busy")
}

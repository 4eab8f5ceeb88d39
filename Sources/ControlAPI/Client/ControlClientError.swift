// Decides: why a client cannot go on with the daemon.
// Leaves to others: what the daemon itself refuses (RPCError).

import Foundation

/// Why there is no answer.
public enum ControlClientError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The socket's path is longer than a socket's path may be.
  case pathTooLong(String)
  /// Nobody listens; the error number.
  case notListening(String, Int32)
  /// This user may not open the socket.
  case notPermitted(String)
  /// The connection is gone; the error number, or 0 when it was closed.
  case disconnected(Int32)
  /// No answer in time.
  case timedOut(String)
  /// So many requests are not answered yet that this one was not sent.
  case tooManyWait
  /// A line longer than ``ControlLimits/longestReply``, or one to be sent longer than
  /// ``ControlLimits/longestRequest``.
  case lineTooLong(Int)
  /// What came is not what the daemon says.
  case notUnderstood(String)
  /// The daemon refuses.
  case refused(RPCError)

  /// One line: what is wrong and what to do.
  public var description: String {
    switch self {
    case .pathTooLong(let path):
      return "\"\(path)\" is too long for a socket (107 bytes); use a shorter runtime directory"
    case .notListening(let path, let code):
      return "no daemon listens on \(path) (\(Self.words(code))); start nmesd, or name its "
        + "--runtime-directory"
    case .notPermitted(let path):
      return "\(path) is not open to this user; its group may use it"
    case .disconnected(let code):
      return code == 0
        ? "the daemon closed the connection" : "the connection is lost (\(Self.words(code)))"
    case .timedOut(let what): return "the daemon did not answer \(what) in time"
    case .tooManyWait:
      return "too many commands wait for the daemon; nothing was sent, wait for their answers"
    case .lineTooLong(let count): return "a line of \(count) bytes is too long"
    case .notUnderstood(let text): return "the daemon's answer is not understood: \(text)"
    case .refused(let error): return error.message
    }
  }

  /// An error number in words.
  private static func words(_ code: Int32) -> String {
    switch code {
    case ENOENT: return "the socket is not there"
    case ECONNREFUSED: return "the socket is there and nobody answers"
    case EAGAIN, ETIMEDOUT: return "it takes no connection: it hangs, or has too many"
    case ENOTDIR: return "its folder is no folder"
    case EPIPE, ECONNRESET: return "the daemon is gone"
    default: return "error \(code)"
    }
  }
}

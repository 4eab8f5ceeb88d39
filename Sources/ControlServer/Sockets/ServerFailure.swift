// Decides: why the server cannot serve.
// Leaves to others: what a single command is refused for (RPCError).

/// Why there is no server.
public enum ServerFailure: Error, Sendable, Equatable, CustomStringConvertible {
  /// Another daemon serves this directory.
  case alreadyServed(directory: String, process: Int32?)
  /// The directory cannot be made or used; the error number.
  case directory(String, Int32)
  /// Others may write in the directory.
  case notSafe(String)
  /// The socket's path is longer than a socket's path may be.
  case pathTooLong(String)
  /// Something else stands where a socket belongs.
  case notASocket(String)
  /// A system call on a socket failed; the error number.
  case socket(String, call: String, Int32)
  /// The event loop failed.
  case eventLoop(String)
  /// There is no thread for STOP.
  case noStopThread(String)

  /// One line: what is wrong and what to do.
  public var description: String {
    switch self {
    case .alreadyServed(let directory, let process):
      let owner = process.map { " (process \($0))" } ?? ""
      return "another nmesd\(owner) serves \(directory); end it first, or name another "
        + "--runtime-directory"
    case .directory(let path, let code):
      return "the runtime directory \(path) cannot be used (error \(code)); make it, or name "
        + "another with --runtime-directory"
    case .notSafe(let path):
      return "the runtime directory \(path) belongs to another user, or group or others may write "
        + "in it and could put a socket of theirs there; chown it, chmod 755 it, or name another "
        + "--runtime-directory"
    case .pathTooLong(let path):
      return "\"\(path)\" is too long for a socket (107 bytes); use a shorter --runtime-directory"
    case .notASocket(let path):
      return "\(path) is not a socket and was left as it is; remove it, or name another "
        + "--runtime-directory"
    case .socket(let path, let call, let code):
      return "\(call) failed for \(path) (error \(code)); check the runtime directory"
    case .eventLoop(let text): return "the event loop failed: \(text)"
    case .noStopThread(let text): return "no thread for STOP: \(text)"
    }
  }
}

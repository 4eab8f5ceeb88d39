// Decides: why the daemon does not start, and with which exit status.
// Leaves to others: the words of each part's own errors.

public import CheckedFiles
public import DoseLog
public import SessionController

/// Why there is no daemon. Nothing was energised.
public enum DaemonFailure: Error, Sendable, CustomStringConvertible {
  /// Options that contradict one another, or are out of bounds.
  case usage(String)
  /// A file that cannot be had: the configuration, the board, a folder.
  case file(LibraryError)
  /// The sockets.
  case server(ServerFailure)
  /// The log.
  case log(DoseLogError)
  /// The board.
  case board(StimulatorError)
  /// The metrics endpoint.
  case metrics(String)
  /// The hardware watchdog.
  case watchdog(String)

  /// Whether it is refused as things stand (exit 3), as opposed to bad input (exit 2).
  public var isRefusal: Bool {
    switch self {
    case .usage: return false
    case .file(let error): return error.isRefusal
    case .server(let error): return error.isRefusal
    case .log(let error): return error.isRefusal
    // What was asked for is well formed: this computer does not give it now.
    case .board, .metrics, .watchdog: return true
    }
  }

  /// A line each: what is wrong and what to do.
  public var description: String {
    switch self {
    case .usage(let text), .metrics(let text), .watchdog(let text): return text
    case .file(let error): return error.description
    case .server(let error): return error.description
    case .log(let error): return error.description
    case .board(let error): return error.description
    }
  }
}

extension ServerFailure {
  /// Whether another process, or this computer as it stands, is in the way.
  public var isRefusal: Bool {
    switch self {
    case .directory, .pathTooLong, .notASocket: return false
    case .alreadyServed, .notSafe, .socket, .eventLoop, .noStopThread: return true
    }
  }
}

// Decides: why the console itself cannot go on.
// Leaves to others: what the daemon refuses (ControlClientError).

import Foundation

/// Why the console cannot go on.
public enum ConsoleError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The system refuses something; the error number.
  case system(String, Int32)

  /// What is wrong, on one line.
  public var description: String {
    switch self {
    case .system(let what, let code): "\(what) (error \(code))"
    }
  }
}

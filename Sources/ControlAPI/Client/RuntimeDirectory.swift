// Decides: where the daemon's sockets are.
// Leaves to others: who may use them (ControlServer, the service's unit).

/// The folder of the daemon's sockets.
public struct RuntimeDirectory: Sendable, Equatable {
  /// Where it is when nothing says otherwise.
  public static let standard = "/run/nmes"
  /// What names it in the environment.
  public static let variable = "NMES_RUNTIME_DIRECTORY"

  /// Its path.
  public let path: String

  /// A folder.
  public init(path: String) { self.path = path }

  /// What an option names, else what the environment names, else the standard place.
  public init(option: String?, environment: [String: String]) {
    let named = option ?? environment[Self.variable]
    path = named.flatMap { $0.isEmpty ? nil : $0 } ?? Self.standard
  }

  /// Commands.
  public var control: String { path + "/control.sock" }
  /// Watching.
  public var monitor: String { path + "/monitor.sock" }
  /// Any byte is STOP.
  public var stop: String { path + "/stop.sock" }
}

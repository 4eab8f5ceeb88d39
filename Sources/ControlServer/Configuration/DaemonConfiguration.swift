// Decides: what a configuration file may say.
// Leaves to others: reading it (ConfigurationReader) and what holds in the end (DaemonSettings).

public import CheckedFiles
public import Logging
public import StimulationCore

/// What a configuration file says; what it leaves out is `nil`.
public struct DaemonConfiguration: Sendable {
  /// Where it stands when nothing names another.
  public static let standardPath = "/etc/nmes/nmesd.yaml"

  /// The board: `simulated`, a name or a path.
  public var board: String?
  /// How many times faster than the machine's clock the simulated board runs.
  public var pace: Int64?
  /// The folder of sockets.
  public var runtimeDirectory: String?
  /// The log's path.
  public var log: String?
  /// The folder of protocols.
  public var protocols: String?
  /// The folder of prescriptions.
  public var prescriptions: String?
  /// The processor that the loop keeps to.
  public var processor: Int32?
  /// The least level of log lines that is written.
  public var logLevel: Logger.Level?
  /// The port of the metrics endpoint on the loopback address; `nil` is no endpoint.
  public var metricsPort: Int?
  /// The hardware watchdog, if there is to be one.
  public var watchdog: WatchdogSettings?

  /// A file that says nothing.
  public init() {}

  /// The family of configuration files.
  public static let family = FileFamily(
    letter: "D", deepest: 2,
    sources: SourceList(known: [], unconfirmed: [], advice: "none"), ownCodes: [.outOfBounds])

  /// Reads a configuration; throws every error of the text at once.
  public static func parse(
    text: String, file: String
  ) throws(FileRefusal) -> DaemonConfiguration {
    try family.parse(text: text, file: file) { ConfigurationReader($0, findings: $1)?.read() }
  }

  /// Reads a configuration's file.
  public static func load(file: String) throws(LibraryError) -> DaemonConfiguration {
    try family.load(file: file) { ConfigurationReader($0, findings: $1)?.read() }
  }
}

/// The computer's own watchdog.
public struct WatchdogSettings: Sendable, Equatable {
  /// Its device, such as `/dev/watchdog`.
  public var device: String
  /// After so long without a sign the computer restarts.
  public var timeout: Nanoseconds

  /// A watchdog.
  public init(device: String, timeout: Nanoseconds) {
    self.device = device
    self.timeout = timeout
  }
}

extension DiagnosticCode {
  /// A value outside its bounds.
  public static let outOfBounds = DiagnosticCode(32, "a value outside its bounds")
}

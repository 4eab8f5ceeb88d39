// Decides: what holds for a daemon: the command line before the configuration file before the
// environment before what is standard.
// Leaves to others: reading the file (DaemonConfiguration), and every effect (Daemon).

import BoardSupport
import CheckedFiles
public import ControlAPI
public import Logging
public import ProtocolLibrary

/// What the command line says.
public struct DaemonOptions: Sendable {
  /// The board.
  public var board: String?
  /// The configuration file.
  public var config: String?
  /// The folder of sockets.
  public var runtimeDirectory: String?
  /// The log.
  public var log: String?
  /// How many times faster than the machine's clock the simulated board runs.
  public var pace: Int64?

  /// Nothing said.
  public init() {}
}

/// What a daemon finds round it.
public struct DaemonSurroundings: Sendable {
  /// The environment.
  public var environment: [String: String]
  /// The working directory.
  public var workingDirectory: String
  /// The program's own path.
  public var executable: String?
  /// The home folder of its user.
  public var home: String

  /// As stated.
  public init(
    environment: [String: String], workingDirectory: String, executable: String?, home: String
  ) {
    self.environment = environment
    self.workingDirectory = workingDirectory
    self.executable = executable
    self.home = home
  }
}

/// What holds.
public struct DaemonSettings: Sendable {
  /// The simulated board's name.
  public static let simulated = "simulated"
  /// The fastest that the simulated board runs.
  public static let fastestPace: Int64 = 10_000

  /// What the command line said.
  public var options: DaemonOptions
  /// The board: ``simulated``, a name or a path.
  public var board: String
  /// How many times faster than the machine's clock.
  public var pace: Int64
  /// The folder of sockets.
  public var runtimeDirectory: RuntimeDirectory
  /// The log's path.
  public var log: String
  /// The protocols.
  public var protocols: PresetDirectory
  /// The folder of prescriptions, if there is one.
  public var prescriptions: String?
  /// The processor that the loop keeps to, if it is to keep to one.
  public var processor: Int32?
  /// The least level of log lines that is written.
  public var logLevel: Logger.Level
  /// The port of the metrics endpoint; `nil` is none.
  public var metricsPort: Int?
  /// The hardware watchdog, if there is to be one.
  public var watchdog: WatchdogSettings?
  /// Where boards are found by name.
  public var surroundings: DaemonSurroundings

  /// Settles what holds; reads the configuration file that the options name.
  public init(
    _ options: DaemonOptions, _ surroundings: DaemonSurroundings
  ) throws(DaemonFailure) {
    var file = DaemonConfiguration()
    if let config = options.config {
      do throws(LibraryError) { file = try DaemonConfiguration.load(file: config) } catch {
        throw .file(error)
      }
    }
    try self.init(options, file, surroundings)
  }

  init(
    _ options: DaemonOptions, _ file: DaemonConfiguration, _ surroundings: DaemonSurroundings
  ) throws(DaemonFailure) {
    let environment = surroundings.environment
    self.options = options
    board = options.board ?? file.board ?? Self.simulated
    let statedPace = options.pace ?? file.pace
    pace = statedPace ?? 1
    guard (1...Self.fastestPace).contains(pace) else {
      throw .usage("--pace \(pace) is not within 1 to \(Self.fastestPace)")
    }
    guard board == Self.simulated || statedPace == nil else {
      throw .usage(
        "a pace belongs to the board \"\(Self.simulated)\"; leave it out for \"\(board)\"")
    }
    // The command line before the file, and the file before the environment.
    runtimeDirectory = RuntimeDirectory(
      option: options.runtimeDirectory ?? file.runtimeDirectory, environment: environment)
    log = options.log ?? file.log ?? Self.standardLog(surroundings)
    prescriptions =
      file.prescriptions ?? environment["NMES_PRESCRIPTIONS"].flatMap { $0.isEmpty ? nil : $0 }
    do throws(LibraryError) {
      if let stated = file.protocols {
        protocols = PresetDirectory(path: stated)
      } else {
        protocols = try PresetDirectory.find(
          environment: environment, workingDirectory: surroundings.workingDirectory,
          executable: surroundings.executable)
      }
    } catch {
      throw .file(error)
    }
    processor = file.processor
    logLevel = file.logLevel ?? .info
    metricsPort = file.metricsPort
    watchdog = file.watchdog
    self.surroundings = surroundings
  }

  /// The definition of a board at this computer's lines; `nil` for the simulated one.
  func boardDefinition() throws(DaemonFailure) -> BoardDefinition? {
    if board == Self.simulated { return nil }
    do throws(LibraryError) {
      return try BoardLibrary.loadBoard(board) { () throws(LibraryError) in
        try NamedFiles.find(
          BoardLibrary.kind, environment: surroundings.environment,
          workingDirectory: surroundings.workingDirectory, executable: surroundings.executable)
      }
    } catch {
      throw .file(error)
    }
  }

  /// The keys of a configuration that say something else there, and hold from a start on.
  func fixed(differingFrom other: DaemonSettings) -> [String] {
    let keys: [(key: String, differs: Bool)] = [
      ("board", board != other.board), ("pace", pace != other.pace),
      ("runtimeDirectory", runtimeDirectory != other.runtimeDirectory), ("log", log != other.log),
      ("protocols", protocols.path != other.protocols.path),
      ("prescriptions", prescriptions != other.prescriptions),
      ("processor", processor != other.processor),
      ("metrics", metricsPort != other.metricsPort), ("watchdog", watchdog != other.watchdog),
    ]
    return keys.filter(\.differs).map(\.key)
  }

  /// Where the log is when nothing says otherwise. The base-directory convention ignores a value
  /// that is not an absolute path.
  private static func standardLog(_ surroundings: DaemonSurroundings) -> String {
    if let state = surroundings.environment["XDG_STATE_HOME"], state.hasPrefix("/") {
      return state + "/nmes/dose.sqlite"
    }
    return surroundings.home + "/.local/state/nmes/dose.sqlite"
  }
}

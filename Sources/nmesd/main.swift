// Decides: `nmesd`: its options, its exit statuses and how a failure to start is told.
// Leaves to others: the daemon (ControlServer/Daemon).

import ArgumentParser
import ControlServer
import Foundation

/// The exit statuses, as those of `nmes`.
enum ExitStatus: Int32 {
  /// Ended as it was told to.
  case done = 0
  /// Ended by a failure of its own.
  case negative = 1
  /// Bad input; nothing started.
  case badInput = 2
  /// Refused as things stand; nothing was energised.
  case refused = 3
}

/// The command line.
struct Nmesd: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "nmesd",
    abstract: "Own a stimulation board, its loop and its log, and serve operators on sockets.",
    discussion: """
      Clients find it by --runtime-directory or NMES_RUNTIME_DIRECTORY; nmes console leads a \
      session, nmes status and nmes watch look on, nmes stop stops.

      SIGTERM and SIGINT turn the outputs off, write the records, and end.

      Exit status: 0 ended by a signal, 1 a failure while it ran, 2 bad input, 3 refused as \
      things stand (another daemon, a log in use, a board that cannot be opened).
      """,
    version: "\(ServedProduct.name) \(ServedProduct.version)")
  @Option(help: "The board: \"simulated\", or one by name or file.") var board: String?
  @Option(
    help: "A configuration file; what the options here say goes before it.",
    completion: .file(extensions: ["yaml"]))
  var config: String?
  @Option(
    help: "The folder of sockets; else NMES_RUNTIME_DIRECTORY, else /run/nmes.",
    completion: .directory)
  var runtimeDirectory: String?
  @Option(
    help: "The log; $XDG_STATE_HOME/nmes/dose.sqlite when not named.",
    completion: .file(extensions: ["sqlite"]))
  var log: String?
  @Option(help: "Run the simulated board so many times faster than the machine's clock.")
  var pace: Int64?
  @Flag(
    help: "Check the configuration (/etc/nmes/nmesd.yaml when none is named) and what it names.")
  var checkConfig = false

  var options: DaemonOptions {
    var options = DaemonOptions()
    options.board = board
    options.config = config
    options.runtimeDirectory = runtimeDirectory
    options.log = log
    options.pace = pace
    return options
  }
}

// Before any other thread: all of them inherit what is blocked.
let signals = DaemonSignals()
let journal = Journal.standardError()
let logger = journal.logger(ServedProduct.name)

func end(_ status: ExitStatus) -> Never {
  journal.drain()
  exit(status.rawValue)
}

let arguments: Nmesd
do {
  arguments = try Nmesd.parse()
} catch {
  let message = Nmesd.fullMessage(for: error)
  if Nmesd.exitCode(for: error) == .success {
    print(message)
    end(.done)
  }
  logger.error("\(Nmesd.message(for: error)); see nmesd --help")
  end(.badInput)
}

let surroundings = DaemonSurroundings(
  environment: ProcessInfo.processInfo.environment,
  workingDirectory: FileManager.default.currentDirectoryPath,
  executable: Bundle.main.executablePath, home: NSHomeDirectory())

if arguments.checkConfig {
  let check = ConfigurationCheck(arguments.options, surroundings)
  for line in check.lines { print(line) }
  for problem in check.problems {
    FileHandle.standardError.write(Data((problem + "\n").utf8))
  }
  end(check.problems.isEmpty ? .done : check.isRefusal ? .refused : .badInput)
}

do throws(DaemonFailure) {
  let settings = try DaemonSettings(arguments.options, surroundings)
  journal.level = settings.logLevel
  // Figures that nobody can read are not kept.
  if settings.metricsPort != nil { PrometheusRegistry.install() }
  let daemon = try Daemon(settings, journal)
  daemon.run(signals)
} catch {
  for line in error.description.split(separator: "\n") { logger.error("\(line)") }
  end(error.isRefusal ? .refused : .badInput)
}
end(.done)

// Decides: the order in which the daemon starts, what it does while it serves, and the order in
// which it ends: outputs off, records, sockets.
// Leaves to others: sessions (Stimulator), sockets (ControlServer), the process (nmesd).

import BoardSupport
import CheckedFiles
import ControlAPI
import DoseLog
import Foundation
public import Logging
import SessionController
import StimulationCore

/// The controller daemon: one board, one log, its sockets.
public final class Daemon: Sendable {
  /// How often it looks after itself.
  static let period = Nanoseconds.milliseconds(250)

  private let stimulator: Stimulator
  private let server: ControlServer
  private let logger: Logger

  /// Starts: takes folder and log for itself, opens the board, closes what a crash left open,
  /// and serves. Nothing is energised; the controller is faulted until a self-check.
  public init(_ settings: DaemonSettings, _ logger: Logger) throws(DaemonFailure) {
    self.logger = logger
    let folder: SocketFolder
    do throws(ServerFailure) { folder = try SocketFolder(settings.runtimeDirectory) } catch {
      throw .server(error)
    }
    stimulator = try Self.stimulator(settings)
    let library = ServedLibrary(
      protocols: settings.protocols, prescriptions: settings.prescriptions)
    do throws(ServerFailure) {
      server = try ControlServer(stimulator, folder: folder, library: library, logger: logger)
    } catch {
      stimulator.shutDown()
      throw .server(error)
    }
    tell(settings, folder)
  }

  /// The board, its log and what a crash left.
  private static func stimulator(_ settings: DaemonSettings) throws(DaemonFailure) -> Stimulator {
    let definition = try definition(settings)
    let actor = "nmesd (uid \(geteuid()))"
    do {
      let writer = try DoseLogWriter(path: settings.log)
      let newest = try writer.reader.newestRecord()
      let host: any LoopHost
      if let definition {
        host = try LinuxHost.open(definition)
      } else {
        var options = SimulatedHostOptions()
        options.pace = settings.pace
        host = try SimulatedHost(options)
      }
      // Where nobody is connected the wall clock is virtual (SR-47).
      let clock: any SessionClock =
        host.place.isSimulated
        ? PacedWallClock(pace: settings.pace, newestRecord: newest) : MachineClock()
      return try Stimulator(host, writer: writer, clock: clock, actor: actor)
    } catch let error as DoseLogError {
      throw .log(error)
    } catch let error as StimulatorError {
      throw .board(error)
    } catch {
      preconditionFailure("a board and a log throw their own errors: \(error)")
    }
  }

  /// The definition of a board at this computer's lines; `nil` for the simulated one.
  private static func definition(
    _ settings: DaemonSettings
  ) throws(DaemonFailure) -> BoardDefinition? {
    if settings.board == DaemonSettings.simulated { return nil }
    let around = settings.surroundings
    do throws(LibraryError) {
      return try BoardLibrary.loadBoard(settings.board) { () throws(LibraryError) in
        try NamedFiles.find(
          BoardLibrary.kind, environment: around.environment,
          workingDirectory: around.workingDirectory, executable: around.executable)
      }
    } catch {
      throw .file(error)
    }
  }

  private func tell(_ settings: DaemonSettings, _ folder: SocketFolder) {
    let place = stimulator.host.place
    let kind = place.isSimulated ? "nobody is connected to it" : "a patient circuit"
    for crashed in stimulator.recovered {
      let name = "session \(crashed.session) of \(crashed.muscle.patient)"
      logger.warning(
        "\(name): open when the last process ended, closed as uncertain at its bound (SR-42)")
    }
    for text in stimulator.host.leftovers { logger.warning("found driven, driven safe: \(text)") }
    for text in folder.standing { logger.notice("\(text)") }
    logger.notice("\(ServedProduct.name) \(ServedProduct.version), log \(settings.log)")
    logger.notice("board \(place.board) (\(kind)): faulted until a self-check")
    logger.notice("serving in \(settings.runtimeDirectory.path)")
  }

  /// Serves until a signal ends it.
  public func run(_ signals: DaemonSignals) {
    while true {
      switch signals.next(within: Self.period) {
      case .end(let name):
        logger.notice("\(name): ending")
        return end()
      case .reload, nil: break
      }
    }
  }

  /// Ends: outputs off, then records, then sockets. May wait for the disk.
  private func end() {
    stimulator.shutDown()
    if stimulator.outputsAreActive {
      logger.critical("outputs are still active; the board's own detector opens the relay")
    }
    if let failure = stimulator.status.logFailure {
      logger.error("the last records are not in the log: \(failure.description)")
    }
    server.close()
    logger.notice("ended: outputs inactive, records written")
  }
}

// Decides: the order in which the daemon starts, what it does while it serves, and the order in
// which it ends: outputs off, records, sockets.
// Leaves to others: sessions (Stimulator), sockets (ControlServer), the process (nmesd).

import BoardSupport
import CRealTime
import CheckedFiles
import ControlAPI
import DoseLog
import Foundation
import Logging
import Metrics
import SessionController
import StimulationCore
import Synchronization

/// The controller daemon: one board, one log, its sockets.
public final class Daemon: Sendable {
  /// How often it looks after itself.
  static let period = Nanoseconds.milliseconds(250)
  /// Starting takes no longer; the unit waits 15 s.
  static let startBound = Nanoseconds.seconds(12)
  /// Ending takes no longer; the unit waits 10 s.
  static let endBound = Nanoseconds.seconds(8)

  private let settings: DaemonSettings
  private let journal: Journal
  private let logger: Logger
  private let stimulator: Stimulator
  private let server: ControlServer
  private let endpoint: MetricsEndpoint?
  private let watchdog: HardwareWatchdog?
  private let manager: ServiceNotifier?
  private let alive = Gauge(label: "nmes_alive")
  private let droppedLines = Gauge(label: "nmes_log_lines_dropped")

  /// Starts: takes folder and log for itself, opens the board, closes what a crash left open,
  /// and serves. Nothing is energised; the controller is faulted until a self-check.
  public init(_ settings: DaemonSettings, _ journal: Journal) throws(DaemonFailure) {
    self.settings = settings
    self.journal = journal
    logger = journal.logger(ServedProduct.name)
    let bound = Self.bound(Self.startBound, "starting", journal)
    defer { bound.end() }
    let folder: SocketFolder
    do throws(ServerFailure) { folder = try SocketFolder(settings.runtimeDirectory) } catch {
      throw .server(error)
    }
    let logger = logger
    let stimulator = try Self.stimulator(settings) { logger.warning("\($0)") }
    self.stimulator = stimulator
    let library = ServedLibrary(
      protocols: settings.protocols, prescriptions: settings.prescriptions)
    do throws(ServerFailure) {
      server = try ControlServer(stimulator, folder: folder, library: library, logger: logger)
    } catch {
      stimulator.shutDown()
      throw .server(error)
    }
    do throws(DaemonFailure) {
      endpoint = try settings.metricsPort.map { port throws(DaemonFailure) in
        try MetricsEndpoint(port: port, PrometheusRegistry.installed)
      }
      watchdog = try settings.watchdog.map { device throws(DaemonFailure) in
        do throws(WatchdogFailure) { return try HardwareWatchdog(device) } catch {
          throw .watchdog(error.description)
        }
      }
    } catch {
      stimulator.shutDown()
      server.close()
      throw error
    }
    manager = ServiceNotifier(environment: settings.surroundings.environment)
    tell(folder)
  }

  /// Ends the process when an act takes longer than it may: the outputs are inactive, or the
  /// board makes them so.
  private static func bound(_ bound: Nanoseconds, _ act: String, _ journal: Journal) -> TimeBound {
    TimeBound(bound) {
      journal.write(
        .critical,
        "\(act) takes longer than \(bound): the disk or the board does not answer; the process "
          + "ends without its last records, and a session that is open is closed as uncertain "
          + "by the next")
      journal.drain(.milliseconds(500))
      _exit(1)
    }
  }

  /// The board, its log and what a crash left.
  private static func stimulator(
    _ settings: DaemonSettings, notGranted: @escaping @Sendable (String) -> Void
  ) throws(DaemonFailure) -> Stimulator {
    let definition = try settings.boardDefinition()
    let actor = "\(ServedProduct.name) (uid \(geteuid()))"
    do {
      let writer = try DoseLogWriter(path: settings.log)
      let newest = try writer.reader.newestRecord()
      let host: any LoopHost
      if let definition {
        host = try LinuxHost.open(
          definition, processor: settings.processor, notGranted: notGranted)
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

  private func tell(_ folder: SocketFolder) {
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
    if let endpoint { logger.notice("figures at http://127.0.0.1:\(endpoint.port)/metrics") }
    logger.notice("serving in \(settings.runtimeDirectory.path)")
  }

  // MARK: Serving

  /// Serves until a signal ends it.
  public func run(_ signals: DaemonSignals) {
    var judge = ProgressJudge(signs, at: ServerClock.now)
    var silent: [DaemonPart] = []
    var told = standing
    if let manager, !manager.tellReady(told) {
      logger.warning("the service manager did not hear that the daemon is ready")
    }
    // Files have been read and migrated: half of what the start called is never called again.
    giveBackText()
    var wasOver = true
    let period = min(Self.period, manager?.watchdogPeriod.map { $0 / 4 } ?? Self.period)
    while true {
      let found = judge.judge(signs, at: ServerClock.now)
      if found.isEmpty {
        manager?.tellAlive()
        watchdog?.keepQuiet()
      }
      alive.record(found.isEmpty ? 1 : 0)
      droppedLines.record(journal.dropped)
      if found != silent { tell(silent: found) }
      silent = found
      if standing != told {
        told = standing
        manager?.tell("STATUS=\(told)")
      }
      let isOver = stimulator.status.outcome != nil
      if isOver && !wasOver { giveBackText() }
      wasOver = isOver
      switch signals.next(within: period) {
      case .end(let name):
        logger.notice("\(name): ending")
        return end()
      case .reload: reload()
      case nil: break
      }
    }
  }

  /// Until the next session little of what the last one called is. On a board with a patient the
  /// first session has locked memory, and everything stays.
  private func giveBackText() {
    let answer = nmes_give_back_text()
    if answer < 0 { logger.debug("text that is not needed now stays: error \(-answer)") }
  }

  private var signs: ProgressSigns {
    ProgressSigns(
      serverTurns: server.loopTurns,
      busySince: [server.busySince, stimulator.idleRecordSince].compactMap { $0 }.min(),
      loggerTurns: stimulator.keeperTurns, loopTime: stimulator.host.exchange.now)
  }

  /// One line for `systemctl status`.
  private var standing: String {
    let status = stimulator.status
    let session = status.session.map { "session \($0), " } ?? ""
    return "board \(status.place.board), \(session)\(status.state.code.name)"
  }

  private func tell(silent parts: [DaemonPart]) {
    if parts.isEmpty {
      logger.notice("every part moves again")
    } else {
      let names = parts.map(\.rawValue).joined(separator: ", ")
      logger.error("no sign of \(names): watchdogs are not told that the daemon is alive")
    }
  }

  // MARK: Reloading

  /// Reads the configuration again. What cannot change while it runs is named; a file with
  /// errors changes nothing.
  private func reload() {
    manager?.tellReloading()
    defer { _ = manager?.tellReady(standing) }
    guard settings.options.config != nil else {
      logger.notice("SIGHUP: there is no configuration file to read again; nothing changes")
      return
    }
    do throws(DaemonFailure) {
      let read = try DaemonSettings(settings.options, settings.surroundings)
      journal.level = read.logLevel
      logger.notice("SIGHUP: the configuration is read again; log level \(read.logLevel)")
      for key in settings.fixed(differingFrom: read) {
        logger.warning("\(key) changes at the next start only: restart the daemon between sessions")
      }
    } catch {
      for line in error.description.split(separator: "\n") { logger.error("\(line)") }
      logger.error("SIGHUP: the configuration is not read: what held before holds")
    }
  }

  // MARK: Ending

  /// Ends: outputs off, then records, then sockets.
  private func end() {
    stimulator.stop()
    manager?.tellStopping()
    watchdog?.keepQuiet()
    let bound = Self.bound(Self.endBound, "ending", journal)
    stimulator.shutDown()
    let isActive = stimulator.outputsAreActive
    if isActive {
      logger.critical("outputs are still active: the board's own detector opens the relay")
    }
    let failure = stimulator.status.logFailure
    if let failure { logger.error("the last records are not in the log: \(failure.description)") }
    endpoint?.close()
    server.close()
    watchdog?.letGo()
    bound.end()
    if !isActive && failure == nil { logger.notice("ended: outputs inactive, records written") }
  }
}

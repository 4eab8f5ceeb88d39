// Decides: `nmes run`: its options, its progress and its result.
// Leaves to others: the session (SimulatedRun) and the plan (ProtocolLibrary).

import ArgumentParser
import BoardSupport
import CheckedFiles
import DoseLog
import Foundation
import ProtocolLibrary
import SessionController
import SimulatedBoard
import StimulationCore

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run a session on the simulated board, or on a bench without a patient circuit.",
    discussion: """
      Arms and starts by itself; the questions before a session are logged as answered \
      by a simulation. Ctrl-C stops.

      A fault is NAME[=SIZE][:chN]@TIME, where TIME is session time, the self-check included:
        --fault lead-off@20s  --fault late-wakeup=5ms@3s  --fault noise=50%:ch2@10s
      Names, and what a fault without a size does:
      \(faultLines)

      Exit status: 0 completed, 1 ended early by operator, fault or uncertainty, \
      2 bad input and nothing started, 3 refused by a limit or an interlock and nothing \
      delivered.
      """)
  private static let faultLines: String = FaultName.allCases.map { name in
    let space = String(repeating: " ", count: max(1, 19 - name.rawValue.count))
    return "  \(name.rawValue)\(space)\(name.effect)"
  }.joined(separator: "\n")

  @Argument(
    help: "A preset's name or a file; none with --prescription.",
    completion: Completions.protocols)
  var therapy: String?
  @Option(help: "A prescription.", completion: .file(extensions: ["yaml"]))
  var prescription: String?
  @Option(help: "The patient's code.") var patient: String?
  @Option(help: "The muscle.") var muscle: String?
  @Option(
    help: "The smaller electrode's area, as \"25 cm2\"; repeat it for each channel.",
    transform: QuantityOption.area)
  var electrodeArea: [SquareMillimetres] = []
  @Option(
    help: "The board: \"simulated\", or one without a patient circuit, by name or file.",
    completion: Completions.boards)
  var board = SimulatedRun.boardName
  @Option(
    help: ArgumentHelp(
      "Where the setpoint climbs to, as \"60 mA\"; the protocol's start when not named. Repeat it "
        + "for each channel, in order; one holds for all."),
    transform: QuantityOption.current)
  var amplitude: [Microamperes] = []
  @Option(help: "Fewer trains than the protocol's.") var trains: Int32?
  @Flag(help: "Do not wait for the wall clock.") var virtualTime = false
  @Option(help: "Everything random in the simulation comes from this.") var seed: UInt64 = 1
  @Option(
    help: "What goes wrong and when.", completion: Completions.faults,
    transform: QuantityOption.fault)
  var fault: [InjectedFault] = []
  @Option(
    help: "Wake the loop late by a random time up to this, as \"500 us\".",
    transform: QuantityOption.duration)
  var wakeLateness: Nanoseconds = .zero
  @Option(help: "Record the signals.", completion: .file(extensions: ["vcd"])) var record: String?
  @Flag(help: "Replace the file of an earlier record, or an empty one.") var replaceRecord = false
  @OptionGroup var log: LogOption
  @Flag(help: "Print one JSON object; progress goes to standard error.") var json = false

  func validate() throws {
    if board != SimulatedRun.boardName {
      let isPlain = fault.isEmpty && !virtualTime && record == nil && wakeLateness == .zero
      if !isPlain || seed != 1 {
        throw ValidationError(
          "--fault, --virtual-time, --record, --wake-lateness and --seed belong to the board "
            + "\"\(SimulatedRun.boardName)\"; leave them out for \"\(board)\"")
      }
    }
    if prescription != nil && therapy != nil {
      throw ValidationError("a prescription names its protocol; leave the protocol out")
    }
    if prescription == nil && therapy == nil {
      throw ValidationError("name a protocol, or a prescription with --prescription")
    }
  }

  func run() throws {
    let definition = try bench()
    let planned = try plan(on: definition)
    if planned.envelope == .extended {
      Output.error("the EXTENDED envelope is open for this session, by prescription")
    }
    Output.error(RunText.opening(planned, on: definition?.name ?? board))
    let printer = ProgressPrinter(isVirtual: virtualTime)
    let summary: RunSummary
    do throws(RunFailure) {
      if let definition {
        summary = try drive(planned, definition, printer)
      } else {
        summary = try simulate(planned, printer)
      }
    } catch {
      printer.end()
      throw Failure(error)
    }
    printer.end()
    if json { try Output.json(RunModel(summary)) } else { Output.line(RunText.summary(summary)) }
    if let failure = summary.logFailure { throw Failure(.negative, failure.description) }
    if let failure = summary.recordFailure { throw Failure(.negative, failure.description) }
    if summary.outcome != .completed { throw Failure(.negative, RunText.ending(summary)) }
  }

  /// The definition of a board that is not simulated in this process; `nil` for the one that is.
  ///
  /// Nobody may be connected to it: SR-50, 51 and 53 hold in the daemon alone.
  private func bench() throws -> BoardDefinition? {
    if board == SimulatedRun.boardName { return nil }
    let definition = try BoardCommand.definition(board)
    if definition.mayReachPatient {
      let circuit =
        definition.patientCircuit == .none
        ? "is not the kernel bench" : "has a patient circuit"
      throw Failure(
        .refused,
        "board \"\(definition.name)\" \(circuit): it is driven by the daemon alone; start nmesd "
          + "and use nmes console")
    }
    return definition
  }

  private func simulate(
    _ planned: PlannedSession, _ printer: ProgressPrinter
  ) throws(RunFailure) -> RunSummary {
    var options = RunOptions(actor: NSUserName())
    options.isPaced = !virtualTime
    options.seed = seed
    options.faults = fault
    options.wakeLateness = wakeLateness
    options.record = record
    options.replacesRecord = replaceRecord
    let signals = try StopSignals()
    let writer = try openLog()
    let waker = try RunWaker()
    var run = try SimulatedRun(
      planned, options: options, writer: writer, waker: waker, stopper: signals.watch)
    // The watch must outlive its last mention, or Ctrl-C would be ignored from there on.
    return try withExtendedLifetime(signals) { () throws(RunFailure) in
      try run.run { printer.show($0) }
    }
  }

  private func drive(
    _ planned: PlannedSession, _ definition: BoardDefinition, _ printer: ProgressPrinter
  ) throws(RunFailure) -> RunSummary {
    let signals = try StopSignals()
    let writer = try openLog()
    let newest: WallTime?
    do throws(DoseLogError) { newest = try writer.reader.newestRecord() } catch {
      throw .log(error)
    }
    let host: any LoopHost
    do throws(StimulatorError) {
      host = try LinuxHost.open(definition) { Output.error($0) }
    } catch {
      throw .stimulator(error)
    }
    let run = try LiveRun(
      planned, on: host, actor: NSUserName(), writer: writer,
      clock: PacedWallClock(pace: 1, newestRecord: newest), stopper: signals.watch)
    var isTold = false
    return try withExtendedLifetime(signals) { () throws(RunFailure) in
      try run.run { progress in
        if !isTold, let scheduling = host.scheduling {
          isTold = true
          if !scheduling.isGranted {
            Output.error("the loop runs with \(scheduling); see nmes board doctor")
          }
        }
        printer.show(progress)
      }
    }
  }

  private func openLog() throws(RunFailure) -> DoseLogWriter {
    do throws(DoseLogError) { return try DoseLogWriter(path: log.path) } catch {
      throw .log(error)
    }
  }

  private func plan(on definition: BoardDefinition?) throws -> PlannedSession {
    var prescribed: Prescription?
    if let prescription {
      do throws(LibraryError) {
        prescribed = try ProtocolLibrary.loadPrescription(file: prescription)
      } catch {
        throw Failure(error)
      }
    }
    let name = therapy ?? prescribed?.fields.protocolName ?? ""
    var request = SessionRequest(
      therapy: try Presets.therapy(name), prescription: prescribed, patient: patient ?? "",
      muscle: muscle ?? "", electrodeAreas: electrodeArea, trains: trains, today: Today.date)
    request.amplitudes = amplitude
    let channels = prescribed?.fields.channels.count ?? electrodeArea.count
    do throws(SessionRefusal) {
      if let definition {
        let envelope = prescribed?.fields.envelope ?? .standard
        return try request.makeSession(
          on: definition.capabilities, layer: definition.limitLayer(for: envelope))
      }
      return try request.makeSession(
        on: SimulatedRun.capabilities(channelCount: min(max(channels, 1), maximumChannels)))
    } catch {
      throw Failure(error)
    }
  }
}

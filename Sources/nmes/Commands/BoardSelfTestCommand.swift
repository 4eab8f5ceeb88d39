// Decides: `nmes board selftest`: its options, its progress and its result.
// Leaves to others: the test (SelfTest) and its words (SelfTestText).

import ArgumentParser
import BoardSupport
import DoseLog
import Foundation
import SessionController
import SimulatedBoard

struct BoardSelfTestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "selftest",
    abstract: "Run the self-check of arming on a board to which nobody is connected.",
    discussion: """
      Connect a dummy load of 1 kOhm to every channel, and take every electrode off: the relay \
      is tested and each channel probed with one balanced pulse of 1 mA and 5 ms a phase, logged \
      as dose. Nothing else is output. A daemon that drives the board is stopped first.

      Exit status: 0 every item passes, 1 one fails or it was stopped, 2 bad input, 3 refused.
      """)
  @Option(help: "The board, by name or file, or \"simulated\".") var board: String
  @OptionGroup var bench: BenchOptions
  @Option(
    help: "What goes wrong on the simulated board, as with run.", transform: QuantityOption.fault)
  var fault: [InjectedFault] = []
  @Flag(help: "Print JSON; progress goes to standard error.") var json = false

  func validate() throws {
    if board != SimulatedRun.boardName && !fault.isEmpty {
      throw ValidationError(
        "--fault belongs to the board \"\(SimulatedRun.boardName)\"; leave it out for "
          + "\"\(board)\"")
    }
  }

  func run() throws {
    let board = try benchBoard()
    try bench.confirm(board)
    let line = LiveLine()
    let signals = try bench.stopSignals()
    let report: SelfTestReport
    do throws(BenchFailure) {
      report = try withExtendedLifetime(signals) { () throws(BenchFailure) in
        try test(board, signals, line)
      }
    } catch {
      line.end()
      throw Failure(error)
    }
    line.end()
    if json {
      try Output.json(report)
    } else {
      Output.line(SelfTestText.text(report, isColoured: Screen.isColoured))
    }
    if !report.passed { throw Failure(.negative, "") }
  }

  private func benchBoard() throws -> BenchBoard {
    guard board == SimulatedRun.boardName else {
      return .defined(try BoardCommand.definition(board))
    }
    var options = SimulatedHostOptions()
    options.channelCount = 1
    options.faults = fault
    return .simulated(options)
  }

  private func test(
    _ board: BenchBoard, _ signals: StopSignals, _ line: LiveLine
  ) throws(BenchFailure) -> SelfTestReport {
    let writer: DoseLogWriter
    let newest: WallTime?
    do throws(DoseLogError) {
      writer = try DoseLogWriter(path: bench.path)
      newest = try writer.reader.newestRecord()
    } catch {
      throw .log(error)
    }
    return try SelfTest.run(
      board, actor: NSUserName(), writer: writer,
      clock: PacedWallClock(pace: 1, newestRecord: newest), today: Today.date,
      stopper: { signals.watch($0) }, progress: { line.show("self-test: \($0)") })
  }
}

// Decides: `nmes board calibrate`: its options, where its result is written, and how it ends.
// Leaves to others: the questions (CalibrationDialogue), the table (CalibrationTable) and the
// definition's text (CalibrationText).

import ArgumentParser
import BoardSupport
import CheckedFiles
import DoseLog
import Foundation
import ProtocolLibrary
import SessionController
import SimulatedBoard
import StimulationCore

struct BoardCalibrateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calibrate",
    abstract: "Measure a channel's amplitudes and write a definition with the new tables.",
    discussion: """
      Take every electrode off. Connect the dummy load that is named to the channel, and a meter \
      that reads the flat top of a pulse: an oscilloscope, or a meter triggered by the pulse. \
      Each set point is pulses of 7 ms twice a second, alternately positive and negative first, \
      each recovered; the core outputs no steady current. The session goes through self-check, \
      interlocks and log as every other, in the standard envelope. Enter the current of the flat \
      top in the positive phase and in the negative one: 4.98 mA, 4.99 mA. One alone is refused: \
      it would hide a bridge whose polarities differ.

      With --readings nothing is driven: the tables are made from readings taken before, a line \
      each, as --template prints them; - is standard input. A line names the active time that its \
      set point was driven with; one that the definition's table does not give is refused, as the \
      readings were then taken with another table.

      The new definition is written beside the old one as FILE.calibrated and never replaces \
      anything unless told. An implausible table is refused: gain off by more than 3 %, an \
      offset above 50 uA or 0.5 %, polarities more than 1 % apart, not ascending, off the line.

      Exit status: 0 written, 1 stopped or ended by a fault, 2 bad input, 3 refused.
      """)
  @Option(help: "The board, by name or file.") var board: String
  @Option(help: "The channel, counted from 1.") var channel: Int
  @Option(
    help: "An output range by its maximum, as \"25 mA\"; repeat it; all when not named.",
    transform: QuantityOption.current)
  var range: [Microamperes] = []
  @Option(help: "The load in ohms, instead of the usual 1000 and 240.") var load: Int32?
  @Option(help: "Readings taken before; - is standard input.", completion: .file())
  var readings: String?
  @Option(help: "The meter, its own calibration date, and the temperature.") var meter: String?
  @Option(help: "Where the new definition goes.", completion: .file()) var output: String?
  @Flag(help: "Replace the output when it exists already.") var force = false
  @Flag(help: "Print the lines to fill in for --readings, and do nothing else.")
  var template = false
  @OptionGroup var bench: BenchOptions

  func validate() throws {
    if board == SimulatedRun.boardName {
      throw ValidationError(
        "the board \"\(SimulatedRun.boardName)\" has no definition to calibrate; name another")
    }
    if let load, !(50...100_000).contains(load) {
      throw ValidationError("--load \(load) is not from 50 to 100000 ohms")
    }
    let isStated = meter?.contains { !$0.isWhitespace } ?? false
    if !template && !isStated {
      throw ValidationError(
        "--meter is not stated; say which meter, when it was calibrated, and the temperature")
    }
  }

  func run() throws {
    let file: BoardFile
    do throws(LibraryError) {
      file = try BoardLibrary.loadFile(board, boards: BoardCommand.find)
    } catch {
      throw Failure(error)
    }
    let definition = file.definition
    guard definition.channels.indices.contains(channel - 1) else {
      throw Failure(
        .badInput,
        "board \"\(definition.name)\" has channels 1 to \(definition.channels.count), not "
          + "\(channel); name one of them")
    }
    if template {
      let ranges = try ranges(definition)
      Output.line(ReadingsText.template(definition, channel: channel - 1, ranges: ranges))
      return
    }
    let target = output ?? BoardCalibrateCommand.place(file.path)
    try FileOutput.check(target, replaces: force)
    let curves = try readings.map { try tables(from: $0, definition) } ?? guided(definition)
    guard !curves.isEmpty else {
      throw Failure(.negative, "every range was skipped; nothing was written")
    }
    try write(curves, file, to: target)
  }

  /// Beside the definition, with a name that no listing takes for a board.
  private static func place(_ path: String) -> String {
    path.hasSuffix(".calibrated") ? path : path + ".calibrated"
  }

  private func write(
    _ curves: [Int: AmplitudeCurve], _ file: BoardFile, to target: String
  ) throws {
    let day = Today.date
    let note =
      "Channel \(channel) calibrated \(day) by \(NSUserName()): \(meter ?? ""). Ranges "
      + curves.keys.sorted().map { "\(milliamperes(file.definition.ranges[$0]))" }
      .joined(separator: ", ") + "."
    let text: String
    do throws(FileRefusal) {
      text = try CalibrationText.text(
        of: file, channel: channel - 1, curves: curves, note: note)
    } catch {
      throw Failure(.refused, error.description)
    }
    try FileOutput.write(text, to: target, replaces: force)
    if URL(fileURLWithPath: target).standardizedFileURL
      == URL(fileURLWithPath: file.path).standardizedFileURL
    {
      return Output.line(
        "\(target) written, in place of what it was. Look at it: nmes board show \(target)")
    }
    Output.line(
      """
      \(target) written.
      Look at it, keep the old definition, and put the new one in its place:
        nmes board show \(target)
        mv \(file.path) \(file.path).before-\(day)
        mv \(target) \(file.path)
      """)
  }

  private func milliamperes(_ range: RangeDefinition) -> String {
    "\(range.range.maximum)"
  }

  // MARK: Readings taken before

  private func tables(
    from source: String, _ definition: BoardDefinition
  ) throws -> [Int: AmplitudeCurve] {
    let text = try BoardCalibrateCommand.text(source)
    let found: [Int: [CalibrationReading]]
    do throws(ReadingsError) {
      found = try ReadingsText.parse(
        text, file: source == "-" ? "standard input" : source, board: definition,
        channel: channel - 1)
    } catch {
      throw Failure(.badInput, error.description)
    }
    let wanted = try ranges(definition)
    var curves: [Int: AmplitudeCurve] = [:]
    var refusals: [String] = []
    for index in wanted where range.isEmpty ? found[index] != nil : true {
      let table = CalibrationTable(definition, channel: channel - 1, range: index)
      do throws(CalibrationRefusal) { curves[index] = try table.make(found[index] ?? []) } catch {
        refusals.append(error.description)
      }
    }
    if !refusals.isEmpty { throw Failure(.refused, refusals.joined(separator: "\n")) }
    return curves
  }

  private static func text(_ source: String) throws -> String {
    let most = ReadingsText.mostBytes + 1
    do {
      let handle =
        source == "-"
        ? FileHandle.standardInput
        : try FileHandle(forReadingFrom: URL(fileURLWithPath: source))
      let data = try handle.read(upToCount: most) ?? Data()
      guard let text = String(validating: data, as: UTF8.self) else {
        throw Failure(.badInput, "\(source): not UTF-8; save the readings as UTF-8 text")
      }
      return text
    } catch let failure as Failure {
      throw failure
    } catch {
      throw Failure(
        .badInput,
        "\(source): cannot be read: \((error as NSError).localizedDescription); name another file")
    }
  }

  private func ranges(_ definition: BoardDefinition) throws -> [Int] {
    if range.isEmpty { return Array(definition.ranges.indices) }
    return try range.map { wanted in
      let found = definition.ranges.firstIndex { $0.range.maximum == wanted }
      guard let found else {
        let known = definition.ranges.map { milliamperes($0) }.joined(separator: ", ")
        throw Failure(
          .badInput, "--range \(wanted) is no output range; the ranges are \(known)")
      }
      return found
    }
  }

  // MARK: Guided

  private func guided(_ definition: BoardDefinition) throws -> [Int: AmplitudeCurve] {
    let board = BenchBoard.defined(definition)
    try bench.confirm(board)
    let input = LineInput()
    let signals = try bench.stopSignals()
    let stopper = CalibrationDialogue.Stopper()
    signals.watch { stopper.stop() }
    let dialogue = CalibrationDialogue(
      try parts(definition, board),
      voice: CalibrationVoice(
        say: { Output.error($0) },
        ask: { (question, tick) throws(BenchFailure) in try input.line(question, tick: tick) }),
      stopper: stopper)
    do throws(BenchFailure) {
      return try withExtendedLifetime(signals) { () throws(BenchFailure) in try dialogue.run() }
    } catch {
      keep(dialogue.readings, definition)
      throw Failure(error)
    }
  }

  private func parts(
    _ definition: BoardDefinition, _ board: BenchBoard
  ) throws -> CalibrationParts {
    let writer: DoseLogWriter
    let newest: WallTime?
    do throws(DoseLogError) {
      writer = try DoseLogWriter(path: bench.path)
      newest = try writer.reader.newestRecord()
    } catch {
      throw Failure(error)
    }
    let clock = PacedWallClock(pace: 1, newestRecord: newest)
    let seconds = Int64(Date().timeIntervalSince1970)
    return CalibrationParts(
      definition: definition, board: board, channel: channel - 1,
      ranges: try ranges(definition), load: load.map { Ohms($0) }, actor: NSUserName(),
      writer: writer, clock: clock, today: Today.date,
      label: "load \(channel)-\(seconds)")
  }

  /// What was measured is not lost with the rest: it can be given to --readings.
  private func keep(_ readings: [Int: [CalibrationReading]], _ definition: BoardDefinition) {
    let lines = readings.sorted { $0.key < $1.key }.flatMap { index, found in
      found.map { ReadingsText.line($0, board: definition, channel: channel - 1, range: index) }
    }
    guard !lines.isEmpty else { return }
    Output.error("Readings so far, as --readings takes them:")
    for line in lines { Output.error(line) }
  }
}

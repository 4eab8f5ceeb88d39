// Decides: what the operator is told and asked in a calibration, and what becomes of an answer.
// Leaves to others: the pulses (CalibrationDrive), the terminal (the command), and whether a
// table is plausible (CalibrationTable).

public import BoardSupport
public import DoseLog
public import ProtocolLibrary
public import StimulationCore
import Synchronization

/// How a dialogue speaks and hears.
public struct CalibrationVoice {
  /// Tells a line.
  public var say: (String) -> Void
  /// Asks for a line; `nil` when there will be none. `tick` is called at least every half second
  /// while the answer is waited for; what it throws ends the wait.
  public var ask: (String, _ tick: () throws(BenchFailure) -> Void) throws(BenchFailure) -> String?

  /// A voice.
  public init(
    say: @escaping (String) -> Void,
    ask:
      @escaping (String, _ tick: () throws(BenchFailure) -> Void) throws(BenchFailure) ->
      String?
  ) {
    self.say = say
    self.ask = ask
  }
}

/// The parts that a calibration needs beside its questions.
public struct CalibrationParts {
  /// The board's definition.
  public var definition: BoardDefinition
  /// The board, and its host when it is opened.
  public var board: BenchBoard
  /// The channel, counted from 0.
  public var channel: Int
  /// The ranges by index.
  public var ranges: [Int]
  /// The load of every range; `nil` for the usual ones.
  public var load: Ohms?
  /// Whether the board's own figure of the load is compared with it.
  public var comparesLoad = true
  /// Who is at the bench.
  public var actor: String
  /// The log.
  public var writer: DoseLogWriter
  /// The clocks of records.
  public var clock: any SessionClock
  /// The day.
  public var today: CalendarDate
  /// What tells this calibration from others in the log.
  public var label: String

  /// The parts.
  public init(
    definition: BoardDefinition, board: BenchBoard, channel: Int, ranges: [Int], load: Ohms?,
    actor: String, writer: DoseLogWriter, clock: any SessionClock, today: CalendarDate,
    label: String
  ) {
    self.definition = definition
    self.board = board
    self.channel = channel
    self.ranges = ranges
    self.load = load
    self.actor = actor
    self.writer = writer
    self.clock = clock
    self.today = today
    self.label = label
  }
}

/// A guided calibration of one channel, range after range.
public final class CalibrationDialogue {
  /// Answers that make no sense are asked for again so often.
  private static let mostTries = 10
  /// A range is measured so often before somebody has to look for the reason.
  private static let mostRounds = 5

  /// Stops a dialogue from any thread.
  public final class Stopper: Sendable {
    private struct State {
      var isStopped = false
      var drive: CalibrationDrive?
    }
    private let state = Mutex(State())

    /// A stopper that stops nothing yet.
    public init() {}

    /// Outputs inactive now; the dialogue ends.
    public func stop() {
      let drive = state.withLock { state in
        state.isStopped = true
        return state.drive
      }
      drive?.stop()
    }

    var isStopped: Bool { state.withLock { $0.isStopped } }

    func watch(_ drive: CalibrationDrive?) {
      let mustStop = state.withLock { state in
        state.drive = drive
        return state.isStopped
      }
      if mustStop { drive?.stop() }
    }
  }

  private let parts: CalibrationParts
  private let voice: CalibrationVoice
  private let stopper: Stopper
  /// Every reading so far, by the index of its range.
  public private(set) var readings: [Int: [CalibrationReading]] = [:]

  /// A dialogue.
  public init(_ parts: CalibrationParts, voice: CalibrationVoice, stopper: Stopper) {
    self.parts = parts
    self.voice = voice
    self.stopper = stopper
  }

  /// Asks for every range and answers the new tables; those that were skipped are left out.
  public func run() throws(BenchFailure) -> [Int: AmplitudeCurve] {
    let host: any LoopHost
    do throws(StimulatorError) { host = try parts.board.open() } catch {
      throw .stimulator(error)
    }
    for leftover in host.leftovers { voice.say(leftover) }
    var curves: [Int: AmplitudeCurve] = [:]
    for (count, index) in parts.ranges.enumerated() {
      let range = parts.definition.ranges[index].range
      voice.say("")
      voice.say("Range \(range.maximum), \(count + 1) of \(parts.ranges.count)")
      if let curve = try measure(index, on: host) { curves[index] = curve }
    }
    return curves
  }

  private func load(of index: Int) -> Ohms {
    parts.load
      ?? DummyLoad.suggestion(
        for: parts.definition.ranges[index].range,
        compliance: parts.definition.electronics.compliance)
  }

  /// One range until its table is plausible; `nil` when it is skipped.
  private func measure(
    _ index: Int, on host: any LoopHost
  ) throws(BenchFailure) -> AmplitudeCurve? {
    let others = parts.channel == 0 ? "" : " and a load to every channel before it,"
    voice.say(
      "Connect a dummy load of \(load(of: index)) to channel \(parts.channel + 1),\(others) and "
        + "the meter across it. No electrode, nobody.")
    for round in 1...Self.mostRounds {
      switch try ask("Enter when connected, \"skip\" to keep its table, \"quit\": ", drive: nil) {
      case "": break
      case "skip": return nil
      case "quit": throw .stopped
      default:
        voice.say("Not understood.")
        continue
      }
      try drive(index, round: round, on: host)
      do throws(CalibrationRefusal) {
        let table = CalibrationTable(parts.definition, channel: parts.channel, range: index)
        let curve = try table.make(readings[index] ?? [])
        voice.say("Range \(parts.definition.ranges[index].range.maximum) is plausible.")
        return curve
      } catch {
        voice.say("Not plausible:")
        for line in error.description.split(separator: "\n") { voice.say("  \(line)") }
        voice.say("Mend what is named, then measure the range again.")
      }
    }
    throw .tooSlow("a plausible table")
  }

  /// Outputs every set point of a range and keeps what was read.
  private func drive(_ index: Int, round: Int, on host: any LoopHost) throws(BenchFailure) {
    readings[index] = []
    let range = parts.definition.ranges[index].range
    let planned = try CalibrationDrive.plan(
      on: parts.board, channel: parts.channel, range: index,
      label: "\(parts.label) \(index + 1)-\(round)", today: parts.today)
    let drive = try CalibrationDrive(
      planned, on: host, channel: parts.channel, load: parts.comparesLoad ? load(of: index) : nil,
      actor: parts.actor, writer: parts.writer, clock: parts.clock)
    stopper.watch(drive)
    defer {
      stopper.watch(nil)
      drive.end()
    }
    voice.say("Self-check, then pulses. Ctrl-C makes the outputs inactive at once.")
    try drive.begin()
    for setPoint in range.calibrationSetPoints {
      voice.say("climbing to \(setPoint)")
      let seen = try drive.go(to: setPoint)
      readings[index, default: []].append(try read(setPoint, seen, drive))
    }
  }

  /// Asks for the meter until the answer is a reading.
  private func read(
    _ setPoint: Microamperes, _ seen: CalibrationSight, _ drive: CalibrationDrive
  ) throws(BenchFailure) -> CalibrationReading {
    var doubted: CalibrationReading?
    for _ in 1...Self.mostTries {
      let answer = try ask(
        "  \(setPoint) (the board measures up to \(seen.highest)); the meter reads, positive and "
          + "negative: ", drive: drive)
      if answer == "quit" { throw .stopped }
      let reading: CalibrationReading
      do throws(ReadingsError) { reading = try ReadingsText.reading(answer, at: setPoint) } catch {
        voice.say("  \(error)")
        continue
      }
      // A slip of the finger is seen now, not when the range is through.
      let far = [reading.positive, reading.negative].first { !Self.isNear($0, setPoint) }
      let apart = parts.comparesLoad ? Self.apart(reading, seen) : nil
      if reading == doubted || (far == nil && apart == nil) {
        if let apart { throw apart }
        return reading
      }
      doubted = reading
      if let far {
        voice.say("  \(far) is far from \(setPoint); type both once more to keep them.")
      } else {
        voice.say("  The board measures \(seen.highest): read again, type both once more.")
      }
    }
    throw .tooSlow("a reading")
  }

  /// What is wrong where the board and the meter disagree by more than dose may be off (SR-46).
  static func apart(_ reading: CalibrationReading, _ seen: CalibrationSight) -> BenchFailure? {
    let meter = max(reading.positive, reading.negative)
    let off = abs(Int64(meter.rawValue) - Int64(seen.highest.rawValue))
    let isApart = off * 100 > Int64(meter.rawValue) + 10_000
    return isApart ? .currentScale(board: seen.highest, meter: meter) : nil
  }

  /// Whether a polarity was read within a tenth of what was told, or 100 µA.
  private static func isNear(_ value: Microamperes, _ setPoint: Microamperes) -> Bool {
    let off = abs(Int64(value.rawValue) - Int64(setPoint.rawValue))
    return off * 10 <= Int64(setPoint.rawValue) || off <= 100
  }

  private func ask(
    _ question: String, drive: CalibrationDrive?
  ) throws(BenchFailure) -> String {
    let stopper = stopper
    let answer = try voice.ask(question) { () throws(BenchFailure) in
      if stopper.isStopped { throw .stopped }
      try drive?.hold()
    }
    guard let answer else { throw .stopped }
    var text = answer[...]
    while let last = text.last, last == " " || last == "\t" || last == "\r" { text.removeLast() }
    return String(text.drop { $0 == " " || $0 == "\t" })
  }
}

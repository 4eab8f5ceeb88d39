// Decides: that a guided calibration goes through the core's own session, and what ends it.
// Leaves to others: which tables are plausible (CalibrationTableTests), files (nmesTests).

import BoardSupport
import DoseLog
import Foundation
import ProtocolLibrary
import SimulatedBoard
import StimulationCore
import Testing

@testable import SessionController

@Suite("Calibration") struct CalibrationTests {
  /// A bench on the simulated board, and an operator who answers by a rule.
  private final class Bench {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("calibration-\(UUID().uuidString)")
    let stopper = CalibrationDialogue.Stopper()
    var said: [String] = []
    var asked: [String] = []
    var faults: [InjectedFault] = []
    var load: Ohms?
    let ranges: [Int]

    init(ranges: [Int]) { self.ranges = ranges }
    deinit { try? FileManager.default.removeItem(at: folder) }

    var path: String { folder.appendingPathComponent("bench.sqlite").path }

    /// Runs the dialogue; `answer` gets a question, and `nil` is the end of input.
    func run(
      _ answer: @escaping (String) -> String?
    ) throws -> (curves: [Int: AmplitudeCurve], readings: [Int: [CalibrationReading]]) {
      let file = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Hardware/kernel-bench.yaml").path
      var options = SimulatedHostOptions()
      options.channelCount = 1
      options.pace = 20
      options.faults = faults
      var parts = CalibrationParts(
        definition: try BoardLibrary.loadBoard(file: file), board: .simulated(options),
        channel: 0, ranges: ranges, load: load, actor: "tester",
        writer: try DoseLogWriter(path: path),
        clock: PacedWallClock(pace: 20, newestRecord: nil),
        today: try #require(CalendarDate("2026-06-01")), label: "load 1")
      // The simulated electrode is no resistor.
      parts.comparesLoad = load != nil
      let dialogue = CalibrationDialogue(
        parts,
        voice: CalibrationVoice(
          say: { self.said.append($0) },
          ask: { (question, tick) throws(BenchFailure) in
            self.asked.append(question)
            try tick()
            let text = answer(question)
            try tick()
            return text
          }), stopper: stopper)
      let curves = try dialogue.run()
      return (curves, dialogue.readings)
    }

    /// The set point of a question for the meter.
    static func setPoint(_ question: String) -> String? {
      guard question.contains("the meter reads") else { return nil }
      return question.components(separatedBy: " (").first?
        .trimmingCharacters(in: .whitespaces)
    }

    /// What a meter reads in both polarities that shows what was told.
    static func both(_ question: String) -> String? {
      setPoint(question).map { "\($0), \($0)" }
    }

    var sessions: [SessionSummary] {
      get throws { try DoseLogReader(path: path).sessions(newest: 10) }
    }
  }

  @Test("Every set point of a range is output, read and made a table, in one logged session")
  func whole() throws {
    let bench = Bench(ranges: [0])
    let (curves, readings) = try bench.run { Bench.both($0) ?? "" }
    let curve = try #require(curves[0])
    #expect(curve.maximum == .milliamperes(10))
    let range = OutputRange(maximum: .milliamperes(10), step: Microamperes(10))
    #expect(readings[0]?.map(\.setPoint) == range.calibrationSetPoints)
    // What the board measured stands in each question, near its set point.
    #expect(bench.asked.count == 6)
    let session = try #require(try bench.sessions.first)
    #expect(session.protocolName == "bench-calibration" && session.muscle.patient == "BENCH")
    #expect(session.envelope == "standard" && session.isSimulated)
    let dose = try #require(session.channels.first)
    #expect(dose.dose.pulses > 0)
    #expect(dose.dose.net.magnitude.rawValue * 100 < dose.dose.rectified.rawValue)
  }

  @Test("The largest range is reached within the standard envelope")
  func largest() throws {
    let bench = Bench(ranges: [3])
    let curves = try bench.run { Bench.both($0) ?? "" }.curves
    #expect(curves[3]?.maximum == .milliamperes(250))
    let last = try #require(bench.asked.last)
    // The board itself measured about what it was told.
    let measured = try #require(last.components(separatedBy: "measures up to ").last)
    let value = try #require(Double(measured.prefix { $0.isNumber || $0 == "." }))
    #expect(value > 225 && value < 275, "\(last)")
  }

  @Test("A skipped range has no table; ranges are asked for one after the other")
  func skips() throws {
    let bench = Bench(ranges: [0, 1])
    let curves = try bench.run { question in
      if let point = Bench.both(question) { return point }
      return bench.asked.count == 1 ? "skip" : ""
    }.curves
    #expect(curves.keys.sorted() == [1])
    #expect(try bench.sessions.count == 1)
  }

  @Test("A slip is asked for again; typed twice it is kept, and then the table is refused")
  func slips() throws {
    let bench = Bench(ranges: [0])
    var rounds = 0
    var wrong = 0
    let curves = try bench.run { question in
      guard let point = Bench.both(question) else {
        rounds += 1
        return ""
      }
      if rounds == 1 && point == "5 mA, 5 mA" {
        wrong += 1
        return wrong == 1 ? "5 mA" : "5 mA, 4.2 mA"
      }
      return point
    }.curves
    // Once without the negative phase, once doubted, once kept; then the whole range again.
    #expect(wrong == 3 && rounds == 2)
    // The mean of both would be near.
    #expect(bench.said.contains { $0.contains("4.2 mA is far from 5 mA; type both once more") })
    #expect(bench.said.contains { $0.contains("1 reading, not 2; write the reading of the pos") })
    #expect(bench.said.contains { $0.contains("Not plausible") })
    #expect(
      bench.said.contains {
        $0.contains("channel 1, range 10 mA: at 5 mA the polarities read 5 mA and 4.2 mA, further")
      })
    #expect(curves[0] != nil)
    let sessions = try bench.sessions
    #expect(sessions.count == 2)
    #expect(Set(sessions.map(\.muscle)).count == 2, "each has a rest of its own")
  }

  @Test("STOP while the meter is read ends it at once, and what was read is kept (SR-20)")
  func stops() throws {
    let bench = Bench(ranges: [0])
    let failure = #expect(throws: BenchFailure.self) {
      _ = try bench.run { question in
        if bench.asked.count == 4 { bench.stopper.stop() }
        return Bench.both(question) ?? ""
      }
    }
    guard case .stopped? = failure else {
      Issue.record("\(String(describing: failure))")
      return
    }
    #expect(bench.asked.count == 4)
    let session = try #require(try bench.sessions.first)
    #expect("\(session.state)".contains("stopped"), "\(session.state)")
  }

  @Test("The end of input, and \"quit\", end it as stopped; a stop before the start, too")
  func ends() throws {
    for answer in ["quit", nil] as [String?] {
      let bench = Bench(ranges: [0])
      let failure = #expect(throws: BenchFailure.self) { _ = try bench.run { _ in answer } }
      #expect(failure?.isNegative == true)
      #expect(try bench.sessions.isEmpty)
    }
    let bench = Bench(ranges: [0])
    bench.stopper.stop()
    #expect(throws: BenchFailure.self) { _ = try bench.run { _ in "" } }
    #expect(try bench.sessions.isEmpty)
    // A session that was stopped before it was opened never begins.
    let planned = try CalibrationDrive.plan(
      on: .simulated(SimulatedHostOptions()), channel: 0, range: 0, label: "load",
      today: try #require(CalendarDate("2026-06-01")))
    let session = try BenchSession(
      planned, on: try SimulatedHost(SimulatedHostOptions()), actor: "tester",
      writer: try DoseLogWriter(path: bench.path), clock: MachineClock())
    session.stop()
    #expect(throws: BenchFailure.self) { try session.check { _ in } }
    #expect(try bench.sessions.isEmpty)
  }

  @Test("A fault while the meter is read ends it with the cause, outputs inactive (SR-21)")
  func faults() throws {
    let bench = Bench(ranges: [0])
    bench.faults = [InjectedFault(.emergencyStop, at: .seconds(8))]
    let failure = #expect(throws: BenchFailure.self) {
      _ = try bench.run { Bench.both($0) ?? "" }
    }
    guard case .tripped(let trips)? = failure else {
      Issue.record("\(String(describing: failure))")
      return
    }
    #expect(trips.first?.interlock == .emergencyStop)
  }

  @Test("A fault is told as one while it waits for the contact, and its time is over without one")
  func endings() {
    let trip = TrippedInterlock(interlock: .emergencyStop, channel: nil, at: .seconds(8))
    func told(_ state: ControllerState, isStopped: Bool = false, by trips: [TrippedInterlock])
      -> String
    {
      switch BenchFailure.ending(state, isStopped: isStopped, trips: trips) {
      case .tripped(let told)? where told == trips: return "tripped"
      case .stopped?: return "stopped"
      case .over?: return "over"
      case nil: return "goes on"
      case let other?: return "\(other)"
      }
    }
    #expect(told(.stopping(.fault), by: [trip]) == "tripped")
    #expect(told(.stopping(.fault), by: []) == "tripped", "its record is not written yet")
    #expect(told(.faulted, by: [trip]) == "tripped")
    #expect(told(.stopping(.sessionTimer), by: [trip]) == "tripped", "a fault on the way")
    #expect(told(.stopping(.sessionTimer), by: []) == "over")
    #expect(told(.completed(.planDelivered), by: []) == "over")
    for state in [ControllerState.faulted, .stopping(.operatorStop), .completed(.operatorStop)] {
      #expect(told(state, isStopped: true, by: []) == "stopped")
    }
    for state in [ControllerState.checked, .armed, .ramping, .running, .paused] {
      #expect(told(state, by: []) == "goes on")
    }
  }

  @Test("Another load than the named one is refused before its amplitude grows")
  func loads() throws {
    let bench = Bench(ranges: [0])
    bench.load = Ohms(20_000)
    let failure = #expect(throws: BenchFailure.self) {
      _ = try bench.run { Bench.both($0) ?? "" }
    }
    guard case .load(_, let named)? = failure else {
      Issue.record("\(String(describing: failure))")
      return
    }
    #expect(named == Ohms(20_000) && failure?.isRefusal == true)
    #expect(bench.asked.allSatisfy { !$0.contains("2.5 mA") })
  }

  @Test("SR-46: a meter that reads more than 1 % and 100 µA beside the board's own is refused")
  func currentScale() {
    func apart(_ board: Int32, positive: Int32, negative: Int32) -> BenchFailure? {
      CalibrationDialogue.apart(
        CalibrationReading(
          setPoint: .milliamperes(10), positive: Microamperes(positive),
          negative: Microamperes(negative)),
        CalibrationSight(highest: Microamperes(board), load: nil))
    }
    // The larger polarity counts: 10 mA may be 200 µA off.
    #expect(apart(10_200, positive: 10_000, negative: 9_000) == nil)
    #expect(apart(9_800, positive: 9_000, negative: 10_000) == nil)
    for board in [10_201, 9_799] as [Int32] {
      guard
        case .currentScale(Microamperes(board), _)? = apart(
          board, positive: 10_000, negative: 10_000)
      else {
        Issue.record("\(board)")
        continue
      }
    }
    let told = apart(11_000, positive: 10_000, negative: 10_000)
    #expect(told?.isRefusal == true && told?.description.contains("perVolt") == true)
  }

  @Test("Each reference range has the load of its page")
  func dummyLoads() {
    let compliance = Millivolts(80_000)
    func load(_ maximum: Int32) -> Ohms {
      DummyLoad.suggestion(
        for: OutputRange(maximum: .milliamperes(maximum), step: Microamperes(10)),
        compliance: compliance)
    }
    #expect(load(10) == Ohms(1_000) && load(25) == Ohms(1_000))
    #expect(load(80) == Ohms(240) && load(250) == Ohms(240))
    #expect(
      DummyLoad.suggestion(
        for: OutputRange(maximum: .milliamperes(250), step: Microamperes(250)),
        compliance: Millivolts(40_000)) == Ohms(120))
  }
}

// Decides: that the log's dose is what the electrodes received, and that nothing is left over.
// Leaves to others: how the log keeps it (DoseLogTests).

import DoseLog
import Foundation
import GRDB
import StimulationCore
import Testing

@Suite("Dose") struct DoseAccuracyTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let preset: String
    let area: String
    let amplitude: String
    let trains: Int
    let seed: Int
    /// Time with pulses, in s, for the allowance of SR-46.
    let onTime: Double
    var testDescription: String { "\(preset), seed \(seed)" }
  }

  static let cases = [1, 2, 3, 10, 17].flatMap { seed in
    [
      Case(
        preset: "large-muscle-tetanic", area: "180 cm2", amplitude: "30 mA", trains: 4,
        seed: seed, onTime: 20),
      Case(
        preset: "small-muscle-selective", area: "25 cm2", amplitude: "15 mA", trains: 20,
        seed: seed, onTime: 8),
      // A triangle that is not much longer than the shortest that is accepted.
      Case(
        preset: "nascent-reinnervation", area: "180 cm2", amplitude: "20 mA", trains: 20,
        seed: seed, onTime: 2),
      Case(
        preset: "partial-innervation", area: "180 cm2", amplitude: "30 mA", trains: 4,
        seed: seed, onTime: 20),
    ]
  }

  @Test(
    "SR-46: with wake-ups up to 500 µs late the log equals the electrode, whose net charge is nil",
    arguments: cases)
  func accuracy(_ wanted: Case) throws {
    let scratch = try Scratch()
    let session = Session(
      preset: wanted.preset, areas: [wanted.area], amplitude: wanted.amplitude,
      trains: wanted.trains, seed: wanted.seed, wakeLateness: "500 us")
    let result = try session.run(in: scratch)
    #expect(result.status == 0, "\(result.told)")
    let channel = try #require(try RunReport(result).channels.first)
    let electrode = channel.electrode
    for (logged, received) in [
      (channel.leadingCharge_nC, electrode.leadingCharge_nC),
      (channel.recoveryCharge_nC, electrode.recoveryCharge_nC),
    ] {
      // 100 µA × s is 100,000 nC.
      #expect(abs(logged - received) <= 0.01 * received + 100_000 * wanted.onTime)
      // The board's own errors are 1 % of gain and 20 µA of offset: no excuse for more.
      #expect(abs(logged - received) <= 0.02 * received, "\(logged) \(received)")
      #expect(received > 0)
    }
    let rectified = electrode.leadingCharge_nC + electrode.recoveryCharge_nC
    #expect(
      electrode.netCharge_nC < 0.001 * rectified,
      "\(electrode.netCharge_nC / rectified * 100) % is left")
  }

  /// Changes to the tetanic preset that make other kinds of pulses.
  static let kinds: [(name: String, changes: [String: String])] = [
    ("alternating", ["leadingPolarity": "alternating"]),
    ("asymmetric", ["recovery": "asymmetric", "leadingPhase": "15 ms", "interphaseGap": "1 ms"]),
    (
      "trapezoid",
      [
        "shape": "trapezoid", "leadingPhase": "25 ms", "recoveryPhase": "25 ms",
        "pulsePeriod": "100 ms",
      ]
    ),
    (
      "exponential",
      [
        "shape": "exponential", "leadingPhase": "25 ms", "recoveryPhase": "25 ms",
        "pulsePeriod": "100 ms",
      ]
    ),
    (
      "alternating triangle",
      [
        "shape": "triangular", "leadingPhase": "60 ms",
        "recoveryPhase": "60 ms", "pulsePeriod": "250 ms", "leadingPolarity": "alternating",
      ]
    ),
    (
      "capacitor",
      [
        "recovery": "capacitor", "leadingPhase": "400 us", "recoveryPhase": "0 ms",
        "interphaseGap": "100 us",
      ]
    ),
  ]

  @Test(
    "SR-13, SR-46: every kind of pulse is balanced and told, with wake-ups up to 500 µs late",
    arguments: kinds.map(\.name), [1, 2, 3, 4])
  func everyKind(_ kind: String, seed: Int) throws {
    let scratch = try Scratch()
    let preset = NmesProcess.repository.appendingPathComponent(
      "Protocols/large-muscle-tetanic.yaml")
    var text = try String(contentsOf: preset, encoding: .utf8)
      .replacingOccurrences(of: "name: \"large-muscle-tetanic\"", with: "name: \"trial\"")
    for (key, value) in try #require(Self.kinds.first { $0.name == kind }).changes {
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      #expect(lines.filter { $0.hasPrefix("  \(key): ") }.count == 1)
      text = lines.map { $0.hasPrefix("  \(key): ") ? "  \(key): \"\(value)\"" : String($0) }
        .joined(separator: "\n")
    }
    let file = try scratch.write(text, to: "trial.yaml")
    let result = try Session(
      preset: file, amplitude: "15 mA", trains: 3, seed: seed, wakeLateness: "500 us"
    ).run(in: scratch)
    #expect(result.status == 0, "\(result.told)")
    guard result.status == 0 else { return }
    let channel = try #require(try RunReport(result).channels.first)
    let electrode = channel.electrode
    #expect(
      abs(channel.leadingCharge_nC - electrode.leadingCharge_nC)
        <= 0.02 * electrode.leadingCharge_nC)
    let rectified = electrode.leadingCharge_nC + electrode.recoveryCharge_nC
    #expect(rectified > 0)
    #expect(
      electrode.netCharge_nC < 0.001 * rectified,
      "\(electrode.netCharge_nC / rectified * 100) % is left")
  }

  @Test("Each channel of a run is told with its own dose, as dose show has it")
  func ownChannel() throws {
    let scratch = try Scratch()
    // A lead of the second channel comes off, so that the two channels differ.
    let session = Session(
      areas: ["180 cm2", "180 cm2"], amplitude: "20 mA", faults: ["lead-off:ch2@3032 ms"])
    let report = try RunReport(session.run(in: scratch))
    try Self.expectSame(report, scratch)
    #expect(report.channels[0].leadingCharge_nC != report.channels[1].leadingCharge_nC)
    for channel in report.channels {
      let electrode = channel.electrode.leadingCharge_nC
      #expect(abs(channel.leadingCharge_nC - electrode) < 0.002 * electrode)
    }
  }

  @Test(
    "dose show last tells what the run told, for every preset", arguments: PresetRunTests.presets)
  func asShown(preset: String) throws {
    let scratch = try Scratch()
    let result = try Session(preset: preset).run(in: scratch)
    try Self.expectSame(try RunReport(result), scratch)
  }

  private static func expectSame(_ report: RunReport, _ scratch: Scratch) throws {
    let shown = try nmes("dose", "show", "last", "--json", "--log", scratch.path("dose.sqlite"))
    let value = try JSONSerialization.jsonObject(with: Data(shown.output.utf8))
    let detail = try #require(value as? [String: Any])
    let summary = try #require(detail["summary"] as? [String: Any])
    #expect(summary["outcome"] as? String == report.outcome)
    #expect(summary["session"] as? Int == report.session)
    let channels = try #require(summary["channels"] as? [[String: Any]])
    #expect(channels.count == report.channels.count)
    for (logged, told) in zip(channels, report.channels) {
      let figures: [(String, Double)] = [
        ("channel", Double(told.channel)), ("trains", Double(told.trains)),
        ("pulses", Double(told.pulses)), ("pulsesWithheld", Double(told.pulsesWithheld)),
        ("leadingCharge_nC", told.leadingCharge_nC),
        ("recoveryCharge_nC", told.recoveryCharge_nC),
        ("peakCurrent_uA", Double(told.peakCurrent_uA)),
        ("rmsOnTimeCurrent_uA", Double(told.rmsOnTimeCurrent_uA)),
        ("energy_uJ", told.energy_uJ),
      ]
      for (key, figure) in figures {
        let kept = try #require(logged[key] as? Double, "\(key)")
        #expect(abs(kept - figure) <= 1e-9 * abs(figure), "channel \(told.channel) \(key)")
      }
      let net = try #require(logged["netCharge_nC"] as? Double)
      #expect(abs(abs(net) - told.netCharge_nC) < 1e-6)
    }
  }

  @Test("The same seed gives the same signals and dose rows; another seed gives others")
  func determinism() throws {
    var records: [Data] = []
    var rows: [[String]] = []
    for seed in [5, 5, 6] {
      let scratch = try Scratch()
      let session = Session(
        amplitude: "20 mA", trains: 1, seed: seed, wakeLateness: "300 us", isRecorded: true)
      #expect(try session.run(in: scratch).status == 0)
      let signals = URL(fileURLWithPath: scratch.path("signals.vcd"))
      records.append(try Data(contentsOf: signals))
      rows.append(try Self.doseRows(scratch.path("dose.sqlite")))
    }
    #expect(records[0] == records[1])
    #expect(rows[0] == rows[1])
    #expect(!rows[0].isEmpty)
    #expect(records[0] != records[2])
    #expect(rows[0] != rows[2])
  }

  /// Every dose row but its id; the table itself holds no wall time.
  private static func doseRows(_ path: String) throws -> [String] {
    var configuration = Configuration()
    configuration.readonly = true
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    return try queue.read { db in
      try Row.fetchAll(db, sql: "SELECT * FROM doses ORDER BY id").map { row in
        row.filter { $0.0 != "id" }.map { "\($0.0)=\($0.1)" }.joined(separator: " ")
      }
    }
  }

  @Test("SR-41: the intent is in the log before the first pulse, and events name their actor")
  func intent() throws {
    let scratch = try Scratch()
    #expect(try Session(trains: 1).run(in: scratch).status == 0)
    let reader = try DoseLogReader(path: scratch.path("dose.sqlite"))
    let last = try #require(try reader.lastSession())
    let detail = try reader.detail(last)
    #expect(detail.summary.plannedTrains == 1)
    #expect(detail.summary.isSimulated)
    let commands = detail.events.filter { $0.kind == "command" }.map(\.subject)
    #expect(commands == ["self-check", "arm", "start", "target"])
    #expect(detail.events.allSatisfy { !$0.actor.isEmpty })
    #expect(detail.events.contains { $0.kind == "checklist" && $0.isSimulated })
    #expect(detail.skinChecks.map(\.moment) == [.before, .after])
  }
}

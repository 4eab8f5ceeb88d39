// Decides: how a test reads the JSON object of a run: every named key, by its type.
// Leaves to others: which values are right.

import Foundation

/// The object of `run --json`, decoded by code of its own.
struct RunReport: Decodable {
  struct Fault: Decodable, Equatable {
    let interlock: String
    let requirement: String
    let channel: Int?
    let seconds: Double
  }

  struct Electrode: Decodable {
    let leadingCharge_nC: Double
    let recoveryCharge_nC: Double
    let netCharge_nC: Double
  }

  struct Channel: Decodable {
    let channel: Int
    let trains: Int
    let pulses: Int
    let pulsesWithheld: Int
    let leadingCharge_nC: Double
    let recoveryCharge_nC: Double
    let netCharge_nC: Double
    let peakCurrent_uA: Int
    let rmsOnTimeCurrent_uA: Int
    let energy_uJ: Double
    let electrode: Electrode
  }

  let session: Int
  let outcome: String
  let faults: [Fault]
  let simulatedSeconds: Double
  let wallSeconds: Double
  let channels: [Channel]

  init(_ result: NmesResult) throws {
    self = try JSONDecoder().decode(RunReport.self, from: Data(result.output.utf8))
  }
}

/// One session to run, by default two trains of the tetanic preset in virtual time.
struct Session {
  var preset = "large-muscle-tetanic"
  var prescription: String?
  var patient = "P001"
  var muscle = "quadriceps"
  var areas = ["180 cm2"]
  var amplitude: String?
  var trains: Int? = 2
  var seed: Int?
  var isVirtual = true
  var faults: [String] = []
  var wakeLateness: String?
  var isRecorded = false

  /// The arguments, with the log and the record in `scratch`.
  func arguments(in scratch: Scratch) -> [String] {
    var words = ["run", "--json", "--log", scratch.path("dose.sqlite")]
    if let prescription {
      words += ["--prescription", prescription]
    } else {
      words += [preset, "--patient", patient, "--muscle", muscle]
      for area in areas { words += ["--electrode-area", area] }
    }
    if let amplitude { words += ["--amplitude", amplitude] }
    if let trains { words += ["--trains", "\(trains)"] }
    if let seed { words += ["--seed", "\(seed)"] }
    if isVirtual { words.append("--virtual-time") }
    for fault in faults { words += ["--fault", fault] }
    if let wakeLateness { words += ["--wake-lateness", wakeLateness] }
    if isRecorded { words += ["--record", scratch.path("signals.vcd")] }
    return words
  }

  /// Runs it to its end.
  func run(in scratch: Scratch) throws -> NmesResult { try nmes(arguments(in: scratch)) }
}

// Decides: what the tests of this target share: paths, a board, a day.
// Leaves to others: everything that is tested.

import BoardSupport
import FileTrials
import Foundation
import ProtocolLibrary
import StimulationCore

/// What the tests share.
enum Fixture {
  /// The repository.
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// A schema of `Protocols/`.
  static func schema(_ name: String) throws -> SchemaCheck {
    try SchemaCheck(root.appendingPathComponent("Protocols/\(name).schema.json"))
  }

  /// The presets of the repository.
  static let presets = PresetDirectory(path: root.appendingPathComponent("Protocols").path)

  /// A day within the example prescriptions.
  static let today = date("2026-06-01")

  static func date(_ text: String) -> CalendarDate {
    guard let date = CalendarDate(text) else { preconditionFailure("\(text) is a date") }
    return date
  }

  /// An electrode that suits a stage's muscle.
  static func area(of stage: Stage) -> SquareMillimetres {
    switch stage {
    case .s2, .s3, .s4: .squareCentimetres(180)
    default: .squareCentimetres(25)
    }
  }

  /// A board like the simulated one.
  static func board() -> BoardCapabilities {
    var ranges = InlineArray<4, OutputRange>(
      repeating: OutputRange(maximum: .milliamperes(250), step: Microamperes(250)))
    ranges[0] = OutputRange(maximum: .milliamperes(10), step: Microamperes(10))
    ranges[1] = OutputRange(maximum: .milliamperes(25), step: Microamperes(25))
    ranges[2] = OutputRange(maximum: .milliamperes(80), step: Microamperes(100))
    return BoardCapabilities(
      channelCount: 8, ranges: ranges, compliance: Millivolts(80_000),
      deadTime: .microseconds(100), settling: .microseconds(160),
      longestPhase: .milliseconds(500), phaseCharge: Femtocoulombs(18_750_000_000_000),
      shortestGate: .microseconds(50), longestGate: .microseconds(4_999),
      holdsAndCountsPulses: true, mirrorsRecovery: true, recoversByCapacitor: true,
      channelsAreIsolated: true, relayRelease: .milliseconds(5), converterStep: Microamperes(10))
  }

  /// The text of a file of the repository.
  static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  /// A preset's text with one piece replaced; the piece must be there.
  static func preset(
    _ name: String = "large-muscle-tetanic", replacing old: String, with new: String
  ) throws -> String {
    let text = try text("Protocols/\(name).yaml")
    guard text.contains(old) else { throw MissingPiece(piece: old) }
    return text.replacingOccurrences(of: old, with: new)
  }

  /// A prescription's text with one piece replaced; the piece must be there.
  static func prescription(
    _ name: String = "large-muscle-tetanic", replacing old: String, with new: String
  ) throws -> String {
    try preset("Prescriptions/\(name)", replacing: old, with: new)
  }

  struct MissingPiece: Error { let piece: String }
}

extension Fixture {
  /// The names of the example prescriptions.
  static var prescriptionNames: [String] {
    let folder = root.appendingPathComponent("Protocols/Prescriptions").path
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.sorted().map { String($0.dropLast(5)) }
  }

  /// An example prescription.
  static func examplePrescription(_ name: String) throws -> Prescription {
    try ProtocolLibrary.loadPrescription(
      file: root.appendingPathComponent("Protocols/Prescriptions/\(name).yaml").path)
  }
}

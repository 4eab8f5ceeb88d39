// Decides: `nmes prescription new`: every field as an option, and what an absent one means.
// Leaves to others: whether the fields are right (ProtocolLibrary).

public import ArgumentParser
import CheckedFiles
import Foundation
public import ProtocolLibrary
import StimulationCore

/// The envelopes by their names. The core counts them, and help would show the counts.
enum EnvelopeOption: String, CaseIterable, ExpressibleByArgument {
  case standard
  case extended

  var envelope: Envelope {
    switch self {
    case .standard: .standard
    case .extended: .extended
    }
  }
}

extension BodySide: ExpressibleByArgument {}
extension FindingKind: ExpressibleByArgument {}

struct NewPrescription: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new", abstract: "Write a prescription for a preset.",
    discussion: """
      Repeat --electrode-area and --ceiling for each channel, in order; one --ceiling holds for
      all. --second-electrode-area states the other electrode of each channel where it differs.
      """)
  @Argument(help: "The preset.", completion: Completions.presets) var preset: String
  @Option(help: "The patient's code, never a name.") var patient: String
  @Option(help: "The muscle.") var muscle: String
  @Option(help: "The side.") var side: BodySide = .unstated
  @Option(help: "A channel's electrode area, as \"180 cm2\".", transform: QuantityOption.area)
  var electrodeArea: [SquareMillimetres]
  @Option(
    help: "The area of a channel's second electrode; as the first when not stated.",
    transform: QuantityOption.area)
  var secondElectrodeArea: [SquareMillimetres] = []
  @Option(help: "A channel's ceiling, as \"40 mA\".", transform: QuantityOption.current)
  var ceiling: [Microamperes]
  @Option(help: "The envelope.") var envelope = EnvelopeOption.standard
  @Option(help: "Sessions a day; the protocol's when not stated.") var sessionsPerDay: Int32?
  @Option(help: "The recorded finding; the one that the stage needs when not stated.")
  var finding: FindingKind?
  @Option(help: "The day of the finding; today when not stated.", transform: QuantityOption.date)
  var recorded: CalendarDate?
  @Option(help: "The accommodation quotient, as \"1.4\".", transform: QuantityOption.ratio)
  var alpha: PartsPerMillion?
  @Option(help: "Where the strength-duration curve is kept, or what it shows.")
  var curve: String?
  @Option(help: "Who entered the finding.") var enteredBy: String?
  @Option(help: "The first valid day; today when not stated.", transform: QuantityOption.date)
  var validFrom: CalendarDate?
  @Option(
    help: "The last valid day; 12 weeks after the first when not stated [C1].",
    transform: QuantityOption.date)
  var validUntil: CalendarDate?
  @Option(help: "The clinician; your user name when not stated.") var clinician: String?
  @Option(help: "The file to write.", completion: .file(extensions: ["yaml"]))
  var output: String
  @Flag(help: "Replace the file when it exists already.") var force = false

  func run() throws {
    let therapy = try Presets.therapy(preset)
    let fields = try fields(therapy)
    let text: String
    let written: Prescription
    do throws(FileRefusal) {
      text = try ProtocolLibrary.writePrescription(fields, file: output)
      written = try ProtocolLibrary.parsePrescription(text: text, file: output)
    } catch {
      throw Failure(error)
    }
    do throws(SessionRefusal) { try written.check(against: therapy) } catch {
      throw Failure(error)
    }
    try FileOutput.write(text, to: output, replaces: force)
    Output.line("\(output): prescription of \(therapy.name) \(therapy.version) for \(patient)")
  }

  private func fields(_ therapy: TherapyProtocol) throws -> PrescriptionFields {
    let today = Today.date
    let from = validFrom ?? today
    return PrescriptionFields(
      patient: patient, muscle: muscle, side: side, stage: therapy.stage,
      finding: RecordedFinding(
        kind: finding ?? therapy.entry.kind, recorded: recorded ?? today, alpha: alpha,
        curve: curve, enteredBy: enteredBy),
      protocolName: therapy.name, protocolVersion: therapy.version, envelope: envelope.envelope,
      sessionsPerDay: sessionsPerDay ?? therapy.sessionsPerDay, validFrom: from,
      validUntil: validUntil ?? Today.date(from, plusDays: 84),
      clinician: clinician ?? NSUserName(), channels: try channels())
  }

  private func channels() throws -> [PrescribedChannel] {
    guard ceiling.count == 1 || ceiling.count == electrodeArea.count else {
      throw Failure(
        .badInput,
        "\(ceiling.count) ceilings for \(electrodeArea.count) channels; state one, or one each")
    }
    let second = secondElectrodeArea.isEmpty ? electrodeArea : secondElectrodeArea
    guard second.count == electrodeArea.count else {
      throw Failure(
        .badInput,
        "\(second.count) second electrodes for \(electrodeArea.count) channels; state one each")
    }
    return electrodeArea.indices.map { index in
      PrescribedChannel(
        firstElectrodeArea: electrodeArea[index], secondElectrodeArea: second[index],
        ceiling: ceiling.count == 1 ? ceiling[0] : ceiling[index])
    }
  }
}

/// Days of the calendar by the machine's clock.
enum Today {
  private static let calendar = Calendar(identifier: .gregorian)

  static var date: CalendarDate { day(of: Date()) }

  static func date(_ start: CalendarDate, plusDays days: Int) -> CalendarDate {
    let parts = DateComponents(year: start.year, month: start.month, day: start.day)
    guard let from = calendar.date(from: parts),
      let to = calendar.date(byAdding: .day, value: days, to: from)
    else { return start }
    return day(of: to)
  }

  private static func day(of date: Date) -> CalendarDate {
    let parts = calendar.dateComponents([.year, .month, .day], from: date)
    guard let year = parts.year, let month = parts.month, let day = parts.day,
      let today = CalendarDate(year: year, month: month, day: day)
    else { preconditionFailure("the gregorian calendar has a year, a month and a day") }
    return today
  }
}

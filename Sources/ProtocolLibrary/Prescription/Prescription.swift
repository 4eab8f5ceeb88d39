// Decides: what a checked prescription holds.
// Leaves to others: reading (PrescriptionReader), writing (PrescriptionWriter), and joining it
// with its protocol (SessionRequest).

public import CheckedFiles
public import StimulationCore

/// The side of the body.
public enum BodySide: String, CaseIterable, Sendable, Codable, CustomStringConvertible {
  /// The patient's left.
  case left
  /// The patient's right.
  case right
  /// Both sides, or a muscle of the midline.
  case both
  /// Not stated: earlier sessions of either side count.
  case unstated

  /// The side's name in files.
  public var description: String { rawValue }
}

/// The electrodes and ceiling of one channel.
public struct PrescribedChannel: Sendable, Equatable {
  /// The area of the channel's first electrode.
  public var firstElectrodeArea: SquareMillimetres
  /// The area of the channel's second electrode.
  public var secondElectrodeArea: SquareMillimetres
  /// The most that the operator can set.
  public var ceiling: Microamperes

  /// A channel as prescribed.
  public init(
    firstElectrodeArea: SquareMillimetres, secondElectrodeArea: SquareMillimetres,
    ceiling: Microamperes
  ) {
    self.firstElectrodeArea = firstElectrodeArea
    self.secondElectrodeArea = secondElectrodeArea
    self.ceiling = ceiling
  }

  /// The smaller electrode, which counts.
  public var electrodeArea: SquareMillimetres { min(firstElectrodeArea, secondElectrodeArea) }
}

/// The recorded finding on which a stage rests.
public struct RecordedFinding: Sendable, Equatable {
  /// What was found.
  public var kind: FindingKind
  /// When it was recorded.
  public var recorded: CalendarDate
  /// The accommodation quotient, if measured.
  public var alpha: PartsPerMillion?
  /// Where the strength-duration curve is kept or what it shows, if recorded.
  public var curve: String?
  /// The clinician who entered the finding.
  public var enteredBy: String?

  /// A finding as recorded.
  public init(
    kind: FindingKind, recorded: CalendarDate, alpha: PartsPerMillion? = nil,
    curve: String? = nil, enteredBy: String? = nil
  ) {
    self.kind = kind
    self.recorded = recorded
    self.alpha = alpha
    self.curve = curve
    self.enteredBy = enteredBy
  }
}

/// The fields of a prescription.
public struct PrescriptionFields: Sendable, Equatable {
  /// The patient's code, never a name.
  public var patient: String
  /// The muscle.
  public var muscle: String
  /// The side.
  public var side: BodySide
  /// The stage.
  public var stage: Stage
  /// The finding that the stage rests on.
  public var finding: RecordedFinding
  /// The protocol's name.
  public var protocolName: String
  /// The protocol's version.
  public var protocolVersion: String
  /// The envelope that the prescription opens.
  public var envelope: Envelope
  /// Sessions a day.
  public var sessionsPerDay: Int32
  /// The first day on which it holds.
  public var validFrom: CalendarDate
  /// The last day on which it holds.
  public var validUntil: CalendarDate
  /// Who prescribes.
  public var clinician: String
  /// The channels, the first one first.
  public var channels: [PrescribedChannel]

  /// A prescription's fields. ``ProtocolLibrary/writePrescription(_:)`` checks them.
  public init(
    patient: String, muscle: String, side: BodySide, stage: Stage, finding: RecordedFinding,
    protocolName: String, protocolVersion: String, envelope: Envelope, sessionsPerDay: Int32,
    validFrom: CalendarDate, validUntil: CalendarDate, clinician: String,
    channels: [PrescribedChannel]
  ) {
    self.patient = patient
    self.muscle = muscle
    self.side = side
    self.stage = stage
    self.finding = finding
    self.protocolName = protocolName
    self.protocolVersion = protocolVersion
    self.envelope = envelope
    self.sessionsPerDay = sessionsPerDay
    self.validFrom = validFrom
    self.validUntil = validUntil
    self.clinician = clinician
    self.channels = channels
  }
}

/// A prescription that was read and checked.
public struct Prescription: Sendable {
  /// Its fields.
  public let fields: PrescriptionFields
  /// The file, as the caller named it.
  public let file: String
  /// All of the file's text, byte by byte, for whoever must tell later which one it was.
  public let text: String
  let locations: [String: SourceLocation]
  let channelLocations: [[String: SourceLocation]]

  /// Where a key stands, for example `sessionsPerDay`.
  public func location(of key: String) -> SourceLocation {
    locations[key] ?? SourceLocation(file: file, line: 1, column: 1)
  }

  /// Where a channel's key stands, for example `ceiling`; channels count from 0.
  public func location(ofChannel index: Int, key: String) -> SourceLocation {
    guard channelLocations.indices.contains(index) else { return location(of: "channels") }
    return channelLocations[index][key] ?? location(of: "channels")
  }
}

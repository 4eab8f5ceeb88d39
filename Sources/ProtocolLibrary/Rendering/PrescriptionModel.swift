// Decides: what the commands say of a prescription in JSON.
// Leaves to others: encoding and printing (the commands).

import StimulationCore

/// All that is to be said of a prescription.
public struct PrescriptionModel: Sendable, Equatable, Codable {
  /// The patient's code.
  public let patient: String
  /// The muscle.
  public let muscle: String
  /// The side.
  public let side: String
  /// The stage, `S0` to `S7`.
  public let stage: String
  /// The finding's name in files.
  public let finding: String
  /// When the finding was recorded.
  public let recorded: String
  /// The accommodation quotient, if measured.
  public let alpha: String?
  /// The curve, if recorded.
  public let curve: String?
  /// Who entered the finding, if stated.
  public let enteredBy: String?
  /// The protocol's name.
  public let `protocol`: String
  /// The protocol's version.
  public let protocolVersion: String
  /// The envelope.
  public let envelope: String
  /// Sessions a day.
  public let sessionsPerDay: Int32
  /// The first day on which it holds.
  public let validFrom: String
  /// The last day on which it holds.
  public let validUntil: String
  /// Who prescribes.
  public let clinician: String
  /// The channels, the first one first.
  public let channels: [Channel]

  /// One channel.
  public struct Channel: Sendable, Equatable, Codable {
    /// The channel, counted from 1.
    public let channel: Int
    /// The area of the first electrode, in mm².
    public let firstElectrodeArea_mm2: Int32
    /// The area of the second electrode, in mm².
    public let secondElectrodeArea_mm2: Int32
    /// The ceiling, in µA.
    public let ceiling_uA: Int32
  }

  /// All of a prescription.
  public init(_ prescription: Prescription) {
    let fields = prescription.fields
    patient = fields.patient
    muscle = fields.muscle
    side = fields.side.rawValue
    stage = fields.stage.rawValue
    finding = fields.finding.kind.rawValue
    recorded = "\(fields.finding.recorded)"
    alpha = fields.finding.alpha.map(decimalText)
    curve = fields.finding.curve
    enteredBy = fields.finding.enteredBy
    `protocol` = fields.protocolName
    protocolVersion = fields.protocolVersion
    envelope = "\(fields.envelope)"
    sessionsPerDay = fields.sessionsPerDay
    validFrom = "\(fields.validFrom)"
    validUntil = "\(fields.validUntil)"
    clinician = fields.clinician
    channels = fields.channels.enumerated().map { index, channel in
      Channel(
        channel: index + 1, firstElectrodeArea_mm2: channel.firstElectrodeArea.rawValue,
        secondElectrodeArea_mm2: channel.secondElectrodeArea.rawValue,
        ceiling_uA: channel.ceiling.rawValue)
    }
  }
}

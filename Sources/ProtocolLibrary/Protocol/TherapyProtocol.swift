// Decides: what a checked protocol holds.
// Leaves to others: reading it (ProtocolReader) and joining it with a patient (SessionRequest).

public import CheckedFiles
public import StimulationCore

/// How the channels of a session relate.
public enum ChannelArrangement: String, CaseIterable, Sendable, Codable, CustomStringConvertible {
  /// All channels at once.
  case simultaneous
  /// Each channel begins by the offset later than the one before.
  case alternating

  /// The arrangement's name in files.
  public var description: String { rawValue }
}

/// The finding that a protocol's stage needs.
public struct EntryFinding: Sendable, Equatable {
  /// What must have been recorded.
  public let kind: FindingKind
  /// The least accommodation quotient, if the protocol states one.
  public let alphaAtLeast: PartsPerMillion?
  /// The largest accommodation quotient, if the protocol states one.
  public let alphaAtMost: PartsPerMillion?
}

/// A protocol: what is asked of the muscle. Every value was checked once.
public struct TherapyProtocol: Sendable {
  /// The name by which it is found.
  public let name: String
  /// The stage that it is for.
  public let stage: Stage
  /// One line for people.
  public let title: String
  /// The version, which a prescription names too.
  public let version: String
  /// What it does and for whom.
  public let summary: String
  /// The pulse.
  public let pulse: PulsePlan
  /// The trains.
  public let train: TrainPlan
  /// How channels relate.
  public let arrangement: ChannelArrangement
  /// How much later each channel begins than the one before.
  public let channelOffset: Nanoseconds
  /// The polarity of each channel from the first, or nothing: then all are positive.
  public let polarities: [Polarity]
  /// Where the session's first target lies when nobody names another.
  public let startingAmplitude: Microamperes
  /// Sessions a day of one muscle.
  public let sessionsPerDay: Int32
  /// The finding that the stage needs.
  public let entry: EntryFinding
  /// Every value with its source, in the order of the file.
  public let values: [SourcedValue]
  let standardCeiling: Microamperes
  let extendedCeiling: Microamperes?
  let file: String
  let locations: [String: SourceLocation]

  /// The most that the protocol allows in an envelope; `nil` where it is not for it.
  public func ceiling(for envelope: Envelope) -> Microamperes? {
    envelope == .standard ? standardCeiling : extendedCeiling
  }

  /// Where a key stands, for example `amplitude.ceiling`.
  public func location(of key: String) -> SourceLocation {
    locations[key] ?? SourceLocation(file: file, line: 1, column: 1)
  }
}

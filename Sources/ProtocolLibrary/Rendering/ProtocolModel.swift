// Decides: what the listings say of a protocol in JSON.
// Leaves to others: encoding and printing (the commands).

public import CheckedFiles
import StimulationCore

/// One line of the list of protocols.
public struct ProtocolListing: Sendable, Equatable, Codable {
  /// The name.
  public let name: String
  /// The stage, `S0` to `S7`.
  public let stage: String
  /// The title.
  public let title: String
  /// The version.
  public let version: String

  /// The listing of a protocol.
  public init(_ therapy: TherapyProtocol) {
    name = therapy.name
    stage = therapy.stage.rawValue
    title = therapy.title
    version = therapy.version
  }
}

/// All that is to be said of a protocol.
public struct ProtocolModel: Sendable, Equatable, Codable {
  /// The name.
  public let name: String
  /// The stage, `S0` to `S7`.
  public let stage: String
  /// The title.
  public let title: String
  /// The version.
  public let version: String
  /// What it does and for whom.
  public let summary: String
  /// The finding that the stage needs, in words.
  public let finding: String
  /// Every value with its source, in the order of the file.
  public let values: [SourcedValue]
  /// The interphase gap in words, as the board delivers it where one is named (SR-31).
  public let interphaseGap: String
  /// The gap that the named board delivers, in ns; nothing where none is named.
  public let deliveredGap_ns: Int64?
  /// The board that is named, if one is.
  public let board: String?
  /// The figures at each ceiling, the standard envelope first.
  public let figures: [EnvelopeFigures]

  /// All of a protocol, delivered by a board where one is named.
  public init(_ therapy: TherapyProtocol, on board: ShownBoard? = nil) {
    name = therapy.name
    stage = therapy.stage.rawValue
    title = therapy.title
    version = therapy.version
    summary = therapy.summary
    finding = therapy.entry.kind.meaning
    values = therapy.values
    interphaseGap = ShownBoard.gapText(therapy.pulse, on: board)
    deliveredGap_ns = board.map {
      DeliveredGap(of: therapy.pulse, on: $0.capabilities).delivered.rawValue
    }
    self.board = board?.name
    figures = Envelope.allCases.compactMap { EnvelopeFigures(therapy, $0) }
  }
}

/// The limited figures of a protocol at its ceiling in one envelope, beside the limits.
public struct EnvelopeFigures: Sendable, Equatable, Codable {
  /// The envelope.
  public let envelope: String
  /// The ceiling.
  public let ceiling: String
  /// The figures.
  public let figures: [Figure]

  /// One figure beside its compiled limit.
  public struct Figure: Sendable, Equatable, Codable {
    /// What is limited.
    public let kind: String
    /// The figure at the ceiling.
    public let figure: String
    /// The limit.
    public let limit: String
  }

  /// The figures that follow from the protocol alone; `nil` when it has no such envelope.
  init?(_ therapy: TherapyProtocol, _ envelope: Envelope) {
    guard let ceiling = therapy.ceiling(for: envelope) else { return nil }
    let computed = PlanFigures(
      pulse: therapy.pulse, train: therapy.train, amplitude: ceiling, electrodeArea: .zero,
      envelope: envelope)
    let kinds: [LimitKind] = [
      .phaseWidth, .pulseRate, .phaseCharge, .pulseEnergy, .rms, .sessionCharge, .sessionOnTime,
      .trainsPerDay,
    ]
    self.envelope = "\(envelope)"
    self.ceiling = "\(ceiling)"
    figures = kinds.map { kind in
      Figure(
        kind: "\(kind)", figure: EnvelopeFigures.rounded(kind, computed[kind]),
        limit: kind.text(of: envelope.limit(of: kind)))
    }
  }

  /// A figure to four digits, rounded up as the limits see it.
  private static func rounded(_ kind: LimitKind, _ value: Int64) -> String {
    var unit: Int64 = 1
    while value / unit >= 10_000 { unit *= 10 }
    let (whole, rest) = value.quotientAndRemainder(dividingBy: unit)
    return kind.text(of: (whole + (rest > 0 ? 1 : 0)) * unit)
  }
}

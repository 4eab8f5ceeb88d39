// Decides: how a bench's pulses become a plan within the standard envelope, nobody connected.
// Leaves to others: every limit (SessionRequest, StimulationPlan), and driving the board.

public import StimulationCore

/// A session into dummy loads: a self-test or a calibration. No clinical protocol is behind it,
/// and every check of one is made all the same.
public struct BenchRequest: Sendable {
  /// What the log names as the patient: nobody.
  public static let patient = "BENCH"
  /// A resistor has no area. With this one the probe finds a load above 3 kΩ open, and no limit
  /// by area is nearer than those by current and energy.
  static let area = SquareMillimetres.squareCentimetres(200)

  /// The name in the log, such as `bench-calibration`.
  public var name: String
  /// What is in the place of a muscle, such as `load`.
  public var load: String
  /// The pulse.
  public var pulse: PulsePlan
  /// The trains.
  public var train: TrainPlan
  /// The most that is ever output; it chooses the output range.
  public var ceiling: Microamperes
  /// How many channels take part, from the first.
  public var channelCount: Int

  /// A request.
  public init(
    name: String, load: String, pulse: PulsePlan, train: TrainPlan, ceiling: Microamperes,
    channelCount: Int
  ) {
    self.name = name
    self.load = load
    self.pulse = pulse
    self.train = train
    self.ceiling = ceiling
    self.channelCount = channelCount
  }

  /// Makes the plan, or says why not.
  ///
  /// - Parameter layer: the limits that the board definition sets.
  public func makeSession(
    on board: BoardCapabilities, layer: LimitLayer, today: CalendarDate
  ) throws(SessionRefusal) -> PlannedSession {
    let request = SessionRequest(
      therapy: therapy, patient: BenchRequest.patient, muscle: load,
      electrodeAreas: Array(repeating: BenchRequest.area, count: channelCount), today: today)
    return try request.makeSession(on: board, layer: layer)
  }

  private var therapy: TherapyProtocol {
    TherapyProtocol(
      name: name, stage: .s0, title: "Into a dummy load", version: "1.0.0",
      summary: "Nobody is connected.", pulse: pulse, train: train, arrangement: .simultaneous,
      channelOffset: .zero, polarities: [], startingAmplitude: .zero,
      sessionsPerDay: 3,
      entry: EntryFinding(kind: .noAssessment, alphaAtLeast: nil, alphaAtMost: nil),
      values: [], standardCeiling: ceiling, extendedCeiling: nil, file: name, locations: [:])
  }
}

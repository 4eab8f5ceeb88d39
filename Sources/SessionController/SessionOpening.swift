// Decides: what must hold in the log, and what is written there, before a session.
// Leaves to others: limits (StimulationController), the log's rows (DoseLog), who answers.

public import DoseLog
public import ProtocolLibrary
import StimulationCore

extension PlannedSession {
  /// Whose muscle it is, as the log knows it.
  public var muscleKey: MuscleKey {
    let stated = side == .unstated ? nil : side
    return MuscleKey(patient: patient, muscle: muscle, side: stated?.rawValue)
  }
}

/// The board that a session runs on, as the log names it.
public struct SessionPlace: Sendable, Equatable {
  /// The board's name.
  public let board: String
  /// Whether nobody is connected to it: a simulation, or a bench.
  public let isSimulated: Bool
  /// The seed of a simulated board.
  public let seed: UInt64?

  /// A place.
  public init(board: String, isSimulated: Bool, seed: UInt64? = nil) {
    self.board = board
    self.isSimulated = isSimulated
    self.seed = seed
  }
}

/// What is asked of the log, and written to it, before a session.
struct SessionOpening {
  let planned: PlannedSession
  let place: SessionPlace
  let actor: String
  let writer: DoseLogWriter
  let clock: any SessionClock

  /// Closes what a crash left open. After a session without a patient nobody can look at the
  /// skin, so that the check is written as a simulation's. One with a patient awaits a person's,
  /// whatever board runs now.
  static func closeLeftovers(
    _ writer: DoseLogWriter, actor: String, at now: ClockReading
  ) throws(DoseLogError) -> [RecoveredSession] {
    let recovered = try writer.closeOpenSessions(at: now)
    for crashed in recovered where crashed.isSimulated {
      try writer.log(
        simulatedSkinCheck(.after), muscle: crashed.muscle,
        session: crashed.session, at: now)
    }
    return recovered
  }

  /// Throws unless what the log says of this muscle is as it was written (SR-44).
  func checkLog(at now: Nanoseconds) throws(DoseLogError) {
    try writer.reader.checkDecisions(of: planned.muscleKey, at: clock.reading(at: now))
  }

  /// Why the skin of this muscle stands against a session; `nil` when it does not.
  func skinRefusal() throws(DoseLogError) -> String? {
    try writer.reader.skinState(of: planned.muscleKey).refusal
  }

  /// What the log says of this muscle and this board.
  func history(at now: Nanoseconds) throws(DoseLogError) -> DoseHistory {
    try writer.reader.history(of: planned.muscleKey, on: place.board, at: clock.reading(at: now))
  }

  /// Writes the intent; durable when it returns (SR-41).
  func begin(at now: Nanoseconds) throws(DoseLogError) -> SessionID {
    try writer.beginSession(intent, at: clock.reading(at: now))
  }

  /// Logs the questions of SR-50 and SR-51 as a simulation answers them.
  func answerAsSimulation(
    _ session: SessionID, at now: Nanoseconds
  ) throws(DoseLogError) {
    for question in Contraindication.allCases {
      try writer.log(
        LogAction(
          kind: .checklist, subject: question.rawValue, outcome: "no", actor: actor,
          at: now, isSimulated: true, text: question.question),
        session: session, at: clock.reading(at: now))
    }
    try writer.log(
      Self.simulatedSkinCheck(.before), muscle: planned.muscleKey,
      session: session, at: clock.reading(at: now))
  }

  /// A check that nobody made: no person stands for it.
  static func simulatedSkinCheck(_ moment: SkinCheckMoment) -> SkinCheck {
    SkinCheck(
      moment: moment, finding: .ok, actor: "a board without a patient", isSimulated: true,
      text: "there is no skin to look at")
  }

  private var intent: SessionIntent {
    let plan = planned.plan
    var channels: [ChannelIntent] = []
    for index in 0..<plan.channelCount {
      let channel = plan[channel: index]
      channels.append(
        ChannelIntent(
          channel: Int8(index), electrodeArea: channel.electrodeArea, ceiling: channel.ceiling,
          ceilingSource: channel.ceilingSource,
          boundAfter: UndurableBound.charge(of: plan, channel: index, above: .zero)))
    }
    return SessionIntent(
      muscle: planned.muscleKey, stage: planned.therapy.stage.rawValue,
      protocolName: planned.therapy.name, protocolVersion: planned.therapy.version,
      planDigest: PlanDigest(plan), envelope: planned.envelope,
      prescription: planned.prescription.map {
        PrescriptionReference(file: $0.file, text: $0.text, clinician: $0.fields.clinician)
      },
      gap: planned.gap, board: place.board, isSimulated: place.isSimulated, seed: place.seed,
      actor: actor,
      plannedTrains: plan.train.trains, trainOnTime: plan.train.onTime, channels: channels)
  }
}

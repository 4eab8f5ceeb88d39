// Decides: what must hold in the log, and what is written there, before a simulated session.
// Leaves to others: limits (StimulationController), the log's rows (DoseLog).

import DoseLog
import ProtocolLibrary
import StimulationCore

extension PlannedSession {
  /// Whose muscle it is, as the log knows it.
  var muscleKey: MuscleKey {
    let stated = side == .unstated ? nil : side
    return MuscleKey(patient: patient, muscle: muscle, side: stated?.rawValue)
  }
}

/// A session whose intent is durable.
struct SimulatedOpening {
  let clock: SimulatedWallClock
  let history: DoseHistory
  let session: SessionID

  /// Closes what a crash left open, asks what earlier sessions allow, and writes the intent.
  init(
    _ planned: PlannedSession, _ options: RunOptions, _ writer: DoseLogWriter
  ) throws(RunFailure) {
    do throws(DoseLogError) {
      clock = SimulatedWallClock(
        machine: ClockReading.ofMachine(isSynchronised: true).wall,
        newestRecord: try writer.reader.newestRecord())
      let now = clock.reading(at: .zero)
      for crashed in try writer.closeOpenSessions(at: now) {
        try writer.log(
          SimulatedOpening.skinCheck(.after, options), muscle: crashed.muscle,
          session: crashed.session, at: now)
      }
    } catch {
      throw .log(error)
    }
    if let stands = try SimulatedOpening.skinRefusal(planned, writer) { throw .skin(stands) }
    do throws(DoseLogError) {
      let now = clock.reading(at: .zero)
      history = try writer.reader.history(
        of: planned.muscleKey, on: SimulatedRun.boardName, at: now)
      session = try writer.beginSession(SimulatedOpening.intent(planned, options), at: now)
      try SimulatedOpening.answer(planned, options, writer, session, at: now)
    } catch {
      throw .log(error)
    }
  }

  private static func skinRefusal(
    _ planned: PlannedSession, _ writer: DoseLogWriter
  ) throws(RunFailure) -> String? {
    do throws(DoseLogError) {
      return try writer.reader.skinState(of: planned.muscleKey).refusal
    } catch { throw .log(error) }
  }

  static func skinCheck(_ moment: SkinCheckMoment, _ options: RunOptions) -> SkinCheck {
    SkinCheck(
      moment: moment, finding: .ok, actor: options.actor, isSimulated: true,
      text: "a simulated board has no skin")
  }

  /// Logs the questions of SR-50 and SR-51 as a simulation answers them.
  private static func answer(
    _ planned: PlannedSession, _ options: RunOptions, _ writer: DoseLogWriter,
    _ session: SessionID, at now: ClockReading
  ) throws(DoseLogError) {
    for question in Contraindication.allCases {
      try writer.log(
        LogAction(
          kind: .checklist, subject: question.rawValue, outcome: "no", actor: options.actor,
          at: .zero, isSimulated: true, text: question.question),
        session: session, at: now)
    }
    try writer.log(
      SimulatedOpening.skinCheck(.before, options), muscle: planned.muscleKey,
      session: session, at: now)
  }

  private static func intent(_ planned: PlannedSession, _ options: RunOptions) -> SessionIntent {
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
      prescription: planned.prescription.map { $0.fields.clinician }, board: SimulatedRun.boardName,
      isSimulated: true, seed: options.seed, actor: options.actor,
      plannedTrains: plan.train.trains, trainOnTime: plan.train.onTime, channels: channels)
  }
}

// Decides: how a session begins, grows and ends in the log (SR-41, 42, 43, 45).
// Leaves to others: the records themselves (StimulationController) and totals (reading).

internal import Foundation
internal import GRDB
public import StimulationCore

/// A session that a crash left open and that was closed as uncertain.
public struct RecoveredSession: Sendable, Equatable {
  /// The session.
  public let session: SessionID
  /// Whose muscle.
  public let muscle: MuscleKey
  /// Whether nobody was connected to its board.
  public let isSimulated: Bool
  /// What it counts as, channel by channel.
  public let bounds: [ChannelBound]
}

/// The most that one channel of an uncertain session can have delivered.
public struct ChannelBound: Sendable, Equatable {
  /// The channel, counted from 0.
  public let channel: Int8
  /// The most rectified charge.
  public let rectified: Femtocoulombs
  /// The most trains.
  public let trains: Int64
}

extension DoseLogWriter {
  /// Writes the intent of a session; durable when it returns (SR-41).
  public func beginSession(
    _ intent: SessionIntent, at clock: ClockReading
  ) throws(DoseLogError) -> SessionID {
    try DoseLogWriter.check(intent)
    return try commit(at: clock) { ledger in
      let key = intent.muscle
      let session = try ledger.insert(
        .sessions,
        [
          key.patient, key.patientKey, key.muscle, key.muscleKey, key.side, key.sideKey,
          intent.stage, intent.protocolName, intent.protocolVersion, Data(intent.planDigest.bytes),
          logName(intent.envelope), intent.prescription?.file, intent.board, intent.isSimulated,
          intent.seed.map(Int64.init(bitPattern:)), intent.actor, intent.plannedTrains,
          intent.trainOnTime.rawValue, clock.boot?.boot,
        ])
      try ledger.insert(
        .plans,
        [
          session, intent.gap.stated.rawValue, intent.gap.delivered.rawValue,
          intent.prescription.map { Data($0.digest) }, intent.prescription?.clinician,
        ])
      for channel in intent.channels {
        try ledger.insert(
          .channels,
          [
            session, channel.channel, channel.electrodeArea.rawValue, channel.ceiling.rawValue,
            logName(channel.ceilingSource), channel.boundAfter.rawValue,
          ])
      }
      return SessionID(rawValue: session)
    }
  }

  private static func check(_ intent: SessionIntent) throws(DoseLogError) {
    if intent.muscle.patientKey.isEmpty { throw .badRecord(what: "a session without a patient") }
    if intent.muscle.muscleKey.isEmpty { throw .badRecord(what: "a session without a muscle") }
    if intent.channels.isEmpty { throw .badRecord(what: "a session without a channel") }
    if intent.plannedTrains < 1 || intent.trainOnTime <= .zero {
      throw .badRecord(what: "a session without trains; it needs at least one, with an on-time")
    }
    for channel in intent.channels {
      guard channel.channel >= 0 && Int(channel.channel) < maximumChannels else {
        throw .badRecord(
          what: "channel \(channel.channel); channels are 0 to \(maximumChannels - 1)")
      }
      if channel.boundAfter < .zero {
        throw .badRecord(what: "a negative bound on channel \(channel.channel)")
      }
    }
  }

  /// Writes records of an open session, all of them or none; durable when it returns.
  ///
  /// Answers the newest on-time of the session that is now durable, for the bound of SR-43;
  /// `nil` when the records hold no dose.
  @discardableResult
  public func append(
    _ records: [SessionRecord], to session: SessionID, at clock: ClockReading
  ) throws(DoseLogError) -> Nanoseconds? {
    if records.isEmpty { return nil }
    try commit(at: clock) { ledger in
      let open = try OpenSession(session, in: ledger.db)
      for record in records {
        switch record {
        case .dose(let dose): try DoseRow.insert(dose, of: open, into: &ledger)
        case .event(let event): try EventRow.insert(event, of: open, into: &ledger)
        }
      }
    }
    return Self.newestOnTime(records)
  }

  /// The on-time up to which some records tell the dose of every channel; `nil` for none.
  ///
  /// A train's record speaks of one channel; a checkpoint comes with those of all channels.
  public static func newestOnTime(_ records: [SessionRecord]) -> Nanoseconds? {
    records.compactMap { record in
      guard case .dose(let dose) = record, dose.span == .checkpoint else { return nil }
      return dose.sessionOnTime
    }.max()
  }

  /// Writes what somebody did or was told, of a session or of none (SR-45); answers the
  /// event's number.
  @discardableResult
  public func log(
    _ action: LogAction, session: SessionID? = nil, at clock: ClockReading
  ) throws(DoseLogError) -> Int64 {
    try commit(at: clock) { ledger in
      if let session { try OpenSession.mustExist(session, in: ledger.db) }
      return try EventRow.insert(action, session: session, into: &ledger)
    }
  }

  /// Ends a session. An uncertain one is given its upper bound.
  public func close(
    _ session: SessionID, outcome: SessionOutcome, faults: [InterlockID] = [],
    text: String = "", at clock: ClockReading
  ) throws(DoseLogError) {
    try commit(at: clock) { ledger in
      _ = try OpenSession(session, in: ledger.db)
      if outcome == .uncertain { try Self.insertBounds(of: session, into: &ledger) }
      try ledger.insert(
        .closings,
        [
          session.rawValue, outcome.rawValue, faults.map(interlockName).joined(separator: " "),
          false, clock.wall.nanosecondsSince1970, clock.boot?.uptime.rawValue, clock.boot?.boot,
          text,
        ])
    }
  }

  /// Closes every open session as uncertain at its upper bound (SR-42); call it once after
  /// opening, before anything else.
  ///
  /// The writer's lock tells that no living process owns such a session but this one.
  public func closeOpenSessions(
    at clock: ClockReading
  ) throws(DoseLogError) -> [RecoveredSession] {
    let open: [SessionID] = try reader.openSessions()
    if open.isEmpty { return [] }
    return try commit(at: clock) { ledger in
      var recovered: [RecoveredSession] = []
      for session in open {
        let ended = try CrashEnd(of: session, in: ledger.db)
        let bounds = try Self.insertBounds(of: session, into: &ledger)
        try ledger.insert(
          .closings,
          [
            session.rawValue, SessionOutcome.uncertain.rawValue, "", true,
            ended.wall.nanosecondsSince1970, ended.uptime?.rawValue, ended.boot,
            "closed at the next start; the process that ran it had ended",
          ])
        let row = try SessionRow(of: session, in: ledger.db)
        recovered.append(
          RecoveredSession(
            session: session, muscle: row.muscle, isSimulated: row.isSimulated, bounds: bounds))
      }
      return recovered
    }
  }

  @discardableResult
  private static func insertBounds(
    of session: SessionID, into ledger: inout Ledger
  ) throws -> [ChannelBound] {
    let bounds = try DoseTotals.bounds(of: session, in: ledger.db)
    for bound in bounds {
      try ledger.insert(
        .bounds,
        [session.rawValue, bound.channel, bound.rectified.rawValue, bound.trains])
    }
    return bounds
  }
}

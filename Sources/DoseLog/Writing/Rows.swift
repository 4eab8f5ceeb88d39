// Decides: which column takes which field of a record.
// Leaves to others: the order of columns (LogTable) and the transaction (DoseLogWriter).

internal import GRDB
internal import StimulationCore

/// A session that takes records.
struct OpenSession {
  let id: SessionID
  let board: String
  let boot: String?

  /// The session, unless it does not exist or has ended.
  init(_ session: SessionID, in db: Database) throws {
    let statement = try db.cachedStatement(
      sql: """
        SELECT s.board, s.boot, c.id FROM sessions s LEFT JOIN closings c ON c.session = s.id
        WHERE s.id = ?
        """)
    guard let row = try Row.fetchOne(statement, arguments: [session.rawValue]) else {
      throw DoseLogError.unknownSession(session)
    }
    if (row[2] as Int64?) != nil { throw DoseLogError.sessionClosed(session) }
    id = session
    board = row[0]
    boot = row[1]
  }

  static func mustExist(_ session: SessionID, in db: Database) throws {
    let statement = try db.cachedStatement(sql: "SELECT 1 FROM sessions WHERE id = ?")
    if try Int64.fetchOne(statement, arguments: [session.rawValue]) == nil {
      throw DoseLogError.unknownSession(session)
    }
  }
}

/// A dose record as a row.
enum DoseRow {
  static func insert(
    _ record: DoseRecord, of session: OpenSession, into ledger: inout Ledger
  ) throws {
    guard record.channel >= 0 && Int(record.channel) < maximumChannels else {
      throw DoseLogError.badRecord(what: "a dose of channel \(record.channel)")
    }
    if record.boundAfter < .zero || record.endedAt < record.startedAt {
      throw DoseLogError.badRecord(what: "a dose that ends before it begins or bounds below 0")
    }
    let dose = record.dose
    try ledger.insert(
      .doses,
      [
        session.id.rawValue, name(record.span), record.channel, record.set, record.train,
        record.startedAt.rawValue, record.endedAt.rawValue, record.setpoint.rawValue,
        dose.pulses, dose.withheld, dose.commandedLeading.rawValue,
        dose.commandedRecovery.rawValue, dose.leading.rawValue, dose.recovery.rawValue,
        dose.net.rawValue, dose.unrecovered.rawValue, dose.peak.rawValue, dose.squareTime,
        dose.energy.rawValue, dose.onTime.rawValue, name(record.certainty),
        record.boundAfter.rawValue, record.sessionOnTime.rawValue,
      ])
  }

  static func name(_ span: DoseSpan) -> String {
    switch span {
    case .probe: return "probe"
    case .train: return "train"
    case .checkpoint: return "checkpoint"
    }
  }

  static func name(_ certainty: Certainty) -> String {
    switch certainty {
    case .confirmed: return "confirmed"
    case .none: return "none"
    case .uncertain: return "uncertain"
    }
  }
}

/// An event as a row.
enum EventRow {
  /// The kind of an interlock's trip.
  static let tripped = "tripped"
  /// The kind of an operator's confirmation of the wall clock (SR-47).
  static let clockConfirmed = "clock-confirmed"
  /// The kind of the instant when every output was inactive; the amount is the reaction in ns.
  static let outputsInactive = "outputs-inactive"
  /// The kind of a charge that was not returned; the amount is in fC.
  static let unrecovered = "unrecovered"

  static func insert(
    _ record: EventRecord, of session: OpenSession, into ledger: inout Ledger
  ) throws {
    var kind: String
    var subject: String?
    var channel: Int8?
    var amount: Int64?
    switch record.event {
    case .entered(let state):
      kind = "entered"
      subject = logName(state)
    case .tripped(let interlock, let place):
      kind = tripped
      subject = interlockName(interlock)
      channel = place
    case .warned(let warning, let place):
      kind = "warned"
      subject = logName(warning)
      channel = place
    case .outputsInactive(let after):
      kind = outputsInactive
      amount = after.rawValue
    case .unrecovered(let charge, let place):
      kind = unrecovered
      channel = place
      amount = charge.rawValue
    }
    // A channel below 0 says that the event belongs to the board.
    if let place = channel, place < 0 { channel = nil }
    try ledger.insert(
      .events,
      [
        session.id.rawValue, session.board, session.boot, record.at.rawValue, kind, subject,
        channel, amount, nil, "controller", false, "",
      ])
  }

  static func insert(
    _ action: LogAction, session: SessionID?, into ledger: inout Ledger
  ) throws -> Int64 {
    try ledger.insert(
      .events,
      [
        session?.rawValue, nil, ledger.clock.boot?.boot, action.at?.rawValue,
        action.kind.rawValue, action.subject, action.channel, action.amount, action.outcome,
        action.actor, action.isSimulated, action.text,
      ])
  }
}

// Decides: what a session's dose rows add up to, and the upper bound of an uncertain one
// (SR-42, SR-46).
// Leaves to others: how totals are shown (SessionSummary, DoseTables).

internal import GRDB
internal import StimulationCore

/// The durable dose of one channel of one session.
struct DoseTotals {
  /// Trains with at least one pulse.
  var trains: Int64 = 0
  /// The sum of the trains.
  var trainDose = ChannelDose.none
  /// Probes, which belong to self-checks and to no total.
  var probes: Int64 = 0
  var probeDose = ChannelDose.none
  /// The running total of a checkpoint that is newer than the newest train row.
  var newerCheckpoint: ChannelDose?
  var hasUncertain = false
  var hasConfirmed = false
  /// The bound of the newest train or checkpoint; `nil` without one.
  var newestBound: Femtocoulombs?

  /// Everything that is durable: of a train in progress, the part that a checkpoint holds.
  var durable: ChannelDose { newerCheckpoint ?? trainDose }

  /// How sure the totals are.
  var certainty: Certainty {
    if hasUncertain { return .uncertain }
    return hasConfirmed ? .confirmed : .none
  }

  private static let sums = """
    SELECT channel, span, count(DISTINCT CASE WHEN pulses > 0 THEN train END) AS trains,
      count(*) AS rows, max(id) AS newest, sum(pulses) AS pulses, sum(withheld) AS withheld,
      sum(commanded_leading) AS commanded_leading, sum(commanded_recovery) AS commanded_recovery,
      sum(leading) AS leading, sum(recovery) AS recovery, sum(net) AS net,
      sum(unrecovered) AS unrecovered, max(peak) AS peak, sum(square_time) AS square_time,
      sum(energy) AS energy, sum(on_time) AS on_time,
      sum(certainty = 'uncertain') AS uncertain, sum(certainty = 'confirmed') AS confirmed
    FROM doses WHERE session = ? AND span <> 'checkpoint' GROUP BY channel, span
    """

  /// Checkpoints are running totals: their sum means nothing, and overflows in long sessions.
  private static let newestCheckpoints = """
    SELECT channel, max(id) FROM doses WHERE session = ? AND span = 'checkpoint' GROUP BY channel
    """

  /// The totals of every channel of a session, by channel.
  static func of(_ session: SessionID, in db: Database) throws -> [Int8: DoseTotals] {
    var totals: [Int8: DoseTotals] = [:]
    var newestTrain: [Int8: Int64] = [:]
    var newestCheckpoint: [Int8: Int64] = [:]
    let statement = try db.cachedStatement(sql: sums)
    for row in try Row.fetchAll(statement, arguments: [session.rawValue]) {
      let channel: Int8 = row["channel"]
      switch row["span"] as String {
      case "train":
        totals[channel, default: DoseTotals()].trains = row["trains"]
        totals[channel, default: DoseTotals()].trainDose = ChannelDose(row)
        totals[channel, default: DoseTotals()].hasUncertain = row["uncertain"] > 0
        totals[channel, default: DoseTotals()].hasConfirmed = row["confirmed"] > 0
        newestTrain[channel] = row["newest"]
      case "probe":
        totals[channel, default: DoseTotals()].probes = row["rows"]
        totals[channel, default: DoseTotals()].probeDose = ChannelDose(row)
      default: break
      }
    }
    let checkpoints = try db.cachedStatement(sql: newestCheckpoints)
    for row in try Row.fetchAll(checkpoints, arguments: [session.rawValue]) {
      newestCheckpoint[row[0]] = row[1]
    }
    for channel in Set(newestTrain.keys).union(newestCheckpoint.keys) {
      let train = newestTrain[channel] ?? 0
      let checkpoint = newestCheckpoint[channel] ?? 0
      let newest = try db.cachedStatement(sql: "SELECT * FROM doses WHERE id = ?")
      guard let row = try Row.fetchOne(newest, arguments: [max(train, checkpoint)]) else {
        continue
      }
      totals[channel, default: DoseTotals()].newestBound = Femtocoulombs(row["bound_after"])
      if checkpoint > train {
        totals[channel, default: DoseTotals()].newerCheckpoint = ChannelDose(row)
      }
    }
    return totals
  }

  /// The on-time that can pass after the newest durable record (SR-42, SR-43).
  static let undurable: Nanoseconds = .seconds(2)

  /// The upper bound of each channel of a session: what is durable, and what can have followed.
  static func bounds(of session: SessionID, in db: Database) throws -> [ChannelBound] {
    let totals = try of(session, in: db)
    let intents = try Row.fetchAll(
      db,
      sql: """
        SELECT c.channel, c.bound_after, s.planned_trains, s.train_on_time
        FROM channels c JOIN sessions s ON s.id = c.session WHERE s.id = ? ORDER BY c.channel
        """, arguments: [session.rawValue])
    return intents.map { row in
      let channel: Int8 = row["channel"]
      let known = totals[channel] ?? DoseTotals()
      let after = known.newestBound ?? Femtocoulombs(row["bound_after"])
      let onTime: Int64 = row["train_on_time"]
      let planned: Int64 = row["planned_trains"]
      // A train in progress, and those that 2 s of on-time can begin.
      let beginning = (undurable.rawValue + onTime - 1) / onTime
      let inProgress: Int64 = known.newerCheckpoint == nil ? 0 : 1
      let trains = min(planned, known.trains + inProgress + beginning)
      return ChannelBound(
        channel: channel, rectified: known.durable.rectified + after,
        trains: max(known.trains, trains))
    }
  }
}

extension ChannelDose {
  /// A dose from a row of `doses`, or from sums over such rows.
  init(_ row: Row) {
    self.init()
    pulses = row["pulses"]
    withheld = row["withheld"]
    commandedLeading = Femtocoulombs(row["commanded_leading"])
    commandedRecovery = Femtocoulombs(row["commanded_recovery"])
    leading = Femtocoulombs(row["leading"])
    recovery = Femtocoulombs(row["recovery"])
    net = Femtocoulombs(row["net"])
    unrecovered = Femtocoulombs(row["unrecovered"])
    peak = Microamperes(row["peak"])
    squareTime = row["square_time"]
    energy = Picojoules(row["energy"])
    onTime = Nanoseconds(row["on_time"])
  }
}

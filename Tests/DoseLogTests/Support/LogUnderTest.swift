// Decides: a log in a directory of its own, and records to put into it.
// Leaves to others: what is expected of it (the suites).

import Foundation
import GRDB
import StimulationCore
import Testing

@testable import DoseLog

/// A directory that is removed with the value.
final class LogUnderTest: Sendable {
  let directory: String
  let path: String

  init() throws {
    directory = NSTemporaryDirectory() + "nmes-log-" + UUID().uuidString
    path = directory + "/state/dose.sqlite"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: directory) }

  func open() throws -> DoseLogWriter { try DoseLogWriter(path: path) }

  /// Copies database, WAL and head as they are now.
  func copy() throws -> LogUnderTest {
    let other = try LogUnderTest()
    let folder = other.directory + "/state"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for suffix in ["", "-wal", ".head"] where FileManager.default.fileExists(atPath: path + suffix)
    {
      try FileManager.default.copyItem(atPath: path + suffix, toPath: other.path + suffix)
    }
    return other
  }

  /// Changes the database behind the log's back: triggers away, change, triggers back.
  func tamper(_ sql: String...) throws {
    var configuration = Configuration()
    configuration.foreignKeysEnabled = false
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    try queue.write { db in
      let triggers = try Row.fetchAll(
        db, sql: "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
      for trigger in triggers { try db.execute(sql: "DROP TRIGGER \(trigger[0] as String)") }
      for statement in sql { try db.execute(sql: statement) }
      for trigger in triggers { try db.execute(sql: trigger[1] as String) }
    }
    try queue.close()
  }

  func verify() throws -> VerifyReport { try DoseLogReader.verify(path: path) }
}

/// A time on the virtual clock of the tests.
func clock(_ seconds: Int64, boot: String? = nil, uptime: Int64 = 0) -> ClockReading {
  ClockReading(
    wall: WallTime(nanosecondsSince1970: 1_790_000_000_000_000_000) + .seconds(seconds),
    boot: boot.map { BootTime(boot: $0, uptime: .seconds(uptime)) }, isSynchronised: true)
}

let thigh = MuscleKey(patient: "P-007", muscle: "quadriceps", side: "left")

/// A digest of no plan in particular.
let digest: PlanDigest = {
  guard let digest = PlanDigest(bytes: Array(repeating: 7, count: 32)) else {
    preconditionFailure("a digest has 32 bytes")
  }
  return digest
}()

func intent(
  _ muscle: MuscleKey = thigh, channels: Int8 = 2, trains: Int32 = 180,
  onTime: Nanoseconds = .seconds(5), prescription: PrescriptionReference? = nil
) -> SessionIntent {
  SessionIntent(
    muscle: muscle, stage: "S4", protocolName: "large-muscle-tetanic", protocolVersion: "1.0.0",
    planDigest: digest, envelope: .standard, prescription: prescription,
    gap: DeliveredGap(stated: .zero, delivered: .microseconds(100)), board: "simulated",
    isSimulated: true, seed: .max, actor: "uid 1000", plannedTrains: trains, trainOnTime: onTime,
    channels: (0..<channels).map {
      ChannelIntent(
        channel: $0, electrodeArea: .squareCentimetres(180), ceiling: .milliamperes(55),
        ceilingSource: .protocolFile, boundAfter: Femtocoulombs(11_000_000_000_000))
    })
}

/// A dose whose every field differs from the others.
func dose(_ scale: Int64 = 1) -> ChannelDose {
  var dose = ChannelDose.none
  dose.pulses = 100 * scale
  dose.withheld = 1 * scale
  dose.commandedLeading = Femtocoulombs(2_000_000_000_001 * scale)
  dose.commandedRecovery = Femtocoulombs(2_000_000_000_002 * scale)
  dose.leading = Femtocoulombs(2_000_000_000_003 * scale)
  dose.recovery = Femtocoulombs(2_000_000_000_004 * scale)
  dose.net = Femtocoulombs(-1_500_000 * scale)
  dose.unrecovered = Femtocoulombs(5 * scale)
  dose.peak = Microamperes(55_123)
  dose.squareTime = 1_000_000_007 * scale
  dose.energy = Picojoules(123_456_789 * scale)
  dose.onTime = .milliseconds(5_000 * scale)
  return dose
}

func record(
  _ span: DoseSpan = .train, channel: Int8 = 0, train: Int32 = 1, _ value: ChannelDose = dose(),
  bound: Int64 = 9_000_000_000_000, onTime: Nanoseconds = .seconds(5)
) -> SessionRecord {
  .dose(
    DoseRecord(
      span: span, channel: channel, set: 1, train: train, startedAt: .seconds(10),
      endedAt: .seconds(15), setpoint: .milliamperes(55), dose: value, certainty: .confirmed,
      boundAfter: Femtocoulombs(bound), sessionOnTime: onTime))
}

func trip(_ interlock: InterlockID, channel: Int8 = 0) -> SessionRecord {
  .event(EventRecord(at: .seconds(16), event: .tripped(interlock, channel: channel)))
}

/// The error that `body` throws, which must be the log's.
func logError(_ body: () throws -> Void) -> DoseLogError? {
  do {
    try body()
    return nil
  } catch { return error as? DoseLogError }
}

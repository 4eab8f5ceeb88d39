// Decides: that the log opens only where it can keep its promises, and says why not.
// Leaves to others: the chain (ChainTests).

import Foundation
import GRDB
import StimulationCore
import Testing

@testable import DoseLog

@Suite("Opening and writing")
struct OpeningTests {
  @Test("SR-41: every connection commits durably: WAL, synchronous FULL, foreign keys")
  func durable() throws {
    let log = try LogUnderTest()
    let writer = try log.open()
    let session = try writer.beginSession(intent(), at: clock(0))
    try writer.append([record()], to: session, at: clock(1))
    for queue in [writer.queue, try DoseLogReader(path: log.path).queue] {
      let settings = try queue.writeWithoutTransaction { db in
        try ["synchronous", "foreign_keys", "journal_mode", "application_id", "user_version"].map {
          try String.fetchOne(db, sql: "PRAGMA \($0)")
        }
      }
      #expect(settings == ["2", "1", "wal", "1852663155", "\(Migrations.newest)"])
    }
  }

  @Test("A connection that is not durable is refused")
  func notDurable() throws {
    let log = try LogUnderTest()
    let writer = try log.open()
    for setting in ["synchronous = NORMAL", "foreign_keys = OFF"] {
      #expect(throws: DoseLogError.self) {
        try writer.queue.writeWithoutTransaction { db in
          try db.execute(sql: "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON")
          try Connection.check(db, path: log.path)
          try db.execute(sql: "PRAGMA \(setting)")
          try Connection.check(db, path: log.path)
        }
      }
    }
  }

  @Test("Files are closed to others: directory 0700, files 0600")
  func modes() throws {
    let log = try LogUnderTest()
    let writer = try log.open()
    _ = try writer.beginSession(intent(), at: clock(0))
    func mode(_ path: String) throws -> Int? {
      try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }
    #expect(try mode(log.directory + "/state") == 0o700)
    for suffix in ["", "-wal", "-shm", ".head", ".lock"] {
      #expect(try mode(log.path + suffix) == 0o600, "\(suffix)")
    }
  }

  @Test("SR-41: intent stands in the log, whole, when beginSession returns")
  func intentIsDurable() throws {
    let log = try LogUnderTest()
    let writer = try log.open()
    let session = try writer.beginSession(intent(), at: clock(0))
    let copied = try log.copy()
    let summary = try DoseLogReader(path: copied.path).session(session)
    #expect(summary.state == .open)
    #expect(summary.muscle == thigh)
    #expect(summary.seed == .max)
    #expect(
      summary.channels.map(\.bound?.rectified.rawValue) == [11_000_000_000_000, 11_000_000_000_000])
  }

  @Test("A second writer is refused and told which process has the log; a reader is not")
  func secondWriter() throws {
    let log = try LogUnderTest()
    var writer: DoseLogWriter? = try log.open()
    let error = logError { _ = try log.open() }
    #expect(error == .inUse(path: LogFiles(path: log.path).database, process: getpid()))
    #expect(try writer?.reader.lastSession() == nil)
    _ = try DoseLogReader(path: log.path)
    writer = nil
    _ = try log.open()
  }

  @Test("A directory, a text file, another database, a later format and no log are told apart")
  func otherThings() throws {
    let log = try LogUnderTest()
    let folder = log.directory + "/folder"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let text = log.directory + "/notes.txt"
    let notes = String(repeating: "to do\n", count: 50)
    try notes.write(toFile: text, atomically: true, encoding: .utf8)
    let foreign = log.directory + "/other.sqlite"
    let queue = try DatabaseQueue(path: foreign)
    try queue.write { try $0.execute(sql: "CREATE TABLE t (a)") }
    try queue.close()
    let before = try Data(contentsOf: URL(fileURLWithPath: foreign))
    let real = LogFiles(path: log.directory).database
    for open in [{ _ = try DoseLogWriter(path: $0) }, { _ = try DoseLogReader(path: $0) }]
      as [(String) throws -> Void]
    {
      #expect(logError { try open(folder) } == .isDirectory(path: real + "/folder"))
      #expect(logError { try open(text) } == .notALog(path: real + "/notes.txt"))
      #expect(logError { try open(foreign) } == .notALog(path: real + "/other.sqlite"))
    }
    #expect(try String(contentsOfFile: text, encoding: .utf8) == notes)
    #expect(try Data(contentsOf: URL(fileURLWithPath: foreign)) == before)
    #expect(
      logError { _ = try DoseLogReader(path: log.path) }
        == .noLog(path: LogFiles(path: log.path).database))

    _ = try log.open()
    let later = try DatabaseQueue(path: log.path)
    let next = Migrations.newest + 1
    try later.writeWithoutTransaction { try $0.execute(sql: "PRAGMA user_version = \(next)") }
    try later.close()
    #expect(logError { _ = try log.open() }?.isRefusal == false)
    #expect(logError { _ = try log.open() }?.description.contains("format \(next)") == true)
  }

  @Test("A log that another program holds is refused, and nothing is lost")
  func locked() throws {
    let log = try LogUnderTest()
    let writer = try log.open()
    let session = try writer.beginSession(intent(), at: clock(0))
    var configuration = Configuration()
    configuration.allowsUnsafeTransactions = true
    let other = try DatabaseQueue(path: log.path, configuration: configuration)
    try other.inDatabase { try $0.execute(sql: "BEGIN IMMEDIATE") }
    let error = logError { try writer.append([record()], to: session, at: clock(1)) }
    #expect(error == .locked(path: writer.path))
    #expect(error?.isRefusal == true)
    try other.inDatabase { try $0.execute(sql: "ROLLBACK") }
    try writer.append([record()], to: session, at: clock(2))
    #expect(try log.verify().isIntact)
    #expect(try writer.reader.session(session).channels[0].trains == 1)
  }

  @Test("A damaged database is refused with what to do")
  func corrupt() throws {
    let log = try LogUnderTest()
    do {
      let writer = try log.open()
      let session = try writer.beginSession(intent(), at: clock(0))
      for train in 1...200 {
        try writer.append([record(train: Int32(train))], to: session, at: clock(1))
      }
    }
    let handle = try #require(FileHandle(forUpdatingAtPath: log.path))
    let size = try handle.seekToEnd()
    for page in stride(from: UInt64(4096 * 4), to: size, by: 4096) {
      try handle.seek(toOffset: page)
      try handle.write(contentsOf: Data(repeating: 0xA5, count: 64))
    }
    try handle.close()
    let error = logError { _ = try log.open() }
    guard case .corrupt = error else {
      Issue.record("\(error?.description ?? "opened")")
      return
    }
    #expect(error?.isRefusal == true)
    #expect(try log.verify().defect?.kind == .unreadable)
  }

  @Test("SR-43: a log without space throws, keeps what it had, and takes more once there is space")
  func fullLog() throws {
    let log = try LogUnderTest()
    let writer = try log.open()
    let session = try writer.beginSession(intent(), at: clock(0))
    try writer.queue.inDatabase { db in
      let pages = try Int64.fetchOne(db, sql: "PRAGMA page_count") ?? 0
      try db.execute(sql: "PRAGMA max_page_count = \(pages + 2)")
    }
    var kept: Int64 = 0
    var error: DoseLogError?
    while error == nil && kept < 10_000 {
      let next = Int32(kept + 1)
      error = logError {
        try writer.append(
          [record(train: next), record(channel: 1, train: next)], to: session, at: clock(1))
      }
      if error == nil { kept += 1 }
    }
    #expect(error == .diskFull(path: writer.path))
    #expect(try writer.reader.session(session).channels.map(\.trains) == [kept, kept])
    #expect(try log.verify().isIntact)
    try writer.queue.inDatabase { try $0.execute(sql: "PRAGMA max_page_count = 100000") }
    try writer.append([record(train: Int32(kept + 1))], to: session, at: clock(1))
    #expect(try log.verify().isIntact)
  }

  @Test("Records that cannot be right are refused whole")
  func badRecords() throws {
    let log = try LogUnderTest()
    let writer = try log.open()
    let session = try writer.beginSession(intent(channels: 1), at: clock(0))
    for channel in [Int8(-1), 1, 8, 127] {
      let error = logError {
        try writer.append([record(), record(channel: channel)], to: session, at: clock(1))
      }
      guard case .badRecord = error else {
        Issue.record("channel \(channel): \(error?.description ?? "accepted")")
        continue
      }
    }
    #expect(try writer.reader.session(session).channels[0].trains == 0)
    let action = LogAction(kind: .command, subject: "a\nb", outcome: "accepted", actor: "uid 1")
    #expect(logError { try writer.log(action, at: clock(1)) }?.isRefusal == false)
    let none = SessionID(rawValue: 99)
    #expect(
      logError { try writer.append([record()], to: none, at: clock(1)) } == .unknownSession(none))
    try writer.close(session, outcome: .completed, at: clock(2))
    #expect(
      logError { try writer.append([record()], to: session, at: clock(3)) }
        == .sessionClosed(session))
    #expect(
      logError { try writer.close(session, outcome: .completed, at: clock(3)) }
        == .sessionClosed(session))
    #expect(try log.verify().isIntact)
  }

  @Test("SR-43: append answers the newest on-time that is durable")
  func answersOnTime() throws {
    let log = try LogUnderTest()
    let writer = try log.open()
    let session = try writer.beginSession(intent(), at: clock(0))
    #expect(try writer.append([trip(.leakage)], to: session, at: clock(1)) == nil)
    #expect(try writer.append([], to: session, at: clock(1)) == nil)
    let trains = [record(onTime: .seconds(4)), record(onTime: .seconds(6)), trip(.leakage)]
    #expect(
      try writer.append(trains, to: session, at: clock(1)) == nil,
      "a train of one of two channels says nothing of the other")
    let both = [
      record(.checkpoint, onTime: .seconds(7)),
      record(.checkpoint, channel: 1, onTime: .seconds(7)),
    ]
    #expect(try writer.append(both, to: session, at: clock(1)) == .seconds(7))
  }

  @Test("Every error is one line that says what to do, and a refusal or bad input")
  func messages() {
    let path = "/x/dose.sqlite"
    let errors: [DoseLogError] = [
      .cannotOpen(path: path, reason: "r"), .noLog(path: path), .isDirectory(path: path),
      .notALog(path: path), .newerVersion(path: path, found: 2, known: 1), .readOnly(path: path),
      .journalNotReadable(path: path), .changedWhileRead(path: path), .noSession(path: path),
      .removed(path: path),
      .diskFull(path: path), .inUse(path: path, process: 4), .locked(path: path),
      .corrupt(path: path, what: "w"), .notDurable(path: path, setting: "s"),
      .inputOutput(path: path, what: "w"), .headNotWritten(path: path, what: "w"),
    ]
    for error in errors {
      #expect(error.description.contains(path))
      #expect(!error.description.contains("\n"))
      #expect(error.description.contains(";") || error.description.contains(": "))
    }
  }
}

// Decides: how the log is opened for writing, and that a call returns only when its records
// are durable.
// Leaves to others: what each call records (the extensions beside), and reading.

internal import Foundation
internal import GRDB
internal import Synchronization

/// The log of delivered doses, open for writing by this process alone.
///
/// Every call is one transaction that is durable when the call returns, or throws and leaves
/// the log as it was; ``DoseLogError/headNotWritten(path:what:)`` alone says that the records
/// are in it, and that they must not be written again. Calls may come from any thread; they
/// queue behind one another, and each waits for the disk, so none belongs on the real-time
/// thread.
public final class DoseLogWriter: Sendable {
  /// What the log says, read through the writer's own connection.
  ///
  /// Long readings (``DoseLogReader/verify()``) hold up appends: open a ``DoseLogReader`` of
  /// its own for them.
  public let reader: DoseLogReader
  let files: LogFiles
  let queue: DatabaseQueue
  private let head: Mutex<HeadFile>
  private let opened: Mutex<OpenedFiles>
  private let lock: WriterLock

  /// Opens the log at `path` for writing; makes it, and its directory, where there is none.
  ///
  /// Checks durability, the newest records, and that none is missing at the end. Sessions that
  /// a crash left open stay open until ``closeOpenSessions(at:)``.
  public init(path: String) throws(DoseLogError) {
    let files = LogFiles(path: path)
    _ = try files.look()
    try files.makeDirectory()
    let lock = try WriterLock.take(files)
    // Looked at again: another process may have made the log before the lock was ours.
    if try files.look() == .nothing { try DoseLogWriter.make(files) }
    let queue = try Connection.writer(files)
    let tail = try DoseLogWriter.checkedTail(queue, files)
    try DoseLogWriter.migrate(queue, files)
    var headFile = try HeadFile(path: files.head)
    // The database may be ahead by what was committed as the last process died.
    if HeadFile.read(files.head) != .at(tail) {
      try headFile.write(tail, path: files.database)
    }
    self.files = files
    self.queue = queue
    self.lock = lock
    head = Mutex(headFile)
    opened = Mutex(OpenedFiles(files))
    reader = DoseLogReader(queue: queue, files: files)
  }

  /// The path of the database.
  public var path: String { files.database }

  /// Every file that the log is made of, whether it exists now or not: nothing else is to be
  /// written there.
  public var filePaths: [String] { files.all }

  /// Makes an empty log, unless a head says that there was one.
  private static func make(_ files: LogFiles) throws(DoseLogError) {
    switch HeadFile.read(files.head) {
    case .missing, .at(.genesis): break
    case .unreadable: throw .corrupt(path: files.database, what: "\(files.head) is unreadable")
    case .at(let tail):
      throw .corrupt(
        path: files.database,
        what: "its \(tail.sequence) records are gone, which \(files.head) knows of")
    }
    var head = try HeadFile(path: files.head)
    try head.write(.genesis, path: files.database)
    try files.makeDatabase()
  }

  /// Brings a log that an earlier version wrote, and that was found intact, to the newest.
  private static func migrate(
    _ queue: DatabaseQueue, _ files: LogFiles
  ) throws(DoseLogError) {
    do {
      try queue.writeWithoutTransaction { db in
        // The version stands in the database's header and is committed with the tables.
        try db.inTransaction(.immediate) {
          let version = try Int64.fetchOne(db, sql: "PRAGMA user_version") ?? 0
          if version < Migrations.newest { try LogFiles.migrate(db, from: version) }
          return .commit
        }
      }
    } catch { throw DoseLogError(error, path: files.database) }
  }

  /// The newest link, once tables, head and the newest records were found as written.
  private static func checkedTail(
    _ queue: DatabaseQueue, _ files: LogFiles
  ) throws(DoseLogError) -> ChainTail {
    let state = HeadFile.read(files.head)
    do {
      return try queue.read { db in
        if let defect = try Verifier(db, head: state, files: files).checkEnd() {
          throw DoseLogError.corrupt(path: files.database, what: defect.what)
        }
        return try ChainTail.read(db)
      }
    } catch { throw DoseLogError(error, path: files.database) }
  }

  /// Moves the head to the newest record where the last attempt failed; else does nothing.
  public func repairHead() throws(DoseLogError) {
    do {
      try queue.writeWithoutTransaction { db in
        try head.withLock { file in
          guard file.isBehind else { return }
          try file.write(try ChainTail.read(db), path: files.database)
        }
      }
    } catch { throw DoseLogError(error, path: files.database) }
  }

  /// Runs `body` as one transaction, commits it durably and moves the head.
  @discardableResult
  func commit<Value>(
    at clock: ClockReading, _ body: (inout Ledger) throws -> Value
  ) throws(DoseLogError) -> Value {
    do {
      return try queue.writeWithoutTransaction { db in
        try opened.withLock { files throws(DoseLogError) in try files.check() }
        var result: Value?
        var tail: ChainTail?
        try db.inTransaction(.immediate) {
          var ledger = try Ledger(db, clock: clock)
          result = try body(&ledger)
          tail = ledger.tail
          return .commit
        }
        guard let result, let tail else { preconditionFailure("the body ran and committed") }
        try head.withLock { file throws(DoseLogError) in
          try file.write(tail, path: files.database)
        }
        return result
      }
    } catch { throw DoseLogError(error, path: files.database) }
  }
}

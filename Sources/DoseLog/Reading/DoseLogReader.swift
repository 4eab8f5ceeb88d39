// Decides: how the log is opened for reading; each call sees one consistent state.
// Leaves to others: what each call answers (the extensions beside).

internal import GRDB

/// The log of delivered doses, for reading; beside a writer or without one.
public final class DoseLogReader: Sendable {
  let files: LogFiles
  let queue: DatabaseQueue
  private let still: StillDatabase?

  /// Opens the log at `path` for reading, also on a medium that cannot be written. Changes
  /// nothing in it.
  public init(path: String) throws(DoseLogError) {
    files = LogFiles(path: path)
    guard try files.look() != .nothing else { throw .noLog(path: files.database) }
    (queue, still) = try Connection.reader(files)
  }

  init(queue: DatabaseQueue, files: LogFiles) {
    self.queue = queue
    self.files = files
    still = nil
  }

  /// The path of the database.
  public var path: String { files.database }

  /// Checks every record against the chain, and the chain against the head (SR-44).
  ///
  /// Who can rewrite both the database and its head file can forge a log.
  public func verify() throws(DoseLogError) -> VerifyReport {
    // Before the snapshot: a writer beside us may move the head on at any time.
    let head = HeadFile.read(files.head)
    return try read { db in Verifier(db, head: head, files: files).report() }
  }

  /// Opens and verifies the log at `path`; one too damaged to be opened is a report too.
  public static func verify(path: String) throws(DoseLogError) -> VerifyReport {
    do { return try DoseLogReader(path: path).verify() } catch {
      guard case .corrupt(let path, let what) = error else { throw error }
      let defect = LogDefect(
        kind: .unreadable, sequence: nil, table: nil, row: nil, session: nil,
        what: "the database cannot be opened: \(what)")
      return VerifyReport(
        path: path, formatVersion: 0, recordsChecked: 0, sessions: 0, newestRecord: nil,
        recordsBeyondHead: 0, defect: defect)
    }
  }

  func read<Value>(_ body: (Database) throws -> Value) throws(DoseLogError) -> Value {
    let value: Value
    do { value = try queue.read(body) } catch {
      // What a change broke half-way is no damage.
      try still?.checkUnchanged()
      throw DoseLogError(error, path: files.database)
    }
    try still?.checkUnchanged()
    return value
  }

  func openSessions() throws(DoseLogError) -> [SessionID] {
    try read { db in
      try Int64.fetchAll(
        db,
        sql: """
          SELECT id FROM sessions WHERE id NOT IN (SELECT session FROM closings) ORDER BY id
          """
      ).map(SessionID.init(rawValue:))
    }
  }
}

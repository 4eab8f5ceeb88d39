// Decides: how the database is opened, and that it keeps what it promises.
// Leaves to others: what is written and read through it.

internal import GRDB

/// One connection to the database.
enum Connection {
  /// How long to wait for another program's lock: well below the second of SR-24.
  static let busyTimeout = 0.25

  /// Opens the database for writing, in WAL mode with every commit durable.
  static func writer(_ files: LogFiles) throws(DoseLogError) -> DatabaseQueue {
    try open(files, isReadOnly: false)
  }

  /// Opens the database for reading; as a still one where nothing can be written beside it.
  ///
  /// - Returns: the connection, and for a still database what it looked like when opened.
  static func reader(_ files: LogFiles) throws(DoseLogError) -> (DatabaseQueue, StillDatabase?) {
    do throws(DoseLogError) { return (try open(files, isReadOnly: true), nil) } catch {
      // Reading in WAL mode makes an index beside the database, which such a folder refuses.
      switch error {
      case .cannotOpen, .readOnly: break
      default: throw error
      }
      guard let still = try StillDatabase(files) else { throw error }
      return (try open(still), still)
    }
  }

  private static func open(_ still: StillDatabase) throws(DoseLogError) -> DatabaseQueue {
    var configuration = configuration(isReadOnly: true)
    configuration.label = "still dose log"
    let path = still.files.database
    do {
      let queue = try DatabaseQueue(path: still.uri, configuration: configuration)
      try queue.writeWithoutTransaction { db in
        try db.execute(sql: "PRAGMA trusted_schema = OFF")
        try checkFormat(db, path: path)
      }
      return queue
    } catch { throw DoseLogError(error, path: path) }
  }

  private static func configuration(isReadOnly: Bool) -> Configuration {
    var configuration = Configuration()
    configuration.readonly = isReadOnly
    configuration.foreignKeysEnabled = true
    configuration.busyMode = .timeout(busyTimeout)
    configuration.label = "dose log"
    if !isReadOnly { configuration.journalMode = .wal }
    return configuration
  }

  private static func open(
    _ files: LogFiles, isReadOnly: Bool
  ) throws(DoseLogError) -> DatabaseQueue {
    let configuration = configuration(isReadOnly: isReadOnly)
    do {
      let queue = try DatabaseQueue(path: files.database, configuration: configuration)
      // GRDB leaves a WAL writer at NORMAL, which loses commits with the power, and a setting
      // made while it prepares the connection does not last.
      try queue.writeWithoutTransaction { db in
        try db.execute(sql: "PRAGMA synchronous = FULL")
        // In KiB: a session appends to the same few pages, and a daemon keeps what it once took.
        try db.execute(sql: "PRAGMA cache_size = -256")
        try db.execute(sql: "PRAGMA trusted_schema = OFF")
      }
      try queue.writeWithoutTransaction { db in try check(db, path: files.database) }
      return queue
    } catch { throw DoseLogError(error, path: files.database) }
  }

  /// Throws unless the connection keeps what the log promises.
  static func check(_ db: Database, path: String) throws {
    func number(_ name: String) throws -> Int64? {
      try Int64.fetchOne(db, sql: "PRAGMA \(name)")
    }
    // 2 is FULL.
    guard try number("synchronous") == 2 else {
      throw DoseLogError.notDurable(path: path, setting: "synchronous = FULL")
    }
    guard try number("foreign_keys") == 1 else {
      throw DoseLogError.notDurable(path: path, setting: "foreign_keys = ON")
    }
    guard try String.fetchOne(db, sql: "PRAGMA journal_mode") == "wal" else {
      throw DoseLogError.notDurable(path: path, setting: "journal_mode = WAL")
    }
    try checkFormat(db, path: path)
  }

  private static func checkFormat(_ db: Database, path: String) throws {
    func number(_ name: String) throws -> Int64? {
      try Int64.fetchOne(db, sql: "PRAGMA \(name)")
    }
    guard try number("application_id") == Migrations.applicationID else {
      throw DoseLogError.notALog(path: path)
    }
    let version = try number("user_version") ?? 0
    if version > Migrations.newest {
      throw DoseLogError.newerVersion(path: path, found: version, known: Migrations.newest)
    }
  }
}

// Decides: which files make a log, how they are made, and what a file is before it is opened.
// Leaves to others: what stands in them (Migrations, HeadFile).

internal import Foundation
internal import GRDB

/// The files of one log.
struct LogFiles: Sendable {
  /// The database.
  let database: String

  init(path: String) {
    database = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
  }

  /// The newest link, outside the database.
  var head: String { database + ".head" }
  /// The journal of records that are not yet in the database, while it is open.
  var journal: String { database + "-wal" }
  /// Held by the one process that writes.
  var lock: String { database + ".lock" }
  /// Every file of the log while it is open.
  var all: [String] { [database, journal, database + "-shm", head, lock] }
  /// A database in the making, renamed when complete.
  private var unfinished: String { database + ".new" }
  var directory: String { URL(fileURLWithPath: database).deletingLastPathComponent().path }

  /// What stands at the database's path.
  enum Found: Equatable {
    case nothing
    case log(version: Int64)
  }

  /// Looks at the file's header without opening it as a database, which would change it.
  func look() throws(DoseLogError) -> Found {
    var isDirectory = ObjCBool(false)
    // SAFETY: `isDirectory` lives across the call, which only fills it in.
    guard unsafe FileManager.default.fileExists(atPath: database, isDirectory: &isDirectory)
    else {
      return .nothing
    }
    if isDirectory.boolValue { throw .isDirectory(path: database) }
    // SAFETY: the path is a Swift string, valid for the call.
    let descriptor = unsafe open(database, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw LogFiles.error(errno, path: database) }
    defer { _ = close(descriptor) }
    var status = stat()
    // SAFETY: `status` lives across the call, which only fills it in.
    guard unsafe fstat(descriptor, &status) == 0 else {
      throw LogFiles.error(errno, path: database)
    }
    // An empty file becomes a log by being replaced; a pipe or a device must never be.
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notALog(path: database) }
    var header = [UInt8](repeating: 0, count: 100)
    // SAFETY: the pointer is valid for `count` bytes within the closure.
    let count = unsafe header.withUnsafeMutableBytes { bytes in
      unsafe read(descriptor, bytes.baseAddress, bytes.count)
    }
    if count < 0 { throw LogFiles.error(errno, path: database) }
    if count == 0 { return .nothing }
    guard count == 100, header.starts(with: Array("SQLite format 3\0".utf8)),
      LogFiles.number(header, at: 68) == Migrations.applicationID
    else { throw .notALog(path: database) }
    let version = LogFiles.number(header, at: 60)
    if version > Migrations.newest {
      throw .newerVersion(path: database, found: version, known: Migrations.newest)
    }
    return .log(version: version)
  }

  private static func number(_ bytes: [UInt8], at place: Int) -> Int64 {
    bytes[place..<place + 4].reduce(0) { $0 << 8 | Int64($1) }
  }

  /// Makes the directory, closed to others, where there is none.
  func makeDirectory() throws(DoseLogError) {
    do {
      try FileManager.default.createDirectory(
        atPath: directory, withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
    } catch {
      throw .cannotOpen(
        path: database, reason: "its directory \(directory) cannot be made")
    }
  }

  /// Makes an empty log: complete under another name first, so that a crash leaves none or a
  /// whole one.
  func makeDatabase() throws(DoseLogError) {
    do {
      for leftover in [unfinished, unfinished + "-wal", unfinished + "-shm"]
      where FileManager.default.fileExists(atPath: leftover) {
        try FileManager.default.removeItem(atPath: leftover)
      }
    } catch {
      throw .cannotOpen(path: database, reason: "\(unfinished) cannot be removed")
    }
    // SAFETY: the path is a Swift string, valid for the call.
    let descriptor = unsafe open(unfinished, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw LogFiles.error(errno, path: database) }
    _ = close(descriptor)
    do {
      var configuration = Configuration()
      configuration.journalMode = .wal
      let queue = try DatabaseQueue(path: unfinished, configuration: configuration)
      try queue.write { db in try LogFiles.migrate(db, from: 0) }
      // Closing moves everything from the WAL into the file, and syncs it.
      try queue.close()
    } catch { throw DoseLogError(error, path: database) }
    // SAFETY: both paths are Swift strings, valid for the call.
    guard unsafe rename(unfinished, database) == 0 else {
      throw LogFiles.error(errno, path: database)
    }
    try syncDirectory()
  }

  /// Brings a database from a version to a later one, the newest unless another is named.
  static func migrate(
    _ db: Database, from version: Int64, to target: Int64 = Migrations.newest
  ) throws {
    for migration in Migrations.all[Int(version)..<Int(target)] { try db.execute(sql: migration) }
    try db.execute(sql: "PRAGMA application_id = \(Migrations.applicationID)")
    try db.execute(sql: "PRAGMA user_version = \(target)")
  }

  /// Makes the names of new files durable.
  func syncDirectory() throws(DoseLogError) {
    // SAFETY: the path is a Swift string, valid for the call.
    let descriptor = unsafe open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw LogFiles.error(errno, path: database) }
    defer { _ = close(descriptor) }
    guard fsync(descriptor) == 0 else { throw LogFiles.error(errno, path: database) }
  }

  /// The log's error for a failed system call.
  static func error(_ code: CInt, path: String) -> DoseLogError {
    switch code {
    case EROFS, EACCES, EPERM: return .readOnly(path: path)
    case ENOSPC, EDQUOT, EFBIG: return .diskFull(path: path)
    case EIO: return .inputOutput(path: path, what: reason(code))
    default: return .cannotOpen(path: path, reason: reason(code))
    }
  }

  /// The system's words for an error number.
  static func reason(_ code: CInt) -> String {
    // SAFETY: `strerror` answers a valid, terminated string; it is copied at once.
    unsafe String(cString: strerror(code))
  }
}

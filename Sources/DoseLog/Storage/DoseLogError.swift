// Decides: what can go wrong with the log, in words that say what to do.
// Leaves to others: exit statuses (the executables), by `isRefusal`.

internal import GRDB

/// What went wrong with the log. Nothing of the refused call was recorded, except where the
/// case says so.
public enum DoseLogError: Error, Sendable, Equatable {
  /// The file cannot be opened or made.
  case cannotOpen(path: String, reason: String)
  /// There is no log.
  case noLog(path: String)
  /// The path names a directory.
  case isDirectory(path: String)
  /// The file is something else.
  case notALog(path: String)
  /// The file was made by a later version of this software.
  case newerVersion(path: String, found: Int64, known: Int64)
  /// Newest records may stand in a journal, which a folder without write permission hides.
  case journalNotReadable(path: String)
  /// A file of the log was removed, moved or replaced while the log was open.
  case removed(path: String)
  /// The log changed while it was read without its locks.
  case changedWhileRead(path: String)
  /// The disk or file cannot be written.
  case readOnly(path: String)
  /// There is no space left.
  case diskFull(path: String)
  /// Another process, or this one, has the log open for writing.
  case inUse(path: String, process: Int32?)
  /// Another program holds the database's lock.
  case locked(path: String)
  /// The log's content is not what was written.
  case corrupt(path: String, what: String)
  /// The durability setting did not take.
  case notDurable(path: String, setting: String)
  /// The disk failed.
  case inputOutput(path: String, what: String)
  /// The records are in the log, but its head was not written; opening the log repairs it.
  case headNotWritten(path: String, what: String)
  /// There is no session yet.
  case noSession(path: String)
  /// There is no such session.
  case unknownSession(SessionID)
  /// The session has ended; nothing can be added to it.
  case sessionClosed(SessionID)
  /// There is no such event, or it needs no acknowledgement, or it has one.
  case nothingToAcknowledge(event: Int64)
  /// A record that cannot be right.
  case badRecord(what: String)

  /// Whether it is a refusal (exit 3) rather than bad input (exit 2).
  public var isRefusal: Bool {
    switch self {
    case .cannotOpen, .noLog, .isDirectory, .notALog, .newerVersion, .journalNotReadable,
      .noSession, .unknownSession, .nothingToAcknowledge, .badRecord:
      return false
    case .readOnly, .removed, .changedWhileRead, .diskFull, .inUse, .locked, .corrupt, .notDurable,
      .inputOutput,
      .headNotWritten, .sessionClosed:
      return true
    }
  }
}

extension DoseLogError {
  /// Does `write`, and answers the failure of the head alone: what was to be written is in the
  /// log then, and writing it again would double it (SR-46).
  public static func ofHead(
    _ write: () throws(DoseLogError) -> Void
  ) throws(DoseLogError) -> DoseLogError? {
    do throws(DoseLogError) {
      try write()
      return nil
    } catch {
      guard case .headNotWritten = error else { throw error }
      return error
    }
  }
}

extension DoseLogError: CustomStringConvertible {
  /// One line: what is wrong, where, and what to do.
  public var description: String {
    switch self {
    case .cannotOpen(let path, let reason):
      return "cannot open the dose log \(path): \(reason); name another with --log"
    case .noLog(let path):
      return "there is no dose log at \(path): run a session first, or name one with --log"
    case .isDirectory(let path):
      return "\(path) is a directory, not a dose log; name a file in it"
    case .notALog(let path):
      return "\(path) is not a dose log and was left as it is; name another with --log"
    case .newerVersion(let path, let found, let known):
      return "the dose log \(path) has format \(found) and this software knows up to \(known); "
        + "use the newer software, or name another log with --log"
    case .journalNotReadable(let path):
      return "the dose log \(path) has a journal that cannot be read here, and it may hold the "
        + "newest records; copy \(path), \(path)-wal and \(path).head to a writable folder, and "
        + "name the copy with --log"
    case .removed(let path):
      return "\(path) was removed, moved or replaced while the dose log was open: what was "
        + "delivered can no longer be recorded; put it back from where it went, or restore a "
        + "backup, before anything is started again"
    case .changedWhileRead(let path):
      return "the dose log \(path) was written while it was read; read it again when the session "
        + "has ended"
    case .readOnly(let path):
      return "the dose log \(path) cannot be written; make file and directory writable, "
        + "or name another with --log"
    case .diskFull(let path):
      return "no space is left for the dose log \(path); free some and start again"
    case .inUse(let path, let process):
      let owner = process.map { " by process \($0)" } ?? ""
      return "the dose log \(path) is in use\(owner); end that session first, "
        + "or name another log with --log"
    case .locked(let path):
      return "another program holds the dose log \(path); close it and start again"
    case .corrupt(let path, let what):
      return "the dose log \(path) is damaged: \(what); keep its files for examination "
        + "(nmes dose verify), and restore a backup or name a new log with --log"
    case .notDurable(let path, let setting):
      return "the dose log \(path) does not keep \(setting), so it would not survive a power "
        + "loss; name a log on another file system with --log"
    case .inputOutput(let path, let what):
      return "the disk failed under the dose log \(path): \(what); check the disk"
    case .headNotWritten(let path, let what):
      return "the records are in the dose log \(path), but its head file could not be written: "
        + "\(what); check the disk, and open the log again to repair the head"
    case .noSession(let path):
      return "the dose log \(path) holds no session yet; run one first"
    case .unknownSession(let session):
      return "there is no session \(session) in the dose log; nmes dose list shows them"
    case .sessionClosed(let session):
      return "session \(session) has ended and takes no more records; begin a new one"
    case .nothingToAcknowledge(let event):
      return "event \(event) awaits no acknowledgement; list the ones that do"
    case .badRecord(let what):
      return "the dose log refuses a record: \(what)"
    }
  }
}

extension DoseLogError {
  /// The log's error for whatever the database threw.
  init(_ error: any Error, path: String) {
    if let known = error as? DoseLogError {
      self = known
      return
    }
    guard let error = error as? DatabaseError else {
      self = .inputOutput(path: path, what: "\(error)")
      return
    }
    let message = error.message ?? "no reason was given"
    switch error.resultCode {
    case .SQLITE_BUSY, .SQLITE_LOCKED: self = .locked(path: path)
    case .SQLITE_FULL: self = .diskFull(path: path)
    case .SQLITE_READONLY: self = .readOnly(path: path)
    case .SQLITE_CORRUPT, .SQLITE_MISMATCH: self = .corrupt(path: path, what: message)
    case .SQLITE_NOTADB: self = .notALog(path: path)
    case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
      self = .cannotOpen(path: path, reason: message)
    case .SQLITE_CONSTRAINT: self = .badRecord(what: message)
    default:
      self =
        error.extendedResultCode == .SQLITE_IOERR_SHMSIZE
        ? .diskFull(path: path)
        : .inputOutput(path: path, what: "\(message) (SQLite \(error.extendedResultCode))")
    }
  }
}

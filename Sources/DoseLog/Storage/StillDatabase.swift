// Decides: when a database may be read without locks and index, because nobody writes it.
// Leaves to others: opening it (Connection) and what is read.

internal import Foundation

/// A database in a folder where this process can write nothing, and which has no journal.
///
/// SQLite then reads the file alone, as if it could never change. Another user's writer could
/// change it all the same, so whoever reads asks afterwards whether it did.
struct StillDatabase: Sendable {
  let files: LogFiles
  private let identity: FileVersion

  /// The database, when its folder cannot be written; `nil` when it can.
  ///
  /// Throws when a journal stands beside it: what is in that would silently be left out.
  init?(_ files: LogFiles) throws(DoseLogError) {
    // SAFETY: the path is a Swift string, valid for the call.
    guard unsafe access(files.directory, W_OK) != 0 else { return nil }
    self.files = files
    identity = try FileVersion(files.database)
    try StillDatabase.refuseJournal(files)
  }

  /// The database as SQLite is to open it.
  var uri: String {
    let plain = CharacterSet.urlPathAllowed.subtracting(CharacterSet(charactersIn: "?#%;"))
    let path = files.database.addingPercentEncoding(withAllowedCharacters: plain)
    return "file:\(path ?? files.database)?immutable=1"
  }

  /// Throws when somebody wrote it since it was opened.
  func checkUnchanged() throws(DoseLogError) {
    try StillDatabase.refuseJournal(files)
    if try FileVersion(files.database) != identity {
      throw .changedWhileRead(path: files.database)
    }
  }

  private static func refuseJournal(_ files: LogFiles) throws(DoseLogError) {
    var status = stat()
    // SAFETY: the path is valid for the call; `status` lives across it and is only filled in.
    if unsafe lstat(files.journal, &status) == 0 {
      // An empty one holds no record.
      if status.st_size > 0 { throw .journalNotReadable(path: files.database) }
    } else if errno != ENOENT {
      throw .journalNotReadable(path: files.database)
    }
  }
}

/// What changes when a file is written or replaced.
private struct FileVersion: Equatable, Sendable {
  private let device: UInt
  private let number: UInt
  private let size: Int
  private let seconds: Int
  private let nanoseconds: Int

  init(_ path: String) throws(DoseLogError) {
    var status = stat()
    // SAFETY: the path is valid for the call; `status` lives across it and is only filled in.
    guard unsafe stat(path, &status) == 0 else { throw LogFiles.error(errno, path: path) }
    device = UInt(status.st_dev)
    number = UInt(status.st_ino)
    size = Int(status.st_size)
    seconds = status.st_mtim.tv_sec
    nanoseconds = status.st_mtim.tv_nsec
  }
}

// Decides: whether the log's files are still those that were opened.
// Leaves to others: when that is looked at (DoseLogWriter), and what stands in them.

internal import Foundation

/// Which file a path leads to.
struct FileIdentity: Equatable, Sendable {
  private let device: dev_t
  private let number: ino_t

  /// The file at `path`; `nil` where there is none, or none can be looked at.
  init?(_ path: String) {
    var status = stat()
    // SAFETY: the path is a Swift string, and `status` lives across the call that fills it in.
    guard unsafe stat(path, &status) == 0 else { return nil }
    device = status.st_dev
    number = status.st_ino
  }
}

/// The files of a log as they were opened. One that is removed or replaced under an open log goes
/// on taking records, which nobody finds again.
struct OpenedFiles: Sendable {
  private let files: LogFiles
  private var database: FileIdentity?
  private var head: FileIdentity?
  /// Made by the first transaction, and there until the log is closed.
  private var journal: FileIdentity?

  /// The files as they are, just opened.
  init(_ files: LogFiles) {
    self.files = files
    database = FileIdentity(files.database)
    head = FileIdentity(files.head)
    journal = FileIdentity(files.journal)
  }

  /// - Throws: ``DoseLogError/removed(path:)`` for the first that is another, or none.
  mutating func check() throws(DoseLogError) {
    if journal == nil { journal = FileIdentity(files.journal) }
    try OpenedFiles.check(files.database, is: database)
    try OpenedFiles.check(files.head, is: head)
    if journal != nil { try OpenedFiles.check(files.journal, is: journal) }
  }

  private static func check(_ path: String, is opened: FileIdentity?) throws(DoseLogError) {
    guard let opened, FileIdentity(path) == opened else { throw .removed(path: path) }
  }
}

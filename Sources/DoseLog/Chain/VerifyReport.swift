// Decides: what verification answers.
// Leaves to others: finding it (Verifier) and showing it (DoseTables).

/// What is wrong with a log.
public enum LogDefectKind: String, CaseIterable, Sendable, Codable {
  /// A row is not what was written.
  case edited
  /// A row is gone.
  case dropped
  /// A row was put in that the chain does not know.
  case inserted
  /// Links are not in the order in which they were written.
  case reordered
  /// Records are gone from the end.
  case truncated
  /// The head file is gone or belongs to another history.
  case head
  /// Tables or their triggers are not those of the format.
  case schema
  /// The database itself cannot be read.
  case unreadable
}

/// The first defect of a log, and where.
public struct LogDefect: Sendable, Equatable, Codable {
  /// What kind.
  public let kind: LogDefectKind
  /// The place in the chain, counted from 1.
  public let sequence: Int64?
  /// The table.
  public let table: String?
  /// The row's id in its table.
  public let row: Int64?
  /// The session that the row belongs to.
  public let session: SessionID?
  /// One line for people.
  public let what: String
}

/// What verification found.
public struct VerifyReport: Sendable, Equatable, Codable {
  /// The log.
  public let path: String
  /// The format's version.
  public let formatVersion: Int64
  /// Records that were checked and found as written.
  public let recordsChecked: Int64
  /// Sessions in the log.
  public let sessions: Int64
  /// When the newest record was written.
  public let newestRecord: WallTime?
  /// Records beyond the head: committed as a process died; repaired by the next writer.
  public let recordsBeyondHead: Int64
  /// The first defect; `nil` for an intact log.
  public let defect: LogDefect?

  /// Whether the log is as it was written.
  public var isIntact: Bool { defect == nil }
}

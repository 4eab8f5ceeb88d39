// Decides: which file may become a record, and that nothing else is ever written over.
// Leaves to others: what is written into it (VCDWriter).

import Foundation

/// Opens the files of records.
enum RecordFile {
  /// A file begins as a Value Change Dump with one of these.
  private static let beginnings = ["$comment", "$date", "$version", "$timescale", "$scope"]
    .map { Array($0.utf8) }

  /// SQLite's own files beside a database. An empty one is no leftover of a record.
  private static let companions = ["-wal", "-shm", "-journal"]

  /// Opens `path`, empty, for writing.
  ///
  /// What stands there is emptied only after it was looked at through the very descriptor that is
  /// written to.
  static func open(
    _ path: String, replaces: Bool, sparing spared: [String]
  ) throws(RecordError) -> FileHandle {
    var before = stat()
    // SAFETY: the path is valid for the call; `before` lives across it and is only filled in.
    let isThere = unsafe stat(path, &before) == 0
    // A pipe would wait for a reader as it is opened, and a device is never replaced.
    guard !isThere || before.st_mode & S_IFMT == S_IFREG else { throw .cannotCreate(path: path) }
    if isThere && !replaces { throw .exists(path: path) }
    let creation = replaces ? O_CREAT : O_CREAT | O_EXCL
    // SAFETY: the path is a Swift string, valid for the call.
    let descriptor = unsafe Foundation.open(
      path, O_RDWR | creation | O_CLOEXEC | O_NONBLOCK, mode_t(0o666))
    guard descriptor >= 0 else {
      if errno == EEXIST { throw .exists(path: path) }
      throw .cannotCreate(path: path)
    }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    try check(descriptor, path, sparing: spared)
    guard ftruncate(descriptor, 0) == 0 else { throw .cannotCreate(path: path) }
    return file
  }

  private static func check(
    _ descriptor: CInt, _ path: String, sparing spared: [String]
  ) throws(RecordError) {
    var own = stat()
    // SAFETY: `own` lives across the call, which only fills it in.
    guard unsafe fstat(descriptor, &own) == 0, own.st_mode & S_IFMT == S_IFREG else {
      throw .cannotCreate(path: path)
    }
    for other in spared {
      var status = stat()
      // SAFETY: the path is valid for the call; `status` lives across it and is only filled in.
      guard unsafe stat(other, &status) == 0 else { continue }
      if status.st_dev == own.st_dev && status.st_ino == own.st_ino {
        throw .belongsToLog(path: path)
      }
    }
    if own.st_size == 0 {
      if companions.contains(where: { path.hasSuffix($0) }) { throw .belongsToLog(path: path) }
      return
    }
    var start = [UInt8](repeating: 0, count: 16)
    // SAFETY: the pointer is valid for `count` bytes within the closure.
    let count = unsafe start.withUnsafeMutableBytes { bytes in
      unsafe pread(descriptor, bytes.baseAddress, bytes.count, 0)
    }
    guard count > 0, beginnings.contains(where: { start.prefix(count).starts(with: $0) }) else {
      throw .notARecord(path: path)
    }
  }
}

// Decides: that one process at a time writes a log, and which.
// Leaves to others: the database's own short locks (SQLite).

internal import Foundation

/// The right to write a log, held until it is let go or the process ends, however it ends.
struct WriterLock: ~Copyable, Sendable {
  private let descriptor: CInt

  private init(descriptor: CInt) { self.descriptor = descriptor }

  deinit { _ = close(descriptor) }

  /// Takes the right, or throws who has it.
  static func take(_ files: LogFiles) throws(DoseLogError) -> WriterLock {
    // SAFETY: the path is a Swift string, valid for the call.
    let descriptor = unsafe open(files.lock, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw LogFiles.error(errno, path: files.database) }
    let lock = WriterLock(descriptor: descriptor)
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      if errno != EWOULDBLOCK { throw LogFiles.error(errno, path: files.database) }
      throw .inUse(path: files.database, process: owner(files))
    }
    // The number is for the message of the next one only; the lock holds without it.
    let text = Array("\(getpid())\n".utf8)
    _ = ftruncate(descriptor, 0)
    // SAFETY: the pointer is valid for `count` bytes within the closure.
    _ = unsafe text.withUnsafeBytes { bytes in
      unsafe pwrite(descriptor, bytes.baseAddress, bytes.count, 0)
    }
    return lock
  }

  private static func owner(_ files: LogFiles) -> Int32? {
    FileManager.default.contents(atPath: files.lock)
      .flatMap { String(data: $0, encoding: .utf8) }
      .flatMap { Int32($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
  }
}

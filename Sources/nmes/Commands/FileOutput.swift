// Decides: how a command writes a file that the user named.
// Leaves to others: what is in it.

import Foundation

enum FileOutput {
  /// Writes a text, or fails with the reason in one line. A file that exists is replaced only
  /// where the user said so.
  static func write(_ text: String, to path: String, replaces: Bool) throws {
    try check(path, replaces: replaces)
    do {
      try text.write(toFile: path, atomically: true, encoding: .utf8)
    } catch {
      throw Failure(
        .badInput, "\(path): cannot be written: \(reason(error)); name another file")
    }
  }

  /// Fails where a file may not be written, before the work that it is for.
  static func check(_ path: String, replaces: Bool) throws {
    // Writing replaces what stands there; a pipe or a device must never be replaced.
    var status = stat()
    // SAFETY: the path is valid for the call; `status` lives across it and is only filled in.
    let isThere = unsafe stat(path, &status) == 0
    guard !isThere || status.st_mode & S_IFMT == S_IFREG else {
      throw Failure(.badInput, "\(path): is not a regular file; name another file")
    }
    if isThere && !replaces {
      throw Failure(
        .badInput,
        "\(path): exists already and was left as it is; name another file, or replace it with "
          + "--force")
    }
    try checkFolder(of: path)
  }

  /// Refuses a path whose folder is not there: the library's own words do not say so.
  private static func checkFolder(of path: String) throws(Failure) {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    var status = stat()
    // SAFETY: the path is valid for the call; `status` lives across it and is only filled in.
    guard unsafe stat(folder, &status) == 0 else {
      throw Failure(
        .badInput,
        "\(path): cannot be written: the folder \(folder) is not there; make it, or name another "
          + "file")
    }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw Failure(
        .badInput, "\(path): cannot be written: \(folder) is not a folder; name another file")
    }
  }

  /// The system's own reason, where the library has one below its words.
  private static func reason(_ error: any Error) -> String {
    let found = error as NSError
    let below = found.userInfo[NSUnderlyingErrorKey] as? NSError
    return (below ?? found).localizedDescription
  }
}

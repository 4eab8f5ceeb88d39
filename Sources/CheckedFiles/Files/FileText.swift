// Decides: how a file's bytes become text, within the bound on a file's size.
// Leaves to others: what the text says.

import Foundation

/// Reading a file's text.
enum FileText {
  /// The text of a file of the family with that letter.
  static func read(_ file: String, letter: String) throws(LibraryError) -> String {
    let data = try bytes(file)
    let top = SourceLocation(file: file, line: 1, column: 1)
    if data.count > SourceTree.mostBytes {
      let message =
        "the file has more than \(SourceTree.mostBytes) bytes, which is the limit; "
        + "shorten it"
      throw .refused(FileRefusal([Diagnostic(.tooLarge, of: letter, at: top, message)]))
    }
    if let text = String(validating: data, as: UTF8.self) { return text }
    let place = SourceLocation(file: file, line: firstBadLine(data), column: 1)
    let message = "not UTF-8; save the file as UTF-8 text"
    throw .refused(FileRefusal([Diagnostic(.notUTF8, of: letter, at: place, message)]))
  }

  /// At most one byte more than a file may have, so that an endless file ends here.
  private static func bytes(_ file: String) throws(LibraryError) -> Data {
    guard let type = type(of: file) else {
      throw .unreadable(file: file, reason: "no such file, or no permission to look for it")
    }
    // Opening a pipe would wait for a writer for ever.
    if type != .typeRegular {
      let kind = type == .typeDirectory ? "a directory" : "not a regular file"
      throw .unreadable(file: file, reason: "it is \(kind)")
    }
    do {
      let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: file))
      defer { try? handle.close() }
      return try handle.read(upToCount: SourceTree.mostBytes + 1) ?? Data()
    } catch {
      throw .unreadable(file: file, reason: reason(error))
    }
  }

  /// The type of what a path leads to, or `nil` when it leads nowhere.
  static func type(of path: String) -> FileAttributeType? {
    let real = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    let attributes = try? FileManager.default.attributesOfItem(atPath: real)
    return attributes?[.type] as? FileAttributeType
  }

  static func reason(_ error: any Error) -> String {
    let found = error as NSError
    if let underlying = found.userInfo[NSUnderlyingErrorKey] as? NSError,
      underlying.domain == NSPOSIXErrorDomain
    {
      return printable(underlying.localizedDescription)
    }
    return printable(found.localizedDescription)
  }

  private static func firstBadLine(_ data: Data) -> Int {
    var line = 1
    for part in data.split(separator: 10, omittingEmptySubsequences: false) {
      if String(validating: part, as: UTF8.self) == nil { return line }
      line += 1
    }
    return 1
  }
}

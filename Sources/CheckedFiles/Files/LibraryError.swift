// Decides: why a checked file cannot be had.
// Leaves to others: what is wrong within a file (FileRefusal) and what it is for.

/// A file that cannot be had.
public enum LibraryError: Error, Sendable, Equatable, CustomStringConvertible {
  /// No directory of such files: the places that were looked at.
  case noDirectory(NamedFiles.Kind, places: [String])
  /// No file of that name: the near names, and all there are.
  case unknownName(NamedFiles.Kind, name: String, near: [String], known: [String])
  /// A file that holds another name than its own.
  case misnamed(NamedFiles.Kind, file: String, name: String)
  /// A file that cannot be read: why.
  case unreadable(file: String, reason: String)
  /// A file whose text is refused.
  case refused(FileRefusal)

  /// Whether a limit refuses it (exit 3), as opposed to bad input (exit 2).
  public var isRefusal: Bool {
    if case .refused(let refusal) = self { return refusal.isRefusal }
    return false
  }

  /// One line, or one an error of the file.
  public var description: String {
    switch self {
    case .noDirectory(let kind, let places):
      "no directory of \(kind.item)s; looked at \(places.joined(separator: ", ")); set "
        + "\(kind.variable) to it"
    case .unknownName(let kind, let name, let near, let known):
      "no \(kind.item) \"\(printable(name))\"; "
        + (near.isEmpty
          ? "the \(kind.item)s are \(known.joined(separator: ", "))"
          : "did you mean \(near.map { "\"\($0)\"" }.joined(separator: " or "))?")
    case .misnamed(let kind, let file, let name):
      "\(file): holds a \(kind.content) named \"\(name)\"; a \(kind.item)'s file is called as its "
        + "\(kind.content), "
        + "so rename one"
    case .unreadable(let file, let reason):
      "\(printable(file)): cannot be read: \(reason); check the path and its permissions"
    case .refused(let refusal): refusal.description
    }
  }
}

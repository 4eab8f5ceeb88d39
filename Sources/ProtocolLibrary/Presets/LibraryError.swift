// Decides: why a protocol or prescription file cannot be had.
// Leaves to others: what is wrong within a file (FileRefusal) and a session (SessionRefusal).

/// A file that cannot be had.
public enum LibraryError: Error, Sendable, Equatable, CustomStringConvertible {
  /// No directory of presets: the places that were looked at.
  case noPresets(places: [String])
  /// No preset of that name: the near ones, and all there are.
  case unknownPreset(name: String, near: [String], known: [String])
  /// A preset whose file holds another name.
  case misnamed(file: String, name: String)
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
    case .noPresets(let places):
      "no directory of presets; looked at \(places.joined(separator: ", ")); set NMES_PROTOCOLS "
        + "to it"
    case .unknownPreset(let name, let near, let known):
      "no preset \"\(printable(name))\"; "
        + (near.isEmpty
          ? "the presets are \(known.joined(separator: ", "))"
          : "did you mean \(near.map { "\"\($0)\"" }.joined(separator: " or "))?")
    case .misnamed(let file, let name):
      "\(file): holds a protocol named \"\(name)\"; a preset's file is called as its protocol, "
        + "so rename one"
    case .unreadable(let file, let reason):
      "\(printable(file)): cannot be read: \(reason); check the path and its permissions"
    case .refused(let refusal): refusal.description
    }
  }
}

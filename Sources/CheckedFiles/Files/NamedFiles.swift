// Decides: where files that are known by name are looked for, and how one is loaded.
// Leaves to others: what the files say (the readers of each family).

import Foundation

/// A directory of checked files that are called by their names, such as `Protocols/`.
public struct NamedFiles: Sendable {
  /// What such a directory is called and holds.
  public struct Kind: Sendable, Equatable {
    /// The directory's name, such as `Protocols`.
    public let folder: String
    /// The environment variable that names another directory.
    public let variable: String
    /// What people call one of its files, such as `preset`.
    public let item: String
    /// What such a file holds, such as `protocol`.
    public let content: String

    /// A kind of directory.
    public init(folder: String, variable: String, item: String, content: String) {
      self.folder = folder
      self.variable = variable
      self.item = item
      self.content = content
    }
  }

  /// What it holds.
  public let kind: Kind
  /// The directory.
  public let path: String
  /// The most files that a directory may hold.
  public static let mostFiles = 200
  /// The farthest ancestor of the executable that is looked at.
  static let farthestAncestor = 6
  /// Where a package installs such directories.
  static let installed = "/usr/share/nmes"

  /// A directory that is known.
  public init(_ kind: Kind, path: String) {
    self.kind = kind
    self.path = path
  }

  /// Looks in the kind's environment variable, then in the working directory, then beside the
  /// ancestors of the executable, then where a package installs. The variable excludes the
  /// others.
  public static func find(
    _ kind: Kind, environment: [String: String], workingDirectory: String, executable: String?
  ) throws(LibraryError) -> NamedFiles {
    if let stated = environment[kind.variable], !stated.isEmpty {
      if isDirectory(stated) { return NamedFiles(kind, path: stated) }
      throw .noDirectory(kind, places: ["\(kind.variable)=\(printable(stated))"])
    }
    var places = [join(workingDirectory, kind.folder)]
    if let executable {
      var folder = URL(fileURLWithPath: executable).resolvingSymlinksInPath()
      for _ in 0..<farthestAncestor where folder.path != "/" {
        folder = folder.deletingLastPathComponent()
        places.append(join(folder.path, kind.folder))
      }
    }
    places.append(join(installed, kind.folder))
    for place in places where isDirectory(place) { return NamedFiles(kind, path: place) }
    throw .noDirectory(kind, places: places)
  }

  /// The names of all files, sorted.
  public func names() throws(LibraryError) -> [String] {
    let found: [String]
    do {
      found = try FileManager.default.contentsOfDirectory(atPath: path)
    } catch {
      throw .unreadable(file: path, reason: FileText.reason(error))
    }
    let names = found.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
    if names.count > NamedFiles.mostFiles {
      throw .unreadable(
        file: path,
        reason: "it holds \(names.count) \(kind.item)s; the limit is \(NamedFiles.mostFiles)")
    }
    return names
  }

  /// Where the file of a name is, or would be.
  public func path(of name: String) -> String { NamedFiles.join(path, "\(name).yaml") }

  /// Loads a file by its name; the name that it holds must be the same.
  public func load<Value>(
    _ name: String, nameOf: (Value) -> String, _ read: (String) throws(LibraryError) -> Value
  ) throws(LibraryError) -> Value {
    let known = try names()
    guard known.contains(name) else {
      throw .unknownName(
        kind, name: name, near: Array(NearestName.all(name, among: known).prefix(3)),
        known: known)
    }
    let file = path(of: name)
    let found = try read(file)
    if nameOf(found) != name { throw .misnamed(kind, file: file, name: nameOf(found)) }
    return found
  }

  /// Whether an argument names a file rather than one of a directory.
  public static func isPath(_ argument: String) -> Bool {
    argument.contains("/") || argument.hasSuffix(".yaml") || argument.hasSuffix(".yml")
  }

  private static func isDirectory(_ path: String) -> Bool {
    FileText.type(of: path) == .typeDirectory
  }

  static func join(_ folder: String, _ name: String) -> String {
    folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
  }
}

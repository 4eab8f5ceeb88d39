// Decides: what the directory of presets is, and its order.
// Leaves to others: finding it and reading within bounds (CheckedFiles), what the files say
// (ProtocolReader, PrescriptionReader).

public import CheckedFiles

/// The directory of presets, `Protocols/`.
public struct PresetDirectory: Sendable {
  /// How presets are found: `NMES_PROTOCOLS` or `Protocols/`.
  public static let kind = NamedFiles.Kind(
    folder: "Protocols", variable: "NMES_PROTOCOLS", item: "preset", content: "protocol")
  private let files: NamedFiles

  /// The directory.
  public var path: String { files.path }

  /// A directory that is known.
  public init(path: String) { files = NamedFiles(PresetDirectory.kind, path: path) }

  /// Looks in `NMES_PROTOCOLS`, then `./Protocols`, then beside the ancestors of the
  /// executable, then where a package installs presets. `NMES_PROTOCOLS` excludes the others.
  public static func find(
    environment: [String: String], workingDirectory: String, executable: String?
  ) throws(LibraryError) -> PresetDirectory {
    PresetDirectory(
      path: try NamedFiles.find(
        kind, environment: environment, workingDirectory: workingDirectory,
        executable: executable
      ).path)
  }

  /// The names of all presets, sorted.
  public func names() throws(LibraryError) -> [String] { try files.names() }

  /// Every preset, in order of stage and name; throws at the first that is refused.
  public func presets() throws(LibraryError) -> [TherapyProtocol] {
    var result: [TherapyProtocol] = []
    for name in try names() { result.append(try load(name)) }
    return result.sorted { ($0.stage.rawValue, $0.name) < ($1.stage.rawValue, $1.name) }
  }

  /// A preset by its name.
  public func load(_ name: String) throws(LibraryError) -> TherapyProtocol {
    try files.load(name, nameOf: \.name) { (file) throws(LibraryError) in
      try ProtocolLibrary.loadProtocol(file: file)
    }
  }
}

extension ProtocolLibrary {
  /// A protocol by a preset's name or by a path.
  public static func loadProtocol(
    _ argument: String, presets: () throws(LibraryError) -> PresetDirectory
  ) throws(LibraryError) -> TherapyProtocol {
    if NamedFiles.isPath(argument) { return try loadProtocol(file: argument) }
    return try presets().load(argument)
  }

  /// Reads a protocol file.
  public static func loadProtocol(file: String) throws(LibraryError) -> TherapyProtocol {
    try family.load(file: file) { ProtocolReader($0, findings: $1)?.read() }
  }

  /// Reads a prescription file.
  public static func loadPrescription(file: String) throws(LibraryError) -> Prescription {
    let text = try family.text(file: file)
    do throws(FileRefusal) { return try parsePrescription(text: text, file: file) } catch {
      throw .refused(error)
    }
  }
}

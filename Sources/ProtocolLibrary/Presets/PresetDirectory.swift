// Decides: where presets are looked for, and how files are read within bounds.
// Leaves to others: what the files say (ProtocolReader, PrescriptionReader).

import Foundation

/// The directory of presets, `Protocols/`.
public struct PresetDirectory: Sendable {
  /// The directory.
  public let path: String
  /// The most presets that a directory may hold.
  public static let mostPresets = 200
  /// The farthest ancestor of the executable that is looked at.
  static let farthestAncestor = 6
  /// Where a package installs presets.
  static let installed = "/usr/share/nmes/Protocols"

  /// A directory that is known.
  public init(path: String) { self.path = path }

  /// Looks in `NMES_PROTOCOLS`, then `./Protocols`, then beside the ancestors of the
  /// executable, then where a package installs presets. `NMES_PROTOCOLS` excludes the others.
  public static func find(
    environment: [String: String], workingDirectory: String, executable: String?
  ) throws(LibraryError) -> PresetDirectory {
    if let stated = environment["NMES_PROTOCOLS"], !stated.isEmpty {
      if isDirectory(stated) { return PresetDirectory(path: stated) }
      throw .noPresets(places: ["NMES_PROTOCOLS=\(printable(stated))"])
    }
    var places = [join(workingDirectory, "Protocols")]
    if let executable {
      var folder = URL(fileURLWithPath: executable).resolvingSymlinksInPath()
      for _ in 0..<farthestAncestor where folder.path != "/" {
        folder = folder.deletingLastPathComponent()
        places.append(join(folder.path, "Protocols"))
      }
    }
    places.append(installed)
    for place in places where isDirectory(place) { return PresetDirectory(path: place) }
    throw .noPresets(places: places)
  }

  /// The names of all presets, sorted.
  public func names() throws(LibraryError) -> [String] {
    let found: [String]
    do {
      found = try FileManager.default.contentsOfDirectory(atPath: path)
    } catch {
      throw .unreadable(file: path, reason: FileText.reason(error))
    }
    let names = found.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
    if names.count > PresetDirectory.mostPresets {
      throw .unreadable(
        file: path,
        reason: "it holds \(names.count) presets; the limit is \(PresetDirectory.mostPresets)")
    }
    return names
  }

  /// Every preset, in order of stage and name; throws at the first that is refused.
  public func presets() throws(LibraryError) -> [TherapyProtocol] {
    var result: [TherapyProtocol] = []
    for name in try names() { result.append(try load(name)) }
    return result.sorted { ($0.stage.rawValue, $0.name) < ($1.stage.rawValue, $1.name) }
  }

  /// A preset by its name.
  public func load(_ name: String) throws(LibraryError) -> TherapyProtocol {
    let known = try names()
    guard known.contains(name) else {
      throw .unknownPreset(
        name: name, near: Array(NearestName.all(name, among: known).prefix(3)), known: known)
    }
    let file = PresetDirectory.join(path, "\(name).yaml")
    let found = try ProtocolLibrary.loadProtocol(file: file)
    if found.name != name { throw .misnamed(file: file, name: found.name) }
    return found
  }

  private static func isDirectory(_ path: String) -> Bool {
    FileText.type(of: path) == .typeDirectory
  }

  static func join(_ folder: String, _ name: String) -> String {
    folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
  }
}

extension ProtocolLibrary {
  /// Whether an argument names a file rather than a preset.
  public static func isPath(_ argument: String) -> Bool {
    argument.contains("/") || argument.hasSuffix(".yaml") || argument.hasSuffix(".yml")
  }

  /// A protocol by a preset's name or by a path.
  public static func loadProtocol(
    _ argument: String, presets: () throws(LibraryError) -> PresetDirectory
  ) throws(LibraryError) -> TherapyProtocol {
    if isPath(argument) { return try loadProtocol(file: argument) }
    return try presets().load(argument)
  }

  /// Reads a protocol file.
  public static func loadProtocol(file: String) throws(LibraryError) -> TherapyProtocol {
    let text = try FileText.read(file)
    do throws(FileRefusal) {
      return try parseProtocol(text: text, file: file)
    } catch {
      throw .refused(error)
    }
  }

  /// Reads a prescription file.
  public static func loadPrescription(file: String) throws(LibraryError) -> Prescription {
    let text = try FileText.read(file)
    do throws(FileRefusal) {
      return try parsePrescription(text: text, file: file)
    } catch {
      throw .refused(error)
    }
  }
}

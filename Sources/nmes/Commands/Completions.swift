// Decides: which words the shell offers where a protocol, a board or a fault is named.
// Leaves to others: the scripts that ask for them (swift-argument-parser).

import ArgumentParser
import BoardSupport
import CheckedFiles
import Foundation
import ProtocolLibrary
import SessionController
import SimulatedBoard

enum Completions {
  /// The most files that are offered.
  private static let most = 200

  /// Presets by name, and YAML files from the folder that is being written.
  static let protocols = CompletionKind.custom { _, _, start in
    names { () throws(LibraryError) in try Presets.find().names() } + files(from: start)
  }

  /// The simulated board, boards by name, and YAML files.
  static let boards = CompletionKind.custom { _, _, start in
    [SimulatedRun.boardName]
      + names { () throws(LibraryError) in try BoardCommand.find().names() }
      + files(from: start)
  }

  /// Presets by name alone.
  static let presets = CompletionKind.custom { _, _, _ in
    names { () throws(LibraryError) in try Presets.find().names() }
  }

  /// The names of faults, up to their time.
  static let faults = CompletionKind.list(FaultName.allCases.map { "\($0.rawValue)@" })

  /// A folder that cannot be read offers nothing: a shell's line is no place for errors.
  private static func names(_ find: () throws(LibraryError) -> [String]) -> [String] {
    do throws(LibraryError) { return try find() } catch { return [] }
  }

  /// YAML files and folders, once the word is more than a name: it holds a slash or a point.
  private static func files(from start: String) -> [String] {
    guard start.contains("/") || start.hasPrefix(".") else { return [] }
    let end = start.lastIndex(of: "/").map { start.index(after: $0) } ?? start.startIndex
    let folder = String(start[..<end])
    let found = try? FileManager.default.contentsOfDirectory(
      atPath: folder.isEmpty ? "." : folder)
    let names = (found ?? []).filter { name in
      var isFolder = ObjCBool(false)
      // SAFETY: `isFolder` lives across the call, which only fills it in.
      _ = unsafe FileManager.default.fileExists(
        atPath: folder + name, isDirectory: &isFolder)
      return name.hasSuffix(".yaml") || isFolder.boolValue
    }
    return names.sorted().prefix(most).map { folder + $0 }
  }
}

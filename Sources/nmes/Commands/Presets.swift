// Decides: where the commands find presets.
// Leaves to others: the search itself (PresetDirectory).

import CheckedFiles
import Foundation
import ProtocolLibrary

enum Presets {
  /// The directory of presets.
  static func find() throws(LibraryError) -> PresetDirectory {
    try PresetDirectory.find(
      environment: ProcessInfo.processInfo.environment,
      workingDirectory: FileManager.default.currentDirectoryPath,
      executable: Bundle.main.executablePath ?? CommandLine.arguments[0])
  }

  /// A protocol by a preset's name or by a path.
  static func therapy(_ argument: String) throws -> TherapyProtocol {
    do throws(LibraryError) {
      return try ProtocolLibrary.loadProtocol(argument, presets: find)
    } catch {
      throw Failure(error)
    }
  }
}

// Decides: where the lines that were typed are kept.
// Leaves to others: reading and writing them (libedit).

import Foundation

enum HistoryFile {
  /// The file in `$XDG_STATE_HOME/nmes`, its folder made; `nil` when there is no place for it.
  static func path(_ environment: [String: String]) -> String? {
    let base: String
    if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") {
      base = state
    } else if let home = environment["HOME"], home.hasPrefix("/") {
      base = home + "/.local/state"
    } else {
      return nil
    }
    let folder = base + "/nmes"
    do {
      // Patients' codes are in it: nobody else's to read.
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
    } catch {
      return nil
    }
    return folder + "/console-history"
  }
}

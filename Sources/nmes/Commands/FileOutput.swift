// Decides: how a command writes a file that the user named.
// Leaves to others: what is in it.

import Foundation

enum FileOutput {
  /// Writes a text, or fails with the reason in one line.
  static func write(_ text: String, to path: String) throws {
    do {
      try text.write(toFile: path, atomically: true, encoding: .utf8)
    } catch {
      throw Failure(
        .badInput,
        "\(path): cannot be written: \((error as NSError).localizedDescription); name another file")
    }
  }
}

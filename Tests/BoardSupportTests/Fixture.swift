// Decides: what the tests of this target share: paths, texts, boards.
// Leaves to others: everything that is tested.

import BoardSupport
import CheckedFiles
import FileTrials
import Foundation

/// What the tests share.
enum Fixture {
  /// The repository.
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The boards of the repository.
  static let boards = NamedFiles(
    BoardLibrary.kind, path: root.appendingPathComponent("Hardware").path)

  /// The schema of boards.
  static func schema() throws -> SchemaCheck {
    try SchemaCheck(root.appendingPathComponent("Hardware/board.schema.json"))
  }

  /// A shipped board.
  static func board(_ name: String) throws -> BoardDefinition {
    try BoardLibrary.loadBoard(name, in: boards)
  }

  /// A shipped board's text with one piece replaced; the piece must be there.
  static func text(
    _ name: String = "kernel-bench", replacing old: String = "", with new: String = ""
  ) throws -> String {
    let url = root.appendingPathComponent("Hardware/\(name).yaml")
    let text = try String(contentsOf: url, encoding: .utf8)
    if old.isEmpty { return text }
    guard text.contains(old) else { throw MissingPiece(piece: old) }
    return text.replacingOccurrences(of: old, with: new)
  }

  /// A board from a changed text.
  static func board(
    _ name: String = "kernel-bench", replacing old: String, with new: String
  ) throws -> BoardDefinition {
    try BoardLibrary.parseBoard(
      text: try text(name, replacing: old, with: new), file: "\(name).yaml")
  }

  struct MissingPiece: Error { let piece: String }
}

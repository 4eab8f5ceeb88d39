// Decides: how new tables stand in a board's definition, every other line as it was.
// Leaves to others: which tables (CalibrationTable), and where the text is written (the command).

public import CheckedFiles
import StimulationCore

/// A board's file: its text and what it defines.
public struct BoardFile: Sendable {
  /// Where it is.
  public let path: String
  /// Its text.
  public let text: String
  /// What it defines.
  public let definition: BoardDefinition

  /// A file that was read.
  init(path: String, text: String, definition: BoardDefinition) {
    self.path = path
    self.text = text
    self.definition = definition
  }
}

extension BoardLibrary {
  /// A board's file by the board's name or by a path.
  public static func loadFile(
    _ argument: String, boards: () throws(LibraryError) -> NamedFiles
  ) throws(LibraryError) -> BoardFile {
    let definition = try loadBoard(argument, boards: boards)
    let path =
      NamedFiles.isPath(argument) ? argument : try boards().path(of: definition.name)
    return BoardFile(
      path: path, text: try family.text(file: path), definition: definition)
  }
}

/// Writes tables into definitions.
public enum CalibrationText {
  /// A definition with new tables for one channel; ranges without one keep theirs.
  ///
  /// The text is read again before it is answered: what is written is what a session will read.
  ///
  /// - Parameters:
  ///   - curves: the new tables by the index of their range.
  ///   - note: who measured what with which meter, for a comment above the tables.
  public static func text(
    of file: BoardFile, channel: Int, curves: [Int: AmplitudeCurve], note: String
  ) throws(FileRefusal) -> String {
    let board = file.definition
    var lines = file.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let key = "channels[\(channel + 1)].calibration"
    let block = block(lines, at: board.location(of: key).line)
    let indent = String(repeating: " ", count: indentation(lines[block.lowerBound]) + 2)
    var tables = [lines[block.lowerBound]]
    tables += comment(note).map { "\(indent)# \($0)" }
    let sources = sources(of: board, key, lines)
    for (index, range) in board.ranges.enumerated() {
      let curve = curves[index] ?? board.channels[channel].curves[index]
      let kept = sources[range.range.maximum] ?? "local, unconfirmed"
      tables += table(
        curve, range, source: curves[index] == nil ? kept : "measured", indent: indent)
    }
    lines.replaceSubrange(block, with: tables)
    let text = lines.joined(separator: "\n")
    let read = try BoardLibrary.parseBoard(text: text, file: file.path)
    for (index, curve) in curves {
      let found = read.channels[channel].curves[index]
      precondition(
        found.count == curve.count
          && (0..<curve.count).allSatisfy { found.points[$0] == curve.points[$0] },
        "what was written is what is read")
    }
    return text
  }

  /// The source of each range's table. The tables may stand in another order than the ranges.
  private static func sources(
    of board: BoardDefinition, _ key: String, _ lines: [String]
  ) -> [Microamperes: String] {
    var sources: [Microamperes: String] = [:]
    for place in 1...16 {
      let line = board.location(of: "\(key)[\(place)].range").line
      let parts = lines[line - 1].split(separator: "\"", omittingEmptySubsequences: false)
      guard parts.count >= 2, let range = try? QuantityParser.parseCurrent(String(parts[1])) else {
        continue
      }
      let points = "\(key)[\(place)].points"
      sources[range] = board.values.first { $0.key == points }?.source
    }
    return sources
  }

  /// The lines of the list, from its key to before what is indented no deeper.
  private static func block(_ lines: [String], at line: Int) -> Range<Int> {
    var first = min(max(line - 1, 0), lines.count - 1)
    while first > 0 && !trimmed(lines[first]).hasPrefix("calibration:") { first -= 1 }
    let depth = indentation(lines[first])
    var end = first + 1
    while end < lines.count {
      let content = trimmed(lines[end])
      let isInside =
        content.isEmpty || indentation(lines[end]) > depth
        || (indentation(lines[end]) == depth && content.hasPrefix("- "))
      if !isInside { break }
      end += 1
    }
    // Empty lines at the end belong to what follows.
    while end > first + 1 && trimmed(lines[end - 1]).isEmpty { end -= 1 }
    return first..<end
  }

  private static func table(
    _ curve: AmplitudeCurve, _ range: RangeDefinition, source: String, indent: String
  ) -> [String] {
    var lines = [
      "\(indent)- range: \"\(text(range.range.maximum))\"",
      "\(indent)  pointsSource: \"\(source)\"",
      "\(indent)  points:",
    ]
    for index in 0..<curve.count {
      let point = curve.points[index]
      lines.append("\(indent)    - activeTime: \"\(text(point.activeTime))\"")
      lines.append("\(indent)      current: \"\(text(point.current))\"")
    }
    return lines
  }

  /// In characters that every editor has, and exact.
  private static func text(_ current: Microamperes) -> String {
    let count = current.rawValue
    return count % 1_000 == 0 ? "\(count / 1_000) mA" : "\(count) uA"
  }

  private static func text(_ time: Nanoseconds) -> String {
    let count = time.rawValue
    return count % 1_000 == 0 && count > 0 ? "\(count / 1_000) us" : "\(count) ns"
  }

  /// A comment has plain characters only, whatever was typed.
  private static func comment(_ note: String) -> [String] {
    TextColumns.wrapped(
      String(note.unicodeScalars.map { (" "..."~").contains($0) ? Character($0) : "?" }))
  }

  private static func indentation(_ line: String) -> Int { line.prefix { $0 == " " }.count }

  private static func trimmed(_ line: String) -> String {
    String(line.drop { $0 == " " })
  }
}

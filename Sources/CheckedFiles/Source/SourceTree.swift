// Decides: how a file's bytes become a tree of keys, lists and quoted values.
// Leaves to others: which keys and values there are (Section and the readers).

import Foundation
import Yams

/// A quoted value and where it stands.
public struct SourceValue: Sendable {
  /// The text between the quotes.
  public let text: String
  /// Where it stands.
  public let location: SourceLocation
}

/// A file's tree.
public indirect enum SourceNode: Sendable {
  /// A quoted value.
  case value(SourceValue)
  /// Keys with what belongs to them.
  case mapping([SourceEntry], SourceLocation)
  /// Items.
  case list([SourceNode], SourceLocation)
  /// Refused already; nothing more is said of it.
  case refused(SourceLocation)

  /// Where it begins.
  public var location: SourceLocation {
    switch self {
    case .value(let value): value.location
    case .mapping(_, let location), .list(_, let location), .refused(let location): location
    }
  }
}

/// A key with what belongs to it.
public struct SourceEntry: Sendable {
  /// The key.
  public let key: String
  /// Where the key stands.
  public let location: SourceLocation
  /// What belongs to it.
  public let node: SourceNode
}

/// Reads text into a tree and gathers what is wrong with its form.
public struct SourceTree {
  /// The largest file that is read.
  public static let mostBytes = 65_536

  /// The errors of form.
  public private(set) var diagnostics: [Diagnostic] = []
  /// The tree; `nil` where the text has none.
  public private(set) var root: SourceNode?
  private let file: String
  private let family: FileFamily
  private var maskedLines: Set<Int> = []

  /// Reads the text of a file of a family.
  public init(text: String, file: String, family: FileFamily) {
    self.file = file
    self.family = family
    let top = SourceLocation(file: file, line: 1, column: 1)
    if text.utf8.count > SourceTree.mostBytes {
      append(.tooLarge, top, SourceTree.sizeMessage(text.utf8.count))
      return
    }
    let scan = SourceScan(text, file: file, letter: family.letter)
    diagnostics = scan.diagnostics
    maskedLines = scan.maskedLines
    do {
      // Nothing here asks what YAML takes a value for: the rules, regular expressions all, are
      // left out.
      let node = try Yams.compose(yaml: scan.masked, .basic)
      if let node, !SourceTree.isNothing(node) {
        root = read(node, depth: 0)
      } else if diagnostics.isEmpty {
        append(.empty, top, "the file has no content; write the keys it needs")
      }
    } catch {
      report(error)
    }
  }

  static func sizeMessage(_ count: Int) -> String {
    "the file has \(count) bytes; the limit is \(mostBytes); shorten it"
  }

  private static func isNothing(_ node: Node) -> Bool {
    guard case .scalar(let scalar) = node else { return false }
    return scalar.style == .plain && scalar.string.isEmpty
  }

  private func place(_ mark: Mark?) -> SourceLocation {
    SourceLocation(file: file, line: mark?.line ?? 1, column: mark?.column ?? 1)
  }

  private mutating func append(
    _ code: DiagnosticCode, _ location: SourceLocation, _ message: String
  ) {
    diagnostics.append(Diagnostic(code, of: family.letter, at: location, message))
  }

  private mutating func refuse(_ code: DiagnosticCode, _ mark: Mark?, _ message: String) {
    let location = place(mark)
    if maskedLines.contains(location.line) { return }
    append(code, location, message)
  }

  private mutating func report(_ error: any Error) {
    // Errors of form explain why YAML cannot read on.
    let advice = "correct the indentation, quotes and colons here"
    switch error as? YamlError {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      if diagnostics.isEmpty || !maskedLines.contains(mark.line) {
        let location = SourceLocation(
          file: file, line: max(1, mark.line), column: max(1, mark.column))
        append(.syntax, location, "not YAML: \(printable(problem)); \(advice)")
      }
    default:
      if diagnostics.isEmpty {
        append(.syntax, place(nil), "not YAML; \(advice)")
      }
    }
  }

  private mutating func read(_ node: Node, depth: Int) -> SourceNode {
    let location = place(node.mark)
    if depth > family.deepest {
      refuse(
        .structure, node.mark,
        "nested \(depth) deep; the limit is \(family.deepest); use the keys of the schema")
      return .refused(location)
    }
    switch node {
    case .scalar(let scalar): return read(scalar)
    case .sequence(let list):
      var items: [SourceNode] = []
      for item in list { items.append(read(item, depth: depth + 1)) }
      return .list(items, location)
    case .mapping(let mapping):
      var entries: [SourceEntry] = []
      for (key, value) in mapping {
        guard let name = key.scalar?.string else {
          refuse(.layout, key.mark, "a key is written as one plain word")
          continue
        }
        // Masked keys were refused already.
        if name.unicodeScalars.contains(where: { SourceScan.isRefused($0) }) { continue }
        entries.append(
          SourceEntry(key: name, location: place(key.mark), node: read(value, depth: depth + 1)))
      }
      return .mapping(entries, location)
    case .alias(let alias):
      refuse(.anchor, alias.mark, "an alias; every value is written where it holds")
      return .refused(location)
    }
  }

  private mutating func read(_ scalar: Node.Scalar) -> SourceNode {
    let location = place(scalar.mark)
    if maskedLines.contains(location.line) { return .refused(location) }
    guard scalar.style == .plain else {
      return .value(SourceValue(text: scalar.string, location: location))
    }
    let text = printable(scalar.string)
    switch PlainScalar(scalar.string) {
    case .nothing:
      refuse(.unquoted, scalar.mark, "no value; write one in quotes after its key")
    case .surprise(let reading):
      refuse(
        .surprise, scalar.mark,
        "YAML 1.1 reads \(text) without quotes as \(reading); write \"\(text)\" if that is meant")
    case .number:
      refuse(
        .bareNumber, scalar.mark,
        "\(text) is a bare number; write it in quotes, a quantity with its unit, such as "
          + "\"40 ms\"")
    case .word:
      refuse(.unquoted, scalar.mark, "\(text) has no quotes; write \"\(text)\"")
    }
    return .refused(location)
  }
}

// Decides: how a file's bytes become a tree of keys, lists and quoted values.
// Leaves to others: which keys and values there are (FieldReader and the readers).

import Foundation
import Yams

/// A quoted value and where it stands.
struct SourceValue: Sendable {
  let text: String
  let location: SourceLocation
}

/// A file's tree.
indirect enum SourceNode: Sendable {
  case value(SourceValue)
  case mapping([SourceEntry], SourceLocation)
  case list([SourceNode], SourceLocation)
  /// Refused already; nothing more is said of it.
  case refused(SourceLocation)

  var location: SourceLocation {
    switch self {
    case .value(let value): value.location
    case .mapping(_, let location), .list(_, let location), .refused(let location): location
    }
  }
}

/// A key with what belongs to it.
struct SourceEntry: Sendable {
  let key: String
  let location: SourceLocation
  let node: SourceNode
}

/// Reads text into a tree and gathers what is wrong with its form.
struct SourceTree {
  /// The largest file that is read.
  static let mostBytes = 65_536
  /// The deepest nesting of keys and lists.
  static let deepest = 4

  private(set) var diagnostics: [Diagnostic] = []
  private(set) var root: SourceNode?
  private let file: String
  private var maskedLines: Set<Int> = []

  init(text: String, file: String) {
    self.file = file
    let top = SourceLocation(file: file, line: 1, column: 1)
    if text.utf8.count > SourceTree.mostBytes {
      diagnostics.append(Diagnostic(.tooLarge, at: top, SourceTree.sizeMessage(text.utf8.count)))
      return
    }
    let scan = SourceScan(text, file: file)
    diagnostics = scan.diagnostics
    maskedLines = scan.maskedLines
    do {
      if let node = try Yams.compose(yaml: scan.masked), !SourceTree.isNothing(node) {
        root = read(node, depth: 0)
      } else if diagnostics.isEmpty {
        diagnostics.append(
          Diagnostic(.empty, at: top, "the file has no content; write the keys it needs"))
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

  private mutating func refuse(_ code: DiagnosticCode, _ mark: Mark?, _ message: String) {
    let location = place(mark)
    if maskedLines.contains(location.line) { return }
    diagnostics.append(Diagnostic(code, at: location, message))
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
        diagnostics.append(
          Diagnostic(.syntax, at: location, "not YAML: \(printable(problem)); \(advice)"))
      }
    default:
      if diagnostics.isEmpty {
        diagnostics.append(Diagnostic(.syntax, at: place(nil), "not YAML; \(advice)"))
      }
    }
  }

  private mutating func read(_ node: Node, depth: Int) -> SourceNode {
    let location = place(node.mark)
    if depth > SourceTree.deepest {
      refuse(
        .structure, node.mark,
        "nested \(depth) deep; the limit is \(SourceTree.deepest); use the keys of the schema")
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

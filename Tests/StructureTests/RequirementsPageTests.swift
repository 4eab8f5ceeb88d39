// Decides: that the page of requirements is true of the tests, the types and the interlocks.
// Leaves to others: what the requirements say, and whether the tests hold them.

import Foundation
import Testing

@Suite("Requirements page") struct RequirementsPageTests {
  /// A row of the page.
  struct Row {
    let id: String
    let enforcedBy: String
    let interlocks: [String]
    let tests: [String]
  }

  static let absent = "not yet in this program"
  static let ids = [1...6, 10...33, 40...47, 50...54].flatMap { numbers in
    numbers.map { "SR-" + ($0 < 10 ? "0" : "") + "\($0)" }
  }

  static func rows() throws -> [Row] {
    let text = try Repository.text("Sources/StimulationCore/StimulationCore.docc/Requirements.md")
    return text.split(separator: "\n").filter { $0.hasPrefix("| SR-") }.map { line in
      let cells = line.dropFirst(2).dropLast(2).components(separatedBy: " | ")
      let tests =
        cells.last == "—"
        ? []
        : cells[4].dropFirst().dropLast()
          .components(separatedBy: "”; “")
      return Row(
        id: cells[0], enforcedBy: cells[2],
        interlocks: cells[3] == "—" ? [] : cells[3].components(separatedBy: ", "), tests: tests)
    }
  }

  /// The sentences of all tests.
  static func sentences() throws -> Set<String> {
    var found: Set<String> = []
    for file in try Repository.swiftFiles() where file.hasPrefix("Tests/") {
      for part in try Repository.text(file).components(separatedBy: "@Test(").dropFirst() {
        let start = part.drop { $0.isWhitespace }
        if start.first == "\"" { found.insert(String(start.dropFirst().prefix { $0 != "\"" })) }
      }
    }
    return found
  }

  @Test("The page has every requirement once, in order")
  func complete() throws {
    #expect(try Self.rows().map(\.id) == Self.ids)
  }

  @Test("Every test that the page names exists, and every enforced requirement names one")
  func tests() throws {
    let sentences = try Self.sentences()
    #expect(sentences.count > 300)
    for row in try Self.rows() {
      #expect(row.tests.isEmpty == (row.enforcedBy == Self.absent), "\(row.id)")
      for test in row.tests { #expect(sentences.contains(test), "\(row.id): \(test)") }
    }
  }

  @Test("Every enforced requirement is in the name of a test, and no absent one is")
  func named() throws {
    let heads = try Self.sentences().compactMap { $0.components(separatedBy: ":").first }
    for row in try Self.rows() {
      let isNamed = heads.contains { $0.contains(row.id) }
      #expect(isNamed == (row.enforcedBy != Self.absent), "\(row.id)")
    }
  }

  @Test("The page gives every interlock to the requirement that the table gives it to")
  func interlocks() throws {
    let text = try Repository.text("Sources/StimulationCore/Interlocks/InterlockTable.swift")
    func answers(_ property: String) throws -> [String: String] {
      let start = try #require(text.range(of: "public var \(property): StaticString {"))
      var found: [String: String] = [:]
      for line in text[start.upperBound...].components(separatedBy: "\n  }")[0].split(
        separator: "\n")
      {
        let words = line.components(separatedBy: "\"")
        guard words.count == 3, let name = words[0].split(separator: " ").dropFirst().first
        else { continue }
        found[String(name)] = words[1]
      }
      return found
    }
    let names = try answers("name")
    let requirements = try answers("requirement")
    #expect(names.count > 40 && names.count == requirements.count)
    let expected = Set(requirements.map { "\($0.value) \(names[$0.key] ?? "")" })
    let found = try Self.rows().flatMap { row in row.interlocks.map { "\(row.id) \($0)" } }
    #expect(Set(found) == expected && found.count == expected.count)
  }

  @Test("Every type that the page names is declared in the sources")
  func types() throws {
    let sources = try Repository.swiftFiles().filter { $0.hasPrefix("Sources/") }
    let text = try sources.map(Repository.text).joined(separator: "\n")
    for row in try Self.rows() where row.enforcedBy != Self.absent {
      for part in row.enforcedBy.components(separatedBy: ", ") {
        let name = part.filter { $0 != "`" }
        let isDeclared = ["struct", "enum", "class"].contains { kind in
          ["\n", ":", " "].contains { text.contains("\(kind) \(name)\($0)") }
        }
        #expect(isDeclared, "\(row.id): \(name)")
      }
    }
  }
}

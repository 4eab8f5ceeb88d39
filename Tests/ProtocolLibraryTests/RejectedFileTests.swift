// Decides: whether every file in Protocols/Rejected gives the errors that it states, where it
// states them, and is judged by the schema as it states.
// Leaves to others: the words of the errors.

import CheckedFiles
import Foundation
import ProtocolLibrary
import Testing
import Yams

/// One file of `Protocols/Rejected` with what it states of itself.
struct RejectedFile: CustomTestStringConvertible {
  let name: String
  let codes: [String]
  let places: [String]
  let schemaRefuses: Bool

  var testDescription: String { name }
  var path: String { "Protocols/Rejected/\(name)" }
  var isPrescription: Bool { name.hasPrefix("prescription-") }

  static let all: [RejectedFile] = {
    let folder = Fixture.root.appendingPathComponent("Protocols/Rejected").path
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.sorted().map(RejectedFile.init)
  }()

  init(name: String) {
    self.name = name
    let url = Fixture.root.appendingPathComponent("Protocols/Rejected/\(name)")
    let text = String(decoding: (try? Data(contentsOf: url)) ?? Data(), as: UTF8.self)
    let lines = text.split(separator: "\n", maxSplits: 3, omittingEmptySubsequences: false)
    func statement(_ index: Int, _ key: String) -> [String] {
      guard lines.count > index, lines[index].hasPrefix("# \(key): ") else { return [] }
      return lines[index].dropFirst(key.count + 4).components(separatedBy: ", ")
    }
    codes = statement(0, "expect")
    places = statement(1, "at")
    schemaRefuses = statement(2, "schema") == ["refuses"]
  }

  /// The errors that reading the file gives, as `P012 3:4`.
  func found() -> [String] {
    let file = Fixture.root.appendingPathComponent(path).path
    do throws(LibraryError) {
      if isPrescription {
        _ = try ProtocolLibrary.loadPrescription(file: file)
      } else {
        _ = try ProtocolLibrary.loadProtocol(file: file)
      }
      return []
    } catch {
      guard case .refused(let refusal) = error else { return ["\(error)"] }
      return refusal.diagnostics.map {
        "\($0.name) \($0.location.line):\($0.location.column)"
      }
    }
  }
}

@Suite("Rejected files")
struct RejectedFileTests {
  @Test("There are at least 30 rejected files, and each states its errors")
  func enough() {
    #expect(RejectedFile.all.count >= 30)
    for file in RejectedFile.all {
      #expect(!file.codes.isEmpty && file.codes.count == file.places.count, "\(file.name)")
    }
  }

  @Test("SR-11: a rejected file gives exactly the errors it states", arguments: RejectedFile.all)
  func errors(file: RejectedFile) {
    let stated = zip(file.codes, file.places).map { "\($0) \($1)" }
    #expect(file.found().sorted() == stated.sorted())
  }

  @Test("The schema judges a rejected file as the file states", arguments: RejectedFile.all)
  func schema(file: RejectedFile) throws {
    let schema = try SchemaCheck(file.isPrescription ? "prescription" : "protocol")
    let url = Fixture.root.appendingPathComponent(file.path)
    let text = String(data: try Data(contentsOf: url), encoding: .utf8)
    // What no YAML reader reads, no editor can hold against the schema.
    let value = text.flatMap { try? Yams.load(yaml: $0) }
    let isRefused = value.map { !schema.problems(of: $0).isEmpty } ?? true
    #expect(isRefused == file.schemaRefuses)
  }
}

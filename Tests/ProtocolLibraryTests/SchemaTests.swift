// Decides: whether the schemas accept what the validator accepts.
// Leaves to others: what both refuse (RejectedFileTests).

import CheckedFiles
import FileTrials
import Foundation
import ProtocolLibrary
import Testing
import Yams

@Suite("Schemas")
struct SchemaTests {
  private func problems(_ text: String, _ name: String) throws -> [String] {
    let value = try #require(try Yams.load(yaml: text))
    return try Fixture.schema(name).problems(of: value)
  }

  @Test("The schema accepts every preset", arguments: try Fixture.presets.names())
  func presets(name: String) throws {
    #expect(try problems(Fixture.text("Protocols/\(name).yaml"), "protocol") == [])
  }

  @Test("The schema accepts every example prescription", arguments: Fixture.prescriptionNames)
  func prescriptions(name: String) throws {
    let text = try Fixture.text("Protocols/Prescriptions/\(name).yaml")
    #expect(try problems(text, "prescription") == [])
  }

  @Test(
    "The schema accepts every way to write a quantity that the validator accepts",
    arguments: ["20ms", "20 ms", "20000 µs", "20000μs", "20000 us", "0.02 s", "20000000 ns"])
  func durations(text: String) throws {
    let file = try Fixture.preset(replacing: "Phase: \"20 ms\"", with: "Phase: \"\(text)\"")
    #expect(throws: Never.self) { try ProtocolLibrary.parseProtocol(text: file, file: "a.yaml") }
    #expect(try problems(file, "protocol") == [])
  }

  @Test("A schema with a keyword that the checker does not know is refused by the checker")
  func keywords() throws {
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("schema-\(UUID().uuidString).json")
    defer { try? FileManager.default.removeItem(at: file) }
    for (keyword, isKnown) in [("title", true), ("uniqueItems", false)] {
      let schema = "http://json-schema.org/draft-07/schema#"
      let text = #"{"$schema": "\#(schema)", "properties": {"name": {"\#(keyword)": "x"}}}"#
      try Data(text.utf8).write(to: file)
      if isKnown {
        #expect(throws: Never.self) { try SchemaCheck(file) }
      } else {
        #expect(throws: (any Error).self) { try SchemaCheck(file) }
      }
    }
  }

  @Test("Every code has a meaning of its own, and codes keep their numbers")
  func codes() {
    let codes = ProtocolLibrary.family.codes
    #expect(Set(codes.map(\.meaning)).count == codes.count)
    #expect(codes.map(\.number) == Array(1...35) + [38])
    #expect(DiagnosticCode.notUTF8.name(of: "P") == "P001")
    #expect(DiagnosticCode.moreErrors.name(of: ProtocolLibrary.family.letter) == "P035")
  }
}

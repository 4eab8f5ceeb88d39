// Decides: whether every file in Protocols/Rejected gives the errors that it states, where it
// states them, and is judged by the schema as it states.
// Leaves to others: the words of the errors.

import FileTrials
import Foundation
import ProtocolLibrary
import Testing
import Yams

extension RejectedFile {
  static let protocols = all(in: Fixture.root.appendingPathComponent("Protocols/Rejected"))
  var isPrescription: Bool { name.hasPrefix("prescription-") }
}

@Suite("Rejected files")
struct RejectedFileTests {
  @Test("There are at least 30 rejected files, and each states its errors")
  func enough() {
    #expect(RejectedFile.protocols.count >= 30)
    for file in RejectedFile.protocols {
      #expect(file.isComplete, "\(file.name)")
    }
  }

  @Test(
    "SR-11: a rejected file gives exactly the errors it states", arguments: RejectedFile.protocols)
  func errors(file: RejectedFile) {
    let found =
      file.isPrescription
      ? file.found(ProtocolLibrary.loadPrescription(file:))
      : file.found(ProtocolLibrary.loadProtocol(file:))
    #expect(found.sorted() == file.stated.sorted())
  }

  @Test("The schema judges a rejected file as the file states", arguments: RejectedFile.protocols)
  func schema(file: RejectedFile) throws {
    let schema = try Fixture.schema(file.isPrescription ? "prescription" : "protocol")
    let text = String(data: try Data(contentsOf: file.url), encoding: .utf8)
    // What no YAML reader reads, no editor can hold against the schema.
    let value = text.flatMap { try? Yams.load(yaml: $0) }
    let isRefused = value.map { !schema.problems(of: $0).isEmpty } ?? true
    #expect(isRefused == file.schemaRefuses)
  }
}

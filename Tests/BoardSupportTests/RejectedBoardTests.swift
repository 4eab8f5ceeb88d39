// Decides: whether every file in Hardware/Rejected gives the errors that it states, where it
// states them, and is judged by the schema as it states.
// Leaves to others: the words of the errors (RefusalWordTests).

import BoardSupport
import FileTrials
import Foundation
import Testing
import Yams

@Suite("Rejected boards")
struct RejectedBoardTests {
  static let files = RejectedFile.all(
    in: Fixture.root.appendingPathComponent("Hardware/Rejected"))

  @Test("There are at least 25 rejected boards, and each states its errors")
  func enough() {
    #expect(Self.files.count >= 25)
    for file in Self.files { #expect(file.isComplete, "\(file.name)") }
  }

  @Test("Every kind of error that only boards have is shown by a file")
  func ownCodes() {
    let shown = Set(Self.files.flatMap(\.stated).map { String($0.prefix(4)) })
    for code in BoardLibrary.family.ownCodes {
      #expect(shown.contains(code.name(of: "B")), "\(code.meaning)")
    }
  }

  @Test("SR-11: a rejected board gives exactly the errors it states", arguments: files)
  func errors(file: RejectedFile) {
    #expect(file.found(BoardLibrary.loadBoard(file:)).sorted() == file.stated.sorted())
  }

  @Test("The schema judges a rejected board as the file states", arguments: files)
  func schema(file: RejectedFile) throws {
    let text = String(data: try Data(contentsOf: file.url), encoding: .utf8)
    // What no YAML reader reads, no editor can hold against the schema.
    let value = text.flatMap { try? Yams.load(yaml: $0) }
    let problems = try value.map { try Fixture.schema().problems(of: $0) }
    #expect((problems.map { !$0.isEmpty } ?? true) == file.schemaRefuses, "\(problems ?? [])")
  }
}

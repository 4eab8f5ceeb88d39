// Decides: whether the schema of boards accepts what the validator accepts.
// Leaves to others: what both refuse (RejectedBoardTests).

import BoardSupport
import CheckedFiles
import Testing
import Yams

@Suite("Schema of boards")
struct BoardSchemaTests {
  private func problems(_ text: String) throws -> [String] {
    try Fixture.schema().problems(of: try #require(try Yams.load(yaml: text)))
  }

  @Test("The schema accepts every shipped board", arguments: try Fixture.boards.names())
  func boards(name: String) throws {
    #expect(try problems(Fixture.text(name)) == [])
  }

  @Test(
    "The schema accepts every way to write a value that the validator accepts",
    arguments: [
      ("deadTime: \"100 us\"", "deadTime: \"0.1ms\""),
      ("deadTime: \"100 us\"", "deadTime: \"100 µs\""),
      ("compliance: \"80 V\"", "compliance: \"80000 mV\""),
      ("phaseCharge: \"18.75 mC\"", "phaseCharge: \"0.01875 C\""),
      ("phaseCharge: \"18.75 mC\"", "phaseCharge: \"18750 μC\""),
      ("complianceSource: \"bench\"", "complianceSource: \"SR-06, m, unconfirmed\""),
      ("complianceSource: \"bench\"", "complianceSource: \"derived, measured\""),
      ("lowestCode: \"-32767\"", "lowestCode: \"-8388607\""),
      ("device: \"platform/nmes-pwm\"", "device: \"a/b/c/d/e/f,g:h@i+j_k.l\""),
      ("line: \"relay-coil\"", "line: \"GPIO+1:2,3@4_5.6\""),
      ("revision: \"1.0.0\"", "revision: \"0.12.9999\""),
      ("patientCircuit: \"none\"", "patientCircuit: 'isolated'"),
    ])
  func values(old: String, new: String) throws {
    let text = try Fixture.text(replacing: old, with: new)
    #expect(throws: Never.self) { try BoardLibrary.parseBoard(text: text, file: "b.yaml") }
    #expect(try problems(text) == [])
  }

  @Test("Every code has a meaning of its own, and common codes keep their numbers")
  func codes() {
    let codes = BoardLibrary.family.codes
    #expect(Set(codes.map(\.meaning)).count == codes.count)
    #expect(codes.map(\.number) == Array(1...38))
    #expect(DiagnosticCode.unknownKey.name(of: BoardLibrary.family.letter) == "B012")
  }
}

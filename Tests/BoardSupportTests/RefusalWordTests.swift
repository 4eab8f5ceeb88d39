// Decides: whether the errors of a board name both values and where they stand.
// Leaves to others: which errors there are (RejectedBoardTests).

import BoardSupport
import CheckedFiles
import Testing

@Suite("Words of a board's refusal")
struct RefusalWordTests {
  private func errors(
    _ name: String, _ old: String, _ new: String
  ) throws -> FileRefusal {
    let text = try Fixture.text(name, replacing: old, with: new)
    do throws(FileRefusal) {
      _ = try BoardLibrary.parseBoard(text: text, file: "b.yaml")
      throw FileRefusal([
        Diagnostic(
          .empty, of: "B", at: SourceLocation(file: "b.yaml", line: 1, column: 1), "accepted")
      ])
    } catch {
      return error
    }
  }

  @Test("A table that does not ascend names both points and where the first stands")
  func calibration() throws {
    let found = try errors(
      "reference-2ch", "          - activeTime: \"45 us\"\n            current: \"100 mA\"",
      """
                - activeTime: "30 us"
                  current: "80 mA"
                - activeTime: "40 us"
                  current: "75 mA"
                - activeTime: "45 us"
                  current: "100 mA"
      """)
    #expect(found.diagnostics.count == 2)  // in both channels
    let words = found.diagnostics[0].description
    #expect(words.contains("(40 µs, 75 mA)") && words.contains("(30 µs, 80 mA) at b.yaml:"))
    #expect(!found.isRefusal)
  }

  @Test("A point that slipped and still ascends names itself, the line, how far off and the bound")
  func slip() throws {
    let found = try errors(
      "kernel-bench", "          - activeTime: \"50 us\"\n            current: \"25 mA\"",
      """
                - activeTime: "42 us"
                  current: "12 mA"
                - activeTime: "50 us"
                  current: "25 mA"
      """)
    #expect(found.diagnostics.count == 2)  // in both channels
    #expect(
      found.diagnostics[0].message
        == "point (42 µs, 12 mA) lies 9 mA off the straight line from point (0 s, 0 mA) to point "
        + "(50 µs, 25 mA), more than 610 µA; no output stage bends so far, so correct the slip, or "
        + "measure the range again")
    // 3 % of the point and twice 125 µA: 854 µA below the line's 21 mA, 907 µA above it.
    func around(_ microamperes: Int) throws {
      let table = "- activeTime: \"42 us\"\n            current: \"\(microamperes) uA\""
      _ = try Fixture.board(
        replacing: "          - activeTime: \"50 us\"\n            current: \"25 mA\"",
        with: "          \(table)\n          - activeTime: \"50 us\"\n            "
          + "current: \"25 mA\"")
    }
    try around(20_146)
    #expect(throws: FileRefusal.self) { try around(20_145) }
    try around(21_907)
    #expect(throws: FileRefusal.self) { try around(21_908) }
  }

  @Test("SR-17: a limit beyond the compiled one names both values, and is a refusal")
  func compiled() throws {
    let found = try errors(
      "reference-2ch", "phaseCharge: \"5 mC\"", "phaseCharge: \"19 mC\"")
    #expect(found.diagnostics.count == 1 && found.isRefusal)
    let words = found.description
    #expect(words.contains("19 mC") && words.contains("18.75 mC"))
    #expect(words.contains("the compiled envelope"))
  }

  @Test("SR-17: a limit beyond the board's own electronics names both values and both places")
  func ownElectronics() throws {
    let found = try errors("reference-2ch", "phaseCharge: \"5 mC\"", "phaseCharge: \"11 mC\"")
    #expect(found.diagnostics.count == 1 && found.isRefusal)
    let words = found.description
    #expect(words.hasPrefix("b.yaml:") && words.contains("11 mC") && words.contains("10 mC"))
    #expect(words.contains("electronics.phaseCharge") && words.contains(" at b.yaml:"))
  }

  @Test("A line used twice names the line, its chip and its first use")
  func twice() throws {
    let found = try errors("kernel-bench", "line: \"ch2-negative\"", "line: \"relay-coil\"")
    #expect(found.diagnostics.count == 1 && !found.isRefusal)
    #expect(found.description.contains("line relay-coil of nmes-bench"))
    #expect(found.description.contains("already at b.yaml:"))
  }

  @Test("SR-28: a threshold beyond 1.25 times its range + 2 mA names both")
  func threshold() throws {
    let found = try errors("kernel-bench", "threshold: \"312 mA\"", "threshold: \"314.501 mA\"")
    #expect(found.description.contains("314.501 mA is above the limit of 314.5 mA"))
    #expect(found.isRefusal)
    _ = try Fixture.board(replacing: "threshold: \"312 mA\"", with: "threshold: \"314.5 mA\"")
  }

  @Test(
    "A converter whose scale is known measures as far as it must",
    arguments: [
      ("span: \"10 mV\"", "span: \"2 mV\"", "channels[1].voltage", "-80 V to 80 V"),
      (
        "input: \"4\"\n  scale: \"codes\"\n  lowestCode: \"-32767\"\n  highestCode: \"32766\"",
        "input: \"4\"\n  scale: \"codes\"\n  lowestCode: \"0\"\n  highestCode: \"31449\"",
        "overCurrentThreshold", "0 mA to 314.5 mA"
      ),
      (
        "input: \"2\"\n      scale: \"codes\"\n      lowestCode: \"-32767\"",
        "input: \"2\"\n      scale: \"codes\"\n      lowestCode: \"-31199\"",
        "channels[2].current", "-312 mA to 312 mA"
      ),
    ])
  func coverage(old: String, new: String, key: String, reach: String) throws {
    let found = try errors("kernel-bench", old, new)
    #expect(
      found.diagnostics.contains {
        $0.message.hasPrefix("\(key) measures") && $0.message.contains("from \(reach)")
      }, "\(found)")
    let isAll = found.diagnostics.allSatisfy { $0.code == .inconsistent }
    #expect(isAll)
  }
}

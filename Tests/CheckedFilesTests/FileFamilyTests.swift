// Decides: whether families of files keep their letters, depths, sources and codes apart.
// Leaves to others: what each family's files say (the tests of the families).

import CheckedFiles
import Testing

@Suite("File families")
struct FileFamilyTests {
  private static let family = FileFamily(
    letter: "T", deepest: 2,
    sources: SourceList(known: ["K1"], unconfirmed: ["guess"], advice: "\"K1\""),
    ownCodes: [DiagnosticCode(40, "of tests alone")])

  private func errors(_ text: String, in family: FileFamily = family) -> [String] {
    do throws(FileRefusal) {
      _ = try family.parse(text: text, file: "a.yaml") { node, findings in
        let root = Section(
          node, path: "", at: node.location, keys: ["a", "aSource", "b"], findings: findings)
        root?.keepSource(of: "a", text: "x")
        return root?.value("a")?.text
      }
      return []
    } catch {
      return error.diagnostics.map(\.description)
    }
  }

  @Test("An error carries the letter of its family")
  func letter() {
    let found = errors("a: \"x\"\naSource: \"K1\"\nc: \"y\"")
    #expect(found.count == 1 && found[0].hasPrefix("a.yaml:3:1: error[T012]: "))
  }

  @Test("Nesting deeper than the family's bound is refused, and as deep is not")
  func depth() {
    let text = "a: \"x\"\naSource: \"K1\"\nb:\n  c:\n    d: \"y\""
    #expect(errors(text).map { $0.contains("error[T018]") } == [true])
    let deeper = FileFamily(
      letter: "T", deepest: 3, sources: Self.family.sources, ownCodes: [])
    #expect(errors(text, in: deeper) == [])
  }

  @Test(
    "A source is a known key, or a guess that says that it is unconfirmed",
    arguments: [
      ("K1", true), ("guess, unconfirmed", true), ("K1, guess, unconfirmed", true),
      ("K2", false), ("guess", false), ("unconfirmed", false), ("K1, unconfirmed, K1", false),
      ("", false),
    ])
  func sources(text: String, isGood: Bool) {
    #expect((Self.family.sources.problem(text) == nil) == isGood)
    #expect(errors("a: \"x\"\naSource: \"\(text)\"").isEmpty == isGood)
  }

  @Test("A family's codes are the common ones and its own, by number")
  func codes() {
    let numbers = Self.family.codes.map(\.number)
    #expect(numbers == numbers.sorted() && numbers.last == 40)
    #expect(Set(numbers).count == DiagnosticCode.common.count + 1)
    #expect(DiagnosticCode(7, "seven").name(of: "T") == "T007")
    #expect(DiagnosticCode(123, "more").name(of: "T") == "T123")
  }

  @Test("A number that stands for two kinds of error stops the process")
  func doubledNumber() async {
    await #expect(processExitsWith: .failure) {
      _ = FileFamily(
        letter: "T", deepest: 2,
        sources: SourceList(known: [], unconfirmed: [], advice: ""),
        ownCodes: [DiagnosticCode(1, "not UTF-8 again")])
    }
  }
}

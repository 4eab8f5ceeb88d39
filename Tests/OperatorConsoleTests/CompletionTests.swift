// Decides: that half-typed words become commands, presets, patients and values.
// Leaves to others: showing the candidates.

import Testing

@testable import OperatorConsole

@Suite("Completion") struct CompletionTests {
  private var names: KnownNames {
    var names = KnownNames()
    names.protocols = ["large-muscle-tetanic", "large-muscle-twitch", "nascent-reinnervation"]
    names.prescriptions = ["p003"]
    names.patients = ["P001", "P002"]
    names.muscles = ["quadriceps", "vastus lateralis"]
    names.amplitudes = ["40 mA", "60 mA"]
    names.channels = 2
    return names
  }

  @Test(
    "The word before the cursor goes on to all that can stand there",
    arguments: [
      ("", CommandTable.names), ("amp", ["amplitude"]), ("st", ["start", "stop", "status"]),
      ("load large", ["large-muscle-tetanic", "large-muscle-twitch"]),
      ("load pr", ["prescription"]), ("load prescription ", ["p003"]),
      ("load x patient ", ["P001", "P002"]), ("load x patient P001 mu", ["muscle"]),
      ("load x muscle v", ["\"vastus lateralis\""]),
      ("load x muscle \"vas", ["\"vastus lateralis\""]),
      ("load x area 180", ["180 cm2"]), ("amplitude 6", ["6 mA"]),
      ("amplitude ", ["40 mA", "60 mA"]), ("amplitude 60 mA ch", ["channel"]),
      ("amplitude 60 mA channel ", ["1", "2"]), ("protocol sh", ["show"]),
      ("protocol show n", ["nascent-reinnervation"]), ("help am", ["amplitude"]),
      ("skin ", ["ok", "lesion", "clear"]), ("start ", []), ("nonsense ", []),
    ])
  func candidates(_ text: String, _ wanted: [String]) {
    #expect(Completion(text, names: names).candidates == wanted, "\(text)")
  }

  @Test("A part that was stated once is not offered again")
  func once() {
    #expect(
      Completion("load x patient P001 muscle q ", names: names).candidates
        == ["area", "amplitude", "trains"])
    #expect(
      Completion("load prescription p003 ", names: names).candidates == ["amplitude", "trains"])
  }

  @Test("What all candidates share is inserted, and nothing when there is no more")
  func common() {
    let some = Completion("load lar", names: names)
    #expect(some.common(after: "lar") == "large-muscle-t")
    #expect(some.replaced == 3)
    #expect(Completion("load large-muscle-t", names: names).common(after: "large-muscle-t") == nil)
  }

  @Test("A name that holds control characters is not offered")
  func steering() {
    var names = KnownNames()
    names.protocols = ["large-\u{1B}[2J", "large-muscle", "large-\u{9B}5n", "large-\u{202E}x"]
    #expect(Completion("load la", names: names).candidates == ["large-muscle"])
  }

  @Test("Text of several lines keeps its lines whole and nothing that could steer the terminal")
  func lines() {
    let long = String(repeating: "x", count: 900)
    #expect(
      TerminalText.safeLines("a\u{1B}[2J\n\n\(long)\r") == "a\\u{1b}[2J\n\n\(long)\\u{d}")
  }
}

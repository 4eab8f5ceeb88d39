// Decides: that a prescription written by the command line runs, and a wrong one does not.
// Leaves to others: every rule of the file (ProtocolLibraryTests).

import Foundation
import Testing

@Suite("Prescriptions") struct PrescriptionTests {
  static func required(_ file: String) -> [String] {
    [
      "prescription", "new", "large-muscle-tetanic", "--patient", "P001", "--muscle",
      "quadriceps", "--electrode-area", "180 cm2", "--ceiling", "40 mA", "--output", file,
    ]
  }

  private static func refused(_ file: String, _ more: [String], _ status: Int32, _ name: String)
    throws
  {
    let scratch = try Scratch()
    let log = scratch.path("dose.sqlite")
    let result = try nmes(
      ["run", "--prescription", file, "--trains", "1", "--virtual-time", "--json", "--log", log]
        + more)
    #expect(result.status == status, "\(result.told)")
    #expect(result.output.isEmpty)
    #expect(result.complaints.count == 1, "\(result.told)")
    #expect(result.errors.contains(name), "\(name): \(result.told)")
    try BadInputTests.expectNothingDelivered(log)
  }

  @Test("One with only the required fields is written, checks, shows and runs")
  func leastFields() throws {
    let scratch = try Scratch()
    let file = scratch.path("p.yaml")
    let new = try nmes(Self.required(file))
    #expect(new.status == 0, "\(new.told)")
    #expect(try nmes("prescription", "check", file).status == 0)
    #expect(try nmes("prescription", "show", file).output.contains("P001"))
    let run = try Session(prescription: file, amplitude: "20 mA", trains: 1).run(in: scratch)
    #expect(run.status == 0, "\(run.told)")
    #expect(try RunReport(run).outcome == "completed")
  }

  @Test("SR-18: one with every field is written as stated, and opens the extended envelope")
  func everyField() throws {
    let scratch = try Scratch()
    let file = scratch.path("p.yaml")
    let new = try nmes(
      Self.required(file) + [
        "--electrode-area", "190 cm2", "--ceiling", "120 mA", "--side", "left", "--envelope",
        "extended", "--sessions-per-day", "1", "--finding", "fusedAt40ms", "--recorded",
        "2026-01-02", "--alpha", "1.4", "--curve", "curve 7", "--entered-by", "Dr A",
        "--valid-from", "2026-01-03", "--valid-until", "2099-12-31", "--clinician", "Dr B",
        "--second-electrode-area", "200 cm2", "--second-electrode-area", "200 cm2",
      ])
    #expect(new.status == 0, "\(new.told)")
    let text = scratch.text("p.yaml")
    for word in [
      "left", "extended", "2026-01-02", "1.4", "curve 7", "Dr A", "2026-01-03", "Dr B", "190",
      "200", "120 mA", "40 mA",
    ] { #expect(text.contains(word), "\(word): \(text)") }
    let run = try Session(prescription: file, amplitude: "40 mA", trains: 1).run(in: scratch)
    #expect(run.status == 0, "\(run.told)")
    #expect(run.errors.contains("EXTENDED"))
    let shown = try nmes("dose", "show", "last", "--log", scratch.path("dose.sqlite"))
    #expect(shown.output.lowercased().contains("extended"), "\(shown.told)")
    #expect(shown.output.contains("prescription p.yaml\n"), "\(shown.told)")
    #expect(shown.output.contains("clinician Dr B\n"), "\(shown.told)")
    let sum = Process()
    let pipe = Pipe()
    sum.executableURL = URL(fileURLWithPath: "/usr/bin/sha256sum")
    sum.arguments = [file]
    sum.standardOutput = pipe
    try sum.run()
    let told = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    sum.waitUntilExit()
    let digest = String(told.prefix(64))
    #expect(digest.count == 64 && shown.output.contains("sha256  \(digest)"), "\(shown.told)")
  }

  @Test("SR-17: a prescription that holds no more, not yet, or above its protocol is refused")
  func wrong() throws {
    let scratch = try Scratch()
    let file = scratch.path("p.yaml")
    #expect(
      try nmes(
        Self.required(file) + [
          "--force",
          "--recorded", "2019-12-01", "--valid-from", "2020-01-01", "--valid-until", "2020-02-01",
        ]
      ).status == 0)
    try Self.refused(file, [], 3, "2020-02-01")
    #expect(
      try nmes(
        Self.required(file) + [
          "--force", "--valid-from", "2098-01-01", "--valid-until", "2098-02-01",
        ]
      ).status == 0)
    try Self.refused(file, [], 3, "2098-01-01")
    #expect(try nmes(Self.required(file) + ["--force"]).status == 0)
    try Self.refused(file, ["--patient", "P002"], 2, "P002")
    try Self.refused(file, ["--muscle", "biceps"], 2, "biceps")
    try Self.refused(file, ["--electrode-area", "180 cm2"], 2, "electrode areas")
    try Self.refused(file, ["--amplitude", "45 mA"], 3, "40 mA")
    let above = scratch.text("p.yaml").replacingOccurrences(of: "40 mA", with: "56 mA")
    let high = try scratch.write(above, to: "high.yaml")
    try Self.refused(high, [], 3, "55 mA")
    #expect(try nmes("prescription", "check", high).status == 1)
    let version = scratch.text("p.yaml").replacingOccurrences(of: "1.0.0", with: "0.9.0")
    try Self.refused(try scratch.write(version, to: "version.yaml"), [], 3, "0.9.0")
  }

  @Test("Each channel climbs to an amplitude of its own, and the log says which")
  func amplitudes() throws {
    let scratch = try Scratch()
    let file = scratch.path("p.yaml")
    let new = try nmes(
      Self.required(file) + ["--electrode-area", "180 cm2", "--ceiling", "5 mA"])
    #expect(new.status == 0, "\(new.told)")
    #expect(try nmes("prescription", "check", file).status == 0)
    try Self.refused(file, [], 3, "--amplitude \"10 mA\" --amplitude \"5 mA\"")
    try Self.refused(file, ["--amplitude", "20 mA", "--amplitude", "6 mA"], 3, "6 mA")
    let log = scratch.path("dose.sqlite")
    let run = try nmes(
      "run", "--prescription", file, "--amplitude", "20 mA", "--amplitude", "5 mA", "--trains",
      "2", "--virtual-time", "--json", "--log", log)
    #expect(run.status == 0, "\(run.told)")
    let peaks = try RunReport(run).channels.map(\.peakCurrent_uA)
    #expect(abs(peaks[0] - 20_000) < 500 && abs(peaks[1] - 5_000) < 300, "\(peaks)")
    let shown = try nmes("dose", "show", "last", "--log", log).output
    for words in ["target 5 mA", "target ch1 20 mA"] {
      #expect(shown.contains(words), "\(shown)")
    }
  }

  @Test("A check of one that disagrees with its protocol says where, and is a negative result")
  func checkedAgainstProtocol() throws {
    let scratch = try Scratch()
    let file = scratch.path("p.yaml")
    #expect(try nmes(Self.required(file)).status == 0)
    for (old, new, code, key) in [
      ("40 mA", "56 mA", "P030", "ceiling:"), ("1.0.0", "0.9.0", "P028", "protocolVersion:"),
      ("\"large-muscle-tetanic\"", "\"large-muscle-titanic\"", "P026", "protocol:"),
      ("fusedAt40ms", "risingAlphaWithKink", "P032", "kind:"),
    ] {
      let text = scratch.text("p.yaml").replacingOccurrences(of: old, with: new)
      #expect(text != scratch.text("p.yaml"), "\(old)")
      let wrong = try scratch.write(text, to: "wrong.yaml")
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      let line = try #require(lines.firstIndex { $0.contains(key) && $0.contains(new) }) + 1
      let result = try nmes("prescription", "check", wrong)
      #expect(result.status == 1, "\(new): \(result.told)")
      #expect(result.errors.hasPrefix("\(wrong):\(line):"), "\(result.told)")
      #expect(result.errors.contains(": error[\(code)]: "), "\(result.told)")
      #expect(!result.errors.contains("cannot be read"), "\(result.told)")
    }
  }

  @Test("A refused prescription writes no file, and one that stands is not lost")
  func notWritten() throws {
    let scratch = try Scratch()
    let file = scratch.path("p.yaml")
    for more in [
      ["--ceiling", "41 mA"], ["--valid-from", "2026-13-01"], ["--side", "up"],
      ["--second-electrode-area", "0 cm2"], ["--envelope", "wide"], ["--sessions-per-day", "9"],
      ["--valid-from", "2026-02-01", "--valid-until", "2026-01-01"],
    ] {
      let result = try nmes(Self.required(file) + more)
      #expect([2, 3].contains(result.status), "\(more): \(result.told)")
      #expect(result.output.isEmpty)
      #expect(!FileManager.default.fileExists(atPath: file), "\(more)")
    }
    var words = Self.required(file)
    words[words.firstIndex(of: "40 mA") ?? 0] = "300 mA"
    #expect([2, 3].contains(try nmes(words).status))
    #expect(!FileManager.default.fileExists(atPath: file))
    let bad = try nmes(Self.required(scratch.path("no/such/folder/p.yaml")))
    #expect(bad.status == 2, "\(bad.told)")
    #expect(bad.complaints.count == 1)
  }

  @Test("An extended prescription without a declared area is refused")
  func extendedWithoutArea() throws {
    try Self.refused(
      "Protocols/Rejected/prescription-extended-without-area.yaml", [], 2, "rea")
    let scratch = try Scratch()
    let file = scratch.path("p.yaml")
    let words = Self.required(file).filter { $0 != "--electrode-area" && $0 != "180 cm2" }
    #expect(try nmes(words + ["--envelope", "extended"]).status == 2)
  }
}

// Decides: that what cannot be right is refused in one line, with nothing started.
// Leaves to others: every refusal of a file (ProtocolLibraryTests).

import Foundation
import Testing

/// Arguments that are refused, beside those of a good run.
struct BadRun: CustomTestStringConvertible, Sendable {
  var base = ["large-muscle-tetanic"]
  var area = ["--electrode-area", "180 cm2"]
  let more: [String]
  let status: Int32
  /// What the message must name.
  let names: [String]

  init(
    _ more: [String], _ status: Int32 = 2, _ names: [String],
    base: [String] = ["large-muscle-tetanic"], area: [String] = ["--electrode-area", "180 cm2"]
  ) {
    self.more = more
    self.status = status
    self.names = names
    self.base = base
    self.area = area
  }

  var testDescription: String { (base + area + more).joined(separator: " ") }
}

@Suite("Bad input") struct BadInputTests {
  static let runs: [BadRun] = [
    BadRun([], 2, ["large-muscle-tetanic"], base: ["large-muscle-tetanc"]),
    BadRun([], 2, ["partial-innervation"], base: ["nothing-like-it"]),
    BadRun([], 2, ["missing.yaml"], base: ["./missing.yaml"]),
    BadRun([], 2, ["Sources"], base: ["./Sources"]),
    BadRun([], 2, ["protocol"], base: []),
    BadRun([], 2, ["no electrode area", "180 cm2"], area: []),
    BadRun([], 2, ["kind", "cm2"], area: ["--electrode-area", "180 mA"]),
    BadRun([], 2, ["no unit"], area: ["--electrode-area", "180"]),
    BadRun([], 2, ["0 cm2"], area: ["--electrode-area", "0 cm2"]),
    BadRun([], 2, ["negative"], area: ["--electrode-area=-5 cm2"]),
    BadRun([], 3, ["2 mA/cm²", "larger"], area: ["--electrode-area", "3 cm2"]),
    BadRun(
      [], 2, ["8"],
      area: Array(repeating: ["--electrode-area", "180 cm2"], count: 9).flatMap { $0 }),
    BadRun(["--amplitude", "0 mA"], 2, ["0 mA delivers nothing", "55 mA", "10 mA"]),
    BadRun(["--amplitude", "60 mA"], 3, ["ask for 55 mA or less"]),
    BadRun(["--amplitude", "20.05 mA"], 3, ["20.05 mA"]),
    BadRun(["--amplitude", "100 uA"], 3, ["100 µA", "choose 800 µA or more"]),
    BadRun(["--amplitude", "20"], 2, ["no unit"]),
    BadRun(["--amplitude", "20 V"], 2, ["20 V"]),
    BadRun(["--amplitude=-1 mA"], 2, ["negative"]),
    BadRun(["--amplitude", "nan mA"], 2, ["nan mA"]),
    BadRun(["--amplitude", "inf mA"], 2, ["inf mA"]),
    BadRun(["--amplitude", "1e3 mA"], 2, ["exponent"]),
    BadRun(["--amplitude", "0x10 mA"], 2, ["0x10 mA"]),
    BadRun(["--amplitude", "1,5 mA"], 2, ["1,5 mA"]),
    BadRun(["--amplitude", "99999999999999999999 mA"], 2, ["99999999999999999999"]),
    BadRun(["--amplitude", "  "], 2, ["--amplitude"]),
    BadRun(["--trains", "0"], 2, ["168"]),
    BadRun(["--trains=-1"], 2, ["168"]),
    BadRun(["--trains", "169"], 2, ["169", "168"]),
    BadRun(["--trains", "57"], 2, ["57", "at most 56, or for 112"]),
    BadRun(["--trains", "113"], 2, ["at most 56, or for 112 or 168"]),
    BadRun(["--trains", "1.5"], 2, ["1.5"]),
    BadRun(["--trains", "99999999999"], 2, ["99999999999"]),
    BadRun(["--fault", "bang@1s"], 2, ["bang", "lead-off"]),
    BadRun(["--fault", "lead-off"], 2, ["no time"]),
    BadRun(["--fault", "lead-off@20"], 2, ["20"]),
    BadRun(["--fault", "lead-off@-1s"], 2, ["-1s"]),
    BadRun(["--fault", "lead-off:ch2@1s"], 2, ["ch2", "1 channel"]),
    BadRun(["--fault", "lead-off:ch0@1s"], 2, ["ch0"]),
    BadRun(["--fault", "lead-off:chA@1s"], 2, ["chA"]),
    BadRun(["--fault", "emergency-stop:ch1@1s"], 2, ["emergency-stop"]),
    BadRun(["--fault", "noise=0%@1s"], 2, ["0%"]),
    BadRun(["--fault", "write-error=3@1s"], 2, ["write-error"]),
    BadRun(Array(repeating: ["--fault", "noise@1s"], count: 33).flatMap { $0 }, 2, ["32"]),
    BadRun(["--wibble"], 2, ["--wibble"]),
    BadRun(["extra"], 2, ["extra"]),
    BadRun(["--seed=-3"], 2, ["-3"]),
    BadRun(["--seed", "18446744073709551616"], 2, ["18446744073709551616"]),
    BadRun(["--board", "bench"], 2, ["bench", "simulated"]),
    BadRun(["--wake-lateness", "5"], 2, ["no unit"]),
    BadRun(["--wake-lateness", "3600 s"], 2, ["up to 1 h", "0 to 1 s"]),
    BadRun(["--record", "/nonexistent/x.vcd"], 2, ["/nonexistent/x.vcd"]),
    BadRun(["--prescription", "x.yaml"], 2, ["prescription"]),
    BadRun(["--prescription", "missing.yaml"], 2, ["missing.yaml"], base: [], area: []),
    BadRun(["--patient", "Jo Smith"], 2, ["patient"]),
    BadRun(["--patient", ""], 2, ["no patient is stated"]),
    BadRun(["--patient", "../P1"], 2, ["patient"]),
    BadRun(["--muscle", ""], 2, ["muscle"]),
    BadRun(["--muscle", "qu\nad"], 2, ["muscle"]),
  ]

  @Test(
    "SR-10 SR-11 SR-12 SR-16: refused in one line, nothing on stdout, no session in the log",
    arguments: runs)
  func refused(_ run: BadRun) throws {
    let scratch = try Scratch()
    let log = scratch.path("dose.sqlite")
    var words = ["run"] + run.base
    if !run.more.contains("--patient") { words += ["--patient", "P001"] }
    if !run.more.contains("--muscle") { words += ["--muscle", "quadriceps"] }
    if run.more.first == "--prescription" && run.base.isEmpty { words = ["run"] }
    words += ["--virtual-time", "--json", "--log", log] + run.area + run.more
    let result = try nmes(words)
    #expect(result.status == run.status, "\(result.told)")
    #expect(result.output.isEmpty, "\(result.told)")
    #expect(result.complaints.count == 1, "\(result.told)")
    #expect(result.complaints.first?.hasPrefix("nmes: ") == true, "\(result.told)")
    for name in run.names { #expect(result.errors.contains(name), "\(name): \(result.told)") }
    try Self.expectNothingDelivered(log)
  }

  /// Nothing was delivered: there is no log, or one without a session that counts.
  static func expectNothingDelivered(_ log: String) throws {
    guard FileManager.default.fileExists(atPath: log) else { return }
    let list = try nmes("dose", "list", "--json", "--log", log)
    let sessions = try #require(
      try JSONSerialization.jsonObject(with: Data(list.output.utf8)) as? [[String: Any]])
    #expect(sessions.allSatisfy { $0["outcome"] as? String == "refused" }, "\(list.told)")
    let verify = try nmes("dose", "verify", "--log", log)
    #expect(verify.status == 0, "\(verify.told)")
  }

  @Test("Bad usage of the other commands is exit 2 with one line and nothing on stdout")
  func others() throws {
    let scratch = try Scratch()
    let none = scratch.path("none.sqlite")
    for words in [
      ["bogus"], ["protocol", "bogus"], ["protocol", "show"], ["protocol", "show", "bogus"],
      ["protocol", "check"], ["protocol", "check", "missing.yaml"], ["protocol", "plot", "bogus"],
      ["prescription", "check", "missing.yaml"], ["prescription", "show", "missing.yaml"],
      ["dose", "show", "--log", none], ["dose", "show", "x", "--log", none],
      ["dose", "show", "last", "--log", none], ["dose", "list", "--log", none],
      ["dose", "list", "--newest", "0", "--log", none], ["dose", "verify", "--log", none],
    ] {
      let result = try nmes(words)
      #expect(result.status == 2, "\(words): \(result.told)")
      #expect(result.output.isEmpty, "\(words): \(result.told)")
      #expect(!result.errors.isEmpty, "\(words)")
    }
    #expect(!FileManager.default.fileExists(atPath: none))
  }

  @Test("A file that exists is replaced by a prescription, a picture or a record only when told")
  func existing() throws {
    let scratch = try Scratch()
    let log = scratch.path("dose.sqlite")
    let kept = try scratch.write("kept", to: "kept")
    let run = [
      "run", "large-muscle-tetanic", "--patient", "P001", "--muscle", "quadriceps", "--trains",
      "1", "--electrode-area", "180 cm2", "--virtual-time", "--log", log, "--record", kept,
    ]
    for (words, flag, text) in [
      (PrescriptionTests.required(kept), "--force", "kept"),
      (["protocol", "plot", "large-muscle-tetanic", "--output", kept], "--force", "kept"),
      (run, "--replace-record", "$date today $end\n"),
    ] {
      try scratch.write(text, to: "kept")
      let refused = try nmes(words)
      #expect(refused.status == 2, "\(refused.told)")
      #expect(refused.complaints.count == 1, "\(refused.told)")
      #expect(refused.errors.contains(kept) && refused.errors.contains(flag), "\(refused.told)")
      #expect(scratch.text("kept") == text)
      try Self.expectNothingDelivered(log)
      let told = try nmes(words + [flag])
      #expect(told.status == 0, "\(told.told)")
      #expect(scratch.text("kept").count > 100)
    }
  }

  @Test("SR-44: --replace-record replaces a record or an empty file, and no log or other file")
  func recordOverLog() throws {
    let scratch = try Scratch()
    let log = scratch.path("dose.sqlite")
    let other = scratch.path("other.sqlite")
    func run(_ log: String, _ more: String...) throws -> NmesResult {
      try nmes(
        [
          "run", "large-muscle-tetanic", "--patient", "P001", "--muscle", "quadriceps", "--trains",
          "1", "--electrode-area", "180 cm2", "--virtual-time", "--log", log,
        ] + more)
    }
    #expect(try run(other).status == 0)
    let text = try scratch.write("kept", to: "kept")
    let link = scratch.path("link.vcd")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: log)
    let twin = scratch.path("twin.vcd")
    #expect(try run(log, "--record", scratch.path("signals.vcd")).status == 0)
    try FileManager.default.linkItem(atPath: log, toPath: twin)
    for record in [
      log, log + "-wal", log + "-shm", log + ".head", log + ".lock", link, twin, other,
      other + ".head", text,
    ] {
      let refused = try run(log, "--record", record, "--replace-record")
      #expect(refused.status == 2, "\(record): \(refused.told)")
      #expect(refused.complaints.count == 1, "\(refused.told)")
      #expect(refused.errors.contains(record), "\(refused.told)")
    }
    #expect(scratch.text("kept") == "kept")
    for path in [log, other] {
      #expect(try nmes("dose", "verify", "--log", path).status == 0)
      let list = try nmes("dose", "list", "--log", path)
      #expect(list.output.contains("completed"), "\(list.told)")
    }
    let empty = try scratch.write("", to: "empty.vcd")
    let fresh = scratch.path("fresh.sqlite")
    #expect(try run(fresh, "--record", empty, "--replace-record").status == 0)
    let again = scratch.path("again.sqlite")
    #expect(
      try run(again, "--record", scratch.path("signals.vcd"), "--replace-record").status == 0)
  }

  @Test("A pipe or device is never replaced by a log, a record, a picture or a prescription")
  func specialFiles() throws {
    let scratch = try Scratch()
    let pipe = scratch.path("pipe")
    // SAFETY: the path is a Swift string, valid for the call.
    let made = unsafe mkfifo(pipe, 0o600)
    #expect(made == 0)
    let run = [
      "run", "large-muscle-tetanic", "--patient", "P001", "--muscle", "quadriceps", "--trains",
      "1", "--electrode-area", "180 cm2", "--virtual-time", "--json",
    ]
    let good = scratch.path("dose.sqlite")
    for words in [
      run + ["--log", pipe], run + ["--log", good, "--record", pipe],
      ["dose", "list", "--log", pipe], ["dose", "verify", "--log", pipe],
      ["dose", "acknowledge", "--note", "looked", "--log", pipe],
      ["protocol", "plot", "large-muscle-tetanic", "--output", pipe],
      [
        "prescription", "new", "large-muscle-tetanic", "--patient", "P001", "--muscle",
        "quadriceps", "--electrode-area", "180 cm2", "--ceiling", "40 mA", "--output", pipe,
      ],
    ] {
      let result = try nmes(words)
      #expect(result.status == 2, "\(words): \(result.told)")
      #expect(result.output.isEmpty, "\(words): \(result.told)")
      #expect(result.complaints.count == 1, "\(words): \(result.told)")
      let type = try FileManager.default.attributesOfItem(atPath: pipe)[.type]
      // The type of a pipe is unknown to Foundation; a file that replaced it is regular.
      #expect(type as? FileAttributeType != .typeRegular, "\(words) replaced it")
    }
    let left = try FileManager.default.contentsOfDirectory(atPath: scratch.folder.path)
    #expect(left.filter { $0.hasPrefix("pipe") } == ["pipe"], "\(left)")
    try BadInputTests.expectNothingDelivered(good)
  }
}

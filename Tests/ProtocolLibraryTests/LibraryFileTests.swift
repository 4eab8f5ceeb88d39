// Decides: whether presets and files are found, or refused with what to do.
// Leaves to others: what files say.

import CheckedFiles
import Foundation
import ProtocolLibrary
import Testing

@Suite("Library files")
final class LibraryFileTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func refusal(_ argument: String) -> LibraryError? {
    do throws(LibraryError) {
      _ = try ProtocolLibrary.loadProtocol(argument) { () throws(LibraryError) in Fixture.presets }
      return nil
    } catch {
      return error
    }
  }

  private func write(_ data: Data, _ name: String = "a.yaml") throws -> String {
    let url = folder.appendingPathComponent(name)
    try data.write(to: url)
    return url.path
  }

  @Test("An unknown preset is refused, naming the near ones")
  func unknown() throws {
    let found = try #require(refusal("large-muscle-tetani"))
    #expect(found.description.contains("\"large-muscle-tetanic\""))
    #expect(!found.isRefusal)
    let far = try #require(refusal("xyzxyz"))
    #expect(far.description.contains("awaiting-assessment"))
  }

  @Test("A missing file and a directory are refused on one line with what to do")
  func missing() throws {
    for path in ["/nonexistent/a.yaml", folder.path + "/", "/dev/zero"] {
      let found = try #require(refusal(path))
      #expect(found.description.hasPrefix(path) && found.description.contains("check"))
      #expect(!found.description.contains("\n") && !found.isRefusal)
    }
  }

  @Test("SR-11: an empty file, a large one, and one that is not UTF-8 are refused")
  func bytes() throws {
    let preset = Data(try Fixture.text("Protocols/large-muscle-tetanic.yaml").utf8)
    let large = preset + Data(repeating: 35, count: 65_536)
    var broken = preset
    broken[200] = 0xFF
    for (data, code) in [
      (Data(), DiagnosticCode.empty), (Data("# \n".utf8), .empty), (large, .tooLarge),
      (broken, .notUTF8), (Data([0xEF, 0xBB, 0xBF]) + preset, .controlCharacter),
    ] {
      guard case .refused(let refusal)? = refusal(try write(data)) else {
        Issue.record("\(code) was not refused")
        continue
      }
      #expect(refusal.diagnostics.map(\.code) == [code])
      #expect(!refusal.isRefusal)
    }
  }

  @Test("SR-11: a text beyond the bound of a file is refused before it is read")
  func largeText() throws {
    let text = try Fixture.text("Protocols/large-muscle-tetanic.yaml")
    let large = text + String(repeating: "#", count: 65_536)
    do throws(FileRefusal) {
      _ = try ProtocolLibrary.parseProtocol(text: large, file: "a.yaml")
      Issue.record("a large text was read")
    } catch {
      #expect(error.diagnostics.map(\.code) == [.tooLarge])
    }
  }

  @Test("SR-11: nesting as deep as a file allows is refused, not followed")
  func deep() {
    let items = String(repeating: "- ", count: 32_000)
    let braces = "format: " + String(repeating: "{a: ", count: 10_000)
    var keys = ""
    for level in 0..<350 { keys += String(repeating: " ", count: level) + "a:\n" }
    let questions = String(repeating: "? ", count: 32_000)
    for text in [items, braces, keys, questions, items + "a: \"b\"", "format: \n" + items] {
      #expect(throws: FileRefusal.self) {
        try ProtocolLibrary.parseProtocol(text: text, file: "a.yaml")
      }
    }
  }

  @Test("A file with line ends of another system is read")
  func lineEnds() throws {
    let text = try Fixture.text("Protocols/large-muscle-tetanic.yaml")
    let path = try write(Data(text.replacingOccurrences(of: "\n", with: "\r\n").utf8))
    #expect(refusal(path) == nil)
  }

  @Test("A preset's file that holds another name is refused")
  func misnamed() throws {
    let text = try Fixture.text("Protocols/large-muscle-tetanic.yaml")
    _ = try write(Data(text.utf8), "other.yaml")
    #expect(throws: LibraryError.self) { try PresetDirectory(path: folder.path).load("other") }
  }

  @Test("Presets are found by environment, then beside the work, then above the executable")
  func find() throws {
    let root = Fixture.root.path
    func found(_ environment: [String: String], _ work: String, _ executable: String?) -> String? {
      try? PresetDirectory.find(
        environment: environment, workingDirectory: work, executable: executable
      ).path
    }
    let presets = Fixture.presets.path
    #expect(found(["NMES_PROTOCOLS": presets], "/", nil) == presets)
    #expect(found(["NMES_PROTOCOLS": "/nonexistent"], root, nil) == nil)
    #expect(found([:], root, nil) == presets)
    #expect(found([:], "/", root + "/.build/x86_64/debug/nmes") == presets)
    #expect(found([:], "/", "/usr/bin/nmes") == nil)
  }

  @Test("SR-10: a file that only limits refuse is a refusal, any other is bad input")
  func exit() throws {
    let high = try Fixture.preset(replacing: "ceiling: \"55 mA\"", with: "ceiling: \"56 mA\"")
    let found = try #require(refusal(try write(Data(high.utf8))))
    #expect(found.isRefusal)
    #expect(
      found.description.contains(
        "r.m.s. current 50.088 mA is above the limit of 50 mA set by the compiled envelope"))
    let worse = high.replacingOccurrences(of: "stage: \"S4\"", with: "stage: S4")
    #expect(refusal(try write(Data(worse.utf8)))?.isRefusal == false)
  }

  @Test(
    "SR-12: a protocol beyond a limit is refused, naming the figure, the limit and who set it",
    arguments: [
      ("small-muscle-selective", "\"20 mA\"", "\"85 mA\"", "100 ms or more 85 mA", "80 mA"),
      ("small-muscle-selective", "\"20 mA\"", "\"60 mA\"", "phase charge 6 mC", "5 mC"),
      ("large-muscle-twitch", "\"60 mA\"", "\"65 mA\"", "pulse energy 316.875", "300 mJ"),
      ("large-muscle-tetanic", "sets: \"3\"", "sets: \"5\"", "session 64.06422 C", "60 C"),
      ("large-muscle-tetanic", "sets: \"3\"", "sets: \"5\"", "session 1400 s", "1350 s"),
      ("large-muscle-tetanic", "\"250 mA\"", "\"251 mA\"", "amplitude 251 mA", "250 mA"),
    ])
  func limits(name: String, old: String, new: String, figure: String, limit: String) throws {
    let text = try Fixture.preset(name, replacing: old, with: new)
    let found = try #require(refusal(try write(Data(text.utf8))))
    #expect(found.description.contains(figure), "\(found)")
    #expect(found.description.contains("limit of \(limit) set by the compiled envelope"))
  }

  @Test("A diagnostic is one line: file, line, column, code, what, the limit and what to do")
  func line() throws {
    let text = try Fixture.preset(replacing: "offTime:", with: "offTme:")
    do throws(FileRefusal) {
      _ = try ProtocolLibrary.parseProtocol(text: text, file: "x.yaml")
      Issue.record("a mistyped key was read")
    } catch {
      #expect(
        error.description.split(separator: "\n").contains(
          "x.yaml:35:3: error[P012]: key \"offTme\" does not exist in train; did you mean "
            + "\"offTime\"?"))
    }
  }

  @Test("SR-11: products that no counter holds are refused, not trapped")
  func products() throws {
    let huge = try Fixture.preset(replacing: "plateau: \"5 s\"", with: "plateau: \"24 h\"")
      .replacingOccurrences(of: "PerSet: \"56\"", with: "PerSet: \"10000\"")
      .replacingOccurrences(of: "sets: \"3\"", with: "sets: \"100\"")
    let fast = try Fixture.preset(
      replacing: "pulsePeriod: \"50 ms\"", with: "pulsePeriod: \"1 ns\"")
    let wide = try Fixture.preset(replacing: "hase: \"20 ms\"", with: "hase: \"24 h\"")
      .replacingOccurrences(of: "eiling: \"250 mA\"", with: "eiling: \"2147 A\"")
    for text in [huge, fast, wide] {
      #expect(throws: FileRefusal.self) {
        try ProtocolLibrary.parseProtocol(text: text, file: "a.yaml")
      }
    }
  }

  @Test("SR-11: no cut and no changed byte of a preset crashes the reader or makes a looser one")
  func mutations() throws {
    let text = try Fixture.text("Protocols/large-muscle-tetanic.yaml")
    let bytes = Array(text.utf8)
    var seed: UInt64 = 1
    for index in 0..<1_500 {
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      var changed = bytes
      let place = Int(seed >> 33) % bytes.count
      switch index % 3 {
      case 0: changed[place] = UInt8(truncatingIfNeeded: seed >> 24)
      case 1: changed.removeSubrange(place...)
      default: changed.insert(contentsOf: Array("\n- &a *a {[\"':#|>!<<%@`\t".utf8), at: place)
      }
      guard let mutant = String(validating: changed, as: UTF8.self),
        let read = try? ProtocolLibrary.parseProtocol(text: mutant, file: "m.yaml")
      else { continue }
      #expect(read.ceiling(for: .standard).map { $0 <= .milliamperes(55) } == true)
    }
  }
}

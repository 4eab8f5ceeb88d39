// Decides: which target may use which: an edge is added here on purpose, or not at all.
// Leaves to others: whether the edges are used.

import Foundation
import Testing

@Suite("Target graph") struct TargetGraphTests {
  /// The targets of `Sources`, a layer may use only what stands above it.
  static let table: KeyValuePairs<String, Set<String>> = [
    "StimulationCore": [],
    "CRealTime": [],
    "CLinuxBoard": [],
    "CheckedFiles": ["StimulationCore", "Yams"],
    "BoardSupport": ["StimulationCore", "CheckedFiles"],
    "ProtocolLibrary": ["StimulationCore", "CheckedFiles", "BoardSupport"],
    "DoseLog": ["StimulationCore", "GRDB", "Crypto"],
    "LinuxBoard": ["StimulationCore", "BoardSupport", "CRealTime", "CLinuxBoard"],
    "SimulatedBoard": ["StimulationCore", "CheckedFiles", "BoardSupport", "CRealTime"],
    "RealTimeLoop": ["StimulationCore", "BoardSupport", "CRealTime"],
    "SessionController": [
      "StimulationCore", "BoardSupport", "CRealTime", "ProtocolLibrary", "DoseLog",
      "LinuxBoard", "SimulatedBoard", "RealTimeLoop",
    ],
    "ControlAPI": [],
    "ControlServer": [
      "StimulationCore", "CRealTime", "CheckedFiles", "BoardSupport", "ProtocolLibrary",
      "DoseLog", "SimulatedBoard", "RealTimeLoop", "SessionController", "ControlAPI", "NIOCore",
      "NIOPosix", "NIOHTTP1", "Logging", "Metrics",
    ],
    "CLineEdit": [],
    "OperatorConsole": ["StimulationCore", "CRealTime", "CheckedFiles", "ControlAPI", "CLineEdit"],
    "nmes": [
      "StimulationCore", "CheckedFiles", "BoardSupport", "ProtocolLibrary", "DoseLog",
      "LinuxBoard", "SimulatedBoard", "SessionController", "ControlAPI", "OperatorConsole",
      "ArgumentParser",
    ],
    "nmesd": ["ControlServer", "ArgumentParser"],
  ]

  /// What comes with the toolchain and is no edge.
  static let system: Set = [
    "Foundation", "Glibc", "Dispatch", "Synchronization", "FoundationXML",
  ]

  @Test("The table is in order of layers")
  func order() {
    let names = Self.table.map(\.key)
    for (index, row) in Self.table.enumerated() {
      for used in row.value where names.contains(used) {
        #expect(names[..<index].contains(used), "\(row.key) uses \(used), which stands below it")
      }
    }
  }

  @Test("Sources holds the table's targets and no others")
  func targets() throws {
    let folder = Repository.root.appendingPathComponent("Sources").path
    let found = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(Set(found) == Set(Self.table.map(\.key)))
  }

  @Test("Every import of a source is an edge of the table")
  func imports() throws {
    for file in try Repository.swiftFiles() where file.hasPrefix("Sources/") {
      let target = String(file.split(separator: "/")[1])
      let allowed = Self.table.first { $0.key == target }?.value ?? []
      for name in Self.imports(try Repository.text(file)) where !Self.system.contains(name) {
        #expect(allowed.contains(name), "\(file) imports \(name)")
      }
    }
  }

  @Test("The package manifest declares exactly the table's edges")
  func manifest() throws {
    let text = try Repository.text("Package.swift")
    for row in Self.table {
      let list = try #require(text.range(of: "\n  targets: ["))
      let targets = text[list.upperBound...]
      let place = try #require(targets.range(of: "name: \"\(row.key)\""), "\(row.key)")
      let rest = targets[place.upperBound...]
      let end = rest.range(of: "arget(")?.lowerBound ?? rest.endIndex
      var declared: Set<String> = []
      if let list = rest[..<end].range(of: "dependencies: [") {
        let words = rest[list.upperBound..<end].prefix { $0 != "]" }
        for word in words.split(whereSeparator: { !$0.isLetter && $0 != "." && $0 != "\"" }) {
          declared.insert(Self.product(word.filter { $0 != "\"" }))
        }
      }
      #expect(declared == row.value, "\(row.key)")
    }
  }

  @Test("The core imports nothing at all")
  func core() throws {
    for file in try Repository.swiftFiles() where file.hasPrefix("Sources/StimulationCore/") {
      #expect(Self.imports(try Repository.text(file)).isEmpty, "\(file)")
    }
  }

  @Test("Every folder of tests belongs to a target of the manifest")
  func testFolders() throws {
    let text = try Repository.text("Package.swift")
    let folder = Repository.root.appendingPathComponent("Tests").path
    let others: Set = ["Benchmarks", "Mutation"]
    for name in try FileManager.default.contentsOfDirectory(atPath: folder)
    where !others.contains(name) && !name.hasPrefix(".") {
      #expect(text.contains("name: \"\(name)\""), "Tests/\(name) is run by nobody")
    }
  }

  /// The manifest's short names of products.
  private static func product(_ word: String) -> String {
    switch word {
    case "yams": "Yams"
    case "grdb": "GRDB"
    case "crypto": "Crypto"
    case "argumentParser": "ArgumentParser"
    case "nioCore": "NIOCore"
    case "nioPosix": "NIOPosix"
    case "nioHTTP": "NIOHTTP1"
    case "logging": "Logging"
    case "metrics": "Metrics"
    default: word
    }
  }

  private static func imports(_ text: String) -> [String] {
    text.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard let place = words.firstIndex(of: "import"), place <= 2, place + 1 < words.count,
        words[..<place].allSatisfy({ ["public", "internal", "private", "@testable"].contains($0) })
      else { return nil }
      return String(words[place + 1])
    }
  }
}

// Decides: the house rules that a machine can check on every file.
// Leaves to others: the format (swift format lint) and what the code does.

import Foundation
import Testing

@Suite("Tidy") struct TidyTests {
  @Test("Every Swift file opens with what it decides and what it leaves to others")
  func headers() throws {
    let files = try Repository.swiftFiles()
    #expect(files.count > 100)
    for file in files {
      let opening = try Repository.text(file).split(separator: "\n").prefix {
        $0.hasPrefix("//")
      }.joined()
      #expect(opening.hasPrefix("// Decides: "), "\(file)")
      #expect(opening.contains("Leaves to others: "), "\(file)")
    }
  }

  @Test("No file is longer than 600 lines and no line wider than 100 columns")
  func sizes() throws {
    for file in try Repository.swiftFiles() {
      let lines = try Repository.text(file).split(separator: "\n", omittingEmptySubsequences: false)
      #expect(lines.count <= 600, "\(file)")
      for (index, line) in lines.enumerated() where line.count > 100 {
        Issue.record("\(file):\(index + 1) has \(line.count) columns")
      }
    }
  }

  @Test("Nothing is left to be done later")
  func unfinished() throws {
    let marks = ["TO" + "DO", "FIX" + "ME", "XX" + "X"]
    for file in try Repository.swiftFiles() {
      let text = try Repository.text(file)
      for mark in marks { #expect(!text.contains(mark), "\(file): \(mark)") }
    }
  }

  @Test("Sources neither crash on the world nor vanish under optimisation")
  func crashes() throws {
    let banned = ["try!", "fatalError(", " assert(", " as! "]
    for file in try Repository.swiftFiles() where file.hasPrefix("Sources/") {
      let code = try Repository.text(file).split(separator: "\n").filter {
        !$0.drop { $0 == " " }.hasPrefix("//")
      }
      for line in code {
        for word in banned where line.contains(word) { Issue.record("\(file): \(line)") }
      }
    }
  }

  @Test("No type or file is a room for everything")
  func names() throws {
    let words = ["Util", "Helper", "Manager", "Misc"]
    let type = /\b(?:class|struct|enum|actor|protocol)\s+(\w+)/
    for file in try Repository.swiftFiles() {
      for word in words { #expect(!file.contains(word), "\(file)") }
      for found in try Repository.text(file).matches(of: type) {
        for word in words { #expect(!found.1.contains(word), "\(file): \(found.1)") }
      }
    }
  }

  @Test("The top level holds the six names and what convention wants beside them")
  func topLevel() throws {
    let allowed: Set = [
      "Package.swift", "Sources", "Tests", "Protocols", "Hardware", "README.md",
      "Makefile", "LICENSE", "Package.resolved",
    ]
    let found = try FileManager.default.contentsOfDirectory(atPath: Repository.root.path)
    #expect(found.contains("Package.swift"))
    for name in found where !name.hasPrefix(".") {
      #expect(allowed.contains(name), "\(name) stands on the top level")
    }
  }
}

// Decides: that what a file's opening and its documentation name is there to be found.
// Leaves to others: that every file has an opening (TidyTests), and whether it is right.

import Foundation
import Testing

@Suite("Openings and documentation") struct HeaderTests {
  /// Named in openings, and kept elsewhere.
  static let elsewhere: Set = ["SQLite", "Yams", "Codable"]

  @Test("What an opening sends to is a type, a file, a folder or a module")
  func names() throws {
    let files = try Repository.swiftFiles()
    var known = Self.elsewhere
    for file in files {
      for part in file.split(separator: "/") {
        known.insert(String(part.split(separator: ".")[0]))
        known.insert(String(part.split(separator: ".")[0].split(separator: "+")[0]))
      }
      let declaration = /\b(?:struct|class|enum|protocol|actor|typealias|var|case|func) (\w+)/
      for match in try Repository.text(file).matches(of: declaration) {
        known.insert(String(match.output.1))
      }
    }
    for folder in ["Sources", "Tests"] {
      // Some hold C alone.
      known.formUnion(
        try FileManager.default.contentsOfDirectory(
          atPath: Repository.root.appendingPathComponent(folder).path))
    }
    var looked = 0
    for file in files {
      let opening = try Repository.text(file).split(
        separator: "\n", omittingEmptySubsequences: false
      ).prefix { $0.hasPrefix("//") }.map { $0.dropFirst(2).trimmingCharacters(in: .whitespaces) }
        .joined(separator: " ")
      let leaves = opening.range(of: "Leaves to others: ").map { opening[$0.upperBound...] }
      for brackets in (leaves ?? "").matches(of: /\(([^()]*)\)/) {
        for word in brackets.output.1.split(whereSeparator: { ",; ".contains($0) }) {
          guard let name = word.wholeMatch(of: /[A-Z][A-Za-z]*[a-z][A-Za-z]*/)?.output else {
            continue
          }
          looked += 1
          let isKnown = known.contains(String(name))
          #expect(isKnown, "\(file) sends to \(name), which is not there")
        }
      }
    }
    #expect(looked > 300)
  }

  @Test("Every parameter that is documented is one of the declaration below")
  func parameters() throws {
    var looked = 0
    for file in try Repository.swiftFiles() {
      let lines = try Repository.text(file).split(
        separator: "\n", omittingEmptySubsequences: false
      ).map { $0.drop { $0 == " " } }
      var isListing = false
      for (index, line) in lines.enumerated() {
        if line.hasPrefix("/// - Parameters:") { isListing = true }
        if !line.hasPrefix("///") || line.hasPrefix("/// - Returns") { isListing = false }
        let one = line.firstMatch(of: /^\/\/\/ - Parameter (\w+):/)?.output.1
        let listed = isListing ? line.firstMatch(of: /^\/\/\/   - (\w+):/)?.output.1 : nil
        guard let name = one ?? listed else { continue }
        looked += 1
        let declaration = lines[index...].drop { $0.hasPrefix("///") }.prefix(16)
          .joined(separator: "\n").split(separator: "{")[0]
        let words = declaration.split(whereSeparator: { !$0.isLetter && $0 != "_" })
        let isThere = words.contains(name)
        #expect(isThere, "\(file):\(index + 1) documents \(name)")
      }
    }
    #expect(looked > 10)
  }
}

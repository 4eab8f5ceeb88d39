// Decides: that the page of interlocks says what the table in code says.
// Leaves to others: the table (InterlockTable) and its trips (the tests beside this one).

import Foundation
import StimulationCore
import Testing

@Suite struct InterlockPageTests {
  @Test("The page of interlocks has every row of the table, in order of how bad a trip is")
  func page() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let page = root.appendingPathComponent(
      "Sources/StimulationCore/StimulationCore.docc/Interlocks.md")
    let text = try String(contentsOf: page, encoding: .utf8)
    let rows = text.split(separator: "\n").filter { $0.contains("| SR-") }.map(String.init)
    let expected = InterlockID.allCases.map { id in
      "| \(id.name) | \(id.requirement) | \(id.cause) | \(id.response) | \(id.clearCondition) |"
    }
    #expect(rows == expected)
    #expect(rows.count == InterlockID.count)
  }
}

// Decides: that a gap shorter than the board's dead time is shown as delivered (SR-31).
// Leaves to others: the gap itself (DeliveredGapTests).

import Foundation
import Testing

@Suite("The interphase gap on screen") struct GapTests {
  @Test("SR-31: run says before it begins which gap the board delivers, and the log keeps it")
  func run() throws {
    let scratch = try Scratch()
    let result = try Session(trains: 1).run(in: scratch)
    #expect(result.status == 0, "\(result.told)")
    let told = "interphase gap: 0 ms, delivered as 100 µs on simulated"
    let start = try #require(result.errors.range(of: told), "\(result.told)")
    let state = try #require(result.errors.range(of: " s  ramping"), "\(result.told)")
    #expect(start.upperBound < state.lowerBound)
    let log = scratch.path("dose.sqlite")
    let shown = try nmes("dose", "show", "last", "--log", log)
    #expect(shown.output.contains("gap       0 ms, delivered as 100 µs on simulated\n"))
    let json = try nmes("dose", "list", "--json", "--log", log).output
    #expect(json.contains("\"deliveredGap_ns\" : 100000"), "\(json)")
    #expect(json.contains("\"interphaseGap_ns\" : 0"), "\(json)")
  }

  @Test("SR-31: protocol show names the board's gap, and without a board that one applies")
  func show() throws {
    let plain = try nmes("protocol", "show", "large-muscle-tetanic")
    #expect(
      plain.output.contains(
        "Interphase gap: 0 ms, or the board's dead time where that is longer."))
    for board in ["simulated", "reference-2ch", "Hardware/reference-1ch.yaml"] {
      let words = ["protocol", "show", "large-muscle-tetanic", "--board", board]
      let name = board.split(separator: "/").last.map { $0.replacing(".yaml", with: "") } ?? ""
      let shown = try nmes(words)
      #expect(
        shown.output.contains("Interphase gap: 0 ms, delivered as 100 µs on \(name)."),
        "\(shown.told)")
      let json = try nmes(words + ["--json"]).output
      #expect(json.contains("\"deliveredGap_ns\" : 100000"), "\(json)")
    }
    // A shaped recovery begins at another amplitude, and waits for the board to settle.
    let shaped = try nmes(
      "protocol", "show", "small-muscle-selective", "--board", "reference-2ch")
    #expect(shaped.output.contains("delivered as 2 ms on reference-2ch"), "\(shaped.told)")
    #expect(try nmes("protocol", "show", "large-muscle-tetanic", "--board", "no").status == 2)
  }
}

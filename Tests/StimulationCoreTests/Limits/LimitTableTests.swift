// Decides: that limits only tighten, layer by layer and kind by kind (SR-10, SR-17).
// Leaves to others: plans beyond a limit (LimitBoundaryTests).

@testable import StimulationCore
import Testing

@Suite struct LimitTableTests {
  private static let layers: [LimitSource] = [.board, .prescription, .protocolFile]

  /// `value` moved by `units` towards tighter (positive) or looser (negative).
  private func moved(_ value: Int64, _ kind: LimitKind, tighterBy units: Int64) -> Int64 {
    kind == .restBetweenSessions ? value + units : value - units
  }

  private func values(_ table: LimitTable) -> [Limit] { LimitKind.allCases.map { table[$0] } }

  @Test("The compiled envelopes hold the values of clinical.md")
  func compiled() {
    // Units: µA, µA, ns, mpps, fC, pJ, µA, nA/mm², µW/cm², fC, ns, 1, 1, ns.
    let standard: [Int64] = [
      250_000, 80_000, 500_000_000, 100_000, 5_000_000_000_000, 300_000_000_000, 50_000, 20_000,
      250_000, 60_000_000_000_000_000, 1_350_000_000_000, 800, 3, 4 * 3_600 * 1_000_000_000,
    ]
    let extended: [Int64] = [
      250_000, 250_000, 150_000_000, 100_000, 18_750_000_000_000, 3_000_000_000_000, 250_000,
      20_000, 250_000, 260_000_000_000_000_000, 1_350_000_000_000, 800, 3,
      4 * 3_600 * 1_000_000_000,
    ]
    #expect(LimitKind.allCases.count == LimitKind.count)
    for (index, kind) in LimitKind.allCases.enumerated() {
      #expect(LimitTable(.standard)[kind] == Limit(value: standard[index], source: .compiled))
      #expect(LimitTable(.extended)[kind] == Limit(value: extended[index], source: .compiled))
    }
    #expect(LimitTable(.standard).envelope == .standard)
    #expect(LimitTable(.extended).envelope == .extended)
  }

  @Test(
    "SR-17: every layer may repeat or tighten every limit, and is named then",
    arguments: LimitKind.allCases, Envelope.allCases)
  func tightens(kind: LimitKind, envelope: Envelope) throws {
    for source in LimitTableTests.layers {
      for units: Int64 in [0, 1, 7] {
        var table = LimitTable(envelope)
        let before = values(table)
        var layer = LimitLayer(source: source)
        layer[kind] = moved(table[kind].value, kind, tighterBy: units)
        try table.tighten(by: layer)
        #expect(table[kind] == Limit(value: layer[kind] ?? 0, source: source))
        for other in LimitKind.allCases where other != kind {
          #expect(table[other] == before[Int(other.rawValue)])
        }
      }
    }
  }

  @Test(
    "SR-10, SR-17: a looser layer is refused by one unit, with both values, and changes nothing",
    arguments: LimitKind.allCases, Envelope.allCases)
  func loosens(kind: LimitKind, envelope: Envelope) throws {
    for outer in [nil] + LimitTableTests.layers.map(Optional.some) {
      for inner in LimitTableTests.layers {
        var table = LimitTable(envelope)
        if let outer {
          var layer = LimitLayer(source: outer)
          layer[kind] = moved(table[kind].value, kind, tighterBy: 100)
          try table.tighten(by: layer)
        }
        let before = values(table)
        var loose = LimitLayer(source: inner)
        // Tighter values of other kinds beside it must not be taken either.
        for other in LimitKind.allCases {
          loose[other] = moved(table[other].value, other, tighterBy: 1)
        }
        loose[kind] = moved(table[kind].value, kind, tighterBy: -1)
        let expected = LimitDisagreement(
          kind: kind, outer: table[kind], inner: Limit(value: loose[kind] ?? 0, source: inner))
        #expect(throws: expected) { try table.tighten(by: loose) }
        #expect(values(table) == before)
        #expect(expected.description.contains("\(expected.outer.source)"))
        #expect(expected.description.contains(kind.text(of: expected.inner.value)))
        #expect(expected.description.contains(kind.text(of: expected.outer.value)))
      }
    }
  }

  @Test(
    "SR-17: over random layers the limit in force is the tightest, and its layer is named",
    arguments: 1...10)
  func randomLayers(seed: UInt64) {
    var random = SplitMix(seed: seed)
    for _ in 0..<100 {
      var table = LimitTable(Bool.random(using: &random) ? .standard : .extended)
      var expected = LimitKind.allCases.map { table[$0] }
      for source in LimitTableTests.layers {
        var layer = LimitLayer(source: source)
        var fits = true
        for kind in LimitKind.allCases where Bool.random(using: &random) {
          let outer = expected[Int(kind.rawValue)].value
          let value = moved(outer, kind, tighterBy: Int64.random(in: -1...20, using: &random))
          layer[kind] = value
          if kind == .restBetweenSessions ? value < outer : value > outer { fits = false }
        }
        let accepted = (try? table.tighten(by: layer)) != nil
        #expect(accepted == fits)
        guard fits else { continue }
        for kind in LimitKind.allCases {
          guard let value = layer[kind] else { continue }
          expected[Int(kind.rawValue)] = Limit(value: value, source: source)
        }
      }
      #expect(LimitKind.allCases.map { table[$0] } == expected)
    }
  }

  @Test("A layer that says nothing changes nothing")
  func silence() throws {
    var table = LimitTable(.standard)
    try table.tighten(by: LimitLayer(source: .prescription))
    #expect(values(table) == values(LimitTable(.standard)))
  }
}

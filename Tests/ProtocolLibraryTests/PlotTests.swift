// Decides: that a protocol's picture says everything, and that no text of it runs over another
// or out of the picture.
// Leaves to others: whether it looks well (looked at by hand).

import Foundation
import FoundationXML
import StimulationCore
import Testing

@testable import ProtocolLibrary

/// The texts of a picture with the room that they take, by code that shares nothing with the
/// drawing.
private final class PictureTexts: NSObject, XMLParserDelegate {
  struct Placed {
    let text: String
    let left: Double
    let right: Double
    let top: Double
    let bottom: Double
  }

  private(set) var texts: [Placed] = []
  private(set) var height = 0.0
  private var open: (words: String, attributes: [String: String])?

  init(_ svg: String) {
    super.init()
    let parser = XMLParser(data: Data(svg.utf8))
    parser.delegate = self
    _ = parser.parse()
  }

  func parser(
    _ parser: XMLParser, didStartElement element: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    if element == "svg" { height = Double(attributes["height"] ?? "") ?? 0 }
    if element == "text", attributes["transform"] == nil { open = ("", attributes) }
  }

  func parser(_ parser: XMLParser, foundCharacters words: String) { open?.words += words }

  func parser(
    _ parser: XMLParser, didEndElement element: String, namespaceURI: String?,
    qualifiedName: String?
  ) {
    guard element == "text", let (words, attributes) = open else { return }
    open = nil
    let style = attributes["class"] ?? ""
    let size = style.contains("title") ? 18.0 : style.contains("small") ? 12 : 14
    let wide = words.filter { "mwMW".contains($0) }.count
    let width = (Double(words.count) * 0.56 + Double(wide) * 0.4) * size
    let place = Double(attributes["x"] ?? "") ?? .nan
    let line = Double(attributes["y"] ?? "") ?? .nan
    let left =
      switch attributes["text-anchor"] {
      case "end": place - width
      case "middle": place - width / 2
      default: place
      }
    texts.append(
      Placed(
        text: words, left: left, right: left + width, top: line - size * 0.75,
        bottom: line + size * 0.2))
  }
}

@Suite("Pictures of protocols")
struct PlotTests {
  /// Presets, and what files can make of them.
  private static func therapies() throws -> [TherapyProtocol] {
    var texts: [String] = []
    for name in try Fixture.presets.names() {
      texts.append(try Fixture.text("Protocols/\(name).yaml"))
    }
    func changed(_ name: String, _ changes: (String, String)...) throws {
      var text = try Fixture.text("Protocols/\(name).yaml")
      for (old, new) in changes {
        #expect(text.contains(old), "\(name): \(old)")
        text = text.replacing(old, with: new)
      }
      texts.append(text)
    }
    let long = String(repeating: "W", count: 60) + " " + String(repeating: "and more ", count: 6)
    try changed(
      "small-muscle-selective", ("shape: \"triangular\"", "shape: \"trapezoid\""),
      ("recovery: \"symmetric\"", "recovery: \"asymmetric\""),
      ("recoveryPhase: \"200 ms\"", "recoveryPhase: \"300 ms\""),
      ("plateau: \"400 ms\"", "plateau: \"600 ms\""),
      ("leadingPolarity: \"fixed\"", "leadingPolarity: \"alternating\""),
      ("Small denervated muscle, triangles", long.trimmingCharacters(in: .whitespaces)))
    try changed(
      "partial-innervation", ("\"symmetric\"", "\"capacitor\""),
      ("recoveryPhase: \"300 µs\"", "recoveryPhase: \"0 ms\""))
    try changed(
      "large-muscle-twitch", ("\"symmetric\"", "\"asymmetric\""),
      ("recoveryPhase: \"75 ms\"", "recoveryPhase: \"150 ms\""), ("\"250 mA\"", "\"160 mA\""),
      ("arrangement: \"simultaneous\"", "arrangement: \"alternating\""),
      ("channelOffset: \"0 s\"", "channelOffset: \"3 s\""))
    return try texts.map { try ProtocolLibrary.parseProtocol(text: $0, file: "a.yaml") }
  }

  private static var board: ShownBoard {
    ShownBoard(name: "a-board-with-a-name", capabilities: Fixture.board())
  }

  @Test("No text leaves the picture or runs over another, for every preset and shape")
  func room() throws {
    for therapy in try Self.therapies() {
      for board in [nil, Self.board] {
        let picture = PictureTexts(ProtocolPlot.svg(therapy, on: board))
        #expect(picture.texts.count > 25 && picture.height > 600)
        for (index, one) in picture.texts.enumerated() {
          let isInside =
            one.left >= 0 && one.right <= 760 && one.top >= 0 && one.bottom <= picture.height
          #expect(isInside, "\(therapy.name): \(one)")
          for other in picture.texts[(index + 1)...] {
            let isApart =
              one.right <= other.left || other.right <= one.left || one.bottom <= other.top
              || other.bottom <= one.top
            #expect(isApart, "\(therapy.name): \"\(one.text)\" over \"\(other.text)\"")
          }
        }
      }
    }
  }

  @Test("A picture says polarity, arrangement, offset, ceilings, session and the delivered gap")
  func facts() throws {
    let therapies = try Self.therapies()
    func words(_ therapy: TherapyProtocol, on board: ShownBoard? = nil) -> Set<String> {
      Set(PictureTexts(ProtocolPlot.svg(therapy, on: board)).texts.map(\.text))
    }
    let tetanic = try #require(therapies.first { $0.stage == .s4 })
    let plain = words(tetanic)
    for text in [
      "0 ms, or the board's dead time where that is longer", "a pulse every 50 ms, 20 pps",
      "every pulse leads positive on every channel", "simultaneous",
      "start 10 mA; ceiling 55 mA standard, 250 mA extended, by prescription",
      "168 trains, 3 sets of 56 with 60 s between, at most 30 min; 1 session a day",
      "One train: 100 pulses in 5 s, then 5 s off", "next pulse", "next train",
    ] { #expect(plain.contains(text), "\(text): \(plain)") }
    let onBoard = words(tetanic, on: Self.board)
    #expect(onBoard.contains { $0.hasSuffix(" on a-board-with-a-name") }, "\(onBoard)")
    #expect(onBoard.contains { $0.hasPrefix("gap delivered as ") }, "\(onBoard)")
    let alternating = words(try #require(therapies.first { $0.channelOffset > .zero }))
    for text in [
      "alternating, each 3 s later than the one before", "channel 2 on",
    ] { #expect(alternating.contains(text), "\(text): \(alternating)") }
    let other = words(
      try #require(therapies.first { $0.pulse.leadingPolarity == .alternating }))
    #expect(other.contains("next pulse, the other way"), "\(other)")
  }

  @Test("Each pulse of a train is drawn, and a long pause between pulses is cut with its end told")
  func pulses() throws {
    for therapy in try Fixture.presets.presets() {
      let svg = ProtocolPlot.svg(therapy)
      let count = PlanFigures.pulsesPerTrain(therapy.pulse, therapy.train)
      let trains = svg.split(separator: "\n").filter {
        $0.hasPrefix("<path class=\"lead thin\"") || $0.hasPrefix("<path class=\"lead hair\"")
      }
      let drawn = trains.map { Int64($0.filter { $0 == "M" }.count) }.max()
      #expect(drawn == count, "\(therapy.name)")
      let period = therapy.pulse.pulsePeriod
      let isLong = period > therapy.pulse.duration * 2
      #expect(svg.contains("class=\"cut\"") == isLong, "\(therapy.name)")
      let unit: Int64 = therapy.pulse.duration < .milliseconds(5) ? 1_000 : 1_000_000
      #expect(svg.contains(">\(period.rawValue / unit)</text>"), "\(therapy.name)")
      // What ends at 100 % has no axis to 120 %.
      #expect(!svg.contains(">120</text>") && svg.contains(">−100</text>"))
    }
  }
}

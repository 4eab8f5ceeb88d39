// Decides: whether what is shown of protocols is complete and well formed.
// Leaves to others: whether it looks well (looked at by hand).

import Foundation
import FoundationXML
import ProtocolLibrary
import StimulationCore
import Testing

@Suite("Rendering")
struct RenderingTests {
  @Test("The list is an array of name, stage, title and version")
  func listing() throws {
    let listings = try Fixture.presets.presets().map(ProtocolListing.init)
    let data = try JSONEncoder().encode(listings)
    let parsed = try #require(try JSONSerialization.jsonObject(with: data) as? [[String: String]])
    #expect(parsed.count == 8)
    #expect(parsed.allSatisfy { Set($0.keys) == ["name", "stage", "title", "version"] })
    let text = ProtocolText.list(listings)
    #expect(text.split(separator: "\n").count == 9)
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test(
    "What is shown has every value with its source and fits 80 columns", arguments: Stage.allCases)
  func show(stage: Stage) throws {
    let preset = try #require(try Fixture.presets.presets().first { $0.stage == stage })
    let text = ProtocolText.show(preset)
    for value in preset.values where !value.key.hasPrefix("entry.") {
      #expect(text.contains("  \(value.key) "))
    }
    for line in text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    let model = ProtocolModel(preset)
    #expect(
      try JSONDecoder().decode(ProtocolModel.self, from: JSONEncoder().encode(model)) == model)
  }

  @Test("Every prescription is shown within 80 columns, and the extended envelope is named")
  func prescriptions() throws {
    for name in Fixture.prescriptionNames {
      let prescription = try Fixture.examplePrescription(name)
      let text = ProtocolText.show(prescription)
      #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(text)")
      let isExtended = prescription.fields.envelope == .extended
      #expect(text.contains("outside ordinary limits") == isExtended)
      let model = PrescriptionModel(prescription)
      #expect(model.channels[0].ceiling_uA == prescription.fields.channels[0].ceiling.rawValue)
    }
  }

  @Test(
    "A picture is well-formed XML with both axes' units, without script or reference",
    arguments: Stage.allCases)
  func plot(stage: Stage) throws {
    let preset = try #require(try Fixture.presets.presets().first { $0.stage == stage })
    let svg = ProtocolPlot.svg(preset)
    #expect(svg == ProtocolPlot.svg(preset))
    let parser = XMLParser(data: Data(svg.utf8))
    #expect(parser.parse())
    for piece in ["current (mA)", "time (s)", "setpoint (%)", "leading ", "recovery ", preset.name]
    {
      #expect(svg.contains(piece), "\(piece)")
    }
    #expect(svg.contains(stage == .s6 || stage == .s7 ? "time (µs)" : "time (ms)"))
    for piece in ["<script", "href", "url(", "nan", "inf"] { #expect(!svg.contains(piece)) }
  }

  @Test("A title with markup stays text in a picture")
  func escapes() throws {
    let text = try Fixture.preset(
      replacing: "title: \"Large denervated muscle, tetanic\"",
      with: "title: '<script>\"&amp;</svg>'")
    let svg = ProtocolPlot.svg(try ProtocolLibrary.parseProtocol(text: text, file: "a.yaml"))
    #expect(XMLParser(data: Data(svg.utf8)).parse())
    #expect(!svg.contains("<script"))
  }

  @Test("Shaped, asymmetric and capacitor pulses are drawn too")
  func otherPulses() throws {
    let changes = [
      ("small-muscle-selective", "shape: \"triangular\"", "shape: \"trapezoid\""),
      ("small-muscle-selective", "shape: \"triangular\"", "shape: \"exponential\""),
    ]
    for (name, old, new) in changes {
      let text = try Fixture.preset(name, replacing: old, with: new)
      let therapy = try ProtocolLibrary.parseProtocol(text: text, file: "a.yaml")
      #expect(XMLParser(data: Data(ProtocolPlot.svg(therapy).utf8)).parse())
    }
    let capacitor = try Fixture.preset(
      "partial-innervation", replacing: "\"symmetric\"", with: "\"capacitor\""
    ).replacingOccurrences(of: "recoveryPhase: \"300 µs\"", with: "recoveryPhase: \"0 ms\"")
    let asymmetric = try Fixture.preset(
      "large-muscle-twitch", replacing: "\"symmetric\"", with: "\"asymmetric\""
    ).replacingOccurrences(of: "recoveryPhase: \"75 ms\"", with: "recoveryPhase: \"150 ms\"")
      .replacingOccurrences(of: "\"250 mA\"", with: "\"160 mA\"")
    for text in [capacitor, asymmetric] {
      let therapy = try ProtocolLibrary.parseProtocol(text: text, file: "a.yaml")
      #expect(XMLParser(data: Data(ProtocolPlot.svg(therapy).utf8)).parse())
    }
  }
}

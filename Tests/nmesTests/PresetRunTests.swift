// Decides: that every preset runs to its end, and that the result is one whole JSON object.
// Leaves to others: doses (DoseAccuracyTests) and signals (WaveformTests).

import Foundation
import Testing

@Suite("Presets") struct PresetRunTests {
  static let presets = [
    "awaiting-assessment", "small-muscle-selective", "large-muscle-twitch",
    "large-muscle-conditioned", "large-muscle-tetanic", "nascent-reinnervation",
    "partial-innervation", "innervated-disuse",
  ]

  @Test("Every preset runs to completion in its envelope", arguments: presets)
  func completes(preset: String) throws {
    let scratch = try Scratch()
    let result = try Session(preset: preset).run(in: scratch)
    #expect(result.status == 0, "\(result.told)")
    let report = try RunReport(result)
    #expect(report.outcome == "completed")
    #expect(report.faults.isEmpty)
    let channel = try #require(report.channels.first)
    #expect(channel.trains == 2)
    #expect(channel.pulses >= 2)
    #expect(channel.leadingCharge_nC > 0)
  }

  @Test("S1 runs at full length")
  func fullLength() throws {
    let scratch = try Scratch()
    let result = try Session(preset: "small-muscle-selective", trains: nil).run(in: scratch)
    #expect(result.status == 0, "\(result.told)")
    let channel = try #require(try RunReport(result).channels.first)
    #expect((20...50).contains(channel.trains))
  }

  @Test("Every example prescription runs, the extended one says that its envelope is open")
  func prescriptions() throws {
    let folder = NmesProcess.repository.appendingPathComponent("Protocols/Prescriptions")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(files.count >= 9)
    for file in files.sorted() where file.hasSuffix(".yaml") {
      let scratch = try Scratch()
      // Valid whenever this runs.
      let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
        .replacing(/validUntil: "\d{4}/, with: "validUntil: \"2199")
      let session = Session(
        prescription: try scratch.write(text, to: file),
        amplitude: file.contains("extended") ? "60 mA" : nil, trains: 1)
      let result = try session.run(in: scratch)
      #expect(result.status == 0, "\(file): \(result.told)")
      #expect(
        result.errors.contains("EXTENDED") == file.contains("extended"), "\(file): \(result.told)")
    }
  }

  @Test("run --json writes exactly one object with every named key, and progress elsewhere")
  func object() throws {
    let scratch = try Scratch()
    let result = try Session(areas: ["180 cm2", "180 cm2"]).run(in: scratch)
    let value = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
    let object = try #require(value as? [String: Any])
    for key in ["session", "outcome", "faults", "simulatedSeconds", "wallSeconds", "channels"] {
      #expect(object[key] != nil, "\(key)")
    }
    let channels = try #require(object["channels"] as? [[String: Any]])
    #expect(channels.map { $0["channel"] as? Int } == [1, 2])
    for channel in channels {
      for key in [
        "trains", "pulses", "pulsesWithheld", "leadingCharge_nC", "recoveryCharge_nC",
        "netCharge_nC", "peakCurrent_uA", "rmsOnTimeCurrent_uA", "energy_uJ",
      ] { #expect((channel[key] as? Double).map { $0 >= 0 } == true, "\(key)") }
      let electrode = try #require(channel["electrode"] as? [String: Any])
      for key in ["leadingCharge_nC", "recoveryCharge_nC", "netCharge_nC"] {
        #expect((electrode[key] as? Double).map { $0 >= 0 } == true, "\(key)")
      }
    }
    #expect(result.errors.contains("train"))
  }

  @Test("Without --amplitude the protocol's starting amplitude holds")
  func startingAmplitude() throws {
    let scratch = try Scratch()
    let channel = try #require(try RunReport(Session().run(in: scratch)).channels.first)
    #expect((9_500...10_500).contains(channel.peakCurrent_uA))
  }

  @Test("A protocol may be named by its path")
  func byPath() throws {
    let scratch = try Scratch()
    let file = NmesProcess.repository.appendingPathComponent("Protocols/large-muscle-tetanic.yaml")
    #expect(try Session(preset: file.path, trains: 1).run(in: scratch).status == 0)
  }

  @Test(
    "A slow ramp to a weak plateau runs to completion: it begins with a pulse that balances",
    arguments: ["1 mA", "2 mA", "5 mA"], [1, 2])
  func slowRamp(amplitude: String, seed: Int) throws {
    let scratch = try Scratch()
    let preset = NmesProcess.repository.appendingPathComponent(
      "Protocols/large-muscle-tetanic.yaml")
    let text = try String(contentsOf: preset, encoding: .utf8)
      .replacingOccurrences(of: "name: \"large-muscle-tetanic\"", with: "name: \"slow-ramp\"")
      .replacingOccurrences(of: "rampUp: \"0 s\"", with: "rampUp: \"4 s\"")
      .replacingOccurrences(of: "rampDown: \"0 s\"", with: "rampDown: \"4 s\"")
      .replacingOccurrences(of: "trainsPerSet: \"56\"", with: "trainsPerSet: \"3\"")
      .replacingOccurrences(of: "sets: \"3\"", with: "sets: \"1\"")
    let file = try scratch.write(text, to: "slow-ramp.yaml")
    let result = try Session(preset: file, amplitude: amplitude, trains: nil, seed: seed)
      .run(in: scratch)
    #expect(result.status == 0, "\(result.told)")
    #expect(try RunReport(result).channels.first?.trains == 3)
  }
}

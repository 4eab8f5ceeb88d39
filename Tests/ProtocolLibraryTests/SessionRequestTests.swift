// Decides: whether a protocol, a prescription and a request become the plan that they say, or
// are refused with the values and where they stand.
// Leaves to others: reading files (RejectedFileTests) and figures (StimulationCore's tests).

import ProtocolLibrary
import StimulationCore
import Testing

@Suite("Session requests")
struct SessionRequestTests {
  private func request(
    _ name: String = "large-muscle-tetanic", areas: [Int32] = [180], trains: Int32? = nil,
    amplitude: Microamperes? = nil
  ) throws -> SessionRequest {
    SessionRequest(
      therapy: try Fixture.presets.load(name), patient: "P-0001", muscle: "quadriceps",
      electrodeAreas: areas.map(SquareMillimetres.squareCentimetres), amplitude: amplitude,
      trains: trains, today: Fixture.today)
  }

  private func prescribed(
    _ text: String, name: String = "large-muscle-tetanic", today: String = "2026-06-01"
  ) throws -> SessionRequest {
    SessionRequest(
      therapy: try Fixture.presets.load(name),
      prescription: try ProtocolLibrary.parsePrescription(text: text, file: "p.yaml"),
      today: Fixture.date(today))
  }

  private func refusal(
    _ request: SessionRequest, layer: LimitLayer = LimitLayer(source: .board),
    board: BoardCapabilities = Fixture.board()
  ) -> SessionRefusal? {
    do throws(SessionRefusal) {
      _ = try request.makeSession(on: board, layer: layer)
      return nil
    } catch {
      return error
    }
  }

  @Test("Fewer trains are one set where they fit into it, and whole sets where they divide")
  func trains() throws {
    for (asked, perSet, sets) in [(1, 1, 1), (56, 56, 1), (40, 40, 1), (112, 56, 2), (168, 56, 3)] {
      let made = try request(trains: Int32(asked)).makeSession(on: Fixture.board())
      #expect(made.plan.train.trainsPerSet == Int32(perSet))
      #expect(made.plan.train.sets == Int32(sets))
    }
  }

  @Test("SR-11: trains that the protocol does not have are refused", arguments: [-1, 0, 57, 169])
  func wrongTrains(asked: Int32) throws {
    let found = try #require(refusal(try request(trains: asked)))
    #expect(found.description.contains("\(asked) trains"))
    #expect(!found.isRefusal)
  }

  @Test("SR-11: without electrode area nothing is planned")
  func noArea() throws {
    let found = try #require(refusal(try request(areas: [])))
    #expect(found.description.contains("no default"))
  }

  @Test("SR-12: a small electrode is refused for its current density, naming limit and remedy")
  func density() throws {
    let found = try #require(refusal(try request(areas: [20])))
    #expect(found.isRefusal)
    #expect(
      found.description == "channel 1: r.m.s. current density 2.4597 mA/cm² is above the limit of "
        + "2 mA/cm² set by the compiled envelope; use larger electrodes or lower the ceiling")
  }

  @Test("SR-10: an amplitude above the ceiling is refused, naming both")
  func amplitude() throws {
    let found = try #require(refusal(try request(amplitude: .milliamperes(56))))
    #expect(found.isRefusal)
    #expect(found.description.contains("56 mA") && found.description.contains("55 mA"))
  }

  @Test(
    "SR-11: a patient code that is none is refused", arguments: ["", "Jane Doe", "../x", "a/b"])
  func patient(code: String) throws {
    var asked = try request()
    asked.patient = code
    #expect(refusal(asked)?.isRefusal == false)
  }

  @Test("SR-17: a board layer below the protocol's ceiling is named with both values")
  func boardLayer() throws {
    var layer = LimitLayer(source: .board)
    layer[.amplitude] = 50_000
    let found = try #require(refusal(try request(), layer: layer))
    #expect(found.isRefusal)
    for piece in ["55 mA", "50 mA", "amplitude", "large-muscle-tetanic.yaml:", "board"] {
      #expect(found.description.contains(piece), "\(found)")
    }
  }

  @Test(
    "Every example prescription fits its protocol and makes a plan",
    arguments: Fixture.prescriptionNames)
  func examples(name: String) throws {
    let prescription = try Fixture.examplePrescription(name)
    let therapy = try Fixture.presets.load(prescription.fields.protocolName)
    #expect(throws: Never.self) { try prescription.check(against: therapy) }
    for day in ["2026-01-01", "2027-12-31"] {
      let asked = SessionRequest(
        therapy: therapy, prescription: prescription, today: Fixture.date(day))
      let made = try asked.makeSession(on: Fixture.board())
      #expect(made.plan[channel: 0].ceiling == prescription.fields.channels[0].ceiling)
      #expect(made.plan[channel: 0].ceilingSource == .prescription)
      #expect(made.patient == prescription.fields.patient)
      #expect(made.envelope == prescription.fields.envelope)
    }
  }

  @Test("SR-18: without a prescription the envelope is the standard one")
  func standard() throws {
    let made = try request().makeSession(on: Fixture.board())
    #expect(made.envelope == .standard && made.plan.limits.envelope == .standard)
    #expect(made.plan[channel: 0].ceiling == .milliamperes(55))
  }

  @Test("SR-18: a prescription of the extended envelope opens it, up to its own ceiling")
  func extended() throws {
    let name = "large-muscle-tetanic-extended"
    let prescription = try Fixture.examplePrescription(name)
    let made = try SessionRequest(
      therapy: try Fixture.presets.load("large-muscle-tetanic"), prescription: prescription,
      today: Fixture.today
    ).makeSession(on: Fixture.board())
    #expect(made.plan.limits.envelope == .extended)
    #expect(made.plan.channelCount == 2)
    #expect(made.plan[channel: 1].ceiling == .milliamperes(120))
  }

  @Test("SR-18: a protocol without extended ceiling is not opened by a prescription")
  func notExtended() throws {
    let text = try Fixture.prescription(
      "partial-innervation", replacing: "\"standard\"", with: "\"extended\"")
    let found = try #require(refusal(try prescribed(text, name: "partial-innervation")))
    #expect(found.description.contains("extendedCeiling"))
  }

  @Test(
    "SR-17: a prescription that disagrees with its protocol is refused with both values",
    arguments: [
      (
        "ceiling: \"55 mA\"", "ceiling: \"56 mA\"",
        ["56 mA", "55 mA", "p.yaml:20:14", ".yaml:51:12"]
      ),
      ("Day: \"1\"", "Day: \"2\"", ["2", "1", "p.yaml:13:17", ".yaml:46:19"]),
      ("\"1.0.0\"", "\"1.0.1\"", ["1.0.1", "1.0.0", "p.yaml:11:18", ".yaml:8:10"]),
    ])
  func disagreement(old: String, new: String, pieces: [String]) throws {
    let text = try Fixture.prescription(replacing: old, with: new)
    let found = try #require(refusal(try prescribed(text)))
    #expect(found.isRefusal)
    for piece in pieces { #expect(found.description.contains(piece), "\(found)") }
    let therapy = try Fixture.presets.load("large-muscle-tetanic")
    let prescription = try ProtocolLibrary.parsePrescription(text: text, file: "p.yaml")
    #expect(throws: SessionRefusal.self) { try prescription.check(against: therapy) }
  }

  @Test(
    "A prescription is refused on the day before and on the day after",
    arguments: ["2025-12-31", "2028-01-01"])
  func days(today: String) throws {
    let text = try Fixture.text("Protocols/Prescriptions/large-muscle-tetanic.yaml")
    let found = try #require(refusal(try prescribed(text, today: today)))
    #expect(found.isRefusal && found.description.contains(today))
  }

  @Test("A prescription for another protocol, patient or muscle is refused")
  func others() throws {
    let text = try Fixture.text("Protocols/Prescriptions/large-muscle-tetanic.yaml")
    #expect(refusal(try prescribed(text, name: "large-muscle-twitch")) != nil)
    var asked = try prescribed(text)
    asked.patient = "P-0002"
    #expect(refusal(asked) != nil)
    asked = try prescribed(text)
    asked.muscle = "gluteus"
    #expect(refusal(asked) != nil)
    asked = try prescribed(text)
    asked.electrodeAreas = [.squareCentimetres(180)]
    #expect(refusal(asked) != nil)
  }

  @Test("S1 is refused above its alpha, and S7 below its own")
  func alpha() throws {
    let small = try Fixture.prescription(
      "small-muscle-selective", replacing: "alpha: \"1.4\"", with: "alpha: \"2.001\"")
    let found = try #require(refusal(try prescribed(small, name: "small-muscle-selective")))
    #expect(found.description.contains("2.001") && found.description.contains("2 or less"))
    let without = try Fixture.prescription(
      "small-muscle-selective", replacing: "  alpha: \"1.4\"\n", with: "")
    #expect(refusal(try prescribed(without, name: "small-muscle-selective")) != nil)
    let disuse = try Fixture.prescription(
      "innervated-disuse", replacing: "alpha: \"2.7\"", with: "alpha: \"2.499\"")
    #expect(refusal(try prescribed(disuse, name: "innervated-disuse")) != nil)
    let curve = try Fixture.prescription(
      "innervated-disuse", replacing: "  alpha: \"2.7\"\n", with: "")
    #expect(refusal(try prescribed(curve, name: "innervated-disuse")) == nil)
  }

  @Test("SR-17: the channel whose ceiling is too high is the one that is named")
  func secondChannel() throws {
    let second =
      "  - firstElectrodeArea: \"180 cm2\"\n    secondElectrodeArea: \"180 cm2\"\n"
      + "    ceiling: \"60 mA\"\n"
    let text = try Fixture.text("Protocols/Prescriptions/large-muscle-tetanic.yaml") + second
    let found = try #require(refusal(try prescribed(text)))
    #expect(found.description.hasPrefix("p.yaml:23:14: ceiling 60 mA of channel 2 is above"))
  }

  private static let twoChannels =
    "  - firstElectrodeArea: \"180 cm2\"\n    secondElectrodeArea: \"180 cm2\"\n"
    + "    ceiling: \"5 mA\"\n"

  @Test("A ceiling below the starting amplitude is refused with the option that mends it")
  func lowCeiling() throws {
    let text = try Fixture.text("Protocols/Prescriptions/large-muscle-tetanic.yaml")
    var asked = try prescribed(text + Self.twoChannels)
    let without = try #require(refusal(asked))
    #expect(without.isRefusal)
    for piece in [
      "p.yaml:23:14: ceiling 5 mA of channel 2", "10 mA", ".yaml:49:10",
      "--amplitude \"10 mA\" --amplitude \"5 mA\"",
    ] { #expect(without.description.contains(piece), "\(without)") }
    asked.amplitudes = [.milliamperes(20)]
    let forAll = try #require(refusal(asked))
    #expect(forAll.description.contains("--amplitude \"20 mA\" --amplitude \"5 mA\""), "\(forAll)")
    asked.amplitudes = [.milliamperes(20), .milliamperes(6)]
    let own = try #require(refusal(asked))
    #expect(own.isRefusal && own.description.contains("channel 2: amplitude 6 mA"), "\(own)")
    asked.amplitudes = [.milliamperes(20), .milliamperes(5), .milliamperes(5)]
    let many = try #require(refusal(asked))
    #expect(!many.isRefusal && many.description.contains("3 amplitudes for 2 channels"))
    asked.amplitudes = [.milliamperes(20), .zero]
    #expect(refusal(asked)?.description.contains("delivers nothing") == true)
    asked.amplitudes = [.milliamperes(20), .milliamperes(5)]
    let plan = try asked.makeSession(on: Fixture.board()).plan
    #expect(plan[channel: 0].startingAmplitude == .milliamperes(20))
    #expect(plan[channel: 1].startingAmplitude == .milliamperes(5))
    asked.amplitudes = [.milliamperes(5)]
    let same = try asked.makeSession(on: Fixture.board()).plan
    #expect(same[channel: 0].startingAmplitude == .milliamperes(5))
    // The prescription itself is sound: what to start at is the operator's.
    let therapy = try Fixture.presets.load("large-muscle-tetanic")
    #expect(throws: Never.self) { try asked.prescription?.check(against: therapy) }
  }

  @Test("The smaller electrode of a channel counts")
  func smaller() throws {
    let text = try Fixture.prescription(
      replacing: "secondElectrodeArea: \"180 cm²\"", with: "secondElectrodeArea: \"90 cm²\"")
    let made = try prescribed(text).makeSession(on: Fixture.board())
    #expect(made.plan[channel: 0].electrodeArea == .squareCentimetres(90))
  }

  @Test("Alternating channels begin one offset after another, with the polarity that is stated")
  func alternating() throws {
    let text = try Fixture.preset(
      replacing: "arrangement: \"simultaneous\"", with: "arrangement: \"alternating\""
    ).replacingOccurrences(of: "channelOffset: \"0 s\"", with: "channelOffset: \"5 s\"")
      .replacingOccurrences(of: "duration: \"30 min\"", with: "duration: \"31 min\"")
    let therapy = try ProtocolLibrary.parseProtocol(
      text: text + "  polarity:\n    - \"negative\"\n    - \"positive\"\n", file: "a.yaml")
    var asked = try request(areas: [180, 180])
    asked.therapy = therapy
    let plan = try asked.makeSession(on: Fixture.board()).plan
    #expect(plan[channel: 0].offset == .zero && plan[channel: 1].offset == .seconds(5))
    #expect(plan[channel: 0].polarity == .negative && plan[channel: 1].polarity == .positive)
    asked.electrodeAreas.append(.squareCentimetres(180))
    #expect(refusal(asked)?.description.contains("polarity") == true)
  }

  @Test("A board that cannot time short phases refuses them with the reason")
  func boardWithoutGate() throws {
    var board = Fixture.board()
    board.longestGate = .zero
    let found = try #require(refusal(try request("partial-innervation", areas: [50]), board: board))
    #expect(found.isRefusal && found.description.contains("300 µs"))
  }
}

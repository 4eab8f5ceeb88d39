// Decides: that what is told of a session is what was recorded, in text and JSON.
// Leaves to others: recording it (OpeningTests).

import Foundation
import StimulationCore
import Testing

@testable import DoseLog

@Suite("Summaries")
struct SummaryTests {
  private func detail(channels: Int8 = 2) throws -> SessionDetail {
    let log = try LogUnderTest()
    let writer = try log.open()
    let session = try writer.beginSession(intent(channels: channels), at: clock(0))
    var records: [SessionRecord] = [record(.probe, train: 0, dose(7))]
    for channel in 0..<channels {
      records += [
        record(channel: channel, train: 1), record(.checkpoint, channel: channel, dose(50)),
        record(channel: channel, train: 2, dose(2)),
      ]
    }
    try writer.append(records + [trip(.openElectrode, channel: 1)], to: session, at: clock(5))
    let action = LogAction(
      kind: .command, subject: "start", outcome: "accepted", actor: "uid 1000", at: .seconds(3))
    try writer.log(action, session: session, at: clock(6))
    try writer.log(
      SkinCheck(moment: .after, finding: .ok, actor: "simulation", isSimulated: true),
      muscle: thigh, session: session, at: clock(7))
    try writer.close(
      session, outcome: .faulted, faults: [.openElectrode, .outOfCompliance], at: clock(8))
    return try writer.reader.detail(session)
  }

  @Test("SR-46: totals are the trains' sums, without checkpoints, and probes stand apart")
  func totals() throws {
    let summary = try detail().summary
    #expect(summary.channels.map(\.dose) == [dose(3), dose(3)])
    #expect(summary.channels.map(\.trains) == [2, 2])
    #expect(summary.channels.map(\.probes) == [1, 0])
    #expect(summary.channels[0].probeDose == dose(7))
    #expect(summary.channels.map(\.certainty) == [.confirmed, .confirmed])
    #expect(summary.channels.map(\.bound) == [nil, nil])
  }

  @Test("SR-45: a command stands with actor, time and outcome; a trip with its interlock")
  func events() throws {
    let events = try detail().events
    #expect(events.map(\.kind) == ["tripped", "command"])
    #expect(events[0].subject == "open-electrode" && events[0].channel == 2)
    #expect(events[1].actor == "uid 1000" && events[1].outcome == "accepted")
    #expect(events[1].sessionTime == 3_000_000_000 && events[1].wall == clock(6).wall)
  }

  @Test("JSON keeps every value exactly and uses the names of the issue")
  func json() throws {
    let detail = try detail()
    let data = try JSONEncoder().encode(detail)
    #expect(try JSONDecoder().decode(SessionDetail.self, from: data) == detail)
    let object = try JSONSerialization.jsonObject(with: data) as? [String: Any]
    let summary = object?["summary"] as? [String: Any]
    let channel = (summary?["channels"] as? [[String: Any]])?.first ?? [:]
    #expect(channel["channel"] as? Int == 1)
    #expect(channel["leadingCharge_nC"] as? Double == 6_000_000.000009)
    #expect(channel["netCharge_nC"] as? Double == -4.5)
    for key in [
      "trains", "pulses", "pulsesWithheld", "recoveryCharge_nC", "peakCurrent_uA",
      "rmsOnTimeCurrent_uA", "energy_uJ",
    ] { #expect(channel[key] != nil, "\(key)") }
    #expect(summary?["outcome"] as? String == "faulted")
  }

  @Test("A wall time reads back to the nanosecond, before 1970 too")
  func wallTimes() throws {
    for count in [0, 1, -1, 1_790_000_000_123_456_789, -1_000_000_001] as [Int64] {
      let time = WallTime(nanosecondsSince1970: count)
      let data = try JSONEncoder().encode([time])
      #expect(try JSONDecoder().decode([WallTime].self, from: data) == [time])
    }
    #expect(WallTime(nanosecondsSince1970: 0).description == "1970-01-01 00:00:00Z")
  }

  @Test("Listings keep to 80 columns, whatever the names and however many the channels")
  func width() throws {
    for channels in [Int8(1), 2, 5, 8] {
      let detail = try detail(channels: channels == 1 ? 2 : channels)
      let text = DoseTables.show(detail) + DoseTables.list([detail.summary])
      for line in text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    }
    let log = try LogUnderTest()
    let writer = try log.open()
    let long = MuscleKey(
      patient: String(repeating: "P", count: 60), muscle: String(repeating: "m", count: 60))
    let session = try writer.beginSession(intent(long), at: clock(0))
    let list = DoseTables.list([try writer.reader.session(session)])
    for line in list.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    #expect(list.contains("open"))
  }

  @Test("A patient's sessions are the newest of theirs alone, under any spelling of the code")
  func patient() throws {
    let log = try LogUnderTest()
    let writer = try log.open()
    let codes = ["P-007", "P-008", "p 007", "P-008", "P_007", "P-0070"]
    for code in codes {
      let muscle = MuscleKey(patient: code, muscle: "quadriceps")
      let session = try writer.beginSession(intent(muscle), at: clock(0))
      try writer.close(session, outcome: .completed, at: clock(1))
    }
    func listed(_ limit: Int, _ patient: String?) throws -> [String] {
      try writer.reader.sessions(newest: limit, patient: patient).map(\.muscle.patient)
    }
    #expect(try listed(10, nil) == codes.reversed())
    #expect(try listed(10, "P-007") == ["P_007", "p 007", "P-007"])
    #expect(try listed(2, "P-007") == ["P_007", "p 007"])
    #expect(try listed(10, "P-008") == ["P-008", "P-008"])
    #expect(try listed(10, "P-009") == [] && listed(0, "P-007") == [] && listed(-1, nil) == [])
  }

  @Test("Listings say what was delivered")
  func text() throws {
    let detail = try detail()
    let text = DoseTables.show(detail)
    for part in [
      "leading charge      6.000 mC    6.000 mC", "net charge         -4.500 nC",
      "faults    open-electrode, out-of-compliance", "peak current       55.123 mA",
      "skin after: ok, by simulation (simulated)", "open-electrode ch2",
    ] { #expect(text.contains(part), "\(part)\n\(text)") }
    #expect(DoseTables.list([]) == "no sessions\n")
  }

  @Test("Questions stand whole with their answers, and events in the order of session time")
  func order() throws {
    let log = try LogUnderTest()
    let writer = try log.open()
    let session = try writer.beginSession(intent(), at: clock(0))
    let long =
      "Sensory loss under the electrodes, so that a burn would not be felt, which a "
      + "clinician permits after looking at the skin? [C43]"
    for (subject, text) in [("implant", "A demand pacemaker? [C25]"), ("sensory-loss", long)] {
      try writer.log(
        LogAction(
          kind: .checklist, subject: subject, outcome: "no", actor: "uid 7", at: .zero,
          isSimulated: true, text: text), session: session, at: clock(0))
    }
    try writer.log(
      LogAction(
        kind: .command, subject: "target", outcome: "accepted", actor: "uid 7",
        at: .milliseconds(174), amount: 10_000), session: session, at: clock(1))
    func entered(_ state: StateCode, _ at: Nanoseconds) -> SessionRecord {
      .event(EventRecord(at: at, event: .entered(state)))
    }
    try writer.append(
      [
        entered(.checked, .milliseconds(167)), entered(.armed, .milliseconds(172)),
        .event(EventRecord(at: .seconds(4), event: .outputsInactive(after: .microseconds(120)))),
      ], to: session, at: clock(2))
    let text = DoseTables.show(try writer.reader.detail(session))
    for line in text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.contains("questions, answered by uid 7 (simulated) no A demand pacemaker?"))
    #expect(words.contains("no \(long)"), "\(text)")
    #expect(words.contains("target 10 mA uid 7 accepted"), "\(text)")
    #expect(words.contains("outputs-inactive after 120.000 µs"), "\(text)")
    #expect(!text.contains("…"), "\(text)")
    let places = ["167 ms", "172 ms", "174 ms", "4.000 s"].map { text.range(of: $0)?.lowerBound }
    #expect(places.allSatisfy { $0 != nil })
    #expect(places.compactMap { $0 } == places.compactMap { $0 }.sorted(), "\(text)")
  }
}

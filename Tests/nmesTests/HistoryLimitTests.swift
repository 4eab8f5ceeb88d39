// Decides: that earlier sessions in the log limit the next, run by run.
// Leaves to others: reading the history (HistoryTests of DoseLog).

import DoseLog
import Foundation
import StimulationCore
import Testing

@Suite("Limits by the log") struct HistoryLimitTests {
  private static func refusal(_ session: Session, _ scratch: Scratch) throws -> String {
    let result = try session.run(in: scratch)
    #expect(result.status == 3, "\(result.told)")
    #expect(result.output.isEmpty)
    #expect(result.complaints.count == 1, "\(result.told)")
    return result.errors
  }

  @Test("SR-12: rest between sessions of one muscle is refused by name; another muscle runs")
  func rest() throws {
    let scratch = try Scratch()
    let session = Session(preset: "small-muscle-selective", areas: ["25 cm2"])
    #expect(try session.run(in: scratch).status == 0)
    let text = try Self.refusal(session, scratch)
    #expect(text.contains("rest"), "\(text)")
    #expect(text.contains("4 h"), "\(text)")
    var other = session
    other.muscle = "biceps"
    #expect(try other.run(in: scratch).status == 0)
    var patient = session
    patient.patient = "P002"
    #expect(try patient.run(in: scratch).status == 0)
  }

  @Test("SR-12: neither case nor spaces make another muscle of the same one")
  func spelling() throws {
    let scratch = try Scratch()
    #expect(try Session().run(in: scratch).status == 0)
    for muscle in ["Quadriceps", "QUADRICEPS"] {
      _ = try Self.refusal(Session(muscle: muscle), scratch)
    }
    _ = try Self.refusal(Session(patient: "p001"), scratch)
  }

  @Test("SR-12: sessions a day are refused by name")
  func sessionsPerDay() throws {
    let scratch = try Scratch()
    #expect(try Session().run(in: scratch).status == 0)
    let text = try Self.refusal(Session(), scratch)
    #expect(text.contains("sessions in a day"), "\(text)")
  }

  @Test("SR-05: a short stands until it is acknowledged with a note")
  func hazard() throws {
    let scratch = try Scratch()
    let log = scratch.path("dose.sqlite")
    let short = Session(faults: ["short@3003 ms"])
    #expect(try short.run(in: scratch).status == 1)
    let text = try Self.refusal(Session(muscle: "biceps"), scratch)
    #expect(text.contains("SR-05"))
    #expect(text.contains("dose acknowledge"))

    #expect(try nmes("dose", "acknowledge", "--log", log).status == 2)
    let empty = try nmes("dose", "acknowledge", "--log", log, "--note", "  ")
    #expect(empty.status == 2, "a note without words acknowledges nothing: \(empty.told)")
    _ = try Self.refusal(Session(muscle: "biceps"), scratch)

    let done = try nmes("dose", "acknowledge", "--log", log, "--note", "replaced the lead")
    #expect(done.status == 0, "\(done.told)")
    #expect(done.output.contains("short-circuit"))
    #expect(try Session(muscle: "biceps").run(in: scratch).status == 0)
    #expect(try nmes("dose", "verify", "--log", log).status == 0)
  }

  @Test("SR-05: what stands on any board is acknowledged there, and the board is named")
  func otherBoards() throws {
    let scratch = try Scratch()
    let log = scratch.path("dose.sqlite")
    let now = ClockReading(
      wall: WallTime(nanosecondsSince1970: 1_790_000_000_000_000_000), boot: nil,
      isSynchronised: true)
    func trip(on board: String) throws {
      try DoseLogWriter(path: log).logTrip(.shortCircuit, board: board, at: now)
    }
    func acknowledge(_ more: String...) throws -> NmesResult {
      try nmes(["dose", "acknowledge", "--log", log, "--note", "replaced the lead"] + more)
    }
    try trip(on: "kernel-bench")
    let done = try acknowledge()
    #expect(done.status == 0, "\(done.told)")
    #expect(done.output.contains("short-circuit of event 1 on kernel-bench"), "\(done.told)")
    #expect(try DoseLogReader(path: log).hazards() == [])

    try trip(on: "kernel-bench")
    try trip(on: "clinic-2")
    let either = try acknowledge()
    #expect(either.status == 2, "one note is of one board: \(either.told)")
    for word in ["kernel-bench", "clinic-2", "--board"] {
      #expect(either.errors.contains(word), "\(either.told)")
    }
    #expect(try DoseLogReader(path: log).hazards().count == 2)
    #expect(try acknowledge("--board", "simulated").output.contains("nothing stands"))
    let one = try acknowledge("--board", "clinic-2")
    #expect(one.status == 0 && one.output.contains("on clinic-2"), "\(one.told)")
    #expect(try DoseLogReader(path: log).hazards().map(\.board) == ["kernel-bench"])
    #expect(try acknowledge().status == 0)
    #expect(try nmes("dose", "verify", "--log", log).status == 0)
  }

  @Test("Acknowledging in a log that is not there makes none")
  func noLog() throws {
    let scratch = try Scratch()
    let log = scratch.path("dose.sqlite")
    let result = try nmes("dose", "acknowledge", "--log", log, "--note", "looked")
    #expect(result.status == 2, "\(result.told)")
    #expect(!FileManager.default.fileExists(atPath: log))
  }

  @Test("A refused session counts as none")
  func refusedCountsAsNone() throws {
    let scratch = try Scratch()
    #expect(try Session(faults: ["emergency-stop@1 ms"]).run(in: scratch).status == 3)
    #expect(try Session().run(in: scratch).status == 0)
  }
}

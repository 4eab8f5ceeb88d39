// Decides: that a prescription holds on the day on which it is used, not on which it was loaded.
// Leaves to others: what else a prescription must fit (ProtocolLibraryTests).

import ControlAPI
import Foundation
import ProtocolLibrary
import Testing

@testable import ControlServer

@Suite("The day of a prescription", .serialized) struct PrescriptionDayTests {
  /// One whose last day is today.
  private static func lastDay() throws -> String {
    let file = ServedStimulator.repository
      .appendingPathComponent("Protocols/Prescriptions/large-muscle-tetanic.yaml")
    let now = Calendar.current.dateComponents([.year, .month, .day], from: Date())
    let today = try #require(
      CalendarDate(year: now.year ?? 0, month: now.month ?? 0, day: now.day ?? 0))
    return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map { line in
      if line.hasPrefix("validFrom:") { return "validFrom: \"\(today)\"" }
      return line.hasPrefix("validUntil:") ? "validUntil: \"\(today)\"" : String(line)
    }.joined(separator: "\n") + "\n"
  }

  @Test("SR-50: a prescription that was loaded on its last day is refused on the next")
  func midnight() throws {
    // A day in less than nine seconds.
    let served = try ServedStimulator(pace: 10_000, prescriptions: ["last": Self.lastDay()])
    let leader = try Operator(served)
    let load = SessionLoadRequest(prescription: "last")
    func isOver(_ ask: () throws -> Void) -> Bool {
      refusal(ask)?.message.contains("the prescription holds") == true
    }
    // Loading anew tells when the day is over; what was loaded before stays.
    #expect(ServedStimulator.wait { isOver { _ = try leader.ask(load) } })
    #expect(try leader.status().phase == "loaded")
    #expect(isOver { try leader.ask(SelfCheckRequest()) })
    #expect(try leader.status().phase == "loaded")
  }
}

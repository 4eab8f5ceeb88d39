// Decides: that a board with a patient circuit is led from a prescription only.
// Leaves to others: what a prescription must fit (ProtocolLibraryTests), `nmes run` (nmesTests).

import DoseLog
import Foundation
import ProtocolLibrary
import RealTimeLoop
import SimulatedBoard
import StimulationCore
import Testing

@testable import SessionController

/// The simulated board as if somebody were connected to it.
private final class PatientHost: LoopHost {
  private let board: SimulatedHost

  init() throws { board = try SimulatedHost(SimulatedHostOptions()) }

  let place = SessionPlace(board: "reference-1ch", isSimulated: false)
  var capabilities: BoardCapabilities { board.capabilities }
  var exchange: LoopExchange { board.exchange }
  var scheduling: RealTimeScheduling? { board.scheduling }
  var patience: Nanoseconds { board.patience }
  var force: [Double] { board.force }
  var leftovers: [String] { board.leftovers }
  func limits(for envelope: Envelope) -> LimitLayer { board.limits(for: envelope) }
  func begin(_ planned: PlannedSession, keeper: RunWaker) throws(StimulatorError) {
    try board.begin(planned, keeper: keeper)
  }
  func end() { board.end() }
  func wake() { board.wake() }
  func renewLease() { board.renewLease() }
  func logHasProgressed() { board.logHasProgressed() }
}

@Suite("Boards with a patient") struct PatientBoardTests {
  private static let protocols = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Protocols").path

  private func planned(_ prescription: Prescription?) throws -> PlannedSession {
    let therapy = try ProtocolLibrary.loadProtocol(
      file: "\(Self.protocols)/large-muscle-tetanic.yaml")
    let today = try #require(prescription?.fields.validFrom ?? CalendarDate("2026-11-24"))
    let request = SessionRequest(
      therapy: therapy, prescription: prescription,
      patient: prescription == nil ? "P1" : "", muscle: prescription == nil ? "quadriceps" : "",
      electrodeAreas: prescription == nil ? [.squareCentimetres(180)] : [], amplitude: nil,
      trains: 1, today: today)
    return try request.makeSession(on: SimulatedCapabilities.make(channelCount: 1))
  }

  @Test("SR-18: a board with a patient loads no protocol without a prescription")
  func prescribed() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("patient-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let stimulator = try Stimulator(
      try PatientHost(),
      writer: try DoseLogWriter(path: folder.appendingPathComponent("dose.sqlite").path),
      clock: MachineClock(), actor: "tester")
    defer { stimulator.shutDown() }
    let refusal = #expect(throws: StimulatorError.self) {
      try stimulator.load(try planned(nil), actor: "t")
    }
    guard case .needsPrescription("reference-1ch")? = refusal else {
      Issue.record("\(String(describing: refusal))")
      return
    }
    #expect(stimulator.status.phase == .idle)
    #expect(throws: StimulatorError.self) {
      try stimulator.selfCheck(actor: "t", lease: .held { true })
    }
    let prescription = try ProtocolLibrary.loadPrescription(
      file: "\(Self.protocols)/Prescriptions/large-muscle-tetanic.yaml")
    try stimulator.load(try planned(prescription), actor: "t")
    #expect(stimulator.status.phase == .loaded)
  }
}

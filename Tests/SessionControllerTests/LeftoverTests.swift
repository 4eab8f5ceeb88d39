// Decides: what is written of the skin when a session that a crash cut off is closed.
// Leaves to others: the closing itself (DoseLogTests).

import DoseLog
import Foundation
import StimulationCore
import Testing

@testable import SessionController

@Suite("Leftovers of a crash") struct LeftoverTests {
  private let path = NSTemporaryDirectory() + "nmes-leftover-\(UUID().uuidString).sqlite"
  private let muscle = MuscleKey(patient: "P1", muscle: "quadriceps", side: "left")
  private let wall = WallTime(nanosecondsSince1970: 1_800_000_000_000_000_000)

  private func crash(isSimulated: Bool) throws {
    let digest = try #require(PlanDigest(bytes: Array(repeating: 0, count: 32)))
    _ = try DoseLogWriter(path: path).beginSession(
      SessionIntent(
        muscle: muscle, stage: "S4", protocolName: "p", protocolVersion: "1.0.0",
        planDigest: digest, envelope: .standard, prescription: nil,
        gap: DeliveredGap(stated: .zero, delivered: .microseconds(100)), board: "board",
        isSimulated: isSimulated, seed: nil, actor: "operator", plannedTrains: 10,
        trainOnTime: .seconds(5),
        channels: [
          ChannelIntent(
            channel: 0, electrodeArea: .squareCentimetres(180), ceiling: .milliamperes(40),
            ceilingSource: .prescription, boundAfter: Femtocoulombs(1_000_000_000_000))
        ]), at: .virtual(wall))
  }

  @Test(
    "SR-51: a crashed session with a patient lacks its after-check, whatever board runs next",
    arguments: [true, false])
  func afterCheck(isSimulated: Bool) throws {
    defer {
      for suffix in ["", "-wal", "-shm", ".head", ".lock"] {
        try? FileManager.default.removeItem(atPath: path + suffix)
      }
    }
    try crash(isSimulated: isSimulated)
    let writer = try DoseLogWriter(path: path)
    let recovered = try SessionOpening.closeLeftovers(
      writer, actor: "student", at: .virtual(wall + .seconds(100)))
    #expect(recovered.map(\.isSimulated) == [isSimulated])
    let state = try writer.reader.skinState(of: muscle)
    #expect((state.refusal == nil) == isSimulated)
  }
}

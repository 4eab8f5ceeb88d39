// Decides: that a reader who is late gets the newest status, and sees how old each one is.
// Leaves to others: readers who never read (BadInputTests), and showing it (OperatorConsole).

import ControlAPI
import Foundation
import Testing

@testable import ControlServer

@Suite("Late readers", .serialized) struct SlowReaderTests {
  @Test("SR-52: statuses are left out while one is unread, and each says when it was made")
  func late() throws {
    for socket in SocketKind.allCases {
      let served = try ServedStimulator()
      let client = try socket == .control ? served.control() : served.monitor()
      let began = ServerClock.now.rawValue / 1_000_000
      _ = try client.call(StatusSubscribeRequest(), timeout_ms: 60_000)
      let turns = served.server.loopTurns
      #expect(ServedStimulator.wait { served.server.loopTurns > turns + 15 })
      let readAt = ServerClock.now.rawValue / 1_000_000
      var old = 0
      var last: UInt64 = 0
      while true {
        guard case .status(let status)? = try client.receive(timeout_ms: 60_000) else {
          Issue.record("no status")
          return
        }
        #expect(status.at_ms >= began && status.sequence > last)
        last = status.sequence
        if status.at_ms > readAt { break }
        old += 1
      }
      #expect(old <= 2, "\(socket): \(old) statuses were kept for a reader who was late")
    }
  }
}

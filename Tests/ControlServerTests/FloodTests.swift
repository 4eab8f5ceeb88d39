// Decides: that a flood by others delays neither STOP nor a renewal by more than small readings.
// Leaves to others: memory (MemoryTests), STOP itself (StopTests).

import ControlAPI
import Foundation
import NIOCore
import StimulationCore
import Synchronization
import Testing

@testable import ControlServer

@Suite("Floods", .serialized) struct FloodTests {
  @Test("SR-20: STOP waits for 2 KB of each monitor that floods, whatever they sent")
  func smallReadings() throws {
    let served = try ServedStimulator()
    let hub = served.server.hub
    let monitors = try (0..<24).map { _ in try served.monitor() }
    let control = try served.control()
    #expect(try ServedStimulator.wait { try hub.loop.submit { hub.count }.wait() == 25 })
    let release = DispatchSemaphore(value: 0)
    let heldAtStop = Mutex<Int?>(nil)
    @Sendable func look() {
      if hub.stimulator.stopCount > 0 {
        heldAtStop.withLock { $0 = hub.held(of: .monitor) }
      } else {
        // After the next reading of every socket.
        hub.loop.scheduleTask(in: .microseconds(20)) { look() }
      }
    }
    hub.loop.execute {
      release.wait()
      look()
    }
    for monitor in monitors { try monitor.sendRaw(Data(repeating: 0x78, count: 60_000)) }
    _ = try control.send(StopRequest())
    release.signal()
    #expect(ServedStimulator.wait { heldAtStop.withLock { $0 != nil } })
    let held = heldAtStop.withLock { $0 } ?? .max
    #expect(held <= 24 * 4 * 2_048, "\(held)")
  }

  @Test("SR-23: the lease is renewed by the bytes of its holder, before their line is whole")
  func renewal() throws {
    let served = try ServedStimulator()
    let leader = try Operator(served)
    leader.fallSilent()
    usleep(200_000)
    let leases = served.server.hub.dispatcher.leases
    let before = try #require(leases.held).renewedAt
    let half = #"{"jsonrpc":"2.0","method":"lease.renew","params":{"lease":"\#(leader.lease)"#
    try leader.client.sendRaw(Data(half.utf8))
    #expect(ServedStimulator.wait { (leases.held?.renewedAt ?? .zero) > before })
  }

  @Test("A lease's token is found in pieces of any size, and no other")
  func token() {
    let token = "0123456789abcdef"
    for (text, isFound) in [
      ("xx\(token)yy", true), ("0123\(token)", true), ("0123456789abcde", false),
      ("0123456789abcde0123456789abcdeg", false),
    ] {
      for size in 1...text.utf8.count {
        var scanner = RenewalScanner()
        var found = false
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: size) {
          let piece = Array(bytes[start..<min(start + size, bytes.count)])
          if unsafe piece.withUnsafeBytes({ unsafe scanner.scan($0, for: token) }) { found = true }
        }
        #expect(found == isFound, "\(text) in pieces of \(size)")
      }
    }
  }

  @Test("SR-20: STOP is found in any bytes, whole or one by one, as often")
  func anyBytes() {
    var random = SystemRandomNumberGenerator()
    let parts = ["\"", "method", "\"method\"", ":", " ", "stop", "\"stop\"", "x", "m", "\\", "\"m"]
    for _ in 0..<3_000 {
      let text = (0..<12).map { _ in parts.randomElement(using: &random) ?? "" }.joined()
      var whole = StopScanner()
      var single = StopScanner()
      let count = whole.scan(Array(text.utf8))
      #expect(count == text.utf8.reduce(0) { $0 + single.scan(CollectionOfOne($1)) }, "\(text)")
    }
  }

  @Test("A monitor is read 2 KB at once, control 4 KB, and the leader 32 KB")
  func readings() {
    #expect(Connection.reading(.monitor) == 2_048 && Connection.reading(.control) == 4_096)
    #expect(Connection.reading(.control, leads: true) == 32_768)
  }
}

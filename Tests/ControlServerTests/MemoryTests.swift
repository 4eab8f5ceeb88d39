// Decides: that what is held for connections is counted as the memory that it takes, and bounded
// over all of a socket.
// Leaves to others: one connection's bounds (BadInputTests), lines (LineIntakeTests).

import ControlAPI
import Foundation
import NIOCore
import StimulationCore
import Testing

@testable import ControlServer

@Suite("Memory of connections", .serialized) struct MemoryTests {
  @Test("Readings of three bytes hold little more than their bytes, whatever their buffers' size")
  func smallReadings() {
    var intake = LineIntake()
    let count = 10_000
    for index in 0..<count {
      var buffer = ByteBufferAllocator().buffer(capacity: 32_768)
      buffer.writeString("{}\n")
      intake.append(
        Arrival(
          bytes: buffer, readAt: .microseconds(Int64(index)), stopsBefore: 0, stopsAfter: 0,
          stop: nil, stopCount: 0))
    }
    #expect(intake.count == 3 * count)
    #expect(intake.held >= intake.count && intake.held < 4 * intake.count, "\(intake.held)")
    var lines = 0
    while case .line? = intake.next() { lines += 1 }
    #expect(lines == count)
    #expect(intake.held == 0)
  }

  @Test("Readings that are far apart are counted too")
  func farApart() {
    var intake = LineIntake()
    for index in 0..<1_000 {
      intake.append(
        Arrival(
          bytes: ByteBuffer(string: "x"), readAt: .milliseconds(2 * Int64(index)), stopsBefore: 0,
          stopsAfter: 0, stop: nil, stopCount: 0))
    }
    #expect(intake.held > 32_000, "\(intake.held)")
  }

  @Test("What monitors leave unread is bounded over all of them; the largest give way")
  func bound() throws {
    let served = try ServedStimulator()
    let leader = try Operator(served)
    let hub = served.server.hub
    let release = hub.questions.stall()
    defer { release.signal() }
    let small = try served.monitor()
    // Each may have 64 lines of up to 64 KB that wait: together they would be 48 MB.
    let line = Data(
      (#"{"id":1,"method":"status.get","x":""# + String(repeating: "x", count: 65_000) + "\"}\n")
        .utf8)
    var clients: [ControlClient] = []
    for _ in 0..<12 {
      let client = try served.monitor()
      clients.append(client)
      do { for _ in 0..<64 { try client.sendRaw(line) } } catch {}
    }
    #expect(
      try ServedStimulator.wait {
        try hub.loop.submit { hub.count(of: .monitor) }.wait() < 13
      })
    #expect(try hub.loop.submit { hub.held(of: .monitor) }.wait() <= Hub.mostHeld)
    _ = try small.send(StopRequest())
    #expect(ServedStimulator.wait { served.stimulator.stopCount == 1 })
    try leader.ask(Operator.load)
  }

  @Test("Nothing is held for connections that are gone")
  func gone() throws {
    let served = try ServedStimulator()
    let hub = served.server.hub
    for _ in 0..<20 {
      let client = try served.monitor()
      _ = try client.call(StatusGetRequest(), timeout_ms: 60_000)
      try client.sendRaw(Data(String(repeating: "{}\n", count: 2_000).utf8))
      try client.sendRaw(Data("unfinished".utf8))
    }
    #expect(
      try ServedStimulator.wait { try hub.loop.submit { hub.count }.wait() == 0 })
    #expect(
      try ServedStimulator.wait { try hub.loop.submit { hub.held(of: .monitor) }.wait() == 0 })
  }
}

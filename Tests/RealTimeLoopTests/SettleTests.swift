// Decides: that a session begins with the board as it is, not with what happened before.
// Leaves to others: what an edge does during a session (LineInterlockTests).

import BoardSupport
import RealTimeLoop
import SimulatedBoard
import StimulationCore
import Testing

/// A board on which a fault line fell and rose again at an instant of the test's choice. As on a
/// real one, the edge is told by one reading.
private struct TouchedBoard: Board, ~Copyable {
  var board: SimulatedBoard
  var edgeAt = Nanoseconds.never

  var capabilities: BoardCapabilities { board.capabilities }
  mutating func now() -> Nanoseconds { board.now() }
  mutating func wait(until deadline: Nanoseconds) -> Nanoseconds { board.wait(until: deadline) }
  mutating func apply(_ outputs: consuming ClearedOutputs) { board.apply(outputs) }
  mutating func read(into readings: inout Readings) {
    board.read(into: &readings)
    if edgeAt == .never { return }
    readings.faultEdgeAt = edgeAt
    edgeAt = .never
  }
}

@Suite("The loop between sessions") struct SettleTests {
  @Test("SR-21: an emergency stop tried between sessions is no fault of the next, in one it is")
  func between() throws {
    let plan = try TestPlans.make(trains: 3)
    let configuration = SimulatedBoardConfiguration(
      channelCount: 1, electrodeArea: .squareCentimetres(180), seed: 1, wakeLateness: .zero,
      faults: [])
    let board = TouchedBoard(board: try SimulatedBoard(configuration))
    let exchange = LoopExchange()
    defer { exchange.deallocate() }
    let controller = StimulationController(plan: plan, board: board.capabilities)
    var loop = RealTimeLoop(board: board, controller: controller, exchange: exchange)
    loop.board.edgeAt = Nanoseconds(1)
    loop.settle()
    for _ in 0..<20 { loop.turn() }
    #expect(!loop.controller.latch.all.contains(.emergencyStop))
    loop.board.edgeAt = loop.now
    loop.turn()
    #expect(loop.controller.latch.all.contains(.emergencyStop))
  }
}

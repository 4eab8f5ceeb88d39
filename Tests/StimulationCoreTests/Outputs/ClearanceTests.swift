// Decides: that outputs reach a board once and in order, or the process stops.
// Leaves to others: what the frames hold.

@testable import StimulationCore
import Testing

@Suite struct ClearanceTests {
  private static func clearance(_ tick: UInt64) -> ClearedOutputs {
    ClearedOutputs(
      clearing: .inactive(heartbeat: tick % 2 == 1, rangeMaximum: .milliamperes(10)), tick: tick)
  }

  @Test("Clearances that come in order give up their frames")
  func inOrder() {
    var ledger = ClearanceLedger()
    for tick: UInt64 in 1...100 {
      let frame = ledger.redeem(ClearanceTests.clearance(tick))
      #expect(frame.heartbeat == (tick % 2 == 1))
    }
  }

  @Test("SR-19: a clearance that is repeated stops the process")
  func repeated() async {
    await #expect(processExitsWith: .failure) {
      var ledger = ClearanceLedger()
      _ = ledger.redeem(ClearanceTests.clearance(1))
      _ = ledger.redeem(ClearanceTests.clearance(1))
    }
  }

  @Test("A clearance that is stale stops the process")
  func stale() async {
    await #expect(processExitsWith: .failure) {
      var ledger = ClearanceLedger()
      for tick: UInt64 in 1...3 { _ = ledger.redeem(ClearanceTests.clearance(tick)) }
      _ = ledger.redeem(ClearanceTests.clearance(2))
    }
  }

  @Test("A clearance that skips a tick stops the process")
  func skipped() async {
    await #expect(processExitsWith: .failure) {
      var ledger = ClearanceLedger()
      _ = ledger.redeem(ClearanceTests.clearance(2))
    }
  }

  @Test("A clearance of a controller that did not go on with the board's ticks stops the process")
  func otherController() async {
    await #expect(processExitsWith: .failure) {
      guard let plan = try? SamplePlan().make() else { return }
      let board = SamplePlan.idealBoard()
      var one = StimulationController(plan: plan, board: board)
      var other = StimulationController(plan: plan, board: board)
      let request = Request(leaseRenewedAt: .zero, loggerProgressAt: .zero, durableOnTime: .zero)
      var ledger = ClearanceLedger()
      let first = one.advance(to: .zero, readings: Readings(), request: request)
      _ = ledger.redeem(first.takeOutputs())
      let second = other.advance(to: .zero, readings: Readings(), request: request)
      _ = ledger.redeem(second.takeOutputs())
    }
  }

  @Test("An inactive frame drives nothing")
  func inactive() {
    let frame = OutputFrame.inactive(heartbeat: false, rangeMaximum: .milliamperes(10))
    #expect(!frame.relayCoil && !frame.indicator && !frame.heartbeat)
    for index in 0..<maximumChannels {
      #expect(frame.channels[index] == .inactive && !frame.channels[index].isActive)
    }
  }

  @Test("A channel is active by either phase or by its gate, not by its amplitude")
  func active() {
    var output = ChannelOutput.inactive
    output.amplitude = .milliamperes(5)
    #expect(!output.isActive)
    output.phase = .negative
    #expect(output.isActive && output.phase.sign == -1)
    output.phase = .positive
    #expect(output.isActive && output.phase.sign == 1)
    output.phase = .off
    output.gate.activeTime = Nanoseconds(1)
    #expect(output.isActive && output.phase.sign == 0)
  }
}

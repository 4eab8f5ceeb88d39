// Decides: that relay, detector, limiter, integrator and comparator act as they are declared.
// Leaves to others: what the controller makes of them.

import StimulationCore
import Testing

@testable import SimulatedBoard

@Suite("The board's own protection")
struct RelayTests {
  /// From now until the contact opens, without touching an output.
  private func openingTime(_ rig: inout Rig, limit: Nanoseconds) -> Nanoseconds? {
    let start = rig.now
    while rig.now - start < limit {
      _ = rig.wait(until: rig.now + .microseconds(50))
      if !rig.readings.lines.contains(.contactClosed) { return rig.now - start }
    }
    return nil
  }

  @Test("The contact follows its coil after 3 ms, both ways")
  func contactDelay() throws {
    var rig = try Rig()
    rig.frame.heartbeat = true
    rig.frame.relayCoil = true
    rig.apply()
    _ = rig.wait(until: .microseconds(2_999))
    #expect(!rig.readings.lines.contains(.contactClosed))
    #expect(rig.readings.relayCoil)
    _ = rig.wait(until: .microseconds(3_000))
    #expect(rig.readings.lines.contains(.contactClosed))
    rig.frame.relayCoil = false
    rig.apply()
    let opened = try #require(openingTime(&rig, limit: .milliseconds(20)))
    #expect(opened == .milliseconds(3))
    #expect(opened <= rig.board.capabilities.relayRelease)
  }

  @Test("A coil that is released before the contact closed never closes it")
  func shortCoil() throws {
    var rig = try Rig()
    rig.frame.heartbeat = true
    rig.frame.relayCoil = true
    rig.apply()
    _ = rig.wait(until: .milliseconds(2))
    rig.frame.relayCoil = false
    rig.apply()
    _ = rig.wait(until: .milliseconds(8))
    #expect(!rig.readings.lines.contains(.contactClosed))
  }

  @Test("SR-06: without a heartbeat the electrodes are free of current within 20 ms, any seed")
  func missingPulses() throws {
    var times = Set<Int64>()
    for seed: UInt64 in 1...50 {
      var rig = try Rig(seed: seed, imperfections: .realistic)
      rig.close()
      rig.settle(.milliamperes(60))
      rig.set(.positive)
      rig.run(for: .milliseconds(5))
      let opened = try #require(openingTime(&rig, limit: .milliseconds(40)))
      #expect(opened >= .milliseconds(12) && opened <= .milliseconds(18), "\(opened)")
      #expect(rig.board.electrodeCurrent(channel: 0) == .zero)
      #expect(!rig.readings.lines.contains(.heartbeatSeen))
      #expect(rig.readings.relayCoil, "the coil stays commanded")
      times.insert(opened.rawValue)
    }
    #expect(times.count > 20, "the detector's time is seeded")
  }

  @Test("SR-06: one long wait finds the same as many short ones")
  func oneLongWait() throws {
    var rig = try Rig(record: 1_000)
    rig.close()
    rig.settle(.milliamperes(60))
    rig.set(.positive)
    rig.neglect(for: .seconds(2))
    // The last heartbeat edge came at the end of `settle`; 12 ms and 3 ms later it is over.
    let charge = rig.board.electrodeTotals(channel: 0).leadingCharge
    #expect((charge - Femtocoulombs(900_000_000_000)).magnitude < Femtocoulombs(1_000))
  }

  @Test("A relay that hardware dropped stays open until the coil is released")
  func dropHolds() throws {
    var rig = try Rig()
    rig.close()
    rig.neglect(for: .milliseconds(30))
    #expect(!rig.readings.lines.contains(.contactClosed))
    rig.run(for: .milliseconds(20))
    #expect(rig.readings.lines.contains(.heartbeatSeen))
    #expect(!rig.readings.lines.contains(.contactClosed))
    rig.frame.relayCoil = false
    rig.run(for: .milliseconds(10))
    rig.frame.relayCoil = true
    rig.run(for: .milliseconds(10))
    #expect(rig.readings.lines.contains(.contactClosed))
  }

  @Test("The phase limiter opens the relay at 1.2 × the longest phase")
  func phaseLimiter() throws {
    var rig = try Rig()
    rig.close()
    rig.settle(.milliamperes(10))
    rig.set(.positive)
    rig.run(for: .milliseconds(602))
    #expect(rig.readings.lines.contains(.contactClosed))
    rig.run(for: .milliseconds(2))
    #expect(!rig.readings.lines.contains(.contactClosed))
    let charge = rig.board.electrodeTotals(channel: 0).leadingCharge
    #expect((charge - Femtocoulombs(6_030_000_000_000)).magnitude < Femtocoulombs(1_000_000))
  }

  @Test("The charge integrator opens the relay at 1.2 × the phase charge, uncancelled")
  func chargeIntegrator() throws {
    var rig = try Rig()
    rig.close()
    rig.settle(.milliamperes(200))
    rig.pulse(.milliseconds(90))  // 18 mC, returned
    rig.pulse(.milliseconds(90))
    #expect(rig.readings.lines.contains(.contactClosed))
    rig.set(.positive)
    rig.run(for: .milliseconds(130))
    #expect(!rig.readings.lines.contains(.contactClosed))
    // 22.5 mC and what 200 mA move in the contact's 3 ms
    let net = rig.board.electrodeTotals(channel: 0).netCharge
    #expect((net - Femtocoulombs(23_100_000_000_000)).magnitude < Femtocoulombs(10_000_000))
  }

  @Test("SR-28: the comparator's threshold reads back at what the range may be armed with")
  func thresholds() throws {
    var rig = try Rig()
    for place in 0..<4 {
      let range = rig.board.capabilities.ranges[place]
      rig.frame.rangeMaximum = range.maximum
      rig.apply()
      rig.board.read(into: &rig.readings)
      #expect(rig.readings.rangeMaximum == range.maximum)
      #expect(rig.readings.overCurrentThreshold <= range.highestThreshold)
      #expect(rig.readings.overCurrentThreshold > range.maximum / 5 * 6)
    }
  }

  @Test("The phases keep the hardware's dead time when the pins do not")
  func deadTime() throws {
    var rig = try Rig()
    rig.close()
    rig.settle(.milliamperes(50))
    rig.set(.positive)
    rig.run(for: .milliseconds(5))
    rig.set(.negative)
    _ = rig.wait(until: rig.now + .microseconds(99))
    #expect(rig.board.electrodeCurrent(channel: 0) == .zero)
    _ = rig.wait(until: rig.now + .microseconds(2))
    #expect(rig.board.electrodeCurrent(channel: 0) == .milliamperes(-50))
  }

  @Test("Edges reach the electrodes 20 µs after the pins, both ways")
  func edgeDelay() throws {
    var imperfections = Imperfections.ideal
    imperfections.edgeDelay = .microseconds(20)
    var rig = try Rig(imperfections: imperfections)
    rig.close()
    rig.settle(.milliamperes(50))
    for (phase, before, after) in [(PhaseOutput.positive, 0, 50), (.off, 50, 0)] {
      rig.set(phase)
      _ = rig.wait(until: rig.now + .microseconds(19))
      #expect(rig.board.electrodeCurrent(channel: 0) == .milliamperes(Int32(before)))
      #expect(rig.readings.channels[0].phase == phase)
      _ = rig.wait(until: rig.now + .microseconds(2))
      #expect(rig.board.electrodeCurrent(channel: 0) == .milliamperes(Int32(after)))
    }
  }
}

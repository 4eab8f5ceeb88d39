// Decides: that every fault shows at its time, as its name says, and nowhere else.
// Leaves to others: how a fault's text is read (FaultSpecificationTests).

import StimulationCore
import Testing

@testable import SimulatedBoard

@Suite("Injected faults")
struct FaultEffectTests {
  /// A board with a 60 mA phase on at 40 ms, and faults at 50 ms.
  private func stimulating(_ faults: [String], channels: Int = 1) throws -> Rig {
    var rig = try Rig(channels, faults: faults)
    rig.close()
    for channel in 0..<channels { rig.frame.channels[channel].amplitude = .milliamperes(60) }
    rig.run(until: .milliseconds(40))
    for channel in 0..<channels { rig.frame.channels[channel].phase = .positive }
    rig.apply()
    rig.run(until: .milliseconds(49))
    #expect(rig.board.electrodeCurrent(channel: 0) == .milliamperes(60))
    return rig
  }

  @Test("An open lead carries nothing and shows the compliance voltage, on its channel alone")
  func leadOff() throws {
    var rig = try stimulating(["lead-off:ch2@50ms"], channels: 2)
    rig.run(until: .milliseconds(51))
    #expect(rig.board.electrodeCurrent(channel: 0) == .milliamperes(60))
    #expect(rig.board.electrodeCurrent(channel: 1) == .zero)
    #expect(rig.readings.channels[1].current == .zero)
    #expect(rig.readings.channels[1].voltage == Millivolts(80_000))
    #expect(rig.readings.channels[0].voltage < Millivolts(20_000))
  }

  @Test("A lead that is half off carries what compliance allows")
  func highResistance() throws {
    var rig = try stimulating(["lead-off=20 kohm@50ms"])
    rig.run(until: .milliseconds(55))
    let current = rig.board.electrodeCurrent(channel: 0)
    #expect(current > Microamperes(3_000) && current < Microamperes(4_000), "\(current)")
    #expect((rig.readings.channels[0].voltage - Millivolts(80_000)).magnitude <= Millivolts(20))
  }

  @Test("A short shows its resistance and keeps the current")
  func short() throws {
    var rig = try stimulating(["short@50ms"])
    rig.run(until: .milliseconds(52))
    #expect(rig.board.electrodeCurrent(channel: 0) == .milliamperes(60))
    #expect(rig.readings.channels[0].voltage == Millivolts(600))
  }

  @Test("A stuck relay stays closed whatever the coil")
  func stuckRelay() throws {
    var rig = try stimulating(["stuck-relay@50ms"])
    rig.run(until: .milliseconds(51))
    rig.frame.relayCoil = false
    rig.run(for: .milliseconds(20))
    #expect(rig.readings.lines.contains(.contactClosed))
    #expect(!rig.readings.relayCoil)
    var fresh = try Rig(faults: ["stuck-relay@0s"])
    fresh.run(for: .milliseconds(1))
    #expect(fresh.readings.lines.contains(.contactClosed))
  }

  @Test("A stuck converter repeats its code, or the one stated")
  func stuckConverter() throws {
    var rig = try stimulating(["stuck-converter@50ms"])
    rig.run(until: .milliseconds(51))
    let code = rig.readings.channels[0].code
    #expect(code == 6_000)
    rig.set(.off)
    rig.run(for: .milliseconds(20))
    #expect(rig.readings.channels[0].code == code)
    #expect(rig.readings.channels[0].current == .milliamperes(60))
    var stated = try stimulating(["stuck-converter=123@50ms"])
    stated.run(until: .milliseconds(51))
    #expect(stated.readings.channels[0].current == Microamperes(1_230))
  }

  @Test("Noise of 30 % of the command stands on the readings and not on the current")
  func noise() throws {
    var rig = try stimulating(["noise@50ms"])
    var square = 0.0
    let count = 300
    for _ in 0..<count {
      rig.run(for: .milliseconds(1))
      let error = Double(rig.readings.channels[0].current.rawValue - 60_000)
      square += error * error
    }
    let rms = (square / Double(count)).squareRoot()
    #expect(abs(rms - 18_000) < 2_500, "\(rms) µA")
    #expect(rig.board.electrodeCurrent(channel: 0) == .milliamperes(60))
    rig.set(.off)
    rig.run(for: .milliseconds(2))
    #expect(rig.readings.channels[0].current == .zero)
  }

  @Test("One wake-up is late, by 3 ms or by what was stated")
  func lateWakeup() throws {
    for (fault, late) in [("late-wakeup@50ms", 3), ("late-wakeup=700us@50ms", 0)] {
      var rig = try Rig(faults: [fault])
      rig.run(until: .milliseconds(49))
      let woken = rig.wait(until: .milliseconds(50))
      #expect(woken == (late == 3 ? .milliseconds(53) : .microseconds(50_700)))
      #expect(rig.wait(until: .milliseconds(60)) == .milliseconds(60))
    }
  }

  @Test("A lost line request keeps the lines as they are and fails later writes")
  func lostLine() throws {
    var rig = try stimulating(["lost-line@50ms"])
    rig.run(until: .milliseconds(49))
    #expect(rig.readings.lines.contains(.outputsHeld))
    _ = rig.wait(until: .milliseconds(51))
    #expect(!rig.readings.lines.contains(.outputsHeld))
    rig.frame.channels[0].phase = .off
    rig.frame.channels[0].amplitude = .zero
    rig.frame.relayCoil = false
    rig.apply()
    _ = rig.wait(until: .milliseconds(52))
    #expect(rig.readings.write == .failed)
    #expect(rig.readings.relayCoil)
    #expect(rig.readings.channels[0].phase == .positive)
    #expect(rig.readings.channels[0].amplitude == .zero, "the amplitude has an output of its own")
    _ = rig.wait(until: .milliseconds(80))
    #expect(!rig.readings.lines.contains(.contactClosed), "the heartbeat stood still")
  }

  @Test("A write error fails one application and keeps every output")
  func writeError() throws {
    var rig = try stimulating(["write-error@50ms"])
    _ = rig.wait(until: .milliseconds(51))
    #expect(rig.readings.write == .confirmed)
    let applied = rig.readings.appliedAt
    rig.frame.channels[0].phase = .off
    rig.frame.channels[0].amplitude = .zero
    rig.apply()
    rig.board.read(into: &rig.readings)
    #expect(rig.readings.write == .failed)
    #expect(rig.readings.appliedAt == applied)
    #expect(rig.readings.channels[0].phase == .positive)
    #expect(rig.readings.channels[0].amplitude == .milliamperes(60))
    rig.apply()
    rig.board.read(into: &rig.readings)
    #expect(rig.readings.write == .confirmed)
    #expect(rig.readings.channels[0].phase == .off)
  }

  @Test("A log stall is exposed from its time, for its duration or for good")
  func logStall() throws {
    let rig = try Rig(faults: ["log-stall=500ms@1s", "log-stall@10s"])
    let expected: [(Int64, Bool)] = [
      (0, false), (999, false), (1_000, true), (1_499, true), (1_500, false), (9_999, false),
      (10_000, true), (1_000_000, true),
    ]
    for (time, stalls) in expected {
      #expect(rig.board.logStall(at: .milliseconds(time)) == stalls)
    }
  }

  @Test("SR-21: the emergency stop wakes at its edge and cuts the output by itself")
  func emergencyStop() throws {
    var rig = try stimulating(["emergency-stop@50.5ms"])
    let woken = rig.wait(until: .milliseconds(60))
    #expect(woken == .microseconds(50_500))
    #expect(rig.readings.faultEdgeAt == .microseconds(50_500))
    #expect(!rig.readings.lines.contains(.emergencyStopClosed))
    #expect(rig.board.electrodeCurrent(channel: 0) == .zero)
    rig.board.read(into: &rig.readings)
    #expect(rig.readings.faultEdgeAt == .never)
    rig.run(until: .milliseconds(500))
    #expect(!rig.readings.lines.contains(.emergencyStopClosed), "it stays open")
  }

  @Test("SR-21: the comparator latches 5 µs after a real excursion and cuts the output")
  func overCurrent() throws {
    var rig = try stimulating(["over-current@50ms"])
    let woken = rig.wait(until: .milliseconds(60))
    #expect(woken == .microseconds(50_005))
    #expect(!rig.readings.lines.contains(.overCurrentClear))
    #expect(rig.board.electrodeCurrent(channel: 0) == .zero)
    // Compliance holds the excursion to what 80 V drive through the electrodes.
    #expect(rig.board.electrodeTotals(channel: 0).peakCurrent > .milliamperes(250))
    rig.run(for: .milliseconds(100))
    #expect(!rig.readings.lines.contains(.overCurrentClear), "it stays latched")
    rig.board.resetOverCurrentLatch()
    rig.run(for: .milliseconds(1))
    #expect(rig.readings.lines.contains(.overCurrentClear))
  }

  @Test("An excursion below the threshold flows on and does not latch")
  func smallOverCurrent() throws {
    var rig = try stimulating(["over-current=90 mA@50ms"])
    rig.run(until: .milliseconds(55))
    #expect(rig.readings.lines.contains(.overCurrentClear))
    #expect(rig.board.electrodeCurrent(channel: 0) == .milliamperes(90))
    #expect(rig.readings.channels[0].amplitude == .milliamperes(60))
  }

  @Test("SR-21: a lost supply trips its line at once, then the voltage decays")
  func highVoltageLost() throws {
    var rig = try stimulating(["high-voltage-lost@50ms"])
    #expect(rig.wait(until: .milliseconds(60)) == .milliseconds(50))
    #expect(!rig.readings.lines.contains(.highVoltagePresent))
    #expect(rig.board.electrodeCurrent(channel: 0) == .milliamperes(60))
    _ = rig.wait(until: .milliseconds(53))
    let current = rig.board.electrodeCurrent(channel: 0)
    #expect(current < .milliamperes(20))
    _ = rig.wait(until: .milliseconds(61))
    #expect(rig.board.electrodeCurrent(channel: 0) == .zero)
  }

  @Test("A board without faults shows none")
  func none() throws {
    var rig = try stimulating([])
    rig.run(until: .milliseconds(60))
    #expect(rig.readings.lines.rawValue == 63)
    #expect(rig.readings.faultEdgeAt == .never)
    #expect(rig.readings.write == .confirmed)
    #expect(
      rig.readings.appliedAt == .milliseconds(59) || rig.readings.appliedAt == .milliseconds(60))
  }
}

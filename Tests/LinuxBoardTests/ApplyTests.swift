// Decides: in which order outputs are driven and what is said of each write.
// Leaves to others: pins of a real kernel (the hardware-in-loop bench).

import BoardFaults
@testable import LinuxBoard
@testable import StimulationCore
import Testing

@Suite("Driving a real board") struct ApplyTests {
  typealias Line = Bench.Line

  @Test("On the way up the amplitude is written before the lines")
  func up() throws {
    var bench = try Bench()
    bench.frame.relayCoil = true
    bench.frame.channels[0].amplitude = .milliamperes(10)
    bench.frame.channels[0].phase = .positive
    let writes = bench.apply()
    #expect(writes.map(\.target) == ["pwm0/duty_cycle", "lines"])
    #expect(writes.last?.value == Int64(Line.coil | Line.positive0))
    #expect(bench.readings.write == .confirmed)
    #expect(bench.readings.channels[0].amplitude == .milliamperes(10))
    #expect(bench.readings.channels[0].phase == .positive)
    #expect(bench.readings.relayCoil)
  }

  @Test("On the way down phases and coil drop in the first write, together")
  func down() throws {
    var bench = try Bench()
    bench.energise()
    bench.frame = .inactive(heartbeat: false, rangeMaximum: .milliamperes(25))
    let writes = bench.apply()
    #expect(writes == [NotedWrite("lines", 0), NotedWrite("pwm0/duty_cycle", 0)])
    #expect(bench.readings.channels[0].phase == .off)
    #expect(bench.readings.channels[0].amplitude == .zero)
    #expect(!bench.readings.relayCoil)
  }

  @Test("A phase that ends while another channel's begins drops first and rises last")
  func dropAndRise() throws {
    var bench = try Bench()
    bench.energise()
    bench.frame.channels[0] = .inactive
    bench.frame.channels[1].amplitude = .milliamperes(5)
    bench.frame.channels[1].phase = .positive
    let writes = bench.apply()
    #expect(
      writes.map(\.target) == ["lines", "pwm0/duty_cycle", "pwm2/duty_cycle", "lines"])
    #expect(writes.first?.value == Int64(Line.coil))
    #expect(writes.last?.value == Int64(Line.coil | Line.positive1))
  }

  @Test("The heartbeat costs one write of the lines and nothing else")
  func heartbeat() throws {
    var bench = try Bench()
    bench.frame.heartbeat = true
    #expect(bench.apply() == [NotedWrite("lines", Int64(Line.heartbeat))])
  }

  @Test("Whatever write fails on the way up, nothing is raised after it and it is told")
  func failsOnTheWayUp() throws {
    for nth in 1...2 {
      var bench = try Bench()
      bench.frame.relayCoil = true
      bench.frame.channels[0].amplitude = .milliamperes(10)
      bench.frame.channels[0].phase = .positive
      nmes_test_fail_write(Int32(nth), 5)
      bench.apply()
      #expect(bench.readings.write == .failed, "write \(nth)")
      #expect(nmes_test_outputs() & (Line.coil | Line.positive0) == 0, "write \(nth)")
      #expect(bench.readings.channels[0].phase == .off, "write \(nth)")
    }
  }

  @Test("A failed drop is tried again at once, is told all the same, and stops nothing else")
  func failsOnTheWayDown() throws {
    var bench = try Bench()
    bench.energise()
    bench.frame = .inactive(heartbeat: false, rangeMaximum: .milliamperes(25))
    nmes_test_fail_write(1, 5)
    let writes = bench.apply()
    #expect(writes.map(\.target) == ["lines", "lines", "pwm0/duty_cycle"])
    #expect(nmes_test_outputs() == 0)
    #expect(bench.readings.write == .failed)
    #expect(bench.readings.channels[0].phase == .off)
  }

  @Test("A failed amplitude on the way down is told, after the lines have dropped")
  func amplitudeFails() throws {
    var bench = try Bench()
    bench.energise()
    bench.frame = .inactive(heartbeat: false, rangeMaximum: .milliamperes(25))
    nmes_test_fail_write(2, 5)
    bench.apply()
    #expect(nmes_test_outputs() == 0)
    #expect(bench.readings.write == .failed)
    #expect(bench.readings.channels[0].amplitude == Microamperes(-1))
  }

  @Test("A line that does not follow is seen in the read-back")
  func mismatch() throws {
    var bench = try Bench()
    nmes_test_hold_low(Line.positive0)
    bench.energise()
    #expect(bench.readings.write == .unconfirmed)
    #expect(bench.readings.channels[0].phase == .off)
  }

  @Test("A chip that went away takes the hold of the lines with it")
  func chipGone() throws {
    var bench = try Bench()
    bench.apply()
    #expect(bench.readings.lines.contains(.outputsHeld))
    nmes_test_fail_write(1, 19)
    bench.apply()
    #expect(!bench.readings.lines.contains(.outputsHeld))
    #expect(bench.readings.write == .failed)
  }

  @Test("The range is chosen by its lines and read back from them")
  func range() throws {
    var bench = try Bench()
    bench.apply()
    #expect(bench.readings.rangeMaximum == .milliamperes(25))
    bench.frame.rangeMaximum = .milliamperes(250)
    bench.apply()
    #expect(nmes_test_outputs() == Line.range)
    #expect(bench.readings.rangeMaximum == .milliamperes(250))
    nmes_test_hold_low(Line.range)
    bench.apply()
    #expect(bench.readings.rangeMaximum == .milliamperes(25))
    #expect(bench.readings.write == .unconfirmed)
  }

  @Test("A gate starts after its lines, with period, active time and enable in this order")
  func gateStarts() throws {
    var bench = try Bench()
    bench.frame.relayCoil = true
    bench.frame.channels[0].amplitude = .milliamperes(10)
    bench.frame.channels[0].gate = GateOutput(
      activeTime: .microseconds(400), period: .milliseconds(10), gap: .zero,
      recoversByCapacitor: false, polarity: .negative)
    let writes = bench.apply()
    #expect(
      writes == [
        NotedWrite("pwm0/duty_cycle", 36_000), NotedWrite("lines", 16 + 256),
        NotedWrite("pwm1/period", 10_000_000), NotedWrite("pwm1/duty_cycle", 400_000),
        NotedWrite("pwm1/enable", 1),
      ])
    #expect(bench.apply().map(\.target) == ["lines"], "a gate that runs is left alone")
  }

  @Test("A gate stops with its active time first, after the lines, and keeps its direction")
  func gateStops() throws {
    var bench = try Bench()
    bench.frame.relayCoil = true
    bench.frame.channels[0].gate = GateOutput(
      activeTime: .microseconds(400), period: .milliseconds(10), gap: .zero,
      recoversByCapacitor: false, polarity: .negative)
    bench.apply()
    bench.frame = .inactive(heartbeat: false, rangeMaximum: .milliamperes(25))
    #expect(
      bench.apply() == [
        NotedWrite("lines", Int64(Line.gateNegative0)), NotedWrite("pwm1/duty_cycle", 0),
        NotedWrite("pwm1/enable", 0),
      ])
  }

  @Test("A gate whose pulses come closer never has an active time beyond its period")
  func gateChanges() throws {
    var bench = try Bench()
    func run(_ time: Int64, _ period: Int64) -> GateOutput {
      GateOutput(
        activeTime: .microseconds(time), period: .microseconds(period), gap: .zero,
        recoversByCapacitor: true, polarity: .positive)
    }
    bench.frame.channels[0].gate = run(4_000, 20_000)
    bench.apply()
    bench.frame.channels[0].gate = run(200, 3_000)
    #expect(bench.apply().map(\.target) == ["lines", "pwm1/duty_cycle", "pwm1/period"])
    bench.frame.channels[0].gate = run(4_000, 20_000)
    #expect(bench.apply().map(\.target) == ["lines", "pwm1/period", "pwm1/duty_cycle"])
  }

  @Test("A gate does not start after a write that failed")
  func gateAfterFailure() throws {
    var bench = try Bench()
    bench.frame.channels[0].amplitude = .milliamperes(10)
    bench.frame.channels[0].gate = GateOutput(
      activeTime: .microseconds(400), period: .milliseconds(10), gap: .zero,
      recoversByCapacitor: false, polarity: .positive)
    nmes_test_fail_write(1, 5)
    bench.apply()
    #expect(bench.tree.pwm("enable", channel: 1) == "0")
    #expect(bench.readings.write == .failed)
  }

  @Test("Closing drops the lines first, then gates, then amplitudes; a second time does nothing")
  func closing() throws {
    var bench = try Bench()
    bench.energise()
    nmes_test_forget_writes()
    let isSafe = bench.board.close()
    #expect(isSafe)
    #expect(
      NotedWrite.all().map(\.description) == [
        "lines=0", "pwm1/duty_cycle=0", "pwm1/enable=0", "pwm3/duty_cycle=0", "pwm3/enable=0",
        "pwm0/duty_cycle=0", "pwm0/enable=0", "pwm2/duty_cycle=0", "pwm2/enable=0",
      ])
    nmes_test_forget_writes()
    bench.board.close()
    #expect(nmes_test_writes() == 0)
  }

  @Test("Closing keeps a gate's direction until the gate is stopped")
  func closingGate() throws {
    var bench = try Bench()
    bench.frame.relayCoil = true
    bench.frame.channels[0].gate = GateOutput(
      activeTime: .microseconds(400), period: .milliseconds(10), gap: .zero,
      recoversByCapacitor: false, polarity: .negative)
    bench.apply()
    nmes_test_forget_writes()
    bench.board.close()
    #expect(
      NotedWrite.all().prefix(6).map(\.description) == [
        "lines=\(Bench.Line.gateNegative0)", "pwm1/duty_cycle=0", "pwm1/enable=0",
        "pwm3/duty_cycle=0", "pwm3/enable=0", "lines=0",
      ])
    #expect(nmes_test_outputs() == 0)
  }

  @Test("SR-24: closing leaves the heartbeat as it stands: an edge would pass for a beat")
  func closingIsStill() throws {
    for beat in [false, true] {
      var bench = try Bench()
      bench.energise()
      bench.frame.heartbeat = beat
      bench.apply()
      bench.board.close()
      #expect(nmes_test_outputs() == (beat ? Bench.Line.heartbeat : 0))
    }
  }

  @Test("Closing drops the lines a second time when the first write fails")
  func closingFails() throws {
    var bench = try Bench()
    bench.energise()
    nmes_test_forget_writes()
    nmes_test_fail_write(1, 5)
    let isSafe = bench.board.close()
    #expect(isSafe)
    #expect(NotedWrite.all().prefix(2).map(\.description) == ["lines=0", "lines=0"])
    #expect(nmes_test_outputs() == 0)
  }

  @Test("An amplitude whose write was lost reads back as what it still is")
  func lostAmplitude() throws {
    var bench = try Bench()
    bench.energise()
    bench.frame.channels[0].amplitude = .milliamperes(5)
    nmes_test_fail_write(1, Int32(NMES_TEST_LOST))
    bench.apply()
    #expect(bench.readings.write == .unconfirmed)
    #expect(bench.readings.channels[0].amplitude == .milliamperes(10))
  }

  @Test("An amplitude that could not be read back is told as unknown, and is written again")
  func unreadAmplitude() throws {
    var bench = try Bench()
    bench.energise()
    bench.frame.channels[0].amplitude = .milliamperes(5)
    nmes_test_fail_read(1, 5)
    bench.apply()
    #expect(bench.readings.write == .unconfirmed)
    #expect(bench.readings.channels[0].amplitude < .zero)
    #expect(bench.apply().map(\.target) == ["pwm0/duty_cycle", "lines"])
    #expect(bench.readings.write == .confirmed)
    #expect(bench.readings.channels[0].amplitude == .milliamperes(5))
  }

  @Test("A gate whose stop could not be read back counts as running until it was")
  func unreadGate() throws {
    var bench = try Bench()
    bench.energise()
    bench.frame.channels[0].phase = .off
    bench.frame.channels[0].gate = GateOutput(
      activeTime: .microseconds(300), period: .milliseconds(50), gap: .microseconds(100),
      recoversByCapacitor: false, polarity: .positive)
    bench.apply()
    #expect(bench.board.channels[0].gateSetting.isEnabled)
    bench.frame.channels[0].gate = .still
    // The last of its two writes is the one that stops it.
    nmes_test_fail_read(2, 5)
    bench.apply()
    #expect(bench.readings.write == .unconfirmed)
    #expect(bench.board.channels[0].gateSetting.isEnabled)
    #expect(bench.apply().map(\.target) == ["pwm1/duty_cycle", "pwm1/enable", "lines"])
    #expect(!bench.board.channels[0].gateSetting.isEnabled)
  }

  @Test("A board that goes away makes its outputs safe")
  func goesAway() throws {
    let tree = try Bench.plainTree()
    do {
      var bench = try Bench(tree)
      bench.energise()
    }
    #expect(tree.pwm("duty_cycle", channel: 0) == "0")
    #expect(tree.pwm("enable", channel: 0) == "0")
  }
}

// Decides: what lines and converters look like to the controller.
// Leaves to others: what it makes of them (StimulationCoreTests).

import BoardFaults
import BoardSupport
import CLinuxBoard
import CRealTime
import Foundation
@testable import LinuxBoard
@testable import StimulationCore
import Testing

@Suite("Reading a real board") struct ReadTests {
  @Test("Each input line shows as the safety line that it is")
  func lines() throws {
    var bench = try Bench()
    let expected: [SafetyLines] = [
      .emergencyStopClosed, .overCurrentClear, .highVoltagePresent, .contactClosed,
      .heartbeatSeen,
    ]
    for (index, line) in expected.enumerated() {
      nmes_test_inputs(1 << UInt64(index))
      bench.board.read(into: &bench.readings)
      #expect(bench.readings.lines == [line, .outputsHeld])
    }
    nmes_test_inputs(0)
    bench.board.read(into: &bench.readings)
    #expect(bench.readings.lines == [.outputsHeld])
  }

  @Test("The earliest fall of a fault line is told once, in the board's time")
  func faultEdge() throws {
    var bench = try Bench()
    bench.board.read(into: &bench.readings)
    #expect(bench.readings.faultEdgeAt == .never)
    let origin = bench.board.origin
    nmes_test_edge(2, 0, origin + 7_000)
    nmes_test_edge(0, 0, origin + 5_000)
    nmes_test_edge(0, 1, origin + 6_000)
    nmes_test_edge(3, 0, origin + 1_000)
    bench.board.read(into: &bench.readings)
    #expect(bench.readings.faultEdgeAt == Nanoseconds(5_000))
    bench.board.read(into: &bench.readings)
    #expect(bench.readings.faultEdgeAt == .never)
  }

  @Test("Pulses are counted by the edges of the channel's own line")
  func pulses() throws {
    var bench = try Bench()
    for time in 1...3 { nmes_test_edge(5, 1, bench.board.origin + Int64(time)) }
    nmes_test_edge(5, 0, bench.board.origin + 4)
    nmes_test_edge(6, 1, bench.board.origin + 5)
    bench.board.read(into: &bench.readings)
    #expect(bench.readings.channels[0].pulseCount == 3)
    #expect(bench.readings.channels[1].pulseCount == 1)
  }

  @Test("Current by the kernel's scale and voltage by calibration are exact and signed")
  func values() throws {
    var bench = try Bench()
    try bench.tree.setCode("2448", channel: 0)  // 1,224 mV: 200 mV above nothing, 2 mA
    try bench.tree.setCode("1048", channel: 1)  // 1,000 codes below nothing: −40 V
    bench.board.read(into: &bench.readings)
    #expect(bench.readings.channels[0].current == .milliamperes(2))
    #expect(bench.readings.channels[0].voltage == Millivolts(-40_000))
    #expect(bench.readings.channels[0].code == 2_448)
    #expect(bench.readings.channels[0].isInRange)
    #expect(bench.readings.channels[2] == .none)
  }

  @Test("Held samples are magnitudes, and the threshold is read while the coil is off")
  func heldSamples() throws {
    var bench = try Bench()
    try bench.tree.setCode("1648", channel: 2)
    try bench.tree.setCode("2448", channel: 3)
    try bench.tree.setCode("1048", channel: 4)
    try bench.tree.setCode("2648", channel: 10)
    bench.apply()
    #expect(bench.readings.channels[0].heldLeading == .milliamperes(2))
    #expect(bench.readings.channels[0].heldRecovery == .milliamperes(2))
    #expect(bench.readings.channels[0].heldVoltage == Millivolts(40_000))
    #expect(bench.readings.overCurrentThreshold == .milliamperes(3))
    bench.frame.relayCoil = true
    bench.apply()
    try bench.tree.setCode("3000", channel: 10)
    bench.apply()
    #expect(bench.readings.overCurrentThreshold == .milliamperes(3))
  }

  @Test("A code outside the believable ones is out of range, and keeps no believable value")
  func outOfRange() throws {
    for code in ["0", "4095", "-7", "99999999999"] {
      var bench = try Bench()
      try bench.tree.setCode(code, channel: 0)
      bench.board.read(into: &bench.readings)
      #expect(!bench.readings.channels[0].isInRange, "\(code)")
      #expect(bench.readings.channels[1].isInRange, "\(code)")
    }
  }

  @Test("A converter that cannot be read is out of range and grows old")
  func unreadable() throws {
    var bench = try Bench()
    bench.board.read(into: &bench.readings)
    #expect(bench.readings.channels[0].sampledAt >= .zero)
    try bench.tree.setCode("", channel: 1)
    let between = bench.board.now()
    bench.board.read(into: &bench.readings)
    #expect(!bench.readings.channels[0].isInRange)
    #expect(bench.readings.channels[0].sampledAt < between)
    #expect(bench.readings.channels[1].sampledAt >= between)
  }

  @Test("A converter that converts by itself is as old as the time between its conversions")
  func updateInterval() throws {
    let tree = try Bench.plainTree()
    var converter = try Converter(
      SampleDefinition.current(0, updateInterval: .milliseconds(1)), in: tree.roots.converters)
    converter.read(at: 5_000_000)
    #expect(converter.sampledAt == .milliseconds(4))
  }

  @Test("When a fault line ended the wait nothing is converted, and values say their age")
  func urgent() throws {
    var bench = try Bench()
    bench.board.read(into: &bench.readings)
    try bench.tree.setCode("2448", channel: 0)
    try bench.tree.setCode("1048", channel: 1)
    nmes_test_edge(0, 0, bench.board.origin + 5_000)
    let between = bench.board.now()
    bench.board.isUrgent = true
    bench.board.read(into: &bench.readings)
    #expect(bench.readings.faultEdgeAt == .microseconds(5))
    #expect(bench.readings.channels[0].current == .zero)
    #expect(bench.readings.channels[0].voltage == .zero)
    #expect(bench.readings.channels[0].sampledAt < between)
    // A wait without a line's descriptor is not ended by one.
    _ = bench.board.wait(until: .zero)
    bench.board.read(into: &bench.readings)
    #expect(bench.readings.channels[0].current == .milliamperes(2))
    #expect(bench.readings.channels[0].voltage == Millivolts(-40_000))
  }

  @Test("A chip that is gone is told, and waited for no more; a passing error changes neither")
  func chipIsGone() throws {
    for (error, isGone) in [(Int32(19), true), (9, true), (6, true), (5, false)] {
      // The levels and the edges.
      for call in Int32(1)...2 {
        var bench = try Bench()
        bench.board.read(into: &bench.readings)
        #expect(bench.readings.lines.contains(.outputsHeld))
        // Nothing is converted after an edge, so that the next reading is the lines'.
        bench.board.isUrgent = true
        nmes_test_fail_read(call, error)
        bench.board.read(into: &bench.readings)
        #expect(!bench.readings.lines.contains(.outputsHeld))
        bench.board.read(into: &bench.readings)
        #expect(bench.readings.lines.contains(.outputsHeld) == !isGone)
      }
    }
  }

  @Test("A wait that forgets its lines sleeps to its deadline whatever a line's descriptor shows")
  func forgottenLines() throws {
    let pipe = Pipe()
    try pipe.fileHandleForWriting.write(contentsOf: Data([1]))
    let waiting = WaitDescriptors(
      request: nil, lines: [pipe.fileHandleForReading.fileDescriptor], spin: 0)
    let never = nmes_clock_now() + 3_600_000_000_000
    let isEarly = waiting.wait(until: never)
    #expect(isEarly)
    waiting.forgetLines()
    let deadline = nmes_clock_now() + 2_000_000
    let isEnded = waiting.wait(until: deadline)
    #expect(!isEnded)
    #expect(nmes_clock_now() >= deadline)
  }

  @Test("A request still ends a wait that forgot its lines")
  func requestAfterForgetting() throws {
    let event = nmes_event_create()
    defer { nmes_event_close(event) }
    let waiting = WaitDescriptors(request: event, lines: [0], spin: 0)
    waiting.forgetLines()
    #expect(nmes_event_signal(event) == 0)
    let isLine = waiting.wait(until: nmes_clock_now() + 3_600_000_000_000)
    #expect(!isLine)
  }

  @Test("Where interrupts are threads the spin is shorter, for they wait while it lasts")
  func interruptThreads() throws {
    let tree = try Bench.plainTree()
    var roots = tree.roots
    for (text, spin) in [("1", 20_000), ("0", 50_000), ("", 50_000), (nil, 50_000)] {
      roots.realTime = tree.path("realtime-\(text ?? "none")")
      if let text { try tree.write(text, to: "realtime-\(text)") }
      #expect(WaitDescriptors.spin(roots) == Int64(spin))
    }
  }

  @Test("Every amplitude of every range reads back as exactly what was accepted")
  func amplitudes() throws {
    var bench = try Bench()
    for range in SampleDefinition.ranges {
      bench.frame.rangeMaximum = range.range.maximum
      bench.frame.channels[0].amplitude = .zero
      bench.apply()
      var amplitude = Microamperes.zero
      while amplitude <= range.range.maximum {
        bench.frame.channels[0].amplitude = amplitude
        bench.apply()
        #expect(bench.readings.channels[0].amplitude == amplitude)
        #expect(bench.readings.write == .confirmed)
        amplitude += range.range.step
      }
    }
  }

  @Test(
    "What another program changed of a PWM fails the next self-check, until it is as it was set",
    arguments: [
      ("period", "77777", "100000"), ("polarity", "inversed", "normal"), ("enable", "0", "1"),
      ("duty_cycle", "77", "0"),
    ])
  func changedByOthers(file: String, other: String, own: String) throws {
    var bench = try Bench()
    bench.apply()
    let period = bench.tree.pwm("period")
    let ours = file == "period" ? period : own
    #expect(bench.tree.pwm(file) == ours)
    try bench.tree.setPWM(file, other, channel: 0)
    bench.board.settle()
    bench.apply()
    #expect(bench.readings.channels[0].amplitude < .zero, "nobody knows what it puts out")
    #expect(bench.readings.channels[1].amplitude == .zero)
    if file != "duty_cycle" { try bench.tree.setPWM(file, ours, channel: 0) }
    #expect(bench.tree.pwm(file) == ours, "an active time is set again at once")
    bench.board.settle()
    bench.apply()
    #expect(bench.readings.channels[0].amplitude == .zero)
  }

  @Test("Both phases read back as on never pass for the one that was commanded")
  func bothPhases() throws {
    var bench = try Bench()
    bench.energise()
    #expect(bench.board.channels[0].phase(3) == .negative)
    bench.frame.channels[0].phase = .negative
    #expect(bench.board.channels[0].phase(2) == .negative)
    bench.apply()
    #expect(bench.board.channels[0].phase(3) == .positive)
  }
}

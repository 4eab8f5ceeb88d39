// Decides: that converters that cannot be believed, and pulse counts, trip as the table says.
// Leaves to others: what their values mean.

import Testing

@testable import StimulationCore

@Suite struct ConverterInterlockTests {
  @Test("SR-29: converter-out-of-range cuts, in a pulse and in a pause")
  func range() throws {
    for place in [Place.leading, .paused, .armed] {
      let rig = try InterlockRig()
      try rig.go(to: place)
      rig.turn { $0.channels[0].isInRange = false }
      expectResponse(.cut, to: .converterOutOfRange, of: rig)
    }
  }

  @Test("SR-29: converter-stale trips beyond 5 ms, not at it")
  func stale() throws {
    for excess in [Nanoseconds.zero, Nanoseconds(1)] {
      let rig = try InterlockRig()
      try rig.go(to: .leading)
      rig.turn { [rig] in
        $0.channels[0].sampledAt = rig.now - .milliseconds(5) - excess
      }
      #expect(rig.has(.converterStale) == (excess > .zero))
      if excess > .zero { expectResponse(.cut, to: .converterStale, of: rig) }
    }
  }

  @Test("SR-29: converter-stuck trips on one code over two levels, within two pulses")
  func stuck() throws {
    let rig = try InterlockRig()
    try rig.run(at: .milliamperes(6))
    rig.corrupt = { readings, _ in readings.channels[0].code = 77 }
    #expect(rig.trips(.converterStuck, within: .milliseconds(120)))
    expectResponse(.cut, to: .converterStuck, of: rig)
  }

  @Test("SR-29: converter-stuck is no quiet pause", arguments: [Place.armed, .paused])
  func quiet(place: Place) throws {
    let rig = try InterlockRig()
    try rig.go(to: place)
    rig.corrupt = { readings, _ in
      readings.channels[0].code = 0
      readings.channels[0].current = .zero
    }
    #expect(rig.staysClean(for: .seconds(2)), "\(rig.trips)")
  }

  @Test("SR-29: converter-stuck needs eight equal codes and levels twenty steps apart")
  func bound() {
    for (step, codes, isTrip) in [(Int32(200), 8, true), (199, 8, false), (200, 7, false)] {
      var converter = ConverterInterlock()
      var latch = FaultLatch(startingWith: .notYetChecked)
      var reading = ChannelReadings.none
      reading.sampledAt = .zero
      reading.code = 5
      for index in 0..<codes {
        converter.check(
          reading, level: index % 2 == 0 ? .zero : Microamperes(step), isSettled: true,
          step: Microamperes(10), at: .zero, &latch, channel: 0)
      }
      #expect(latch.all.contains(.converterStuck) == isTrip)
    }
  }

  @Test("SR-29: converter-stuck trips on one held sample at two commands")
  func heldStuck() throws {
    let rig = try InterlockRig(.boardTimed)
    try rig.run(at: .milliamperes(10))
    rig.corrupt = { readings, _ in
      readings.channels[0].heldLeading = .milliamperes(10)
      readings.channels[0].heldRecovery = .milliamperes(10)
    }
    #expect(rig.staysClean(for: .milliseconds(200)), "\(rig.trips)")
    try rig.ask(.setAmplitude(Microamperes(10_100), channel: nil))
    #expect(rig.staysClean(for: .milliseconds(200)), "under twenty steps: \(rig.trips)")
    try rig.ask(.setAmplitude(Microamperes(10_200), channel: nil))
    #expect(rig.trips(.converterStuck, within: .milliseconds(60)))
    expectResponse(.cut, to: .converterStuck, of: rig)
  }

  @Test("SR-28: pulse-count trips on a pulse too many, while the gate runs and while it is still")
  func tooMany() throws {
    for place in [Place.rest, .paused] {
      let rig = try InterlockRig(.boardTimed)
      try rig.run(at: .milliamperes(6))
      if place == .paused {
        try rig.ask(.pause)
        try rig.turn { $0.state == .paused }
      }
      #expect(rig.staysClean(for: .milliseconds(300)), "\(rig.trips)")
      rig.channels[0].pulses += place == .paused ? 1 : 2
      rig.turn()
      if place == .paused { #expect(rig.trips == [.pulseCount]) }
      expectResponse(.cut, to: .pulseCount, of: rig)
    }
  }

  @Test("SR-28: pulse-count trips when the sequencer does not start")
  func tooFew() throws {
    let rig = try InterlockRig(.boardTimed)
    try rig.run(at: .milliamperes(6))
    let count = rig.channels[0].pulses
    rig.corrupt = { readings, _ in readings.channels[0].pulseCount = count }
    #expect(rig.trips(.pulseCount, within: .milliseconds(50)))
    expectResponse(.cut, to: .pulseCount, of: rig)
  }

  @Test("SR-28: pulse-count allows 2 ms and 0.1 % either way and not a nanosecond more")
  func countBound() {
    let pulse = InterlockPlan.boardTimed.pulse
    for (elapsed, count, isRight) in [
      // What lies beyond 2 ms and a thousandth of itself: 2 ÷ 0.999, 18 ÷ 1.001, 22 ÷ 0.999.
      (Nanoseconds(2_002_003), UInt32(0), false), (Nanoseconds(2_002_001), 0, true),
      (Nanoseconds(17_982_018), 2, true), (Nanoseconds(17_982_016), 2, false),
      (Nanoseconds(22_022_023), 1, false), (Nanoseconds(22_022_021), 1, true),
    ] {
      var gate = GateEngine()
      _ = gate.count(7, pulse, appliedAt: .zero, at: .zero)
      gate.start(at: .zero)
      let new = gate.count(7 + count, pulse, appliedAt: .zero, at: elapsed)
      #expect((new != nil) == isRight, "\(count) at \(elapsed)")
    }
  }

  @Test("SR-29: converter-stuck trips on a voltage that is the same at two levels")
  func stuckVoltage() throws {
    let session = try ScriptedSession(SamplePlan().with(\.plateau, .seconds(20)))
    session.lead(to: .ramping)
    session.corrupt = { readings, _ in
      readings.channels[0].voltage = Millivolts(rawValue: 600 * readings.channels[0].phase.sign)
    }
    session.run(for: .seconds(3))
    #expect(session.trips.contains(.converterStuck))
  }
}

// Decides: that the last check before the outputs refuses every frame that it must refuse.
// Leaves to others: the engines, which never make such frames unless a test breaks them.

import Testing

@testable import StimulationCore

@Suite struct GuardInterlockTests {
  /// A guard fed by hand: 20 ms phases, 60 ms period, 30 mA ceiling, 100 µs dead time.
  private struct Feed {
    var last = OutputGuard()
    var latch = FaultLatch(startingWith: .notYetChecked)
    var bounds = OutputBounds(
      ceiling: .milliamperes(30), longestPhase: .milliseconds(24),
      shortestPeriod: .milliseconds(56), reach: .milliamperes(5))

    mutating func write(
      _ phase: PhaseOutput, _ amplitude: Microamperes = .milliamperes(5),
      gate: GateOutput = .still, count: UInt32 = 0, at now: Nanoseconds
    ) {
      last.check(
        ChannelOutput(phase: phase, amplitude: amplitude, gate: gate), bounds,
        pulseCount: count, deadTime: .microseconds(100), at: now, &latch, channel: 0)
    }

    func has(_ id: InterlockID) -> Bool { latch.all.contains(id) }
    var isClean: Bool { latch.all == FaultLatch(startingWith: .notYetChecked).all }
  }

  private func gate(_ active: Nanoseconds, _ period: Nanoseconds) -> GateOutput {
    GateOutput(
      activeTime: active, period: period, gap: .microseconds(100), recoversByCapacitor: false,
      polarity: .positive)
  }

  @Test("SR-12: amplitude-above-ceiling refuses 1 µA above, also with phases off, and negatives")
  func ceiling() {
    for (amplitude, isTrip) in [(Int32(30_000), false), (30_001, true), (0, false), (-1, true)] {
      var feed = Feed()
      feed.write(.off, Microamperes(amplitude), at: .zero)
      #expect(feed.has(.amplitudeAboveCeiling) == isTrip)
    }
  }

  @Test("SR-14: amplitude-rise refuses more than the reach above the highest delivered")
  func rise() {
    for (amplitude, isTrip) in [(Int32(10_000), false), (10_001, true)] {
      var feed = Feed()
      feed.write(.positive, .milliamperes(5), at: .zero)
      feed.write(.off, .milliamperes(5), at: .milliseconds(20))
      feed.write(.off, Microamperes(amplitude), at: .milliseconds(50))
      #expect(feed.isClean, "an amplitude without a phase is no pulse")
      feed.write(.positive, Microamperes(amplitude), at: .milliseconds(60))
      #expect(feed.has(.amplitudeRise) == isTrip)
    }
    var feed = Feed()
    feed.write(.positive, .milliamperes(5), at: .zero)
    feed.write(.off, .milliamperes(5), at: .milliseconds(20))
    feed.last.zero()
    feed.write(.positive, Microamperes(5_001), at: .milliseconds(60))
    #expect(feed.has(.amplitudeRise), "after zero nothing counts as delivered")
  }

  @Test("SR-14: amplitude-rise holds for the board's own pulses too")
  func riseOfGate() {
    var feed = Feed()
    feed.bounds = OutputBounds(
      ceiling: .milliamperes(25), longestPhase: .milliseconds(3),
      shortestPeriod: .milliseconds(18), reach: .milliamperes(1))
    let gate = gate(.microseconds(400), .milliseconds(20))
    feed.write(.off, .milliamperes(1), gate: gate, at: .zero)
    feed.write(.off, .milliamperes(2), gate: gate, count: 1, at: .milliseconds(1))
    #expect(feed.isClean)
    feed.write(.off, .milliamperes(3), gate: gate, count: 2, at: .milliseconds(21))
    #expect(feed.isClean)
    feed.write(.off, Microamperes(4_001), gate: gate, count: 3, at: .milliseconds(41))
    #expect(feed.has(.amplitudeRise))
  }

  @Test("SR-14: amplitude-rise counts no pulse that the board did not, however long a level stands")
  func riseWithinPeriod() {
    for delay in [Nanoseconds.milliseconds(1), .milliseconds(19), .seconds(1)] {
      var feed = Feed()
      feed.bounds = OutputBounds(
        ceiling: .milliamperes(25), longestPhase: .milliseconds(3),
        shortestPeriod: .milliseconds(18), reach: .milliamperes(1))
      let gate = gate(.microseconds(400), .milliseconds(20))
      feed.write(.off, .milliamperes(1), gate: gate, at: .zero)
      feed.write(.off, Microamperes(1_001), gate: gate, at: delay)
      #expect(feed.has(.amplitudeRise))
    }
    // A count without a gate is not a pulse of this program.
    var feed = Feed()
    feed.write(.off, .milliamperes(5), at: .zero)
    feed.write(.off, .milliamperes(5), count: 1, at: .milliseconds(1))
    let gate = gate(.microseconds(400), .milliseconds(60))
    feed.write(.off, Microamperes(5_001), gate: gate, count: 1, at: .milliseconds(100))
    #expect(feed.has(.amplitudeRise))
  }

  @Test("SR-12: pulse-too-early refuses a gate that restarts within the period, not after it")
  func restart() {
    let gate = gate(.microseconds(400), .milliseconds(60))
    for (early, isTrip) in [(Nanoseconds.zero, false), (Nanoseconds(1), true)] {
      var feed = Feed()
      feed.write(.off, gate: gate, at: .zero)
      feed.write(.off, gate: gate, count: 1, at: .milliseconds(1))
      feed.write(.off, gate: gate, count: 2, at: .milliseconds(61))
      feed.write(.off, count: 2, at: .milliseconds(70))
      feed.write(.off, gate: gate, count: 2, at: .milliseconds(61 + 54) - early)
      #expect(feed.has(.pulseTooEarly) == isTrip)
    }
    var feed = Feed()
    feed.write(.off, gate: gate, at: .zero)
    feed.write(.off, gate: gate, count: 1, at: .milliseconds(1))
    feed.write(.off, count: 1, at: .milliseconds(2))
    feed.last.forgetPulses()
    feed.write(.off, gate: gate, count: 1, at: .milliseconds(3))
    #expect(feed.isClean)
  }

  @Test("SR-12: phase-too-long refuses a phase beyond its bound, not at it")
  func length() {
    var feed = Feed()
    feed.write(.positive, at: .zero)
    feed.write(.positive, at: .milliseconds(24))
    #expect(feed.isClean)
    feed.write(.positive, at: .milliseconds(24) + Nanoseconds(1))
    #expect(feed.has(.phaseTooLong))
    for (excess, isTrip) in [(Nanoseconds.zero, false), (Nanoseconds(1), true)] {
      var feed = Feed()
      feed.write(.off, gate: gate(.milliseconds(24) + excess, .milliseconds(60)), at: .zero)
      #expect(feed.has(.phaseTooLong) == isTrip)
    }
  }

  @Test("SR-12: pulse-too-early refuses a pulse before its period, not at it")
  func period() {
    for (early, isTrip) in [(Nanoseconds.zero, false), (Nanoseconds(1), true)] {
      var feed = Feed()
      feed.write(.positive, at: .zero)
      feed.write(.off, at: .milliseconds(20))
      feed.write(.negative, at: .milliseconds(22))
      feed.write(.off, at: .milliseconds(42))
      feed.write(.positive, at: .milliseconds(56) - early)
      #expect(feed.has(.pulseTooEarly) == isTrip)
      feed.last.forgetPulses()
      var other = Feed()
      other.write(.off, gate: gate(.microseconds(400), .milliseconds(56) - early), at: .zero)
      #expect(other.has(.pulseTooEarly) == isTrip)
    }
  }

  @Test("SR-31: phase-overlap refuses the other phase within the dead time, or without a pause")
  func overlap() {
    for (early, isTrip) in [(Nanoseconds.zero, false), (Nanoseconds(1), true)] {
      var feed = Feed()
      feed.write(.positive, at: .zero)
      feed.write(.off, at: .milliseconds(20))
      feed.write(.negative, at: .milliseconds(20) + .microseconds(100) - early)
      #expect(feed.has(.phaseOverlap) == isTrip)
    }
    var feed = Feed()
    feed.write(.positive, at: .zero)
    feed.write(.negative, at: .milliseconds(20))
    #expect(feed.has(.phaseOverlap))
    var both = Feed()
    both.write(.positive, gate: gate(.microseconds(400), .milliseconds(60)), at: .zero)
    #expect(both.has(.phaseOverlap), "the loop's phase beside the sequencer's")
  }

  @Test("SR-33: isolation-overlap refuses two active channels, not two with amplitude only")
  func isolation() {
    var frame = OutputFrame.inactive(heartbeat: false, rangeMaximum: .milliamperes(80))
    var latch = FaultLatch(startingWith: .notYetChecked)
    frame.channels[0].phase = .positive
    frame.channels[0].amplitude = .milliamperes(5)
    frame.channels[1].amplitude = .milliamperes(5)
    OutputGuard().checkIsolation(frame, channelCount: 2, &latch)
    #expect(!latch.all.contains(.isolationOverlap))
    frame.channels[1].gate = gate(.microseconds(400), .milliseconds(20))
    OutputGuard().checkIsolation(frame, channelCount: 2, &latch)
    #expect(latch.all.contains(.isolationOverlap))
  }
}

// Decides: that waiting, lateness, readings and refusals are those of the Board protocol.
// Leaves to others: faults (FaultEffectTests) and protection (RelayTests).

import CRealTime
import StimulationCore
import Testing

@testable import SimulatedBoard

@Suite("Clock, readings and writes")
struct ClockTests {
  @Test("In virtual time a wait answers its deadline, and a passed one the present")
  func virtualTime() throws {
    var rig = try Rig()
    #expect(rig.now == .zero)
    #expect(rig.wait(until: .milliseconds(7)) == .milliseconds(7))
    #expect(rig.wait(until: .milliseconds(3)) == .milliseconds(7))
    #expect(rig.now == .milliseconds(7))
    #expect(rig.wait(until: .never) == .milliseconds(10_007), "at most 10 s at once")
  }

  @Test("Wake-ups are late by up to what is stated, and evenly so")
  func lateness() throws {
    var rig = try Rig(lateness: .microseconds(500))
    var sum: Int64 = 0
    var most: Int64 = 0
    for wake in 1...1_000 {
      let deadline = Nanoseconds.milliseconds(Int64(wake))
      let late = (rig.wait(until: deadline) - deadline).rawValue
      #expect(late >= 0 && late <= 500_000)
      sum += late
      most = max(most, late)
    }
    #expect(abs(sum / 1_000 - 250_000) < 20_000)
    #expect(most > 480_000)
  }

  @Test("A late wake-up is not spent on a wait that ends before its time")
  func lateAfterNever() throws {
    var rig = try Rig(faults: ["late-wakeup@15s"])
    #expect(rig.wait(until: .never) == .seconds(10))
    #expect(rig.wait(until: .seconds(15)) == .milliseconds(15_003))
    #expect(rig.wait(until: .seconds(16)) == .seconds(16))
  }

  @Test("The same seed gives the same readings, another seed others")
  func seededReadings() throws {
    func codes(_ seed: UInt64) throws -> [Int64] {
      var rig = try Rig(
        2, seed: seed, imperfections: .realistic, lateness: .microseconds(500),
        faults: ["noise:ch2@20ms"])
      var codes: [Int64] = []
      rig.close()
      for channel in 0..<2 { rig.frame.channels[channel].amplitude = .milliamperes(60) }
      rig.set(.positive, channel: 1)
      for _ in 0..<100 {
        rig.run(for: .milliseconds(1))
        codes.append(Int64(rig.readings.channels[0].code))
        codes.append(Int64(rig.readings.channels[1].code))
        codes.append(rig.readings.channels[1].sampledAt.rawValue)
      }
      return codes
    }
    #expect(try codes(11) == codes(11))
    #expect(try codes(11) != codes(12))
  }

  @Test("On the real clock a wait ends at its deadline or at a request")
  func realTime() throws {
    let descriptor = nmes_event_create()
    try #require(descriptor >= 0)
    defer { _ = nmes_event_close(descriptor) }
    var board = try SimulatedBoard(
      SimulatedBoardConfiguration(
        channelCount: 1, electrodeArea: .squareCentimetres(25),
        clock: .real(requestDescriptor: descriptor)))
    let deadline = board.now() + .milliseconds(2)
    #expect(board.wait(until: deadline) >= deadline)
    #expect(nmes_event_signal(descriptor) == 0)
    let far = board.now() + .seconds(3_600)
    #expect(board.wait(until: far) < far)
    // The request was drained: the next wait lasts to its deadline.
    let next = board.now() + .milliseconds(2)
    #expect(board.wait(until: next) >= next)
  }

  @Test("Calls of the real-time shim answer their errors")
  func shim() {
    #expect(nmes_wait_until(0, nil, 9, 0) < 0)
    #expect(nmes_event_drain(-1) < 0)
    #expect(nmes_event_signal(-1) < 0)
    #expect(nmes_prefault_stack(-1) < 0)
    #expect(nmes_prefault_stack(65_536) == 0)
    let before = nmes_clock_now()
    #expect(nmes_clock_now() >= before)
  }

  @Test("Converters have their steps, their noise and their own offset")
  func converters() throws {
    var rig = try Rig(seed: 3, imperfections: .realistic)
    rig.close()
    var sum = 0.0
    var square = 0.0
    for _ in 0..<5_000 {
      rig.board.read(into: &rig.readings)
      let current = rig.readings.channels[0].current.rawValue
      #expect(current % 10 == 0)
      #expect(rig.readings.channels[0].code * 10 == current)
      sum += Double(current)
      square += Double(current) * Double(current)
    }
    let mean = sum / 5_000
    let deviation = (square / 5_000 - mean * mean).squareRoot()
    #expect(abs(abs(mean) - 25) < 1, "\(mean) µA")
    // 15 µA of noise and 10 µA of steps: √(15² + 10²/12)
    #expect(abs(deviation - 15.3) < 0.7, "\(deviation) µA")
    rig.settle(.milliamperes(60))
    rig.set(.positive)
    rig.run(for: .milliseconds(10))
    #expect(rig.readings.channels[0].voltage.rawValue % 20 == 0)
    // 60 mA × 260 Ω
    #expect((rig.readings.channels[0].voltage - Millivolts(15_600)).magnitude < Millivolts(400))
    #expect(rig.readings.channels[0].sampledAt == rig.now)
    #expect(rig.readings.channels[0].isInRange)
  }

  @Test("SR-16: what was written is read back exactly, in every range and step")
  func readBack() throws {
    var rig = try Rig()
    for place in 0..<4 {
      let range = rig.board.capabilities.ranges[place]
      rig.frame.channels[0].amplitude = .zero
      rig.frame.rangeMaximum = range.maximum
      rig.apply()
      var amplitude = Microamperes.zero
      while amplitude <= range.maximum {
        rig.frame.channels[0].amplitude = amplitude
        rig.apply()
        rig.board.read(into: &rig.readings)
        #expect(rig.readings.channels[0].amplitude == amplitude)
        amplitude += range.step * 7
      }
    }
  }

  @Test("The amplitude settles within the declared time to 0.1 %")
  func settling() throws {
    var rig = try Rig()
    rig.close()
    rig.set(.positive)
    rig.run(for: .milliseconds(1))
    rig.frame.channels[0].amplitude = .milliamperes(100)
    rig.apply()
    _ = rig.wait(until: rig.now + .microseconds(20))
    // One time constant: 63.2 %
    #expect(rig.board.electrodeCurrent(channel: 0) == Microamperes(63_212))
    _ = rig.wait(until: rig.now + .microseconds(140))
    #expect(rig.board.electrodeCurrent(channel: 0) > Microamperes(99_900))
  }

  @Test("A value between two steps stops the process")
  func betweenSteps() async {
    await #expect(processExitsWith: .failure) {
      var rig = try Rig(range: 250)
      rig.frame.channels[0].amplitude = Microamperes(60_100)
      rig.apply()
    }
  }

  @Test("A range that changes under a driven coil stops the process")
  func rangeUnderCoil() async {
    await #expect(processExitsWith: .failure) {
      var rig = try Rig(range: 250)
      rig.close()
      rig.frame.rangeMaximum = .milliamperes(80)
      rig.apply()
    }
  }

  @Test("Channels that the board lacks read as nothing, and every field is written")
  func unusedChannels() throws {
    var rig = try Rig(2)
    for channel in 0..<8 { rig.readings.channels[channel].pulseCount = 99 }
    rig.board.read(into: &rig.readings)
    for channel in 2..<8 { #expect(rig.readings.channels[channel] == .none) }
    #expect(rig.readings.channels[1].pulseCount == 0)
  }

  @Test("A muscle contracts above its threshold and stays still below it")
  func force() throws {
    for (amplitude, isStrong) in [(Int32(150), true), (5, false)] {
      var rig = try Rig(denervation: .denervated)
      rig.close()
      rig.settle(.milliamperes(amplitude))
      var peak = 0.0
      for _ in 0..<10 {
        rig.pulse(.milliseconds(20))
        rig.run(for: .milliseconds(9))
        peak = max(peak, rig.board.measuredForce(channel: 0))
      }
      #expect((peak > 10) == isStrong, "\(peak) N")
      #expect((peak < 0.01) == !isStrong, "\(peak) N")
    }
  }
}

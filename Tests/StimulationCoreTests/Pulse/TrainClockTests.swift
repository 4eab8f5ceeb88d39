// Decides: that trains, pulses, ramps and rests follow the plan's grid.
// Leaves to others: what a pulse is (PulseEngineTests).

@testable import StimulationCore
import Testing

@Suite struct TrainClockTests {
  private func clock(_ plan: SamplePlan) -> TrainClock {
    TrainClock(train: plan.train, pulse: plan.pulse)
  }

  @Test("A clock that was never scheduled has no pulse and no train")
  func unscheduled() {
    var clock = clock(SamplePlan())
    #expect(clock.stage == .finished && clock.nextPulseAt == .never && clock.startsAt == .never)
    #expect(clock.beginTrain(ifDueAt: .seconds(1_000)) == false)
  }

  @Test("Pulses stand on the grid of their train, and end within it")
  func pulses() {
    var clock = clock(SamplePlan())
    clock.schedule(at: .milliseconds(7))
    #expect(clock.beginTrain(ifDueAt: .milliseconds(7) - Nanoseconds(1)) == false)
    // Begun late, the grid stays where it was.
    let began = clock.beginTrain(ifDueAt: .milliseconds(7) + .microseconds(300))
    #expect(began)
    for index: Int64 in 0..<20 {
      #expect(clock.nextPulseAt == .milliseconds(7 + 50 * index))
      #expect(clock.nextPulseAt + .milliseconds(40) <= clock.endsAt)
      clock.advancePulse()
    }
    #expect(clock.nextPulseAt == .never)
    #expect(clock.endsAt == .milliseconds(1_007))
  }

  @Test("Off-times separate trains, rests separate sets, and the last train ends the session")
  func schedule() {
    var plan = SamplePlan()
    plan.trainsPerSet = 2
    plan.sets = 3
    plan.offTime = .milliseconds(333)
    plan.restBetweenSets = .milliseconds(7_777)
    var clock = clock(plan)
    clock.schedule(at: .zero)
    var expected: Int64 = 0
    for train: Int32 in 1...6 {
      #expect(clock.startsAt == .milliseconds(expected))
      let began = clock.beginTrain(ifDueAt: clock.startsAt)
      #expect(began && clock.trainsBegun == train && clock.set == (train + 1) / 2)
      clock.endTrain(at: clock.endsAt + .milliseconds(2))
      expected += 1_000 + (train % 2 == 0 ? 7_777 : 333)
    }
    #expect(clock.stage == .finished && clock.trainsBegun == 6)
    clock.schedule(at: .seconds(100))
    #expect(clock.stage == .finished, "a pause does not add a train")
  }

  @Test("A train that a pause cut short counts, has its off-time, and the next begins as scheduled")
  func pause() {
    var clock = clock(SamplePlan().with(\.trainsPerSet, 3))
    clock.schedule(at: .zero)
    _ = clock.beginTrain(ifDueAt: .zero)
    clock.advancePulse()
    clock.endTrain(at: .milliseconds(400))
    #expect(clock.startsAt == .milliseconds(1_400))
    clock.schedule(at: .seconds(60))
    #expect(clock.stage == .waiting && clock.nextPulseAt == .seconds(60))
    let began = clock.beginTrain(ifDueAt: .seconds(60))
    #expect(began && clock.trainsBegun == 2 && clock.pulseIndex == 0)
  }

  @Test("Ending a train that does not run stops the process")
  func endTwice() async {
    await #expect(processExitsWith: .failure) {
      var clock = TrainClock(train: SamplePlan().train, pulse: SamplePlan().pulse)
      clock.schedule(at: .zero)
      clock.endTrain(at: .zero)
    }
  }

  @Test("Ramps rise from the first pulse to the whole and fall again, never beyond it")
  func ramps() {
    var plan = SamplePlan()
    plan.rampUp = .milliseconds(500)
    plan.rampDown = .milliseconds(400)
    var clock = clock(plan)
    clock.schedule(at: .zero)
    _ = clock.beginTrain(ifDueAt: .zero)
    var shares: [Int32] = []
    while clock.nextPulseAt != .never {
      shares.append(clock.ramp.rawValue)
      clock.advancePulse()
    }
    #expect(shares.count == 38)  // 1.9 s at 50 ms
    for index in 0..<10 { #expect(shares[index] == Int32(index + 1) * 100_000) }
    for index in 10..<30 { #expect(shares[index] == 1_000_000) }
    // 400 ms before the end the ramp down begins; a pulse 350 ms before it has 7/8.
    #expect(shares[30] == 1_000_000)
    for index in 31..<38 { #expect(shares[index] == Int32(38 - index) * 125_000) }
  }

  @Test("Ramps of any length stay between nothing and the whole", arguments: 1...10)
  func anyRamp(seed: UInt64) {
    var random = SplitMix(seed: seed)
    for _ in 0..<50 {
      var plan = SamplePlan()
      plan.rampUp = Nanoseconds(Int64.random(in: 0...2_000_000_000, using: &random))
      plan.rampDown = Nanoseconds(Int64.random(in: 0...2_000_000_000, using: &random))
      plan.plateau = Nanoseconds(Int64.random(in: 40_000_000...500_000_000, using: &random))
      var clock = clock(plan)
      clock.schedule(at: .zero)
      _ = clock.beginTrain(ifDueAt: .zero)
      var last: Int32 = 0
      while clock.nextPulseAt != .never {
        let share = clock.ramp.rawValue
        #expect(share > 0 && share <= 1_000_000)
        let isUp = clock.nextPulseAt + plan.period <= plan.rampUp + plan.plateau
        if isUp { #expect(share >= last) }
        last = share
        clock.advancePulse()
      }
    }
  }
}

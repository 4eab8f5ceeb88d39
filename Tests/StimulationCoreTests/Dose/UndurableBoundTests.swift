// Decides: that the bound of SR-42 is never below what SR-14 lets a session deliver in 2 s of
// on-time, and not far above it.
// Leaves to others: storing the bound, and stopping when it is used up (interlock tests).

@testable import StimulationCore
import Testing

/// A session by the words of SR-14 alone: the operator raises as fast as he may, always.
private struct GreedySession {
  let plan: SamplePlan
  var pulses: [(at: Int64, onTime: Int64, amplitude: Int64)] = []
  var setpoints: [(at: Int64, onTime: Int64, value: Int64)] = []

  /// Rises of 1 mA each whenever the last second had less than 5 and the reach allows it, asked
  /// for in bursts that begin `phase` after the start and every second then.
  init(_ plan: SamplePlan, start: Int64, phase: Int64) {
    self.plan = plan
    let ceiling = Int64(plan.ceiling.rawValue)
    let reach: Int64 = ceiling <= 25_000 ? 1_000 : 5_000
    var value = start
    var highest = start
    var now: Int64 = 0
    var onTime: Int64 = 0
    var rises: [Int64] = []
    let millisecond: Int64 = 1_000_000
    let length = plan.train.onTime.rawValue
    let duration = plan.pulse.duration.rawValue
    for train in 0..<plan.train.trains {
      var next: Int64 = 0
      for into in stride(from: 0, to: length, by: Int(millisecond)) {
        rise(&value, &rises, highest, reach, ceiling, now, phase)
        if into == next && into + duration <= length {
          pulses.append((now, onTime, value))
          highest = max(highest, value)
          next += plan.period.rawValue
        }
        setpoints.append((now, onTime, value))
        now += millisecond
        onTime += millisecond
      }
      let endsSet = (train + 1) % plan.trainsPerSet == 0
      let pause = endsSet ? plan.restBetweenSets.rawValue : plan.offTime.rawValue
      for _ in 0..<(pause / millisecond) {
        rise(&value, &rises, highest, reach, ceiling, now, phase)
        now += millisecond
      }
    }
  }

  private func rise(
    _ value: inout Int64, _ rises: inout [Int64], _ highest: Int64, _ reach: Int64,
    _ ceiling: Int64, _ now: Int64, _ phase: Int64
  ) {
    guard now >= phase else { return }
    rises.removeAll { now - $0 >= 1_000_000_000 }
    while rises.count < 5 && value + 1_000 <= min(highest + reach, ceiling) {
      value += 1_000
      rises.append(now)
    }
  }

  /// The most that 2 s of on-time after any instant deliver, compared with the bound there.
  func check(_ bound: (Microamperes) -> Femtocoulombs) -> (worst: Double, best: Double) {
    var worst = 0.0
    var best = 1e9
    let phaseTime = plan.leading.rawValue
    for setpoint in setpoints where setpoint.at % 13_000_000 == 0 {
      let end = setpoint.onTime + 2_000_000_000
      var charge: Int64 = 0
      for pulse in pulses where pulse.onTime >= setpoint.onTime && pulse.onTime <= end {
        if pulse.at >= setpoint.at { charge += 2 * pulse.amplitude * phaseTime }
      }
      let ratio = Double(charge) / Double(bound(Microamperes(Int32(setpoint.value))).rawValue)
      worst = max(worst, ratio)
      if charge > 0 { best = min(best, ratio) }
    }
    return (worst, best)
  }
}

@Suite struct UndurableBoundTests {
  private static let schedules: [(onTime: Int64, offTime: Int64, period: Int64)] = [
    (4_000, 2_000, 650), (10_000, 1_000, 520), (4_000, 3_000, 50), (400, 4_600, 400),
    (1_500, 700, 500), (2_000, 3_000, 1_000), (2_041, 1_000, 1_000), (900, 5_000, 300),
    (3_000, 30_000, 300),
  ]

  @Test(
    "SR-42: no 2 s of on-time deliver more than the bound, whenever the operator raises",
    arguments: schedules)
  func neverBelow(onTime: Int64, offTime: Int64, period: Int64) throws {
    var plan = SamplePlan()
    plan.leading = .milliseconds(20)
    plan.period = .milliseconds(period)
    plan.plateau = .milliseconds(onTime)
    plan.offTime = .milliseconds(offTime)
    plan.trainsPerSet = 3
    plan.sets = 2
    plan.restBetweenSets = .milliseconds(offTime * 2)
    plan.ceiling = .milliamperes(100)
    plan.limits = LimitTable(.extended)
    let made = try plan.make()
    for phase: Int64 in [0, 400_000_000, 999_000_000, 3_500_000_000] {
      for start: Int64 in [0, 5_000] {
        let session = GreedySession(plan, start: start, phase: phase)
        let ratio = session.check { UndurableBound.charge(of: made, channel: 0, above: $0) }
        #expect(ratio.worst <= 1 / 1.1, "10 % are kept for trims and gain")
      }
    }
  }

  @Test("SR-42: the bound follows the setpoint, and at the ceiling it is 2 s of the plan")
  func follows() throws {
    var plan = SamplePlan().with(\.plateau, .seconds(4)).with(\.ceiling, .milliamperes(50))
    plan.trainsPerSet = 1
    let made = try plan.make()
    let low = UndurableBound.charge(of: made, channel: 0, above: .zero)
    let high = UndurableBound.charge(of: made, channel: 0, above: plan.ceiling)
    #expect(low < high)
    // 40 pulses in 2 s and one at each end, two phases of 1 mC, 10 %.
    let planned = Femtocoulombs(1_000_000_000_000 * 2 * 40)
    #expect(high >= planned + planned / 10)
    #expect(high <= planned + planned / 5)
    #expect(UndurableBound.charge(of: made, channel: 0, above: plan.ceiling) == high)
  }
}

// Decides: that no sequence of requests moves a setpoint faster or higher than SR-14 allows.
// Leaves to others: in which states requests are accepted (Commands), trains (TrainClockTests).

@testable import StimulationCore
import Testing

@Suite struct SetpointTests {
  private static let plan = SamplePlan()
  private var channel: ChannelPlan { SetpointTests.plan.channel(0) }

  private func setpoint(_ ceiling: Int32 = 50_000, step: Int32 = 250) -> Setpoint {
    Setpoint(ceiling: Microamperes(ceiling), step: Microamperes(step), lowest: .zero)
  }

  /// Asks and, when accepted, sets; answers the refusal.
  private func ask(
    _ setpoint: inout Setpoint, _ asked: Int32, at now: Nanoseconds
  ) -> Refusal? {
    let refusal = setpoint.refusal(of: Microamperes(asked), plan: channel, channel: 0, at: now)
    if refusal == nil { setpoint.set(Microamperes(asked), at: now) }
    return refusal
  }

  @Test("SR-14: a request may raise by 1 mA and not by one step more")
  func oneMilliampere() {
    var setpoint = setpoint()
    #expect(ask(&setpoint, 1_000, at: .zero) == nil)
    #expect(
      ask(&setpoint, 2_250, at: .zero)
        == .riseTooLarge(from: Microamperes(1_000), to: Microamperes(2_250), channel: 0))
    #expect(setpoint.value == Microamperes(1_000))
    #expect(ask(&setpoint, 2_000, at: .zero) == nil)
  }

  @Test("SR-14: five milliamperes within a second are accepted, the next step only after it")
  func fiveInASecond() {
    var setpoint = setpoint()
    let start = Nanoseconds.milliseconds(990)
    for step: Int32 in 1...5 {
      #expect(ask(&setpoint, step * 1_000, at: start) == nil)
      setpoint.delivered(setpoint.value)
    }
    for later: Int64 in [0, 1, 500, 999, 1_000] {
      #expect(
        ask(&setpoint, 5_250, at: start + .milliseconds(later))
          == .riseTooFast(to: Microamperes(5_250), channel: 0))
    }
    #expect(ask(&setpoint, 6_000, at: start + .milliseconds(1_110)) == nil)
  }

  @Test("SR-14: going down and up again within the second uses up the same 5 mA")
  func downAndUp() {
    var setpoint = setpoint()
    for _ in 0..<5 {
      #expect(ask(&setpoint, 1_000, at: .zero) == nil)
      #expect(ask(&setpoint, 0, at: .zero) == nil)
    }
    #expect(
      ask(&setpoint, 1_000, at: .milliseconds(500))
        == .riseTooFast(to: .milliamperes(1), channel: 0))
  }

  @Test(
    "SR-14: the setpoint stays within reach of the highest pulse delivered since zero",
    arguments: [(Int32(25_000), Int32(1)), (25_250, 5), (50_000, 5), (1_000, 1)])
  func reach(ceiling: Int32, milliamperes: Int32) {
    var setpoint = setpoint(ceiling)
    var now = Nanoseconds.zero
    for step in 1...milliamperes {
      #expect(ask(&setpoint, step * 1_000, at: now) == nil)
      now += .seconds(3)
    }
    guard ceiling > milliamperes * 1_000 else { return }
    let asked = milliamperes * 1_000 + 250
    #expect(
      ask(&setpoint, asked, at: now)
        == .beyondDelivered(
          Microamperes(asked), highest: .zero, most: .milliamperes(milliamperes), channel: 0))
    setpoint.delivered(Microamperes(250))
    #expect(ask(&setpoint, asked, at: now) == nil)
  }

  @Test("SR-14: zero forgets what was delivered, and not the rises of the last second")
  func zero() {
    var setpoint = setpoint()
    for step: Int32 in 1...4 { #expect(ask(&setpoint, step * 1_000, at: .zero) == nil) }
    setpoint.delivered(.milliamperes(4))
    setpoint.zero()
    #expect(setpoint.value == .zero && setpoint.target == nil)
    #expect(setpoint.highestDelivered == .zero)
    #expect(ask(&setpoint, 1_000, at: .milliseconds(1)) == nil)
    #expect(
      ask(&setpoint, 2_000, at: .milliseconds(2)) == .riseTooFast(to: .milliamperes(2), channel: 0))
  }

  @Test("SR-10, SR-11, SR-16: what cannot be set is refused with the reason, as target too")
  func refusals() {
    let setpoint = setpoint()
    let cases: [(Int32, Refusal)] = [
      (-1, .negative(Microamperes(-1))), (.min, .negative(Microamperes(.min))),
      (
        50_001,
        .aboveCeiling(
          Microamperes(50_001), ceiling: .milliamperes(50), source: .protocolFile, channel: 0)
      ),
      (
        .max,
        .aboveCeiling(
          Microamperes(.max), ceiling: .milliamperes(50), source: .protocolFile, channel: 0)
      ),
      (249, .notRepresentable(Microamperes(249), below: .zero, above: Microamperes(250))),
      (
        251,
        .notRepresentable(Microamperes(251), below: Microamperes(250), above: Microamperes(500))
      ),
      (
        49_999,
        .notRepresentable(
          Microamperes(49_999), below: Microamperes(49_750), above: Microamperes(50_000))
      ),
    ]
    for (asked, refusal) in cases {
      let value = Microamperes(asked)
      #expect(setpoint.refusal(of: value, plan: channel, channel: 0, at: .zero) == refusal)
      #expect(setpoint.refusalAsTarget(value, plan: channel, channel: 0) == refusal)
      #expect(refusal.description.contains("\(value)"))
    }
    for representable: Int32 in [0, 250, 49_750, 50_000] {
      #expect(
        setpoint.refusalAsTarget(Microamperes(representable), plan: channel, channel: 0) == nil)
    }
  }

  @Test("SR-13: below the lowest balanced amplitude only nothing can be asked for")
  func lowest() {
    let setpoint = Setpoint(
      ceiling: .milliamperes(50), step: Microamperes(250), lowest: Microamperes(750))
    for asked: Int32 in [250, 500] {
      let value = Microamperes(asked)
      let refusal = Refusal.notBalanced(value, lowest: Microamperes(750), channel: 0)
      #expect(setpoint.refusal(of: value, plan: channel, channel: 0, at: .zero) == refusal)
      #expect(setpoint.refusalAsTarget(value, plan: channel, channel: 0) == refusal)
      #expect(refusal.description.contains("ask for 750 µA or more, or 0 mA"))
    }
    for asked: Int32 in [0, 750, 1_000] {
      #expect(
        setpoint.refusal(of: Microamperes(asked), plan: channel, channel: 0, at: .zero) == nil)
      #expect(setpoint.refusalAsTarget(Microamperes(asked), plan: channel, channel: 0) == nil)
    }
  }

  @Test("SR-14: a target is reached in steps, and ends at any other setting")
  func target() {
    var setpoint = setpoint()
    setpoint.aim(at: .milliamperes(12), at: .zero)
    var now = Nanoseconds.zero
    while setpoint.target != nil && now < .seconds(10) {
      setpoint.climb(at: now)
      setpoint.delivered(setpoint.value)
      now += .milliseconds(1)
    }
    #expect(setpoint.value == .milliamperes(12) && setpoint.target == nil)
    setpoint.aim(at: .milliamperes(20), at: now)
    now += .milliseconds(250)
    setpoint.climb(at: now)
    #expect(setpoint.value == .milliamperes(13))
    setpoint.set(.milliamperes(3), at: now)
    for _ in 0..<3_000 {
      now += .milliseconds(1)
      setpoint.climb(at: now)
    }
    #expect(setpoint.value == .milliamperes(3) && setpoint.target == nil)
  }

  @Test("A lower target is taken at once")
  func lowerTarget() {
    var setpoint = setpoint()
    setpoint.set(.milliamperes(1), at: .zero)
    setpoint.aim(at: Microamperes(250), at: .zero)
    #expect(setpoint.value == Microamperes(250) && setpoint.target == nil)
  }
}

/// Judges a setpoint from outside: a list of rises and the pulses, and nothing of the core's.
private struct RiseJudge {
  var rises: [(at: Int64, by: Int32)] = []
  var value: Int32 = 0
  var highest: Int32 = 0
  let ceiling: Int32

  mutating func saw(_ next: Int32, at now: Int64) {
    #expect(next >= 0 && next <= ceiling)
    if next > value {
      rises.append((now, next - value))
      #expect(next - value <= 1_000, "more than 1 mA at once")
      #expect(next <= highest + (ceiling <= 25_000 ? 1_000 : 5_000), "too far above delivered")
    }
    value = next
    rises.removeAll { now - $0.at > 1_000_000_000 }
    #expect(rises.reduce(0) { $0 + $1.by } <= 5_000, "more than 5 mA within a second")
  }
}

@Suite struct SetpointHostilityTests {
  @Test(
    "SR-14: hostile sequences never rise faster or higher, by an independent list of rises",
    arguments: 1...24)
  func hostile(seed: UInt64) {
    var random = SplitMix(seed: seed)
    let step: Int32 = [10, 100, 250][Int(seed % 3)]
    let ceiling: Int32 = [8_000, 25_000, 50_000, 250_000][Int(seed % 4)]
    let plan = SamplePlan().with(\.ceiling, Microamperes(ceiling)).channel(0)
    var setpoint = Setpoint(
      ceiling: Microamperes(ceiling), step: Microamperes(step), lowest: .zero)
    var judge = RiseJudge(ceiling: ceiling)
    var now = Int64.random(in: 0...2_000_000_000, using: &random)
    var accepted = 0
    for _ in 0..<6_000 {
      // Mostly bursts, sometimes a pause around the window's edges.
      now +=
        [0, 0, 1, 1_000_000, 99_999_999, 100_000_000, 900_000_000, 1_000_000_000]
        .randomElement(using: &random) ?? 0
      let instant = Nanoseconds(now)
      let before = setpoint
      switch Int.random(in: 0..<10, using: &random) {
      case 0..<4:
        let up = Int32.random(in: 1...(1_000 / step), using: &random) * step
        let asked = Microamperes(before.value.rawValue + up)
        if setpoint.refusal(of: asked, plan: plan, channel: 0, at: instant) == nil {
          setpoint.set(asked, at: instant)
          accepted += 1
          #expect(setpoint.value == asked)
        } else {
          #expect(setpoint.value == before.value && setpoint.target == before.target)
        }
      case 4:
        let asked = Microamperes(Int32.random(in: -300_000...300_000, using: &random))
        if setpoint.refusal(of: asked, plan: plan, channel: 0, at: instant) == nil {
          setpoint.set(asked, at: instant)
        }
      case 5:
        let asked = Microamperes(Int32.random(in: 0...(ceiling / step), using: &random) * step)
        if setpoint.refusalAsTarget(asked, plan: plan, channel: 0) == nil {
          setpoint.aim(at: asked, at: instant)
        }
      case 6, 7: setpoint.climb(at: instant)
      case 8:
        setpoint.delivered(setpoint.value)
        judge.highest = max(judge.highest, setpoint.value.rawValue)
      default:
        guard Int.random(in: 0..<40, using: &random) == 0 else { break }
        setpoint.zero()
        judge.highest = 0
      }
      #expect(setpoint.value.rawValue % step == 0)
      judge.saw(setpoint.value.rawValue, at: now)
    }
    #expect(accepted > 100, "seed \(seed) tried something")
  }
}

// Decides: how the amplitude of one channel may change (SR-14, SR-16).
// Leaves to others: when commands are accepted at all (controller), and the guard that checks
// the same bounds again on the way out (OutputGuard).

/// The amplitude setpoint of one channel.
struct Setpoint {
  /// The most that one request may raise.
  static let largestRise = Microamperes.milliamperes(1)
  /// The most that all rises of any second may add up to.
  static let largestRiseInSecond = Microamperes.milliamperes(5)
  /// Up to this ceiling a pulse exceeds the highest delivered by at most 1 mA.
  static let fineCeiling = Microamperes.milliamperes(25)
  /// A target climbs one step in this time: five steps stay within any second.
  static let targetInterval = Nanoseconds.milliseconds(220)

  private(set) var value = Microamperes.zero
  private(set) var target: Microamperes?
  /// The highest pulse delivered since the setpoint was zero.
  private(set) var highestDelivered = Microamperes.zero
  private var nextTargetStep = Nanoseconds.zero
  private var rises = RiseWindow()

  let ceiling: Microamperes
  let step: Microamperes
  /// The lowest amplitude that may be asked for, other than nothing (SR-13).
  let lowest: Microamperes

  init(ceiling: Microamperes, step: Microamperes, lowest: Microamperes) {
    self.ceiling = ceiling
    self.step = step
    self.lowest = lowest
  }

  /// How far a pulse may exceed the highest delivered.
  var reach: Microamperes {
    ceiling <= Setpoint.fineCeiling ? .milliamperes(1) : .milliamperes(5)
  }

  /// Why `asked` cannot be set at `now`, or `nil`. Changes nothing.
  func refusal(of asked: Microamperes, plan: ChannelPlan, channel: Int8, at now: Nanoseconds)
    -> Refusal?
  {
    if let refusal = refusalAsTarget(asked, plan: plan, channel: channel) { return refusal }
    guard asked > value else { return nil }
    if asked - value > Setpoint.largestRise {
      return .riseTooLarge(from: value, to: asked, channel: channel)
    }
    if rises.sum(at: now) + (asked - value) > Setpoint.largestRiseInSecond {
      return .riseTooFast(to: asked, channel: channel)
    }
    let most = highestDelivered + reach
    if asked > most {
      return .beyondDelivered(asked, highest: highestDelivered, most: most, channel: channel)
    }
    return nil
  }

  /// Why `asked` cannot be a target, or `nil`. Changes nothing.
  func refusalAsTarget(_ asked: Microamperes, plan: ChannelPlan, channel: Int8) -> Refusal? {
    if asked < .zero { return .negative(asked) }
    if asked > ceiling {
      return .aboveCeiling(asked, ceiling: ceiling, source: plan.ceilingSource, channel: channel)
    }
    let below = asked.roundedDown(to: step)
    if below != asked { return .notRepresentable(asked, below: below, above: below + step) }
    if asked > .zero && asked < lowest {
      return .notBalanced(asked, lowest: lowest, channel: channel)
    }
    return nil
  }

  /// Sets an amplitude that was not refused; any target ends.
  mutating func set(_ asked: Microamperes, at now: Nanoseconds) {
    if asked > value { rises.add(asked - value, at: now) }
    value = asked
    target = nil
  }

  /// Begins to climb, or falls at once, to a target that was not refused.
  mutating func aim(at asked: Microamperes, at now: Nanoseconds) {
    if asked <= value {
      set(asked, at: now)
    } else {
      target = asked
      nextTargetStep = max(nextTargetStep, now)
    }
  }

  /// Whether the setpoint stands above an amplitude, or climbs beyond it.
  func exceeds(_ amplitude: Microamperes) -> Bool { max(value, target ?? value) > amplitude }

  /// Falls to an amplitude, or climbs no further where it stands below. Never rises.
  mutating func lower(to amplitude: Microamperes) {
    value = min(value, amplitude)
    target = nil
  }

  /// Ends a target where the setpoint stands.
  mutating func endTarget() { target = nil }

  /// Climbs by at most one step towards the target, when the bounds allow it.
  mutating func climb(at now: Nanoseconds) {
    guard let target, now >= nextTargetStep else { return }
    let rise = min(Setpoint.largestRise, target - value).roundedDown(to: step)
    let isWithinSecond = rises.sum(at: now) + rise <= Setpoint.largestRiseInSecond
    guard value + rise <= highestDelivered + reach, isWithinSecond else { return }
    rises.add(rise, at: now)
    value += rise
    nextTargetStep = now + Setpoint.targetInterval
    if value == target { self.target = nil }
  }

  /// A pulse of this amplitude was delivered.
  mutating func delivered(_ amplitude: Microamperes) {
    highestDelivered = max(highestDelivered, amplitude)
  }

  /// Back to zero: a pause, a fault, a stop.
  mutating func zero() {
    value = .zero
    target = nil
    highestDelivered = .zero
  }
}

/// The rises of the last second, in eleven slots of 100 ms: never less than the true sum.
private struct RiseWindow {
  private static let slot = Nanoseconds.milliseconds(100)
  private var slots: InlineArray<11, Microamperes> = InlineArray(repeating: .zero)
  private var newest: Int64 = 0

  func sum(at now: Nanoseconds) -> Microamperes {
    let age = min(now / RiseWindow.slot - newest, 11)
    var sum = Microamperes.zero
    // Slot i holds the rises of the 100 ms numbered i modulo 11; those that `age` has passed
    // over are forgotten.
    var number = newest
    for _ in 0..<(11 - age) {
      sum += slots[Int((number % 11 + 11) % 11)]
      number -= 1
    }
    return sum
  }

  mutating func add(_ rise: Microamperes, at now: Nanoseconds) {
    let current = now / RiseWindow.slot
    let passed = min(current - newest, 11)
    var number = current
    for _ in 0..<passed {
      slots[Int((number % 11 + 11) % 11)] = .zero
      number -= 1
    }
    newest = current
    slots[Int(current % 11)] += rise
  }
}

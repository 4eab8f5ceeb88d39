// Decides: between which bounds a board's own values lie, whatever its definition says.
// Leaves to others: limits of a session (Envelope) and how values relate (BoardCheck).

import StimulationCore

/// The least and the most of one value, with what asks for it and what to do.
struct Bound<Value: Comparable & CustomStringConvertible & Sendable>: Sendable {
  let least: Value
  let most: Value
  /// The requirement or the reason.
  let reason: String
  /// What to do about a value outside.
  let remedy: String
}

extension Bound where Value == Nanoseconds {
  static let relayRelease = Bound(
    least: .microseconds(1), most: .milliseconds(5), reason: "SR-06",
    remedy: "use a faster relay")
  static let deadTime = Bound(
    least: .microseconds(1), most: .milliseconds(1), reason: "SR-31",
    remedy: "use switches that need a dead time within it")
  static let settling = Bound(
    least: .microseconds(1), most: .milliseconds(10), reason: "SR-28",
    remedy: "use a filter that settles within it")
  static let shortestTimedPhase = Bound(
    least: .microseconds(1), most: PulsePlan.shortestLoopTimedPhase,
    reason: "the controller times every phase of 5 ms and more",
    remedy: "a board that cannot have them timed is not driven")
  static let longestPhase = Bound(
    least: PulsePlan.shortestLoopTimedPhase, most: Nanoseconds(widest(.phaseWidth)),
    reason: "the compiled envelope", remedy: "set the phase limiter within it")
  static let missingPulse = Bound(
    least: .milliseconds(9), most: .milliseconds(15), reason: "SR-06",
    remedy: "set the missing-pulse detector to 12 ms within 3 ms")
  static let gateLeading = Bound(
    least: .microseconds(1), most: PulsePlan.shortestLoopTimedPhase - Nanoseconds(1),
    reason: "phases of 5 ms and more are timed by the loop", remedy: "write what is below it")
  static let pwmPeriod = Bound(
    least: .microseconds(1), most: .milliseconds(1), reason: "a ripple that the filter removes",
    remedy: "choose a period within it")
  static let granularity = Bound(
    least: Nanoseconds(1), most: .microseconds(1), reason: "SR-13 and SR-16",
    remedy: "clock the PWM faster")
  static let updateInterval = Bound(
    least: .microseconds(1), most: .milliseconds(5), reason: "SR-29",
    remedy: "convert more often, or fewer inputs")
  static let slowUpdateInterval = Bound(
    least: .microseconds(1), most: .seconds(1), reason: "read at every arming",
    remedy: "convert more often")
}

extension Bound where Value == Microamperes {
  static let rangeMaximum = Bound(
    least: .milliamperes(1), most: Microamperes(Int32(widest(.amplitude))),
    reason: "the compiled envelope", remedy: "lower the range")
  static let currentResolution = Bound(
    least: Microamperes(1), most: Microamperes(10), reason: "SR-30",
    remedy: "use a finer converter")
  static let coarseResolution = Bound(
    least: Microamperes(1), most: Microamperes(100), reason: "SR-28",
    remedy: "use a finer converter")

  /// The coarsest step of a range (SR-16).
  static func step(upTo maximum: Microamperes) -> Bound {
    Bound(
      least: Microamperes(1),
      most: Microamperes(maximum <= .milliamperes(25) ? 100 : 250), reason: "SR-16",
      remedy: "use a finer PWM or a smaller range")
  }

  /// The comparator's threshold in a range: it lets the range through, and no more than SR-28
  /// allows.
  static func threshold(of range: OutputRange) -> Bound {
    Bound(
      least: range.maximum + Microamperes(1), most: range.highestThreshold, reason: "SR-28",
      remedy: "set the comparator above the range of \(range.maximum), within 1.25 × it + 2 mA")
  }
}

extension Bound where Value == Millivolts {
  static let compliance = Bound(
    least: Millivolts(1_000), most: Millivolts(1_000_000), reason: "what an output stage has",
    remedy: "write the largest voltage of the output stage")
  static let voltageResolution = Bound(
    least: Millivolts(1), most: Millivolts(500), reason: "SR-27",
    remedy: "use a finer converter")
}

extension Bound where Value == Femtocoulombs {
  static let phaseCharge = Bound(
    least: Femtocoulombs(1_000_000_000), most: Femtocoulombs(widest(.phaseCharge)),
    reason: "the compiled envelope", remedy: "set the integrator within it")
}

/// The widest compiled limit of a kind, over both envelopes.
func widest(_ kind: LimitKind) -> Int64 {
  let one = Envelope.standard.limit(of: kind)
  let other = Envelope.extended.limit(of: kind)
  return kind.allows(one, under: other) ? other : one
}

// Decides: which plan a session ran, in 32 bytes.
// Leaves to others: the plan (StimulationCore).

internal import Crypto
public import StimulationCore

/// SHA-256 over every figure of a checked plan, so that two sessions can be told to have had
/// the same plan.
public struct PlanDigest: Sendable, Hashable {
  /// The 32 bytes.
  public let bytes: [UInt8]

  /// The digest of a plan.
  public init(_ plan: StimulationPlan) {
    let pulse = plan.pulse
    let train = plan.train
    var numbers: [Int64] = [
      1, Int64(plan.limits.envelope.rawValue), Int64(pulse.shape.rawValue),
      pulse.leadingPhase.rawValue, pulse.interphaseGap.rawValue, pulse.recoveryPhase.rawValue,
      Int64(pulse.recovery.rawValue), pulse.pulsePeriod.rawValue,
      Int64(pulse.leadingPolarity.rawValue), train.rampUp.rawValue, train.plateau.rawValue,
      train.rampDown.rawValue, train.offTime.rawValue, Int64(train.trainsPerSet),
      Int64(train.sets), train.restBetweenSets.rawValue, train.sessionDuration.rawValue,
      Int64(plan.channelCount),
    ]
    for index in 0..<plan.channelCount {
      let channel = plan[channel: index]
      numbers += [
        Int64(channel.ceiling.rawValue), Int64(channel.ceilingSource.rawValue),
        Int64(channel.startingAmplitude.rawValue), Int64(channel.electrodeArea.rawValue),
        Int64(channel.polarity.rawValue), channel.offset.rawValue,
      ]
    }
    for kind in LimitKind.allCases {
      let limit = plan.limits[kind]
      numbers += [limit.value, Int64(limit.source.rawValue)]
    }
    var encoder = CanonicalBytes()
    for number in numbers { encoder.add(number) }
    bytes = Array(SHA256.hash(data: encoder.bytes))
  }

  /// A digest read from a log; `nil` unless it has 32 bytes.
  public init?(bytes: [UInt8]) {
    guard bytes.count == 32 else { return nil }
    self.bytes = bytes
  }

  /// The 64 hexadecimal digits.
  public var text: String { hexadecimal(bytes) }
}

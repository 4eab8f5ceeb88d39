// Decides: the boards and plans that the interlock tests run on.
// Leaves to others: the board's behaviour (InterlockRig) and what is expected.

import StimulationCore

/// What a test asks of its plan; everything has a default that keeps to the limits.
struct InterlockPlan {
  var shape = PulseShape.rectangular
  var leading = Nanoseconds.milliseconds(20)
  var gap = Nanoseconds.milliseconds(2)
  var recovery = Recovery.symmetric
  var recoveryPhase: Nanoseconds?
  var period = Nanoseconds.milliseconds(60)
  var leadingPolarity = LeadingPolarity.fixed
  var plateau = Nanoseconds.seconds(20)
  var offTime = Nanoseconds.seconds(2)
  var trainsPerSet: Int32 = 2
  var sets: Int32 = 1
  var rest = Nanoseconds.zero
  var session = Nanoseconds.seconds(1_800)
  var ceiling = Microamperes.milliamperes(30)
  var area = SquareMillimetres.squareCentimetres(180)
  var channels = 1
  var offset = Nanoseconds.zero
  var isolated = true
  var tightened: [(LimitKind, Int64)] = []

  /// The sessions of a board-timed plan: 400 µs at 50 pps.
  static var boardTimed: InterlockPlan {
    InterlockPlan(
      leading: .microseconds(400), gap: .microseconds(100), period: .milliseconds(20))
  }

  var train: TrainPlan {
    TrainPlan(
      rampUp: .zero, plateau: plateau, rampDown: .zero, offTime: offTime,
      trainsPerSet: trainsPerSet, sets: sets, restBetweenSets: rest, sessionDuration: session)
  }

  var pulse: PulsePlan {
    PulsePlan(
      shape: shape, leadingPhase: leading, interphaseGap: gap,
      recoveryPhase: recoveryPhase ?? (recovery == .capacitor ? .zero : leading),
      recovery: recovery, pulsePeriod: period, leadingPolarity: leadingPolarity)
  }

  var board: BoardCapabilities {
    let ranges: InlineArray<4, OutputRange> = [
      OutputRange(maximum: .milliamperes(10), step: Microamperes(10)),
      OutputRange(maximum: .milliamperes(25), step: Microamperes(25)),
      OutputRange(maximum: .milliamperes(80), step: Microamperes(100)),
      OutputRange(maximum: .milliamperes(250), step: Microamperes(250)),
    ]
    return BoardCapabilities(
      channelCount: 8, ranges: ranges, compliance: Millivolts(80_000),
      deadTime: .microseconds(100), settling: .microseconds(160),
      longestPhase: .milliseconds(500), phaseCharge: Femtocoulombs(18_750_000_000_000),
      shortestGate: .microseconds(50), longestGate: .milliseconds(5),
      holdsAndCountsPulses: true, mirrorsRecovery: true, recoversByCapacitor: true,
      channelsAreIsolated: isolated, relayRelease: .milliseconds(5),
      converterStep: Microamperes(10))
  }

  func make() throws -> StimulationPlan {
    var limits = LimitTable(.standard)
    var layer = LimitLayer(source: .prescription)
    for (kind, value) in tightened { layer[kind] = value }
    try limits.tighten(by: layer)
    let list = InlineArray<8, ChannelPlan> { index in
      ChannelPlan(
        ceiling: ceiling, ceilingSource: .protocolFile, startingAmplitude: .zero,
        electrodeArea: area, polarity: .positive, offset: offset * Int64(index))
    }
    return try StimulationPlan(
      pulse: pulse, train: train, channels: list, channelCount: channels, limits: limits,
      board: board)
  }
}

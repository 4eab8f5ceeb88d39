// Decides: plans and boards for tests: one reasonable plan, any part of which a test replaces.
// Leaves to others: what is expected of them.

import StimulationCore

/// A plan in parts; ``make()`` checks and joins them.
struct SamplePlan {
  var shape = PulseShape.rectangular
  var leading = Nanoseconds.milliseconds(20)
  var gap = Nanoseconds.zero
  var recovery = Recovery.symmetric
  var recoveryPhase: Nanoseconds?
  var period = Nanoseconds.milliseconds(50)
  var leadingPolarity = LeadingPolarity.fixed
  var rampUp = Nanoseconds.zero
  var plateau = Nanoseconds.seconds(1)
  var rampDown = Nanoseconds.zero
  var offTime = Nanoseconds.seconds(1)
  var trainsPerSet: Int32 = 2
  var sets: Int32 = 1
  var restBetweenSets = Nanoseconds.zero
  var session = Nanoseconds.seconds(1_800)
  var ceiling = Microamperes.milliamperes(50)
  var start = Microamperes.milliamperes(2)
  var area = SquareMillimetres.squareCentimetres(180)
  var polarity = Polarity.positive
  var channelCount = 1
  var offset = Nanoseconds.zero
  var limits = LimitTable(.standard)
  var board = SamplePlan.idealBoard()

  var pulse: PulsePlan {
    PulsePlan(
      shape: shape, leadingPhase: leading, interphaseGap: gap,
      recoveryPhase: recoveryPhase ?? (recovery == .capacitor ? .zero : leading),
      recovery: recovery, pulsePeriod: period, leadingPolarity: leadingPolarity)
  }

  var train: TrainPlan {
    TrainPlan(
      rampUp: rampUp, plateau: plateau, rampDown: rampDown, offTime: offTime,
      trainsPerSet: trainsPerSet, sets: sets, restBetweenSets: restBetweenSets,
      sessionDuration: session)
  }

  /// The channel at a place; each begins one offset after the one before.
  func channel(_ index: Int) -> ChannelPlan {
    ChannelPlan(
      ceiling: ceiling, ceilingSource: .protocolFile, startingAmplitude: start,
      electrodeArea: area, polarity: polarity, offset: offset * Int64(index))
  }

  func make() throws(PlanRefusal) -> StimulationPlan {
    try StimulationPlan(
      pulse: pulse, train: train, channels: InlineArray { channel($0) },
      channelCount: channelCount, limits: limits, board: board)
  }

  /// The refusal of this plan, or `nil` when it is accepted.
  var refusal: PlanRefusal? {
    do throws(PlanRefusal) {
      _ = try make()
      return nil
    } catch {
      return error
    }
  }

  /// A copy with one part changed.
  func with<Part>(_ part: WritableKeyPath<SamplePlan, Part>, _ value: Part) -> SamplePlan {
    var copy = self
    copy[keyPath: part] = value
    return copy
  }

  /// Single pulses of 1 s, so that no rate or r.m.s. is near its limit.
  static var single: SamplePlan {
    var plan = SamplePlan()
    plan.period = .seconds(1)
    plan.plateau = .seconds(1)
    return plan
  }

  /// A plan whose pulses the board times: 400 µs, 50 pps.
  static var short: SamplePlan {
    var plan = SamplePlan()
    plan.leading = .microseconds(400)
    plan.period = .milliseconds(20)
    return plan
  }

  /// A board that can do everything.
  static func idealBoard() -> BoardCapabilities {
    BoardCapabilities(
      channelCount: 8,
      ranges: [
        OutputRange(maximum: .milliamperes(10), step: Microamperes(10)),
        OutputRange(maximum: .milliamperes(25), step: Microamperes(100)),
        OutputRange(maximum: .milliamperes(100), step: Microamperes(250)),
        OutputRange(maximum: .milliamperes(250), step: Microamperes(250)),
      ],
      compliance: Millivolts(130_000), deadTime: .microseconds(50), settling: .microseconds(200),
      longestPhase: .milliseconds(500), phaseCharge: Femtocoulombs(18_750_000_000_000),
      shortestGate: .microseconds(50), longestGate: Nanoseconds(4_999_999),
      holdsAndCountsPulses: true, mirrorsRecovery: true, recoversByCapacitor: true,
      channelsAreIsolated: true, relayRelease: .milliseconds(5), converterStep: Microamperes(10))
  }

  /// The same board without isolation between its channels.
  static func boardWithoutIsolation() -> BoardCapabilities {
    var board = idealBoard()
    board.channelsAreIsolated = false
    return board
  }
}

// Decides: what will run. A plan exists only when every check passed.
// Leaves to others: reading files (ProtocolLibrary) and running it (StimulationController).

/// A checked session for one board: pulse, schedule, channels and the limits in force.
///
/// Fixed size, no references. Every figure was checked at each channel's ceiling, so that no
/// setting at or below the ceilings can exceed a limit.
public struct StimulationPlan: Sendable {
  /// The pulse, the same on every channel.
  public let pulse: PulsePlan
  /// The schedule, the same on every channel but for the offset.
  public let train: TrainPlan
  /// How many channels are used.
  public let channelCount: Int
  /// The limits in force.
  public let limits: LimitTable
  private let channels: InlineArray<8, ChannelPlan>

  /// A channel of the plan, counted from 0.
  public subscript(channel index: Int) -> ChannelPlan {
    precondition(index >= 0 && index < channelCount, "a channel of the plan")
    return channels[index]
  }

  /// Checks a session against itself, the limits and the board; throws the first refusal.
  ///
  /// - Parameter channels: the first `channelCount` places are used.
  public init(
    pulse: PulsePlan, train: TrainPlan, channels: InlineArray<8, ChannelPlan>, channelCount: Int,
    limits: LimitTable, board: BoardCapabilities
  ) throws(PlanRefusal) {
    guard channelCount >= 1 && channelCount <= maximumChannels else {
      throw .channelCount(channelCount)
    }
    if channelCount > board.channelCount {
      throw .boardChannels(asked: channelCount, board: board.channelCount)
    }
    try PlanCheck.check(pulse)
    try PlanCheck.check(pulse, on: board)
    var lastOffset = Nanoseconds.zero
    for index in 0..<channelCount { lastOffset = max(lastOffset, channels[index].offset) }
    try PlanCheck.check(train, for: pulse, lastOffset: lastOffset)
    let step = try StimulationPlan.rangeStep(channels, channelCount, board)
    for index in 0..<channelCount {
      if channels[index].offset < .zero { throw .emptyDuration(.offset) }
      try PlanCheck.check(channels[index], index: index, pulse: pulse)
      try StimulationPlan.check(channels[index], index, pulse, train, limits, board, step)
    }
    if !board.channelsAreIsolated {
      let length = PlanCheck.longestTrain(train, pulse, on: board)
      for one in 0..<channelCount {
        for other in 0..<one
        where StimulationPlan.trainsOverlap(channels[one], channels[other], train, length) {
          throw .notIsolated
        }
      }
    }
    self.pulse = pulse
    self.train = train
    self.channelCount = channelCount
    self.limits = limits
    self.channels = channels
  }

  private static func check(
    _ channel: ChannelPlan, _ index: Int, _ pulse: PulsePlan, _ train: TrainPlan,
    _ limits: LimitTable, _ board: BoardCapabilities, _ step: Microamperes
  ) throws(PlanRefusal) {
    let figures = PlanFigures(
      pulse: pulse, train: train, amplitude: channel.ceiling,
      electrodeArea: channel.electrodeArea, envelope: limits.envelope)
    for kind in 0..<LimitKind.count {
      if let violation = PlanCheck.violation(
        ofKindAt: kind, figures: figures, limits: limits, channel: index)
      {
        throw .limit(violation)
      }
    }
    let charge = Femtocoulombs(figures[.phaseCharge])
    if charge > board.phaseCharge {
      throw .chargeIntegrator(charge: charge, most: board.phaseCharge)
    }
    if channel.ceiling.roundedDown(to: step) != channel.ceiling {
      throw .notRepresentable(channel: index, value: channel.ceiling, step: step)
    }
    if channel.startingAmplitude.roundedDown(to: step) != channel.startingAmplitude {
      throw .notRepresentable(channel: index, value: channel.startingAmplitude, step: step)
    }
    let lowest = BalanceFloor.lowest(pulse, train, step: step)
    if channel.startingAmplitude > .zero && channel.startingAmplitude < lowest {
      throw .notBalanced(channel: index, value: channel.startingAmplitude, lowest: lowest)
    }
  }

  /// The step of the range that holds every ceiling; channels share one range.
  private static func rangeStep(
    _ channels: InlineArray<8, ChannelPlan>, _ count: Int, _ board: BoardCapabilities
  ) throws(PlanRefusal) -> Microamperes {
    var highest = 0
    for index in 0..<count where channels[index].ceiling > channels[highest].ceiling {
      highest = index
    }
    let ceiling = channels[highest].ceiling
    if let range = board.smallestRange(holding: ceiling) { return range.step }
    var largest = Microamperes.zero
    for place in 0..<4 { largest = max(largest, board.ranges[place].maximum) }
    throw .noRange(channel: highest, ceiling: ceiling, largest: largest)
  }

  /// Whether two channels are ever within a train at the same time: walks both schedules,
  /// which are the same but for their offsets, side by side. A train lasts for `length`.
  private static func trainsOverlap(
    _ one: ChannelPlan, _ other: ChannelPlan, _ train: TrainPlan, _ length: Nanoseconds
  ) -> Bool {
    var left = TrainWalk(start: one.offset)
    var right = TrainWalk(start: other.offset)
    while left.index < train.trains && right.index < train.trains {
      if (left.start - right.start).magnitude < length { return true }
      if left.start < right.start { left.advance(train) } else { right.advance(train) }
    }
    return false
  }

  /// The output range that the plan needs: the smallest that holds every ceiling.
  public func range(of board: BoardCapabilities) -> OutputRange {
    var highest = Microamperes.zero
    for index in 0..<channelCount { highest = max(highest, channels[index].ceiling) }
    guard let range = board.smallestRange(holding: highest) else {
      preconditionFailure("a plan was made for a board whose ranges hold it")
    }
    return range
  }
}

/// One channel's walk through its trains.
private struct TrainWalk {
  var start: Nanoseconds
  var index: Int32 = 0

  init(start: Nanoseconds) { self.start = start }

  mutating func advance(_ train: TrainPlan) {
    index += 1
    let endsSet = index % train.trainsPerSet == 0
    start += train.onTime + (endsSet ? train.restBetweenSets : train.offTime)
  }
}

// Decides: whether the parts of a plan make sense together, keep to the limits and fit a board.
// Leaves to others: reading files (ProtocolLibrary) and the words of a refusal.

/// The checks that every plan passes. Each is a function of its own, so that a protocol file
/// can be told all that is wrong with it in one pass.
public enum PlanCheck {
  static let day = Nanoseconds.seconds(86_400)

  /// The largest electrode; proposal, unconfirmed.
  ///
  /// The largest that the sources name has 180 cm² (C2). A slip of the unit or of a digit would
  /// open every density limit, as densities fall with the area.
  public static let largestElectrode = SquareMillimetres.squareCentimetres(1_000)

  /// The longest interphase gap; proposal, unconfirmed.
  ///
  /// The gaps of the presets are 0. Beyond 100 ms, more than any leading phase of theirs, the
  /// charge of the first phase has long acted before the second returns it.
  public static let longestGap = Nanoseconds.milliseconds(100)

  /// Whether the pulse makes sense by itself.
  public static func check(_ pulse: PulsePlan) throws(PlanRefusal) {
    try checkDuration(pulse.leadingPhase, .leadingPhase)
    try checkDuration(pulse.pulsePeriod, .pulsePeriod)
    try checkDuration(pulse.interphaseGap, .interphaseGap, mayBeZero: true)
    if pulse.interphaseGap > longestGap {
      throw .gapTooLong(gap: pulse.interphaseGap, longest: longestGap)
    }
    try checkDuration(pulse.recoveryPhase, .recoveryPhase, mayBeZero: true)
    let leading = pulse.leadingPhase
    switch pulse.recovery {
    case .symmetric:
      if pulse.recoveryPhase != leading {
        throw .recoveryWidth(leading: leading, recovery: pulse.recoveryPhase)
      }
    case .asymmetric:
      if pulse.recoveryPhase <= leading {
        throw .recoveryNotLonger(leading: leading, recovery: pulse.recoveryPhase)
      }
    case .capacitor:
      if pulse.recoveryPhase != .zero || !pulse.isTimedByBoard {
        throw .capacitorRecovery(leading: leading)
      }
    }
    if pulse.isTimedByBoard {
      let isPlain = pulse.shape == .rectangular && pulse.leadingPolarity == .fixed
      if !isPlain || pulse.recovery == .asymmetric { throw .notBoardTimeable(leading: leading) }
    }
    if !pulse.isTimedByBoard {
      let shortest = shortestRecovery(pulse.shape)
      if pulse.recoveryPhase < shortest {
        throw .shapeTooShort(recovery: pulse.recoveryPhase, shortest: shortest)
      }
    }
    if pulse.duration > pulse.pulsePeriod {
      throw .pulseLongerThanPeriod(pulse: pulse.duration, period: pulse.pulsePeriod)
    }
  }

  /// The shortest recovery of a shape.
  ///
  /// Its last edge is the one that no later step can make up for. As late as a wake-up may be
  /// without counting as late (SR-25), and its write after it, it must not move more than 3 %
  /// of the phase (SR-13); a shape that ends at its peak moves most. Rectangles are accepted
  /// from 5 ms; the interlock judges their last edge.
  static func shortestRecovery(_ shape: PulseShape) -> Nanoseconds {
    guard shape != .rectangular else { return .zero }
    let lateness = WakeInterlock.late + CurrentInterlock.edgeAllowance
    let last = Int64(shape.height(ofStep: shape.steps - 1).rawValue)
    let mean = Int64(shape.meanHeight.rawValue)
    return Nanoseconds(roundedUp(lateness.rawValue * 100, times: last, over: mean * 3))
  }

  /// Whether the schedule makes sense for the pulse. `lastOffset` is the largest offset of a
  /// channel.
  public static func check(
    _ train: TrainPlan, for pulse: PulsePlan, lastOffset: Nanoseconds
  ) throws(PlanRefusal) {
    try checkDuration(train.rampUp, .rampUp, mayBeZero: true)
    try checkDuration(train.plateau, .plateau)
    try checkDuration(train.rampDown, .rampDown, mayBeZero: true)
    try checkDuration(train.offTime, .offTime, mayBeZero: true)
    try checkDuration(train.restBetweenSets, .restBetweenSets, mayBeZero: true)
    try checkDuration(train.sessionDuration, .sessionDuration)
    try checkDuration(lastOffset, .offset, mayBeZero: true)
    let countsFit = train.trainsPerSet >= 1 && train.trainsPerSet <= 10_000 && train.sets >= 1
    if !countsFit || train.sets > 100 { throw .trainCount }
    if train.onTime < pulse.duration {
      throw .trainShorterThanPulse(onTime: train.onTime, pulse: pulse.duration)
    }
    try checkGap(train, pulse)
    let length = scheduleLength(train)
    let schedule = length == .never ? .never : length + lastOffset
    if schedule > train.sessionDuration {
      throw .scheduleLongerThanSession(schedule: schedule, session: train.sessionDuration)
    }
  }

  /// From the last pulse of a train to the first of the next at least a period passes.
  private static func checkGap(_ train: TrainPlan, _ pulse: PulsePlan) throws(PlanRefusal) {
    guard train.trains > 1 else { return }
    let pulses = PlanFigures.pulsesPerTrain(pulse, train)
    let lastPulse = pulse.pulsePeriod * (pulses - 1)
    var pause = train.trainsPerSet > 1 ? train.offTime : train.restBetweenSets
    if train.sets > 1 { pause = min(pause, train.restBetweenSets) }
    let gap = train.onTime + pause - lastPulse
    if gap < pulse.pulsePeriod { throw .trainsTooClose(gap: gap, period: pulse.pulsePeriod) }
  }

  /// From the first train's start to the last train's end on one channel; ``Nanoseconds/never``
  /// when that is beyond what 64 bits count.
  public static func scheduleLength(_ train: TrainPlan) -> Nanoseconds {
    let longest = train.onTime + max(train.offTime, train.restBetweenSets)
    // Half of the range, so that the largest offset can still be added.
    if longest.rawValue > Int64.max / 2 / Int64(max(train.trains, 1)) { return .never }
    let sets = Int64(train.sets)
    let offTimes = Int64(train.trainsPerSet - 1) * sets
    return train.onTime * Int64(train.trains) + train.offTime * offTimes
      + train.restBetweenSets * (sets - 1)
  }

  /// Whether a channel makes sense, with the charge that its pulses leave by plan.
  public static func check(
    _ channel: ChannelPlan, index: Int, pulse: PulsePlan
  ) throws(PlanRefusal) {
    if channel.electrodeArea <= .zero { throw .noElectrodeArea(channel: index) }
    if channel.electrodeArea > largestElectrode {
      throw .electrodeTooLarge(
        channel: index, area: channel.electrodeArea, largest: largestElectrode)
    }
    if channel.ceiling <= .zero { throw .noCeiling(channel: index) }
    if channel.startingAmplitude < .zero || channel.startingAmplitude > channel.ceiling {
      throw .startAboveCeiling(
        channel: index, start: channel.startingAmplitude, ceiling: channel.ceiling)
    }
    if pulse.recovery == .capacitor { return }  // the capacitor returns all of it
    let leading = channel.ceiling * pulse.leadingPhase
    let returned = pulse.recoveryAmplitude(of: channel.ceiling) * pulse.recoveryPhase
    // The recovery amplitude rounds to 1 µA; the loop trims what that leaves.
    let rounding = Microamperes(1) * pulse.recoveryPhase
    let net = max((leading - returned).magnitude - rounding, .zero)
    let most = channel.ceiling * Nanoseconds.microseconds(1)
    if net > most { throw .netCharge(channel: index, net: net, limit: most) }
  }

  /// Every figure of a channel that breaks a limit, by kind in ``LimitKind``'s order; asks
  /// with an index, because the core makes no arrays. `nil` when kind `index` is kept.
  public static func violation(
    ofKindAt index: Int, figures: PlanFigures, limits: LimitTable, channel: Int
  ) -> LimitViolation? {
    guard let kind = LimitKind(rawValue: UInt8(index)) else { return nil }
    let limit = limits[kind]
    guard !kind.allows(figures[kind], under: limit.value) else { return nil }
    return LimitViolation(kind: kind, figure: figures[kind], limit: limit, channel: channel)
  }

  /// Whether the pulse is one that the board can deliver at all.
  public static func check(
    _ pulse: PulsePlan, on board: BoardCapabilities
  ) throws(PlanRefusal) {
    if pulse.isTimedByBoard {
      let gate = board.shortestGate...max(board.shortestGate, board.longestGate)
      if board.longestGate == .zero || !gate.contains(pulse.leadingPhase) {
        throw .gateRange(
          leading: pulse.leadingPhase, shortest: board.shortestGate, longest: board.longestGate)
      }
      if !board.holdsAndCountsPulses { throw .noSampleAndHold }
      if pulse.recovery == .capacitor && !board.recoversByCapacitor
        || pulse.recovery == .symmetric && !board.mirrorsRecovery
      {
        throw .recoveryNotMade(pulse.recovery)
      }
    }
    let widest = max(pulse.leadingPhase, pulse.recoveryPhase)
    if widest > board.longestPhase {
      throw .phaseLimiter(width: widest, longest: board.longestPhase)
    }
    if pulse.shape != .rectangular {
      let step = pulse.leadingPhase / Int64(PulseShape.stepsPerShapedPhase)
      if step <= board.settling {
        throw .stepShorterThanSettling(step: step, settling: board.settling)
      }
    }
    if pulse.recovery == .asymmetric && pulse.interphaseGap < board.settling {
      throw .gapShorterThanSettling(gap: pulse.interphaseGap, settling: board.settling)
    }
    let needed = neededPeriod(pulse, on: board)
    if needed > pulse.pulsePeriod {
      throw .noRoomInPeriod(needed: needed, period: pulse.pulsePeriod)
    }
  }

  /// Between board-timed pulses the loop must see the end of one, and can then stop the gate.
  static let gateRest = Nanoseconds.milliseconds(3)

  /// The pulse as the board delivers it, with the recovery's largest trim, a dead time after
  /// it, and settling before the next.
  static func neededPeriod(_ pulse: PulsePlan, on board: BoardCapabilities) -> Nanoseconds {
    let gap = max(pulse.interphaseGap, board.deadTime)
    let trim = pulse.isTimedByBoard ? gateRest : pulse.recoveryPhase / 10
    return pulse.leadingPhase + gap + pulse.recoveryPhase + trim + board.deadTime + board.settling
  }

  /// The longest that a train's pulses can take: its last one may begin late and be trimmed.
  static func longestTrain(
    _ train: TrainPlan, _ pulse: PulsePlan, on board: BoardCapabilities
  ) -> Nanoseconds {
    let last = pulse.pulsePeriod * (PlanFigures.pulsesPerTrain(pulse, train) - 1)
    let lateness = Nanoseconds.milliseconds(1) * 2  // of the first edge and of the last (SR-25)
    return max(train.onTime, last + neededPeriod(pulse, on: board) + lateness)
  }

  private static func checkDuration(
    _ duration: Nanoseconds, _ part: PlanPart, mayBeZero: Bool = false
  ) throws(PlanRefusal) {
    let isLongEnough = mayBeZero ? duration >= .zero : duration > .zero
    if !isLongEnough || duration > day { throw .emptyDuration(part) }
  }
}

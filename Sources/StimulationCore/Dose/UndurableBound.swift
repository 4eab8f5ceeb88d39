// Decides: the most charge that can follow the newest durable record (SR-42).
// Leaves to others: storing it with the record (DoseLog) and keeping to it (HostInterlock).

/// What 2 s of on-time can add to a channel beyond its newest durable record.
public enum UndurableBound {
  /// The on-time that the bound covers.
  public static let window = Nanoseconds.seconds(2)

  /// The most rectified charge of the window: every pulse that fits, at the highest amplitude
  /// that SR-14 permits by its end, with 10 % for trims and gain.
  public static func charge(
    of plan: StimulationPlan, channel index: Int, above setpoint: Microamperes
  ) -> Femtocoulombs {
    charge(
      pulse: plan.pulse, train: plan.train, ceiling: plan[channel: index].ceiling,
      meanHeight: plan.pulse.shape.meanHeight, setpoint: setpoint)
  }

  static func charge(
    pulse: PulsePlan, train: TrainPlan, ceiling: Microamperes, meanHeight: PartsPerMillion,
    setpoint: Microamperes
  ) -> Femtocoulombs {
    let seconds = roundedUp(longestSpan(train).rawValue, over: Nanoseconds.seconds(1).rawValue)
    let rise = Int64(Setpoint.largestRiseInSecond.rawValue) * seconds
    let highest = min(Int64(ceiling.rawValue), Int64(setpoint.rawValue) + rise)
    let amplitude = Microamperes(rawValue: Int32(highest))
    let phase = (amplitude * pulse.leadingPhase).scaled(by: meanHeight)
    return (phase * 2 + phase / 5) * mostPulses(pulse, train)
  }

  /// The longest time that the window's on-time can take: the setpoint may rise in the pauses
  /// between trains too.
  private static func longestSpan(_ train: TrainPlan) -> Nanoseconds {
    guard train.trains > 1 else { return window }
    var pause = train.trainsPerSet > 1 ? train.offTime : .zero
    if train.sets > 1 { pause = max(pause, train.restBetweenSets) }
    let pauses = train.onTime >= window ? 1 : window / train.onTime + 1
    return window + pause * pauses
  }

  /// The most pulses that begin within the window, wherever in the schedule it lies.
  private static func mostPulses(_ pulse: PulsePlan, _ train: TrainPlan) -> Int64 {
    let ofTrain = PlanFigures.pulsesPerTrain(pulse, train)
    if train.onTime < window { return (window / train.onTime + 1) * ofTrain }
    // It touches two trains at most, and the first of them ends with a whole pulse.
    let fitting = max(window - pulse.duration, .zero) / pulse.pulsePeriod
    // Of long pulses one in progress is in no record yet, and the last one that begins before
    // undurable dose trips is finished.
    let begun = (HostInterlock.undurable + pulse.duration) / pulse.pulsePeriod
    return max(fitting, begun) + 2
  }
}

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
    let amplitude = min(ceiling, setpoint + Setpoint.largestRiseInSecond * 2)
    let pulsesPerTrain = PlanFigures.pulsesPerTrain(pulse, train)
    let pulses =
      train.onTime >= window
      ? window / pulse.pulsePeriod + 1 : (window / train.onTime + 1) * pulsesPerTrain
    let phase = (amplitude * pulse.leadingPhase).scaled(by: meanHeight)
    return (phase * 2 + phase / 5) * pulses
  }
}

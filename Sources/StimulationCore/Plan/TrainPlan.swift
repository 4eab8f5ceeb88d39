// Decides: the schedule of trains in a session.
// Leaves to others: the pulses within a train (PulsePlan).

/// The timing of one train (one contraction) and how often it comes.
public struct TrainPlan: Sendable, Equatable {
  /// From the train's start until pulses reach the setpoint.
  public let rampUp: Nanoseconds
  /// The time at the setpoint.
  public let plateau: Nanoseconds
  /// From the end of the plateau to the train's end.
  public let rampDown: Nanoseconds
  /// The pause until the next train of the same channel.
  public let offTime: Nanoseconds
  /// Trains in one set, at least 1.
  public let trainsPerSet: Int32
  /// Sets in the session, at least 1.
  public let sets: Int32
  /// The rest between sets, in place of the off-time.
  public let restBetweenSets: Nanoseconds
  /// The longest the session may take from start to end, pauses included.
  public let sessionDuration: Nanoseconds

  /// A schedule as written. ``StimulationPlan`` checks it.
  public init(
    rampUp: Nanoseconds, plateau: Nanoseconds, rampDown: Nanoseconds, offTime: Nanoseconds,
    trainsPerSet: Int32, sets: Int32, restBetweenSets: Nanoseconds, sessionDuration: Nanoseconds
  ) {
    self.rampUp = rampUp
    self.plateau = plateau
    self.rampDown = rampDown
    self.offTime = offTime
    self.trainsPerSet = trainsPerSet
    self.sets = sets
    self.restBetweenSets = restBetweenSets
    self.sessionDuration = sessionDuration
  }

  /// The train itself: ramp up, plateau and ramp down.
  public var onTime: Nanoseconds { rampUp + plateau + rampDown }

  /// Trains on each channel in the whole session.
  public var trains: Int32 { trainsPerSet * sets }
}

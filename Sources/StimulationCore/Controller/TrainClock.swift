// Decides: when trains and pulses of one channel are due, and how far a train's ramp has come.
// Leaves to others: beginning and ending pulses (PulseEngine, GateEngine).

/// The walk of one channel through its trains.
struct TrainClock {
  enum Stage: UInt8 {
    case waiting
    case inTrain
    case finished
  }

  private(set) var stage = Stage.finished
  /// When the present train began, or the next one begins.
  private(set) var startsAt = Nanoseconds.never
  /// The trains begun so far.
  private(set) var trainsBegun: Int32 = 0
  /// The pulse of the present train that is due next, counted from 0.
  private(set) var pulseIndex: Int64 = 0

  let train: TrainPlan
  let pulsePeriod: Nanoseconds
  let pulsesPerTrain: Int64

  init(train: TrainPlan, pulse: PulsePlan) {
    self.train = train
    pulsePeriod = pulse.pulsePeriod
    pulsesPerTrain = PlanFigures.pulsesPerTrain(pulse, train)
  }

  /// When the present train ends, or the next one will.
  private(set) var endsAt = Nanoseconds.never

  /// When the next pulse of the present or coming train is due; `never` after the last one.
  var nextPulseAt: Nanoseconds {
    guard stage != .finished, pulseIndex < pulsesPerTrain else { return .never }
    return startsAt + pulsePeriod * pulseIndex
  }

  /// The set of the present train, counted from 1.
  var set: Int32 { trainsBegun == 0 ? 1 : (trainsBegun - 1) / train.trainsPerSet + 1 }

  /// When, in the plan, the next train begins, counted from the first.
  var nextPlannedStart: Nanoseconds {
    let rests = trainsBegun / train.trainsPerSet
    let trains = train.onTime * Int64(trainsBegun)
    return trains + train.offTime * Int64(trainsBegun - rests) + train.restBetweenSets
      * Int64(rests)
  }

  /// Schedules the next train, the first or the one after a pause; none may be left.
  mutating func schedule(at instant: Nanoseconds) {
    pulseIndex = 0
    if trainsBegun >= train.trains {
      stage = .finished
    } else {
      stage = .waiting
      startsAt = instant
      endsAt = instant + train.onTime
    }
  }

  /// Begins the train that is due; answers whether one began.
  mutating func beginTrain(ifDueAt now: Nanoseconds) -> Bool {
    guard stage == .waiting, now >= startsAt else { return false }
    stage = .inTrain
    trainsBegun += 1
    return true
  }

  /// Ends the present train and schedules the next on the plan's grid; one that ends early has
  /// its whole off-time, or rest, from there.
  mutating func endTrain(at now: Nanoseconds) {
    precondition(stage == .inTrain, "only a train that runs can end")
    let endsSet = trainsBegun % train.trainsPerSet == 0
    schedule(at: min(now, endsAt) + (endsSet ? train.restBetweenSets : train.offTime))
  }

  /// Moves on to the next pulse of the train.
  mutating func advancePulse() { pulseIndex += 1 }

  /// The share of the setpoint that the next pulse has.
  ///
  /// A pulse in the ramp up reaches what the ramp has at the start of the following pulse, so
  /// that the first is not nothing and the last is whole; the ramp down mirrors it.
  var ramp: PartsPerMillion {
    let into = pulsePeriod * pulseIndex
    let left = train.onTime - into
    var share = PartsPerMillion.whole
    if into < train.rampUp {
      share = PartsPerMillion(min(into + pulsePeriod, train.rampUp), of: train.rampUp)
    }
    if left < train.rampDown {
      share = min(share, PartsPerMillion(left, of: train.rampDown))
    }
    return share
  }
}

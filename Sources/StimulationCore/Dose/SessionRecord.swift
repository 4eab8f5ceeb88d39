// Decides: what the controller reports for the record.
// Leaves to others: making it durable (DoseLog).

/// What a dose record covers.
public enum DoseSpan: UInt8, CaseIterable, Sendable {
  /// The balanced probe of a self-check.
  case probe
  /// One train, whole or cut short.
  case train
  /// The running total of the session; a checkpoint, not to be added to the trains.
  case checkpoint
}

/// The dose of one channel over one span.
public struct DoseRecord: Sendable, Equatable {
  /// What the record covers.
  public var span: DoseSpan
  /// The channel, counted from 0.
  public var channel: Int8
  /// The set, counted from 1; 0 for a probe.
  public var set: Int32
  /// The train within the session, counted from 1; 0 for a probe.
  public var train: Int32
  /// When the span began, in session time.
  public var startedAt: Nanoseconds
  /// When the span ended, in session time.
  public var endedAt: Nanoseconds
  /// The setpoint at the end of the span.
  public var setpoint: Microamperes
  /// What was commanded and measured.
  public var dose: ChannelDose
  /// How sure it is.
  public var certainty: Certainty
  /// The most rectified charge that could follow within 2 s of on-time before the next
  /// durable record, at the highest amplitude that SR-14 permits (SR-42).
  public var boundAfter: Femtocoulombs
  /// The on-time of the session so far, for telling how much is not yet durable (SR-43).
  public var sessionOnTime: Nanoseconds

  /// A record of one span.
  public init(
    span: DoseSpan, channel: Int8, set: Int32, train: Int32, startedAt: Nanoseconds,
    endedAt: Nanoseconds, setpoint: Microamperes, dose: ChannelDose, certainty: Certainty,
    boundAfter: Femtocoulombs, sessionOnTime: Nanoseconds
  ) {
    self.span = span
    self.channel = channel
    self.set = set
    self.train = train
    self.startedAt = startedAt
    self.endedAt = endedAt
    self.setpoint = setpoint
    self.dose = dose
    self.certainty = certainty
    self.boundAfter = boundAfter
    self.sessionOnTime = sessionOnTime
  }
}

/// One thing that happened, with the session time at which it did.
public struct EventRecord: Sendable, Equatable {
  /// When, in session time.
  public var at: Nanoseconds
  /// What.
  public var event: ControllerEvent

  /// An event at an instant.
  public init(at: Nanoseconds, event: ControllerEvent) {
    self.at = at
    self.event = event
  }
}

/// What the controller reports besides doses.
public enum ControllerEvent: Sendable, Equatable {
  /// The controller entered a state.
  case entered(StateCode)
  /// An interlock tripped.
  case tripped(InterlockID, channel: Int8)
  /// Something that does not stop the session.
  case warned(Warning, channel: Int8)
  /// Outputs reached their inactive state this long after a stop or a trip.
  case outputsInactive(after: Nanoseconds)
  /// A cut pulse left this charge unrecovered.
  case unrecovered(Femtocoulombs, channel: Int8)
}

/// Something that the operator should know and that does not stop the session.
public enum Warning: UInt8, CaseIterable, Sendable {
  /// The load rose by more than 30 % (SR-27).
  case loadRise
  /// The load fell by more than 50 % (SR-27).
  case loadFall
  /// A pulse was due and not begun, because the loop woke too late for it.
  case pulseWithheld
}

/// A record on its way to the log.
public enum SessionRecord: Sendable, Equatable {
  /// A dose.
  case dose(DoseRecord)
  /// An event.
  case event(EventRecord)
}

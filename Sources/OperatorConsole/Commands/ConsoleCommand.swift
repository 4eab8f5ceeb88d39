// Decides: what an operator can ask for from the console.
// Leaves to others: how it is written (CommandParser) and who carries it out.

public import StimulationCore

/// What an operator asks for on one line.
public enum ConsoleCommand: Sendable, Equatable {
  /// Which way one step goes.
  public enum Direction: String, Sendable, Equatable {
    /// One step more.
    case up
    /// One step less.
    case down
  }

  /// All commands, or one of them in full.
  case help(String?)
  /// The presets.
  case protocolList
  /// One preset with every value.
  case protocolShow(String)
  /// The prescriptions in the daemon's folder.
  case prescriptionList
  /// One prescription with every value.
  case prescriptionShow(String)
  /// Loads what will run; nothing is energised.
  case load(LoadRequest)
  /// The board checks itself.
  case selfCheck
  /// The questions, then ready to start: the first of START's two acts.
  case arm
  /// The second of START's two acts.
  case start
  /// Climb, or fall at once, to an amplitude; on all channels when none is named.
  case target(Microamperes, channel: Int?)
  /// Set an amplitude at once; a rise is at most 1 mA.
  case set(Microamperes, channel: Int?)
  /// One step.
  case step(Direction, channel: Int?)
  /// Phases off, setpoints at zero, waiting.
  case pause
  /// Go on after a pause, from zero.
  case resume
  /// STOP.
  case stop
  /// Put a latched fault back, its cause gone.
  case reset
  /// Forget what is loaded.
  case unload
  /// What was seen of the skin after a session; the last one when none is named.
  case skin(isOK: Bool, session: Int64?)
  /// A clinician permits the next session after a lesion.
  case skinClear(note: String)
  /// Hazards that nobody has acknowledged.
  case hazards
  /// Somebody has looked at a hazard.
  case acknowledge(event: Int64, note: String)
  /// The wall clock is right.
  case clockConfirm
  /// Earlier sessions.
  case doseList(patient: String?)
  /// One session's dose; the last when none is named.
  case doseShow(session: Int64?)
  /// Become the operator.
  case take(over: Bool)
  /// Be the operator no longer.
  case release
  /// Print the status once.
  case status
  /// Leave the console. A session that runs is stopped first.
  case quit

  /// Whether it is the operator's, or makes one.
  var isOperators: Bool {
    switch self {
    case .load, .selfCheck, .arm, .start, .target, .set, .step, .pause, .resume, .reset, .unload,
      .skin, .acknowledge, .clockConfirm, .take:
      true
    case .help, .protocolList, .protocolShow, .prescriptionList, .prescriptionShow, .stop,
      .skinClear, .hazards, .doseList, .doseShow, .release, .status, .quit:
      false
    }
  }
}

/// What a load names. Exactly one of protocol and prescription.
public struct LoadRequest: Sendable, Equatable {
  /// A preset's name.
  public var protocolName: String?
  /// A prescription's name.
  public var prescription: String?
  /// The patient's code.
  public var patient: String?
  /// The muscle.
  public var muscle: String?
  /// The smaller electrode's area, one for each channel.
  public var electrodeAreas: [SquareMillimetres] = []
  /// Where the setpoint climbs to after the start.
  public var amplitude: Microamperes?
  /// Fewer trains than the protocol's.
  public var trains: Int32?

  /// A request that names nothing yet.
  public init(protocolName: String? = nil, prescription: String? = nil) {
    self.protocolName = protocolName
    self.prescription = prescription
  }
}

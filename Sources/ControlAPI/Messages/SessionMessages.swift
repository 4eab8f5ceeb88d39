// Decides: the messages that lead a session from its load to its end.
// Leaves to others: the session (SessionController) and who may ask (Method.access).

/// Loads what will run. Exactly one of protocol and prescription is named.
public struct SessionLoadRequest: ControlRequest {
  /// See ``ControlRequest``.
  public static let method = Method.sessionLoad
  /// What may be started, as SR-50 shows it.
  public typealias Response = SessionSummary
  /// A protocol's name.
  public var protocolName: String?
  /// A prescription's name.
  public var prescription: String?
  /// The patient's code; with a prescription the same as its own, or left out.
  public var patient: String?
  /// The muscle; with a prescription the same as its own, or left out.
  public var muscle: String?
  /// The smaller electrode's area of each channel, as "180 cm2"; not with a prescription.
  public var electrodeAreas: [String]?
  /// Where the setpoint is to climb to, as "60 mA".
  public var amplitude: String?
  /// Fewer trains than the protocol's.
  public var trains: Int32?

  private enum CodingKeys: String, CodingKey {
    case prescription, patient, muscle, electrodeAreas, amplitude, trains
    case protocolName = "protocol"
  }

  /// A request.
  public init(
    protocolName: String? = nil, prescription: String? = nil, patient: String? = nil,
    muscle: String? = nil, electrodeAreas: [String]? = nil, amplitude: String? = nil,
    trains: Int32? = nil
  ) {
    self.protocolName = protocolName
    self.prescription = prescription
    self.patient = patient
    self.muscle = muscle
    self.electrodeAreas = electrodeAreas
    self.amplitude = amplitude
    self.trains = trains
  }
}

/// What START shows (SR-50).
public struct SessionSummary: Codable, Sendable, Equatable {
  /// The patient's code.
  public var patient: String
  /// The muscle.
  public var muscle: String
  /// The side of the body, where a prescription says so.
  public var side: String?
  /// The stage.
  public var stage: String
  /// The protocol.
  public var protocolName: String
  /// Its version.
  public var version: String
  /// The prescription, when the session rests on one.
  public var prescription: String?
  /// The smaller electrode's area of each channel, in square millimetres.
  public var electrodeAreas_mm2: [Int64]
  /// The ceiling of each channel.
  public var ceilings_uA: [Int64]
  /// The amplitude that each channel is to climb to.
  public var startingAmplitudes_uA: [Int64]
  /// How long it takes.
  public var duration_ms: Int64
  /// Trains of each channel.
  public var trains: Int32
  /// The envelope.
  public var envelope: String
  /// What the log has against the session as it stands: skin, rest, the day's limits, a hazard.
  /// Arming asks again.
  public var standsAgainst: String?

  private enum CodingKeys: String, CodingKey {
    case patient, muscle, side, stage, version, prescription, electrodeAreas_mm2, ceilings_uA
    case startingAmplitudes_uA, duration_ms, trains, envelope, standsAgainst
    case protocolName = "protocol"
  }

  /// A summary.
  public init(
    patient: String, muscle: String, side: String?, stage: String, protocolName: String,
    version: String, prescription: String?, electrodeAreas_mm2: [Int64], ceilings_uA: [Int64],
    startingAmplitudes_uA: [Int64], duration_ms: Int64, trains: Int32, envelope: String
  ) {
    self.patient = patient
    self.muscle = muscle
    self.side = side
    self.stage = stage
    self.protocolName = protocolName
    self.version = version
    self.prescription = prescription
    self.electrodeAreas_mm2 = electrodeAreas_mm2
    self.ceilings_uA = ceilings_uA
    self.startingAmplitudes_uA = startingAmplitudes_uA
    self.duration_ms = duration_ms
    self.trains = trains
    self.envelope = envelope
  }
}

/// Opens the session and checks the board; the status tells how it ends.
public struct SelfCheckRequest: ControlRequest {
  /// See ``ControlRequest``.
  public static let method = Method.sessionSelfCheck
  /// See ``ControlRequest``.
  public typealias Response = Done

  /// A request.
  public init() {}
}

/// Asks which questions arming answers (SR-51).
public struct QuestionsRequest: ControlRequest {
  /// See ``ControlRequest``.
  public static let method = Method.sessionQuestions

  /// A request.
  public init() {}

  /// A question.
  public struct Question: Codable, Sendable, Equatable {
    /// What an answer names.
    public var id: String
    /// As it is put.
    public var question: String
    /// Whether a clinician's note may permit the session although the answer is yes.
    public var mayBeOverridden: Bool

    /// A question.
    public init(id: String, question: String, mayBeOverridden: Bool) {
      self.id = id
      self.question = question
      self.mayBeOverridden = mayBeOverridden
    }
  }

  /// The questions.
  public struct Response: Codable, Sendable, Equatable {
    /// In the order in which they are put.
    public var questions: [Question]

    /// Questions.
    public init(questions: [Question]) { self.questions = questions }
  }
}

/// What was seen of the skin under the electrodes.
public enum SkinSight: String, Codable, Sendable, CaseIterable {
  /// Nothing stands against a session.
  case ok
  /// A lesion.
  case lesion
}

/// Gets ready to start.
public struct ArmRequest: ControlRequest {
  /// See ``ControlRequest``.
  public static let method = Method.sessionArm
  /// See ``ControlRequest``.
  public typealias Response = Done
  /// Yes or no to every question.
  public var answers: [String: Bool]
  /// A clinician's note that permits what may be permitted.
  public var override: String?
  /// The skin under each electrode; left out where nobody looked, which is refused.
  public var skin: SkinSight?

  /// A request.
  public init(answers: [String: Bool], override: String? = nil, skin: SkinSight?) {
    self.answers = answers
    self.override = override
    self.skin = skin
  }
}

/// Starts the armed session.
public struct StartRequest: ControlRequest {
  /// See ``ControlRequest``.
  public static let method = Method.sessionStart
  /// See ``ControlRequest``.
  public typealias Response = Done

  /// A request.
  public init() {}
}

/// Finishes the pulse in progress and waits.
public struct PauseRequest: ControlRequest {
  /// See ``ControlRequest``.
  public static let method = Method.sessionPause
  /// See ``ControlRequest``.
  public typealias Response = Done

  /// A request.
  public init() {}
}

/// Goes on after a pause, from zero.
public struct ResumeRequest: ControlRequest {
  /// See ``ControlRequest``.
  public static let method = Method.sessionResume
  /// See ``ControlRequest``.
  public typealias Response = Done

  /// A request.
  public init() {}
}

/// Resets a fault whose cause is gone (SR-22).
public struct ResetRequest: ControlRequest {
  /// See ``ControlRequest``.
  public static let method = Method.sessionReset
  /// See ``ControlRequest``.
  public typealias Response = Done

  /// A request.
  public init() {}
}

/// Forgets what is loaded.
public struct UnloadRequest: ControlRequest {
  /// See ``ControlRequest``.
  public static let method = Method.sessionUnload
  /// See ``ControlRequest``.
  public typealias Response = Done

  /// A request.
  public init() {}
}

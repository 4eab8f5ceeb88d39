// Decides: which methods there are, and what each needs of its caller.
// Leaves to others: what they do (ControlServer), their parameters (Messages/).

/// A method of the daemon.
public enum Method: String, Sendable, CaseIterable, Codable {
  case hello = "system.hello"
  case protocolList = "protocol.list"
  case protocolShow = "protocol.show"
  case prescriptionList = "prescription.list"
  case prescriptionShow = "prescription.show"
  case sessionLoad = "session.load"
  case sessionSelfCheck = "session.selfCheck"
  case sessionQuestions = "session.questions"
  case sessionArm = "session.arm"
  case sessionStart = "session.start"
  case sessionPause = "session.pause"
  case sessionResume = "session.resume"
  case sessionReset = "session.reset"
  case sessionUnload = "session.unload"
  case amplitudeSet = "amplitude.set"
  case amplitudeTarget = "amplitude.target"
  case amplitudeStep = "amplitude.step"
  case stop = "stop"
  case skinCheck = "skin.check"
  case skinClear = "skin.clear"
  case hazardList = "hazard.list"
  case hazardAcknowledge = "hazard.acknowledge"
  case clockConfirm = "clock.confirm"
  case doseList = "dose.list"
  case doseShow = "dose.show"
  case statusGet = "status.get"
  case statusSubscribe = "status.subscribe"
  case eventsSubscribe = "events.subscribe"
  case leaseTake = "lease.take"
  case leaseRenew = "lease.renew"
  case leaseRelease = "lease.release"

  /// What a method needs of its caller.
  public enum Access: String, Sendable, CaseIterable {
    /// Any socket: it only watches, or it is STOP.
    case anySocket
    /// `control.sock`.
    case control
    /// `control.sock`, and the lease.
    case lease
  }

  /// What it needs of its caller.
  public var access: Access {
    switch self {
    case .hello, .protocolList, .protocolShow, .prescriptionList, .prescriptionShow,
      .sessionQuestions, .stop, .hazardList, .doseList, .doseShow, .statusGet,
      .statusSubscribe, .eventsSubscribe:
      return .anySocket
    case .skinClear, .leaseTake, .leaseRenew, .leaseRelease: return .control
    case .sessionLoad, .sessionSelfCheck, .sessionArm, .sessionStart, .sessionPause,
      .sessionResume, .sessionReset, .sessionUnload, .amplitudeSet, .amplitudeTarget,
      .amplitudeStep, .skinCheck, .hazardAcknowledge, .clockConfirm:
      return .lease
    }
  }
}

extension Method {
  /// Whether it only reads: it needs no lease, changes nothing, and is answered beside commands.
  public var isQuestion: Bool {
    switch self {
    case .protocolList, .protocolShow, .prescriptionList, .prescriptionShow, .sessionQuestions,
      .hazardList, .doseList, .doseShow, .statusGet, .statusSubscribe, .eventsSubscribe:
      return true
    default: return false
    }
  }
}

/// The parameters of a method, which know it and its result.
public protocol ControlRequest: Codable, Sendable, Equatable {
  /// What the daemon answers.
  associatedtype Response: Codable & Sendable
  /// The method.
  static var method: Method { get }
}

/// The answer of a method that has nothing to tell.
public struct Done: Codable, Sendable, Equatable {
  /// Done.
  public init() {}
}

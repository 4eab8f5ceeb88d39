// Decides: which parameters each method takes.
// Leaves to others: their types (ControlAPI/Messages) and their meaning (Dispatcher).

import ControlAPI

/// One parameter.
struct MethodParameter: Equatable {
  /// Its name on the wire.
  let name: String
  /// Whether it must be stated.
  let isRequired: Bool

  static func required(_ name: String) -> MethodParameter {
    MethodParameter(name: name, isRequired: true)
  }

  static func optional(_ name: String) -> MethodParameter {
    MethodParameter(name: name, isRequired: false)
  }
}

extension Method {
  /// Whether it can make outputs active, or raise them.
  var energises: Bool {
    switch self {
    case .sessionSelfCheck, .sessionArm, .sessionStart, .sessionResume, .amplitudeSet,
      .amplitudeTarget, .amplitudeStep:
      return true
    default: return false
    }
  }

  /// The parameters that it takes; others are refused, so that a slip of the pen is not a
  /// default.
  var parameters: [MethodParameter] {
    switch self {
    case .hello: return [.required("client")]
    case .protocolShow, .prescriptionShow: return [.required("name")]
    case .sessionLoad:
      return [
        .optional("protocol"), .optional("prescription"), .optional("patient"),
        .optional("muscle"), .optional("electrodeAreas"), .optional("amplitude"),
        .optional("trains"),
      ]
    case .sessionArm: return [.required("answers"), .optional("override"), .optional("skin")]
    case .amplitudeSet, .amplitudeTarget: return [.required("amplitude"), .optional("channel")]
    case .amplitudeStep: return [.required("direction"), .optional("channel")]
    case .skinCheck: return [.required("finding"), .optional("session")]
    case .skinClear: return [.required("note"), .optional("session")]
    case .hazardAcknowledge: return [.required("event"), .required("note")]
    case .doseList: return [.optional("patient"), .optional("limit")]
    case .doseShow: return [.required("session")]
    case .eventsSubscribe: return [.optional("after")]
    case .leaseTake: return [.optional("takeOver")]
    case .leaseRenew, .leaseRelease: return [.required("lease")]
    case .protocolList, .prescriptionList, .sessionSelfCheck, .sessionQuestions, .sessionStart,
      .sessionPause, .sessionResume, .sessionReset, .sessionUnload, .stop, .hazardList,
      .clockConfirm, .statusGet, .statusSubscribe:
      return []
    }
  }
}

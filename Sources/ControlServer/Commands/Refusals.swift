// Decides: which error a client gets for each reason.
// Leaves to others: the reasons and their words (SessionController, StimulationCore, DoseLog).

import CheckedFiles
import ControlAPI
import DoseLog
import ProtocolLibrary
import SessionController
import StimulationCore

extension RPCError {
  /// A stimulator that does not do it.
  init(_ error: StimulatorError) {
    let text = error.description
    switch error {
    case .notInPhase: self.init(.notInPhase, text, reason: "not-in-phase")
    case .refused(let refusal), .refusedByOne(let refusal, lowered: _): self.init(refusal, text)
    case .log(let error): self.init(error)
    case .skin, .skinNotChecked, .checklist:
      self.init(.refused, text, reason: "checklist", requirement: "SR-51")
    case .needsPrescription:
      self.init(.refused, text, reason: "needs-prescription", requirement: "SR-18")
    case .faultStands:
      self.init(.notInPhase, text, reason: "fault-stands", requirement: "SR-22")
    case .leaseLost:
      self.init(.noLease, text, reason: "lease-lost", requirement: "SR-23")
    case .ending: self.init(.notInPhase, text, reason: "ending")
    case .noAnswer: self.init(.internalError, text, reason: "no-answer")
    case .busy: self.init(.busy, text, reason: "busy")
    case .thread, .board: self.init(.internalError, text, reason: "board")
    }
  }

  private init(_ refusal: Refusal, _ text: String) {
    switch refusal {
    case .notInState, .sessionOver: self.init(.notInPhase, text, reason: "not-in-phase")
    case .causePresent:
      self.init(.refused, text, reason: "cause-present", requirement: "SR-22")
    case .leaseNotRenewed:
      self.init(.noLease, text, reason: "lease-lost", requirement: "SR-23")
    case .selfCheckExpired:
      self.init(.refused, text, reason: "self-check-expired", requirement: "SR-04")
    case .unacknowledgedHazard:
      self.init(.refused, text, reason: "hazard", requirement: "SR-05")
    case .clockNotTrusted: self.init(.refused, text, reason: "clock", requirement: "SR-47")
    case .limit: self.init(.refused, text, reason: "limit", requirement: "SR-12")
    case .noChannel: self.init(.invalidParameters, text, reason: "channel")
    case .negative: self.init(.refused, text, reason: "negative", requirement: "SR-11")
    case .aboveCeiling: self.init(.refused, text, reason: "ceiling", requirement: "SR-10")
    case .notRepresentable:
      self.init(.refused, text, reason: "not-representable", requirement: "SR-16")
    case .notBalanced: self.init(.refused, text, reason: "not-balanced", requirement: "SR-13")
    case .riseTooLarge, .riseTooFast, .beyondDelivered:
      self.init(.refused, text, reason: "rise", requirement: "SR-14")
    }
  }

  /// A log that does not do it.
  init(_ error: DoseLogError) {
    switch error {
    case .unknownSession, .nothingToAcknowledge, .badRecord, .sessionClosed:
      self.init(.invalidParameters, error.description, reason: "log")
    default: self.init(.internalError, error.description, reason: "log")
    }
  }

  /// A file that cannot be had.
  init(_ error: LibraryError) {
    switch error {
    case .unknownName, .misnamed:
      self.init(.invalidParameters, error.description, reason: "unknown-name")
    case .noDirectory, .unreadable:
      self.init(.internalError, error.description, reason: "files")
    case .refused: self.init(.refused, error.description, reason: "file")
    }
  }

  /// A request that makes no plan.
  init(_ error: SessionRefusal) {
    self.init(
      error.isRefusal ? .refused : .invalidParameters, error.description,
      reason: error.isRefusal ? "limit" : "request")
  }

  /// Parameters that are not the method's.
  static func parameters(_ text: String) -> RPCError {
    RPCError(.invalidParameters, text, reason: "parameters")
  }
}

extension DecodingError {
  /// Where and what, in words.
  var words: String {
    func place(_ path: [any CodingKey]) -> String {
      (["params"] + path.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue })
        .joined(separator: ".")
    }
    switch self {
    case .typeMismatch(let type, let context):
      return "\(place(context.codingPath)) is not of type \(type)"
    case .valueNotFound(_, let context): return "\(place(context.codingPath)) has no value"
    case .keyNotFound(let key, let context):
      return "\(place(context.codingPath + [key])) is missing"
    case .dataCorrupted(let context):
      return "\(place(context.codingPath)): \(context.debugDescription)"
    @unknown default: return "the parameters cannot be read"
    }
  }
}

// Decides: how a disagreement between a prescription and its protocol is told as an error of the
// prescription's file.
// Leaves to others: finding it (PrescriptionCheck, SessionLimits) and printing it (the commands).

public import CheckedFiles

extension Prescription {
  /// A refusal of this prescription as `file:line:column: error[...]`.
  public func diagnostic(of refusal: SessionRefusal) -> Diagnostic {
    let code: DiagnosticCode
    let place: SourceLocation
    switch refusal {
    case .prescription(let stated, _): (code, place) = (.inconsistent, stated)
    case .ceiling(_, _, let stated, _, _): (code, place) = (.disagreement, stated)
    case .disagreement(let found, _, _):
      code = .disagreement
      place =
        found.kind == .amplitude
        ? location(ofChannel: 0, key: "ceiling") : location(of: "sessionsPerDay")
    case .request, .plan: (code, place) = (.inconsistent, location(of: "protocol"))
    }
    return Diagnostic(code, of: ProtocolLibrary.family.letter, at: place, refusal.message)
  }

  /// The error of a prescription whose protocol is not among the presets.
  public func diagnosticOfUnknownProtocol(_ reason: String) -> Diagnostic {
    Diagnostic(
      .notAnOption, of: ProtocolLibrary.family.letter, at: location(of: "protocol"), reason)
  }
}

// Decides: whether a prescription fits the protocol it names, its stage's finding and the day.
// Leaves to others: ceilings and daily limits (SessionLimits).

import StimulationCore

/// A prescription beside the protocol that it names.
struct PrescriptionCheck {
  let prescription: Prescription
  let therapy: TherapyProtocol

  func run(today: CalendarDate) throws(SessionRefusal) {
    let fields = prescription.fields
    if fields.protocolName != therapy.name {
      throw refusal(
        "protocol",
        "the prescription is for protocol \"\(fields.protocolName)\", not "
          + "\"\(therapy.name)\" (\(therapy.location(of: "name"))); use that protocol")
    }
    if fields.protocolVersion != therapy.version {
      throw refusal(
        "protocolVersion",
        "the prescription is for version \(fields.protocolVersion) of \(therapy.name), and this "
          + "is \(therapy.version) (\(therapy.location(of: "version"))); a clinician reads the "
          + "change and prescribes the new version")
    }
    if fields.stage != therapy.stage {
      throw refusal(
        "stage",
        "the prescription is for stage \(fields.stage), and \(therapy.name) is for "
          + "\(therapy.stage) (\(therapy.location(of: "stage"))); prescribe one that agrees")
    }
    try checkAlpha(fields.finding)
    if fields.envelope == .extended && therapy.extendedCeiling == nil {
      throw refusal(
        "envelope",
        "protocol \(therapy.name) states no extendedCeiling (at "
          + "\(therapy.location(of: "amplitude.ceiling"))); prescribe the standard envelope")
    }
    try prescription.mustHold(on: today)
  }

  /// A curve stands in for α only where the stage accepts one (S7).
  private func checkAlpha(_ finding: RecordedFinding) throws(SessionRefusal) {
    let entry = therapy.entry
    guard entry.alphaAtLeast != nil || entry.alphaAtMost != nil else { return }
    guard let alpha = finding.alpha else {
      if finding.kind == .innervatedCurveOrAlpha && finding.curve != nil { return }
      throw refusal(
        "finding.kind",
        "\(therapy.name) needs a recorded alpha (\(bounds(entry))); add "
          + "finding.alpha")
    }
    let isLow = entry.alphaAtLeast.map { alpha < $0 } ?? false
    let isHigh = entry.alphaAtMost.map { alpha > $0 } ?? false
    if isLow || isHigh {
      throw refusal(
        "finding.alpha",
        "alpha \(decimalText(alpha)) does not allow \(therapy.name), which needs "
          + "\(bounds(entry)); prescribe the protocol of the stage that was found")
    }
  }

  private func bounds(_ entry: EntryFinding) -> String {
    var parts: [String] = []
    if let least = entry.alphaAtLeast {
      parts.append(
        "alpha \(decimalText(least)) or more at \(therapy.location(of: "entry.alphaAtLeast"))")
    }
    if let most = entry.alphaAtMost {
      parts.append(
        "alpha \(decimalText(most)) or less at \(therapy.location(of: "entry.alphaAtMost"))")
    }
    return parts.joined(separator: ", ")
  }

  private func refusal(_ key: String, _ message: String) -> SessionRefusal {
    .prescription(prescription.location(of: key), message)
  }
}

extension Prescription {
  /// Whether it holds on a day: asked again where a day may have passed since it was loaded.
  public func mustHold(on today: CalendarDate) throws(SessionRefusal) {
    guard today < fields.validFrom || today > fields.validUntil else { return }
    throw .prescription(
      location(of: today < fields.validFrom ? "validFrom" : "validUntil"),
      "the prescription holds from \(fields.validFrom) to \(fields.validUntil), and today "
        + "is \(today); ask the clinician for one that holds today")
  }
}

// Decides: which limits each layer sets, and how a disagreement names where both stand.
// Leaves to others: the compiled limits (Envelope) and the plan's figures (PlanFigures).

import StimulationCore

extension SessionRequest {
  /// The compiled envelope, tightened by the board, the protocol and the prescription.
  ///
  /// A prescription names a patient's own ceilings at or below the protocol's, so it is the
  /// layer that comes last.
  func limitTable(
    _ envelope: Envelope, _ board: LimitLayer, ceiling: Microamperes
  ) throws(SessionRefusal) -> LimitTable {
    var table = LimitTable(envelope)
    try tighten(&table, by: board)
    var layer = LimitLayer(source: .protocolFile)
    layer[.amplitude] = Int64(ceiling.rawValue)
    layer[.sessionsPerDay] = Int64(therapy.sessionsPerDay)
    try tighten(&table, by: layer)
    if let prescription {
      try checkCeilings(prescription, allowed: ceiling)
      var layer = LimitLayer(source: .prescription)
      var highest = Microamperes.zero
      for channel in prescription.fields.channels { highest = max(highest, channel.ceiling) }
      layer[.amplitude] = Int64(highest.rawValue)
      layer[.sessionsPerDay] = Int64(prescription.fields.sessionsPerDay)
      try tighten(&table, by: layer)
    }
    return table
  }

  private func checkCeilings(
    _ prescription: Prescription, allowed: Microamperes
  ) throws(SessionRefusal) {
    for (index, channel) in prescription.fields.channels.enumerated()
    where channel.ceiling > allowed {
      throw .ceiling(
        channel: index, prescribed: channel.ceiling,
        at: prescription.location(ofChannel: index, key: "ceiling"), allowed: allowed,
        by: therapy.location(of: ceilingKey(prescription.fields.envelope)))
    }
  }

  private func tighten(
    _ table: inout LimitTable, by layer: LimitLayer
  ) throws(SessionRefusal) {
    do throws(LimitDisagreement) {
      try table.tighten(by: layer)
    } catch {
      throw .disagreement(
        error, inner: place(of: error.kind, error.inner.source, table.envelope),
        outer: place(of: error.kind, error.outer.source, table.envelope))
    }
  }

  private func ceilingKey(_ envelope: Envelope) -> String {
    envelope == .standard ? "amplitude.ceiling" : "amplitude.extendedCeiling"
  }

  private func place(
    of kind: LimitKind, _ source: LimitSource, _ envelope: Envelope
  ) -> String {
    let isAmplitude = kind == .amplitude
    switch source {
    case .compiled: return "the \(envelope) envelope"
    case .board: return "the board's limits"
    case .protocolFile:
      let key = isAmplitude ? ceilingKey(envelope) : "session.sessionsPerDay"
      return "\(therapy.location(of: key))"
    case .prescription:
      guard let prescription else { return "the prescription" }
      return isAmplitude
        ? "\(prescription.location(ofChannel: 0, key: "ceiling"))"
        : "\(prescription.location(of: "sessionsPerDay"))"
    }
  }
}

extension Prescription {
  /// Whether the prescription fits the protocol that it names, whatever the day and the board.
  public func check(against therapy: TherapyProtocol) throws(SessionRefusal) {
    let request = SessionRequest(therapy: therapy, prescription: self, today: fields.validFrom)
    try PrescriptionCheck(prescription: self, therapy: therapy).run(today: fields.validFrom)
    guard let ceiling = therapy.ceiling(for: fields.envelope) else { return }
    _ = try request.limitTable(fields.envelope, LimitLayer(source: .board), ceiling: ceiling)
  }
}

// Decides: whether a protocol's values fit together and keep to the compiled limits.
// Leaves to others: electrodes, boards and prescriptions, which a protocol does not know.

import CheckedFiles
import StimulationCore

/// The checks of a protocol that read well, all in one pass.
struct ProtocolCheck {
  private let subject: TherapyProtocol
  private let findings: Findings

  init(_ subject: TherapyProtocol, findings: Findings) {
    self.subject = subject
    self.findings = findings
  }

  func run() {
    let pulseRefusal = refusal { () throws(PlanRefusal) in try PlanCheck.check(subject.pulse) }
    report(pulseRefusal)
    let pulseIsRefused = pulseRefusal != nil
    let scheduleFits = checkSchedule()
    checkAmplitudes()
    let perDay = Int64(subject.sessionsPerDay)
    report(limit(.sessionsPerDay, perDay, .standard), key: "session.sessionsPerDay")
    var isSafeToCount = scheduleFits
    var envelopes: [(Envelope, Microamperes, String)] = [
      (.standard, subject.standardCeiling, "amplitude.ceiling")
    ]
    if let extended = subject.extendedCeiling {
      envelopes.append((.extended, extended, "amplitude.extendedCeiling"))
    }
    for (envelope, ceiling, key) in envelopes {
      isSafeToCount = checkBounds(envelope, ceiling, key) && isSafeToCount
    }
    guard isSafeToCount else { return }
    for (envelope, ceiling, key) in envelopes { checkFigures(envelope, ceiling, key) }
    // Net charge is in proportion to the amplitude: the standard ceiling stands for both.
    if !pulseIsRefused && subject.standardCeiling > .zero { checkNetCharge() }
  }

  private func checkNetCharge() {
    let channel = ChannelPlan(
      ceiling: subject.standardCeiling, ceilingSource: .protocolFile, startingAmplitude: .zero,
      electrodeArea: .squareCentimetres(1), polarity: .positive, offset: .zero)
    let refused = refusal { () throws(PlanRefusal) in
      try PlanCheck.check(channel, index: 0, pulse: subject.pulse)
    }
    if let refused { report(.inconsistent, "pulse.recoveryPhase", "\(refused)") }
  }

  private func refusal(_ check: () throws(PlanRefusal) -> Void) -> PlanRefusal? {
    do throws(PlanRefusal) {
      try check()
      return nil
    } catch {
      return error
    }
  }

  /// The schedule's length is a product of what the file says: it is checked for fitting 64
  /// bits before the core multiplies.
  private func checkSchedule() -> Bool {
    let train = subject.train
    let cycle = max(train.onTime + train.offTime, train.restBetweenSets)
    let longest = cycle.rawValue.multipliedReportingOverflow(by: Int64(train.trains))
    if longest.overflow {
      findings.report(
        .limit, subject.location(of: "session.trainsPerSet"),
        "\(train.trains) trains of \(train.onTime) cannot be counted; the limit is a session of "
          + "24 h; use fewer or shorter trains")
      return false
    }
    report(
      refusal { () throws(PlanRefusal) in
        try PlanCheck.check(train, for: subject.pulse, lastOffset: .zero)
      })
    return true
  }

  private func checkAmplitudes() {
    let start = subject.startingAmplitude
    let ceiling = subject.standardCeiling
    if ceiling == .zero {
      report(.inconsistent, "amplitude.ceiling", "the ceiling is 0 mA; write one above it")
    }
    if start > ceiling {
      report(
        .disagreement, "amplitude.start",
        "start \(start) is above the ceiling of \(ceiling) at "
          + "\(subject.location(of: "amplitude.ceiling")); start lower")
    }
    if let extended = subject.extendedCeiling, extended < ceiling {
      report(
        .disagreement, "amplitude.extendedCeiling",
        "extendedCeiling \(extended) is below the ceiling of \(ceiling) at "
          + "\(subject.location(of: "amplitude.ceiling")); the extended envelope is the wider one")
    }
  }

  /// The limits of single values. Only values within them are multiplied.
  private func checkBounds(_ envelope: Envelope, _ ceiling: Microamperes, _ key: String) -> Bool {
    let pulse = subject.pulse
    let period = pulse.pulsePeriod.rawValue
    let rate = 1_000_000_000_000 / period + (1_000_000_000_000 % period == 0 ? 0 : 1)
    let wide = pulse.recoveryPhase > pulse.leadingPhase ? "recoveryPhase" : "leadingPhase"
    let width = max(pulse.leadingPhase, pulse.recoveryPhase)
    let bounds: [(LimitKind, Int64, String)] = [
      (.amplitude, Int64(ceiling.rawValue), key),
      (.phaseWidth, width.rawValue, "pulse.\(wide)"),
      (.pulseRate, rate, "pulse.pulsePeriod"),
    ]
    var allKept = true
    for (kind, figure, place) in bounds {
      if let violation = limit(kind, figure, envelope) {
        report(violation, key: place, in: envelope)
        allKept = false
      }
    }
    return allKept
  }

  private func checkFigures(_ envelope: Envelope, _ ceiling: Microamperes, _ key: String) {
    // Without an electrode area the densities are not counted: a session counts them.
    let figures = PlanFigures(
      pulse: subject.pulse, train: subject.train, amplitude: ceiling, electrodeArea: .zero,
      envelope: envelope)
    let limits = LimitTable(envelope)
    for index in 0..<LimitKind.count {
      let found = PlanCheck.violation(
        ofKindAt: index, figures: figures, limits: limits, channel: 0)
      guard let found else { continue }
      switch found.kind {
      case .amplitude, .phaseWidth, .pulseRate: continue  // told by checkBounds
      case .sessionOnTime, .trainsPerDay:
        report(found, key: "session.trainsPerSet", in: envelope)
      default: report(found, key: key, in: envelope)
      }
    }
  }

  private func limit(_ kind: LimitKind, _ figure: Int64, _ envelope: Envelope) -> LimitViolation? {
    let bound = LimitTable(envelope)[kind]
    if kind.allows(figure, under: bound.value) { return nil }
    return LimitViolation(kind: kind, figure: figure, limit: bound, channel: 0)
  }

  private func report(_ code: DiagnosticCode, _ key: String, _ message: String) {
    findings.report(code, subject.location(of: key), message)
  }

  private func report(
    _ violation: LimitViolation?, key: String, in envelope: Envelope = .standard
  ) {
    guard let violation else { return }
    let kind = violation.kind
    report(
      .limit, key,
      "\(kind) \(kind.text(of: violation.figure)) is above the limit of "
        + "\(kind.text(of: violation.limit.value)) set by \(violation.limit.source) "
        + "(\(envelope)); \(kind.remedy)")
  }

  private func report(_ refusal: PlanRefusal?) {
    guard let refusal else { return }
    let key: String =
      switch refusal {
      case .recoveryWidth, .recoveryNotLonger, .capacitorRecovery, .shapeTooShort:
        "pulse.recoveryPhase"
      case .gapTooLong: "pulse.interphaseGap"
      case .notBoardTimeable: "pulse.leadingPhase"
      case .pulseLongerThanPeriod: "pulse.pulsePeriod"
      case .trainShorterThanPulse: "train.plateau"
      case .trainCount: "session.trainsPerSet"
      case .scheduleLongerThanSession: "session.duration"
      default: "pulse"
      }
    report(.inconsistent, key, "\(refusal)")
  }
}

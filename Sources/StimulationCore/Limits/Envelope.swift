// Decides: the two compiled envelopes. No value beyond them reaches an output.
// Leaves to others: tightening (LimitTable) and the figures compared with them (PlanFigures).

/// The compiled outer limits of a session.
///
/// Every figure is a proposal of `clinical.md`, resting on IEC 60601-2-10 as secondary sources
/// quote it; each is to be checked against the purchased standard.
public enum Envelope: UInt8, CaseIterable, Sendable {
  /// The default.
  case standard
  /// Opened for one session by a prescription that declares the electrode area.
  case extended

  /// The compiled limit of `kind`, in the unit that ``LimitKind`` names.
  public func limit(of kind: LimitKind) -> Int64 {
    let isExtended = self == .extended
    switch kind {
    case .amplitude: return 250_000  // 250 mA [C1, C3]
    case .longPulseAmplitude: return isExtended ? 250_000 : 80_000  // 80 mA, unconfirmed [m]
    case .phaseWidth: return isExtended ? 150_000_000 : 500_000_000  // proposal
    case .pulseRate: return 100_000  // 100 pps, proposal
    case .phaseCharge:  // 18.75 mC = 250 mA × 75 ms [C1]; 5 mC proposal
      return isExtended ? 18_750_000_000_000 : 5_000_000_000_000
    case .pulseEnergy:  // 300 mJ [C24, C45]; 3 J proposal
      return isExtended ? 3_000_000_000_000 : 300_000_000_000
    case .rms: return isExtended ? 250_000 : 50_000  // 50 mA [C26]
    case .currentDensity: return 20_000  // 2 mA/cm² [C25, C26, C27]
    case .powerDensity: return 250_000  // 0.25 W/cm² [C28]
    case .sessionCharge:  // 60 and 260 C, proposal
      return isExtended ? 260_000_000_000_000_000 : 60_000_000_000_000_000
    case .sessionOnTime: return 1_350_000_000_000  // 1,350 s, proposal
    case .trainsPerDay: return 800  // force kept at 200-800 a day in rat [C15]
    case .sessionsPerDay: return 3  // proposal
    case .restBetweenSessions: return 14_400_000_000_000  // 4 h, proposal
    }
  }
}

// Decides: which limits are compared at every tick or pulse, ready to be compared.
// Leaves to others: their values (LimitTable) and the verdicts (Interlocks).

/// The limits that a running channel is held to.
///
/// A few numbers instead of the whole table, which would be copied at every tick.
struct PulseLimits {
  let envelope: Envelope
  /// The energy of one pulse, in pJ.
  let pulseEnergy: Int64
  /// The power density under the smaller electrode, in µW/cm².
  let powerDensity: Int64
  let sessionCharge: Femtocoulombs
  let sessionOnTime: Nanoseconds

  init(_ table: LimitTable) {
    envelope = table.envelope
    pulseEnergy = table[.pulseEnergy].value
    powerDensity = table[.powerDensity].value
    sessionCharge = Femtocoulombs(table[.sessionCharge].value)
    sessionOnTime = Nanoseconds(table[.sessionOnTime].value)
  }
}

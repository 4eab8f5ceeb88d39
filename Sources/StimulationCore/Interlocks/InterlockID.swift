// Decides: which interlocks exist, in order of how bad a trip is (worst first).
// Leaves to others: cause, response and clear condition (InterlockTable), and the checks.

/// One interlock. The order of the cases is the order in which trips are printed.
public enum InterlockID: UInt8, CaseIterable, Sendable {
  case weldedRelay
  case overCurrentLine
  case shortCircuit
  case emergencyStop
  case highVoltageLost
  case outputWriteFailed
  case unconfirmedInactive
  case outputsLost
  case currentWithPhasesOff
  case leakage
  case currentAboveCommand
  case readBackMismatch
  case amplitudeAboveCeiling
  case amplitudeRise
  case phaseTooLong
  case pulseTooEarly
  case phaseOverlap
  case isolationOverlap
  case lateReaction
  case loopStarved
  case clockBackwards
  case lateEdge
  case lateWake
  case oftenLate
  case netCharge
  case residue
  case pulseEnergy
  case powerDensity
  case openElectrode
  case outOfCompliance
  case loadRise
  case loadJump
  case currentBelowCommand
  case converterOutOfRange
  case converterStale
  case converterStuck
  case pulseCount
  case heartbeatUnseen
  case relayOpen
  case sessionCharge
  case sessionOnTime
  case sessionTrains
  case leaseLost
  case loggerSilent
  case undurableDose
  case selfCheckFailed
  case notYetChecked

  /// How many interlocks there are.
  public static let count = 47
}

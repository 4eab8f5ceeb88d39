// Decides: which interlocks exist, in order of how bad a trip is (worst first).
// Leaves to others: cause, response and clear condition (InterlockTable), and the checks.

/// One interlock. The order of the cases is the order in which trips are printed.
public enum InterlockID: UInt8, CaseIterable, Sendable {
  /// The relay's contact stays closed after the coil is released (SR-05).
  case weldedRelay
  /// The hardware over-current comparator latched (SR-21).
  case overCurrentLine
  /// A load under 50 Ω at 5 mA or more, or at the probe (SR-27).
  case shortCircuit
  /// The emergency-stop chain is open (SR-21).
  case emergencyStop
  /// The high-voltage supply is not present (SR-21).
  case highVoltageLost
  /// An output write failed (SR-26).
  case outputWriteFailed
  /// A write towards inactive is not confirmed (SR-24).
  case unconfirmedInactive
  /// The request that holds the output lines is lost (SR-26).
  case outputsLost
  /// More than 1 mA for 2 ms with all phases off (SR-30).
  case currentWithPhasesOff
  /// A 5 ms mean above 50 µA from 20 ms after the last phase (SR-30).
  case leakage
  /// Current above command by more than the larger of 10 % and 1 mA for 2 ms (SR-28).
  case currentAboveCommand
  /// The board reads back other outputs than were written (SR-16).
  case readBackMismatch
  /// An amplitude above the ceiling was about to be written (SR-12).
  case amplitudeAboveCeiling
  /// A pulse was about to exceed the highest delivered by too much (SR-14).
  case amplitudeRise
  /// A phase was about to outlast its width and trim (SR-12).
  case phaseTooLong
  /// A pulse was about to begin before its period (SR-12).
  case pulseTooEarly
  /// A phase was about to begin within the dead time of the other (SR-31).
  case phaseOverlap
  /// Phases of channels that are not isolated were about to overlap (SR-33).
  case isolationOverlap
  /// Outputs went inactive more than 1 ms after a fault line's edge (SR-21).
  case lateReaction
  /// The loop did not advance for 10 ms (SR-24).
  case loopStarved
  /// Session time went backwards (SR-40).
  case clockBackwards
  /// A phase edge came later than the smaller of 1 ms and 10 % of the phase (SR-25).
  case lateEdge
  /// A wake-up came more than 2 ms late (SR-25).
  case lateWake
  /// More than 10 wake-ups in a second came more than 500 µs late (SR-25).
  case oftenLate
  /// A pulse left more than the larger of 3 % and 100 µA × its duration (SR-13).
  case netCharge
  /// The residue since the session's start is beyond the larger of 3 % and 100 µA × a pulse
  /// (SR-13).
  case residue
  /// A pulse's measured energy is above the limit (SR-12).
  case pulseEnergy
  /// Measured power density over a second is above the limit (SR-12).
  case powerDensity
  /// No current flows although the voltage is at its limit (SR-27).
  case openElectrode
  /// The current source is at its voltage limit in two pulses (SR-27).
  case outOfCompliance
  /// The load rose by more than 50 % in two pulses (SR-27).
  case loadRise
  /// A new amplitude's load exceeds the next lower one's by more than 10 % (SR-27).
  case loadJump
  /// Mean current of the second half is below command in two pulses (SR-28).
  case currentBelowCommand
  /// A converter's code is at the end of its range (SR-29).
  case converterOutOfRange
  /// A converter's sample is older than 5 ms (SR-29).
  case converterStale
  /// A converter gives the same code over two commanded levels (SR-29).
  case converterStuck
  /// The board started other pulses than were commanded (SR-28).
  case pulseCount
  /// The missing-pulse detector does not see the heartbeat (SR-24).
  case heartbeatUnseen
  /// The relay's contact is open although the coil is driven (SR-26).
  case relayOpen
  /// The next pulse could exceed the session's rectified charge (SR-12).
  case sessionCharge
  /// The session's on-time is used up (SR-12).
  case sessionOnTime
  /// More trains than the plan has were about to begin (SR-12).
  case sessionTrains
  /// The operator's lease was not renewed for 1 s (SR-23).
  case leaseLost
  /// The log made no progress for 1 s (SR-24).
  case loggerSilent
  /// More dose than the bound is not yet durable (SR-43).
  case undurableDose
  /// An item of the self-check failed (SR-04).
  case selfCheckFailed
  /// The board has not been checked since start (SR-02).
  case notYetChecked

  /// How many interlocks there are.
  @inlinable public static var count: Int { 47 }
}

// Decides: for each interlock its name, requirement, cause, response and clear condition.
// Leaves to others: detecting the cause (the other files here) and acting on it (controller).

/// What a trip does to the outputs.
public enum InterlockResponse: UInt8, Sendable {
  /// Everything off in this tick; a pulse in progress stays unrecovered, and that is recorded.
  case cut
  /// The pulse in progress ends with its recovery, then everything off.
  case finishPulse
}

extension InterlockID {
  /// The interlock's name in logs, messages and documents.
  public var name: StaticString {
    switch self {
    case .weldedRelay: return "welded-relay"
    case .overCurrentLine: return "over-current-line"
    case .shortCircuit: return "short-circuit"
    case .emergencyStop: return "emergency-stop"
    case .highVoltageLost: return "high-voltage-lost"
    case .outputWriteFailed: return "output-write-failed"
    case .unconfirmedInactive: return "unconfirmed-inactive"
    case .outputsLost: return "outputs-lost"
    case .currentWithPhasesOff: return "current-with-phases-off"
    case .leakage: return "leakage"
    case .currentAboveCommand: return "current-above-command"
    case .readBackMismatch: return "read-back-mismatch"
    case .amplitudeAboveCeiling: return "amplitude-above-ceiling"
    case .amplitudeRise: return "amplitude-rise"
    case .phaseTooLong: return "phase-too-long"
    case .pulseTooEarly: return "pulse-too-early"
    case .phaseOverlap: return "phase-overlap"
    case .isolationOverlap: return "isolation-overlap"
    case .lateReaction: return "late-reaction"
    case .loopStarved: return "loop-starved"
    case .clockBackwards: return "clock-backwards"
    case .lateEdge: return "late-edge"
    case .lateWake: return "late-wake"
    case .oftenLate: return "often-late"
    case .netCharge: return "net-charge"
    case .residue: return "residue"
    case .pulseEnergy: return "pulse-energy"
    case .powerDensity: return "power-density"
    case .openElectrode: return "open-electrode"
    case .outOfCompliance: return "out-of-compliance"
    case .loadRise: return "load-rise"
    case .loadJump: return "load-jump"
    case .currentBelowCommand: return "current-below-command"
    case .converterOutOfRange: return "converter-out-of-range"
    case .converterStale: return "converter-stale"
    case .converterStuck: return "converter-stuck"
    case .pulseCount: return "pulse-count"
    case .heartbeatUnseen: return "heartbeat-unseen"
    case .relayOpen: return "relay-open"
    case .sessionCharge: return "session-charge"
    case .sessionOnTime: return "session-on-time"
    case .sessionTrains: return "session-trains"
    case .leaseLost: return "lease-lost"
    case .loggerSilent: return "logger-silent"
    case .undurableDose: return "undurable-dose"
    case .selfCheckFailed: return "self-check-failed"
    case .notYetChecked: return "not-yet-checked"
    }
  }

  /// The safety requirement that the interlock enforces.
  public var requirement: StaticString {
    switch self {
    case .weldedRelay: return "SR-05"
    case .overCurrentLine: return "SR-21"
    case .shortCircuit: return "SR-27"
    case .emergencyStop: return "SR-21"
    case .highVoltageLost: return "SR-21"
    case .outputWriteFailed: return "SR-26"
    case .unconfirmedInactive: return "SR-24"
    case .outputsLost: return "SR-26"
    case .currentWithPhasesOff: return "SR-30"
    case .leakage: return "SR-30"
    case .currentAboveCommand: return "SR-28"
    case .readBackMismatch: return "SR-16"
    case .amplitudeAboveCeiling: return "SR-12"
    case .amplitudeRise: return "SR-14"
    case .phaseTooLong: return "SR-12"
    case .pulseTooEarly: return "SR-12"
    case .phaseOverlap: return "SR-31"
    case .isolationOverlap: return "SR-33"
    case .lateReaction: return "SR-21"
    case .loopStarved: return "SR-24"
    case .clockBackwards: return "SR-40"
    case .lateEdge: return "SR-25"
    case .lateWake: return "SR-25"
    case .oftenLate: return "SR-25"
    case .netCharge: return "SR-13"
    case .residue: return "SR-13"
    case .pulseEnergy: return "SR-12"
    case .powerDensity: return "SR-12"
    case .openElectrode: return "SR-27"
    case .outOfCompliance: return "SR-27"
    case .loadRise: return "SR-27"
    case .loadJump: return "SR-27"
    case .currentBelowCommand: return "SR-28"
    case .converterOutOfRange: return "SR-29"
    case .converterStale: return "SR-29"
    case .converterStuck: return "SR-29"
    case .pulseCount: return "SR-28"
    case .heartbeatUnseen: return "SR-24"
    case .relayOpen: return "SR-26"
    case .sessionCharge: return "SR-12"
    case .sessionOnTime: return "SR-12"
    case .sessionTrains: return "SR-12"
    case .leaseLost: return "SR-23"
    case .loggerSilent: return "SR-24"
    case .undurableDose: return "SR-43"
    case .selfCheckFailed: return "SR-04"
    case .notYetChecked: return "SR-02"
    }
  }

  /// What trips it.
  public var cause: StaticString {
    switch self {
    case .weldedRelay: return "the relay's contact stays closed after the coil is released"
    case .overCurrentLine: return "the hardware over-current comparator latched"
    case .shortCircuit: return "a load under 50 Ω at 5 mA or more, or at the probe"
    case .emergencyStop: return "the emergency-stop chain is open"
    case .highVoltageLost: return "the high-voltage supply is not present"
    case .outputWriteFailed: return "an output write failed"
    case .unconfirmedInactive: return "a write towards inactive is not confirmed"
    case .outputsLost: return "the lines are lost: the kernel no longer holds or reads them"
    case .currentWithPhasesOff: return "more than 1 mA for 2 ms with all phases off"
    case .leakage: return "a 5 ms mean above 50 µA from 20 ms after the last phase"
    case .currentAboveCommand:
      return "current above command by more than the larger of 10 % and 1 mA for 2 ms"
    case .readBackMismatch: return "the board reads back other outputs than were written"
    case .amplitudeAboveCeiling: return "an amplitude above the ceiling was about to be written"
    case .amplitudeRise: return "a pulse was about to exceed the highest delivered by too much"
    case .phaseTooLong: return "a phase was about to outlast its width and trim"
    case .pulseTooEarly: return "a pulse was about to begin before its period"
    case .phaseOverlap: return "a phase was about to begin within the dead time of the other"
    case .isolationOverlap: return "phases of channels that are not isolated were about to overlap"
    case .lateReaction: return "outputs went inactive more than 1 ms after a fault line's edge"
    case .loopStarved: return "the loop did not advance for 10 ms"
    case .clockBackwards: return "session time went backwards"
    case .lateEdge: return "a phase edge came later than the smaller of 1 ms and 10 % of the phase"
    case .lateWake: return "a wake-up came more than 2 ms late"
    case .oftenLate: return "more than 10 wake-ups in a second came more than 500 µs late"
    case .netCharge: return "a pulse left more than the larger of 3 % and 100 µA × its duration"
    case .residue:
      return "the session's residue is beyond the larger of 3 % and 100 µA × a pulse"
    case .pulseEnergy: return "a pulse's measured energy is above the limit"
    case .powerDensity: return "measured power density over a second is above the limit"
    case .openElectrode: return "no current flows although the voltage is at its limit"
    case .outOfCompliance: return "the current source is at its voltage limit in two pulses"
    case .loadRise: return "the load rose by more than 50 % in two pulses"
    case .loadJump: return "a new amplitude's load exceeds the next lower one's by more than 10 %"
    case .currentBelowCommand:
      return "mean current of the second half is below command in two pulses"
    case .converterOutOfRange: return "a converter's code is at the end of its range"
    case .converterStale: return "a converter's sample is older than 5 ms"
    case .converterStuck: return "a converter gives the same code over two commanded levels"
    case .pulseCount: return "the board started other pulses than were commanded"
    case .heartbeatUnseen: return "the missing-pulse detector does not see the heartbeat"
    case .relayOpen: return "the relay's contact is open although the coil is driven"
    case .sessionCharge: return "the next pulse could exceed the session's rectified charge"
    case .sessionOnTime: return "the session's on-time is used up"
    case .sessionTrains: return "more trains than the plan has were about to begin"
    case .leaseLost: return "the operator's lease was not renewed for 1 s"
    case .loggerSilent: return "the log made no progress for 1 s"
    case .undurableDose: return "more dose than the bound is not yet durable"
    case .selfCheckFailed: return "an item of the self-check failed"
    case .notYetChecked: return "the board has not been checked since start"
    }
  }

  /// What a trip does to the outputs.
  public var response: InterlockResponse {
    switch self {
    case .weldedRelay: return .cut
    case .overCurrentLine: return .cut
    case .shortCircuit: return .cut
    case .emergencyStop: return .cut
    case .highVoltageLost: return .cut
    case .outputWriteFailed: return .cut
    case .unconfirmedInactive: return .cut
    case .outputsLost: return .cut
    case .currentWithPhasesOff: return .cut
    case .leakage: return .cut
    case .currentAboveCommand: return .cut
    case .readBackMismatch: return .cut
    case .amplitudeAboveCeiling: return .cut
    case .amplitudeRise: return .cut
    case .phaseTooLong: return .cut
    case .pulseTooEarly: return .cut
    case .phaseOverlap: return .cut
    case .isolationOverlap: return .cut
    case .lateReaction: return .cut
    case .loopStarved: return .cut
    case .clockBackwards: return .cut
    case .lateEdge: return .cut
    case .lateWake: return .cut
    case .oftenLate: return .finishPulse
    case .netCharge: return .finishPulse
    case .residue: return .finishPulse
    case .pulseEnergy: return .finishPulse
    case .powerDensity: return .finishPulse
    case .openElectrode: return .cut
    case .outOfCompliance: return .cut
    case .loadRise: return .finishPulse
    case .loadJump: return .finishPulse
    case .currentBelowCommand: return .finishPulse
    case .converterOutOfRange: return .cut
    case .converterStale: return .cut
    case .converterStuck: return .cut
    case .pulseCount: return .cut
    case .heartbeatUnseen: return .cut
    case .relayOpen: return .cut
    case .sessionCharge: return .finishPulse
    case .sessionOnTime: return .finishPulse
    case .sessionTrains: return .finishPulse
    case .leaseLost: return .finishPulse
    case .loggerSilent: return .finishPulse
    case .undurableDose: return .finishPulse
    case .selfCheckFailed: return .cut
    case .notYetChecked: return .cut
    }
  }

  /// What must hold before a reset is accepted.
  public var clearCondition: StaticString {
    switch self {
    case .weldedRelay: return "the contact is open"
    case .overCurrentLine: return "the comparator is reset"
    case .shortCircuit: return "the next probe reads a load"
    case .emergencyStop: return "the chain is closed"
    case .highVoltageLost: return "the supply is present"
    case .outputWriteFailed: return "writes succeed"
    case .unconfirmedInactive: return "writes are confirmed"
    case .outputsLost: return "a new start of the program holds and reads the lines"
    case .currentWithPhasesOff: return "no current flows"
    case .leakage: return "no current flows"
    case .currentAboveCommand: return "a self-check passes"
    case .readBackMismatch: return "outputs read back as written"
    case .amplitudeAboveCeiling: return "a self-check passes"
    case .amplitudeRise: return "a self-check passes"
    case .phaseTooLong: return "a self-check passes"
    case .pulseTooEarly: return "a self-check passes"
    case .phaseOverlap: return "a self-check passes"
    case .isolationOverlap: return "a self-check passes"
    case .lateReaction: return "a self-check passes"
    case .loopStarved: return "a self-check passes"
    case .clockBackwards: return "a self-check passes"
    case .lateEdge: return "a self-check passes"
    case .lateWake: return "a self-check passes"
    case .oftenLate: return "a self-check passes"
    case .netCharge: return "a self-check passes"
    case .residue: return "a self-check passes"
    case .pulseEnergy: return "a self-check passes"
    case .powerDensity: return "a self-check passes"
    case .openElectrode: return "the next probe reads a load"
    case .outOfCompliance: return "a self-check passes"
    case .loadRise: return "the next probe reads a load"
    case .loadJump: return "the next probe reads a load"
    case .currentBelowCommand: return "a self-check passes"
    case .converterOutOfRange: return "codes are in range"
    case .converterStale: return "samples are fresh"
    case .converterStuck: return "a self-check passes"
    case .pulseCount: return "a self-check passes"
    case .heartbeatUnseen: return "a self-check passes"
    case .relayOpen: return "a self-check passes"
    case .sessionCharge: return "a new session"
    case .sessionOnTime: return "a new session"
    case .sessionTrains: return "a new session"
    case .leaseLost: return "the lease is renewed"
    case .loggerSilent: return "the log makes progress"
    case .undurableDose: return "the log makes progress"
    case .selfCheckFailed: return "a self-check passes"
    case .notYetChecked: return "a self-check passes"
    }
  }
}

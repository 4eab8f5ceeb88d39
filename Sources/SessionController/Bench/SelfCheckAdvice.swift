// Decides: what somebody at the bench does about an item of the self-check that failed.
// Leaves to others: finding the cause (interlocks) and the circuits (Hardware/).

import StimulationCore

/// What to do, in a sentence.
enum SelfCheckAdvice {
  /// For causes that say more than the item at which they came; `nil` for the others.
  static func of(_ interlock: InterlockID, at item: SelfCheckItem) -> String? {
    switch interlock {
    // Without a load the current is nothing, whatever is commanded.
    case .converterStuck where item == .probe:
      return "connect a dummy load of 1 kΩ to every channel; with one, look at the converter's "
        + "wiring, clock and reference"
    case .emergencyStop:
      return "release the emergency stop; if it is, look for a broken wire in the chain"
    case .overCurrentLine:
      return "press RESET on the board; if it latches again, look for a short at the output"
    case .highVoltageLost: return "switch the output supply on; if it is, measure it"
    case .weldedRelay: return "replace the output relay; nobody may be connected"
    case .relayOpen: return "look at the relay's coil, its drive and the wire of contactClosed"
    case .heartbeatUnseen: return "look at the heartbeat's line and the missing-pulse detector"
    case .openElectrode: return "connect a dummy load of 1 kΩ to every channel"
    case .shortCircuit: return "take the short off the output, or look for one on the board"
    case .outputWriteFailed, .unconfirmedInactive, .outputsLost:
      return "look in the kernel's log, and for another driver of the same pins"
    case .readBackMismatch: return "look for a short or another driver of the same pins"
    case .converterOutOfRange, .converterStale, .converterStuck:
      return "look at the converter's wiring, clock and reference"
    case .currentWithPhasesOff, .leakage:
      return "look for a bridge that conducts while it is off"
    case .currentAboveCommand, .currentBelowCommand:
      return "look at the current source and the measuring resistor, then calibrate"
    case .lateWake, .lateEdge, .oftenLate, .loopStarved, .lateReaction:
      return "see nmes board doctor: this machine is late"
    case .loggerSilent, .undurableDose: return "make room on the disk of the log"
    default: return nil
    }
  }

  /// For an item without such a cause.
  static func of(_ item: SelfCheckItem) -> String {
    switch item {
    case .inactive: return "look for lines and PWM outputs that do not go inactive"
    case .range:
      return "look at the range-select lines, and measure the comparator's threshold"
    case .heartbeat: return "look at the heartbeat's line and the missing-pulse detector"
    case .offset: return "trim or replace the sense amplifier; its offset is above 500 µA"
    case .relayCloses: return "look at the relay's coil, its drive and the wire of contactClosed"
    case .probe: return "look at the current source, the bridge and the measuring resistor"
    case .relayOpens: return "replace the output relay; nobody may be connected"
    }
  }
}

// Decides: the words of a refused command: what, the limit, what to do.
// Leaves to others: refusing (StimulationController).

#if !hasFeature(Embedded)
  extension Refusal: CustomStringConvertible {
    /// One line: what was refused, the limit and who set it, and what to do.
    public var description: String {
      switch self {
      case .notInState(let state):
        return "not possible while \(state.name); \(state.wayOut)"
      case .causePresent(let id):
        return "\(id.name) (\(id.requirement)) is still present: \(id.cause); reset when "
          + "\(id.clearCondition)"
      case .selfCheckExpired:
        return "the self-check is older than 60 s or was used up (SR-04); run it again"
      case .leaseNotRenewed:
        return "the operator's lease was not renewed for 1 s (SR-23); renew it, then ask again"
      case .unacknowledgedHazard:
        return "an unacknowledged short, over-current or welded relay stands in the log (SR-05); "
          + "look at the board and electrodes, then acknowledge it with \"nmes dose acknowledge\""
      case .clockNotTrusted:
        return "the wall clock is earlier than the newest record or not synchronised (SR-47); "
          + "set it, or have the operator confirm it"
      case .limit(let violation): return violation.description
      case .sessionOver: return "this session was run already; begin another"
      case .noChannel(let channel):
        return "there is no channel \(channel + 1); name one of the plan's channels"
      case .negative(let amplitude): return "\(amplitude) is below 0 mA; ask for 0 mA or more"
      case .aboveCeiling(let amplitude, let ceiling, let source, let channel):
        return "\(amplitude) on channel \(channel + 1) is above the ceiling of \(ceiling) set by "
          + "\(source) (SR-10); ask for \(ceiling) or less"
      case .notRepresentable(let amplitude, let below, let above):
        return "\(amplitude) lies between two steps of the board (SR-16); "
          + "ask for \(below) or \(above)"
      case .notBalanced(let amplitude, let lowest, let channel):
        return "pulses of \(amplitude) on channel \(channel + 1) are too weak for their charge "
          + "to be returned (SR-13); ask for \(lowest) or more, or 0 mA"
      case .riseTooLarge(let from, let to, let channel):
        return "a rise from \(from) to \(to) on channel \(channel + 1) is more than 1 mA in one "
          + "request (SR-14); go in steps, or name a target"
      case .riseTooFast(let to, let channel):
        return "\(to) on channel \(channel + 1) would be more than 5 mA of rise within a second "
          + "(SR-14); wait a moment"
      case .beyondDelivered(let amplitude, let highest, let most, let channel):
        return "\(amplitude) on channel \(channel + 1) is too far above the highest delivered "
          + "pulse of \(highest) (SR-14); at most \(most) until a pulse has been delivered"
      }
    }
  }

  extension StateCode {
    /// What leads on from the state, for whoever asked for something else.
    var wayOut: String {
      switch self {
      case .faulted: return "check the board first, after a reset where a fault is latched"
      case .selfCheck: return "wait until the board has checked itself"
      case .checked: return "arm first"
      case .armed: return "start, or stop"
      case .ramping, .running: return "pause or stop first"
      case .paused: return "resume or stop first"
      case .stopping: return "wait until the relay has opened"
      case .completed: return "the session is over: load the next"
      }
    }
  }

  extension SelfCheckItem {
    /// The item in words.
    public var text: String {
      switch self {
      case .inactive: return "outputs inactive"
      case .range: return "output range and over-current threshold"
      case .heartbeat: return "heartbeat seen"
      case .offset: return "converter offset"
      case .relayCloses: return "relay closes"
      case .probe: return "balanced probe"
      case .relayOpens: return "relay opens"
      }
    }
  }
#endif

// Decides: the words in which a plan is refused.
// Leaves to others: the checks (PlanCheck) and where a value was read (ProtocolLibrary).

#if !hasFeature(Embedded)

  extension PlanRefusal: CustomStringConvertible {
    /// One line: what is wrong, the limit and who set it, and what to do.
    public var description: String {
      switch self {
      case .limit(let violation): violation.description
      case .channelCount, .noElectrodeArea, .electrodeTooLarge, .noCeiling, .startAboveCeiling,
        .netCharge:
        channelText
      case .emptyDuration, .trainShorterThanPulse, .trainsTooClose, .trainCount,
        .scheduleLongerThanSession:
        scheduleText
      case .recoveryWidth, .recoveryNotLonger, .capacitorRecovery, .notBoardTimeable,
        .shapeTooShort, .gapTooLong, .pulseLongerThanPeriod:
        pulseText
      default: boardText
      }
    }

    private var channelText: String {
      switch self {
      case .channelCount(let count):
        "\(count) channels are asked for; a plan has 1 to \(maximumChannels); change the channels"
      case .noElectrodeArea(let channel):
        "channel \(channel + 1) has no electrode area; there is no default, so state the area "
          + "of its smaller electrode"
      case .electrodeTooLarge(let channel, let area, let largest):
        "channel \(channel + 1): an electrode of \(area) is larger than any that is worn; the "
          + "limit is \(largest); state the area of its smaller electrode"
      case .noCeiling(let channel):
        "channel \(channel + 1) has no ceiling above 0 mA; state one"
      case .startAboveCeiling(let channel, let start, let ceiling):
        start < .zero
          ? "channel \(channel + 1): amplitude \(start) is below 0 mA; ask for 0 mA or more"
          : "channel \(channel + 1): amplitude \(start) is above the ceiling of \(ceiling); ask "
            + "for \(ceiling) or less"
      case .netCharge(let channel, let net, let limit):
        "channel \(channel + 1) leaves \(net) a pulse; the limit is \(limit) (amplitude × 1 µs, "
          + "SR-13); choose widths whose charges cancel"
      default: ""
      }
    }

    private var scheduleText: String {
      switch self {
      case .emptyDuration(let part):
        "the \(part) is negative, empty or longer than 24 h; state a usable duration"
      case .trainShorterThanPulse(let onTime, let pulse):
        "a train of \(onTime) is shorter than one pulse of \(pulse); lengthen the train"
      case .trainsTooClose(let gap, let period):
        "from the last pulse of a train to the next train only \(gap) pass, less than the pulse "
          + "period of \(period); lengthen the off-time or the rest between sets"
      case .trainCount:
        "a set has 1 to 10,000 trains and a session 1 to 100 sets; change the counts"
      case .scheduleLongerThanSession(let schedule, let session):
        "the trains take \(schedule == .never ? "centuries" : schedule.description), longer than "
          + "the session's duration of \(session); use fewer trains or a longer session"
      default: ""
      }
    }

    private var pulseText: String {
      switch self {
      case .recoveryWidth(let leading, let recovery):
        "a symmetric recovery of \(recovery) differs from its leading phase of \(leading); make "
          + "them equal"
      case .recoveryNotLonger(let leading, let recovery):
        "an asymmetric recovery of \(recovery) is not longer than its leading phase of "
          + "\(leading); lengthen it"
      case .capacitorRecovery(let leading):
        "capacitor recovery has no width of its own and is for leading phases under "
          + "\(PulsePlan.shortestLoopTimedPhase) (SR-30), not \(leading); recover actively, or "
          + "state a recovery phase of 0 ms"
      case .notBoardTimeable(let leading):
        "a leading phase of \(leading) is timed by the board, which makes rectangular pulses of "
          + "fixed polarity with symmetric or capacitor recovery only; choose these, or a phase "
          + "of \(PulsePlan.shortestLoopTimedPhase) or more"
      case .shapeTooShort(let recovery, let shortest):
        "a recovery of this shape over \(recovery) ends so steeply that its last edge could leave "
          + "more than 3 % of its charge (SR-13); the shortest is \(shortest); lengthen the phases"
      case .gapTooLong(let gap, let longest):
        "an interphase gap of \(gap) is longer than the limit of \(longest); shorten it"
      case .pulseLongerThanPeriod(let pulse, let period):
        "a pulse of \(pulse) does not end within its period of \(period); lengthen the period"
      default: ""
      }
    }

    private var boardText: String {
      switch self {
      case .boardChannels(let asked, let board):
        "\(asked) channels are asked for and the board has \(board); use fewer channels"
      case .notIsolated:
        "trains of channels that this board does not isolate overlap (SR-33); alternate them"
      case .noRange(let channel, let ceiling, let largest):
        "channel \(channel + 1): no output range holds the ceiling of \(ceiling); the board's "
          + "largest is \(largest); lower the ceiling"
      case .notRepresentable(let channel, let value, let step):
        PlanRefusal.unrepresentable(channel: channel, value: value, step: step)
      case .notBalanced(let channel, let value, let lowest):
        "channel \(channel + 1): pulses of \(value) are too weak for their charge to be returned "
          + "(SR-13); choose \(lowest) or more"
      case .gateRange(let leading, let shortest, let longest):
        longest == .zero
          ? "a leading phase of \(leading) must be timed by the board, and this board times "
            + "none; choose \(PulsePlan.shortestLoopTimedPhase) or more"
          : "a leading phase of \(leading) is outside the board's \(shortest) to \(longest); "
            + "choose a width within"
      case .noSampleAndHold:
        "phases under \(PulsePlan.shortestLoopTimedPhase) need a board with sample-and-hold and "
          + "a pulse count; this one lacks them, so choose longer phases or another board"
      case .recoveryNotMade(let recovery):
        "this board does not make a \(recovery) recovery; choose another"
      case .phaseLimiter(let width, let longest):
        "a phase of \(width) is longer than the board's phase limiter allows (\(longest)); "
          + "shorten it"
      case .chargeIntegrator(let charge, let most):
        "a phase charge of \(charge) is more than the board's integrator allows (\(most)); lower "
          + "the ceiling or shorten the phase"
      default: timingText
      }
    }

    private var timingText: String {
      switch self {
      case .stepShorterThanSettling(let step, let settling):
        "a shaped phase has \(PulseShape.stepsPerShapedPhase) steps, here of \(step), no longer "
          + "than the board's settling of \(settling); lengthen the phase"
      case .gapShorterThanSettling(let gap, let settling):
        "an asymmetric recovery after a gap of \(gap) leaves the board no settling time of "
          + "\(settling) (SR-31); lengthen the gap"
      case .noRoomInPeriod(let needed, let period):
        "the pulse with dead times, settling and trim needs \(needed), longer than its period of "
          + "\(period); lengthen the period"
      default: ""
      }
    }

    private static func unrepresentable(
      channel: Int, value: Microamperes, step: Microamperes
    ) -> String {
      let below = value.roundedDown(to: step)
      // Nothing at all is no amplitude to choose.
      let choice = below > .zero ? "\(below) or \(below + step)" : "\(below + step)"
      return "channel \(channel + 1): \(value) lies between the board's steps of \(step) (SR-16); "
        + "choose \(choice)"
    }
  }

  extension PlanPart: CustomStringConvertible {
    /// The part's key in a protocol file.
    public var description: String {
      switch self {
      case .leadingPhase: "leadingPhase"
      case .interphaseGap: "interphaseGap"
      case .recoveryPhase: "recoveryPhase"
      case .pulsePeriod: "pulsePeriod"
      case .rampUp: "rampUp"
      case .plateau: "plateau"
      case .rampDown: "rampDown"
      case .offTime: "offTime"
      case .restBetweenSets: "restBetweenSets"
      case .sessionDuration: "session duration"
      case .offset: "channelOffset"
      }
    }
  }

  extension Recovery: CustomStringConvertible {
    /// The recovery's name in files and on screen.
    public var description: String {
      switch self {
      case .symmetric: "symmetric"
      case .asymmetric: "asymmetric"
      case .capacitor: "capacitor"
      }
    }
  }

  extension PulseShape: CustomStringConvertible {
    /// The shape's name in files and on screen.
    public var description: String {
      switch self {
      case .rectangular: "rectangular"
      case .triangular: "triangular"
      case .exponential: "exponential"
      case .trapezoid: "trapezoid"
      }
    }
  }

  extension LeadingPolarity: CustomStringConvertible {
    /// The option's name in files and on screen.
    public var description: String { self == .fixed ? "fixed" : "alternating" }
  }

  extension Polarity: CustomStringConvertible {
    /// The polarity's name in files and on screen.
    public var description: String { self == .positive ? "positive" : "negative" }
  }

#endif

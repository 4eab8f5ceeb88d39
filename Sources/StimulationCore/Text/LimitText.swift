// Decides: the words for limits, who set them, and what to do when one is exceeded.
// Leaves to others: when a limit is exceeded (PlanCheck) and where a value was read.

#if !hasFeature(Embedded)

  extension LimitSource: CustomStringConvertible {
    /// Who set a limit, as in "set by the prescription".
    public var description: String {
      switch self {
      case .compiled: "the compiled envelope"
      case .board: "the board definition"
      case .prescription: "the prescription"
      case .protocolFile: "the protocol"
      }
    }
  }

  extension Envelope: CustomStringConvertible {
    /// The envelope's name in files and on screen.
    public var description: String { self == .standard ? "standard" : "extended" }
  }

  extension LimitKind: CustomStringConvertible {
    /// What is limited.
    public var description: String {
      switch self {
      case .amplitude: "amplitude"
      case .longPulseAmplitude: "amplitude of a pulse of 100 ms or more"
      case .phaseWidth: "phase width"
      case .pulseRate: "pulse rate"
      case .phaseCharge: "phase charge"
      case .pulseEnergy: "pulse energy"
      case .rms: "r.m.s. current"
      case .currentDensity: "r.m.s. current density"
      case .powerDensity: "power density"
      case .sessionCharge: "rectified charge of a session"
      case .sessionOnTime: "on-time of a session"
      case .trainsPerDay: "trains in a day"
      case .sessionsPerDay: "sessions in a day"
      case .restBetweenSessions: "rest between sessions"
      }
    }

    /// `value` in the limit's unit, as text.
    public func text(of value: Int64) -> String {
      switch self {
      case .amplitude, .longPulseAmplitude, .rms:
        decimal(value, units: [(1_000, "mA"), (1, "µA")])
      case .phaseWidth, .sessionOnTime, .restBetweenSessions: Nanoseconds(value).description
      case .pulseRate: decimal(value, units: [(1_000, "pps")])
      case .phaseCharge, .sessionCharge: Femtocoulombs(value).description
      case .pulseEnergy: Picojoules(value).description
      // 10,000 nA/mm² are 1 mA/cm².
      case .currentDensity: decimal(value, units: [(10_000, "mA/cm²")])
      case .powerDensity: decimal(value, units: [(1_000_000, "W/cm²")])
      case .trainsPerDay, .sessionsPerDay: "\(value)"
      }
    }

    /// Whether each channel has a figure of its own; else it is the whole session's.
    var isOfOneChannel: Bool {
      switch self {
      case .amplitude, .longPulseAmplitude, .phaseCharge, .pulseEnergy, .rms, .currentDensity,
        .powerDensity, .sessionCharge:
        true
      case .phaseWidth, .pulseRate, .sessionOnTime, .trainsPerDay, .sessionsPerDay,
        .restBetweenSessions:
        false
      }
    }

    /// What brings the figure within its limit.
    public var remedy: String {
      switch self {
      case .amplitude, .longPulseAmplitude: "lower the ceiling"
      case .phaseWidth: "shorten the phase"
      case .pulseRate: "lengthen the pulse period"
      case .phaseCharge, .pulseEnergy: "lower the ceiling or shorten the phase"
      case .rms: "lower the ceiling, shorten the phase or lengthen the pulse period"
      case .currentDensity, .powerDensity: "use larger electrodes or lower the ceiling"
      case .sessionCharge: "gain and lateness count in; use fewer trains or a lower ceiling"
      case .sessionOnTime: "use fewer or shorter trains"
      case .trainsPerDay: "use fewer trains, or wait until trains are more than 24 h ago"
      case .sessionsPerDay: "wait until the next day"
      case .restBetweenSessions: "wait until the muscle has rested"
      }
    }
  }

  extension LimitViolation: CustomStringConvertible {
    /// One line: the figure, the limit and who set it, and what to do.
    public var description: String {
      let bound = kind.isMinimum ? "below" : "above"
      let place = kind.isOfOneChannel ? "channel \(channel + 1): " : ""
      let isCount = kind == .trainsPerDay || kind == .sessionsPerDay
      return "\(place)\(kind)\(isCount ? ":" : "") \(kind.text(of: figure)) is \(bound) the limit "
        + "of \(kind.text(of: limit.value)) set by \(limit.source); \(kind.remedy)"
    }
  }

  extension LimitDisagreement: CustomStringConvertible {
    /// One line: both values, who set each, and what to do.
    public var description: String {
      "\(kind): \(kind.text(of: inner.value)) set by \(inner.source) is looser than "
        + "\(kind.text(of: outer.value)) set by \(outer.source); "
        + "\(inner.source) may only tighten, so change one of the two"
    }
  }

#endif

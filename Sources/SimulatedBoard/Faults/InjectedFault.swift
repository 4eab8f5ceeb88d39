// Decides: which faults can be injected, and what each one's size and default are.
// Leaves to others: reading them from text (FaultSpecification) and their effect (the plant).

public import StimulationCore

/// A fault that the simulated board shows at a time.
public struct InjectedFault: Sendable, Equatable {
  /// What goes wrong, and how much.
  public enum Kind: Sendable, Equatable {
    /// An electrode comes off: open, or this resistance in series.
    case leadOff(Ohms?)
    /// This resistance lies across the electrodes.
    case short(Ohms)
    /// The relay's contact stays closed whatever the coil.
    case stuckRelay
    /// The current converter repeats this code, or the one it had.
    case stuckConverter(Int32?)
    /// Noise on the current readings, r.m.s. as a share of the commanded amplitude.
    case noise(PartsPerMillion)
    /// One wake-up is this late.
    case lateWakeup(Nanoseconds)
    /// The request that holds the output lines is lost: they keep their state.
    case lostLine
    /// One application of outputs fails.
    case writeError
    /// The logger stands still for this long, or for good.
    case logStall(Nanoseconds?)
    /// The emergency-stop chain opens and stays open.
    case emergencyStop
    /// The current source delivers this current whatever its command, or 1.1 × the threshold.
    case overCurrent(Microamperes?)
    /// The high-voltage supply goes away.
    case highVoltageLost
  }

  /// What goes wrong.
  public let kind: Kind
  /// The channel, counted from 0; 0 for faults of the whole board.
  public let channel: Int
  /// When, on the board's clock.
  public let at: Nanoseconds

  /// A fault at a time.
  public init(_ kind: Kind, channel: Int = 0, at: Nanoseconds) {
    precondition(channel >= 0 && channel < maximumChannels, "a channel of a board")
    precondition(at >= .zero, "a fault lies on the board's clock")
    self.kind = kind
    self.channel = channel
    self.at = at
  }

  /// What lies across the electrodes in a short without a size.
  static let defaultShort = Ohms(10)
  /// The noise without a size.
  static let defaultNoise = PartsPerMillion(300_000)
  /// The lateness without a size.
  static let defaultLateWakeup = Nanoseconds.milliseconds(3)

  /// The most faults that one board takes.
  public static let most = 32
}

/// The names of the faults, as the command line spells them.
public enum FaultName: String, CaseIterable, Sendable {
  case leadOff = "lead-off"
  case short = "short"
  case stuckRelay = "stuck-relay"
  case stuckConverter = "stuck-converter"
  case noise = "noise"
  case lateWakeup = "late-wakeup"
  case lostLine = "lost-line"
  case writeError = "write-error"
  case logStall = "log-stall"
  case emergencyStop = "emergency-stop"
  case overCurrent = "over-current"
  case highVoltageLost = "high-voltage-lost"

  /// Whether the fault belongs to one channel rather than to the board.
  public var isOfOneChannel: Bool {
    switch self {
    case .leadOff, .short, .stuckConverter, .noise, .overCurrent: return true
    default: return false
    }
  }

  /// What the fault does, with its size where none is stated.
  public var effect: String {
    switch self {
    case .leadOff: "an electrode is open; SIZE: a resistance in series"
    case .short: "\(InjectedFault.defaultShort) across the electrodes; SIZE: another resistance"
    case .stuckRelay: "the relay's contact stays closed"
    case .stuckConverter: "the current converter repeats its code; SIZE: another"
    case .noise: "noise of \(InjectedFault.defaultNoise) of the command; SIZE: another share"
    case .lateWakeup:
      "one wake-up is \(InjectedFault.defaultLateWakeup) late; SIZE: another time"
    case .lostLine: "the request that holds the output lines is lost"
    case .writeError: "one write of the outputs fails"
    case .logStall: "the log stands still to the end; SIZE: for a time"
    case .emergencyStop: "the emergency-stop chain opens"
    case .overCurrent: "1.1 times the hardware threshold; SIZE: another current"
    case .highVoltageLost: "the high-voltage supply goes away"
    }
  }

  /// What a size of this fault is, for messages; `nil` when it takes none.
  var sizeWords: String? {
    switch self {
    case .leadOff, .short: return "a resistance such as \"50 kohm\""
    case .stuckConverter: return "a converter code from -32767 to 32767"
    case .noise: return "a share of the command such as \"30%\", above 0 % to 1000 %"
    case .lateWakeup, .logStall: return "a time above 0 such as \"3 ms\""
    case .overCurrent: return "a current above 0 such as \"300 mA\""
    default: return nil
    }
  }
}

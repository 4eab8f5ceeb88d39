// Decides: which interphase gap a board delivers, and that a longer one than was stated is told
// (SR-31).
// Leaves to others: keeping it (PulseEngine, OutputGuard) and where it is shown.

/// A pulse's interphase gap beside the one that a board delivers.
public struct DeliveredGap: Sendable, Equatable {
  /// As the protocol states it.
  public let stated: Nanoseconds
  /// As the board delivers it: never shorter than stated.
  public let delivered: Nanoseconds

  /// The gap of `pulse` on `board`: at least the board's dead time, and after a shaped phase at
  /// least its settling time, because the recovery begins at another amplitude.
  public init(of pulse: PulsePlan, on board: BoardCapabilities) {
    let needed = pulse.shape == .rectangular ? board.deadTime : max(board.deadTime, board.settling)
    self.init(stated: pulse.interphaseGap, delivered: max(pulse.interphaseGap, needed))
  }

  /// A gap as the log has it.
  public init(stated: Nanoseconds, delivered: Nanoseconds) {
    self.stated = stated
    self.delivered = delivered
  }

  /// Whether the board delivers a longer gap than was stated.
  public var isLonger: Bool { delivered > stated }
}

#if !hasFeature(Embedded)

  extension DeliveredGap {
    /// `0 ms, delivered as 100 µs on simulated`; the stated gap alone where the board keeps it.
    public func text(on board: String) -> String {
      let stated = DeliveredGap.text(stated)
      return isLonger ? "\(stated), delivered as \(delivered) on \(board)" : stated
    }

    /// What is to be said of a gap where no board is named.
    public static func textWithoutBoard(_ stated: Nanoseconds) -> String {
      "\(text(stated)), or the board's dead time where that is longer"
    }

    /// A gap of nothing reads in the unit of short durations.
    private static func text(_ gap: Nanoseconds) -> String {
      gap == .zero ? "0 ms" : "\(gap)"
    }
  }

#endif

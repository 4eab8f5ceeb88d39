// Decides: when the output relay's contact follows its coil and what else drops it.
// Leaves to others: what the contact carries (ChannelPlant).

/// The output relay with its missing-pulse detector.
///
/// A drop by hardware (detector, phase limiter, charge integrator) holds until the coil is
/// released, so that the contact never closes again by itself.
struct OutputRelay {
  /// From coil to contact, closing and opening.
  static let delay: Int64 = 3_000_000
  /// From the last heartbeat edge to the drop, before the seeded spread.
  static let detectorTime: Int64 = 12_000_000

  /// What the pin commands.
  private(set) var coil = false
  /// What the contact does.
  private(set) var contact = false
  /// Whether the detector sees the heartbeat.
  private(set) var heartbeatSeen = false
  /// Whether hardware has dropped the relay.
  private(set) var isDropped = false

  private let detectorTime: Int64
  private var isWelded = false
  private var isDriven = false
  private var contactAt = Int64.max
  private var detectorAt = Int64.max

  init(detectorSpread: Double) {
    detectorTime = OutputRelay.detectorTime + Int64(detectorSpread)
  }

  /// The next change; `Int64.max` for none.
  var nextEvent: Int64 { min(contactAt, detectorAt) }

  mutating func write(coil newCoil: Bool, at time: Int64) {
    if newCoil == coil { return }
    coil = newCoil
    isDropped = coil && !heartbeatSeen
    follow(at: time)
  }

  mutating func beat(at time: Int64) {
    heartbeatSeen = true
    detectorAt = time + detectorTime
  }

  mutating func drop(at time: Int64) {
    isDropped = true
    follow(at: time)
  }

  mutating func weld() {
    isWelded = true
    contact = true
    contactAt = .max
  }

  mutating func handleEvents(at time: Int64) {
    if detectorAt <= time {
      detectorAt = .max
      heartbeatSeen = false
      if coil { drop(at: time) }
    }
    if contactAt <= time {
      contactAt = .max
      contact = isDriven
    }
  }

  private mutating func follow(at time: Int64) {
    isDriven = coil && !isDropped
    if isWelded { return }
    contactAt = isDriven == contact ? .max : time + OutputRelay.delay
  }
}

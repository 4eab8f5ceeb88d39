// Decides: how a test brings a controller to a place, and what it can ask there.
// Leaves to others: the board (InterlockRig).

@testable import StimulationCore

/// A place in the life of a session at which a test can act.
enum Place: String, CaseIterable {
  case faulted
  case checkInactive
  case checkRange
  case checkHeartbeat
  case checkOffset
  case checkRelayCloses
  case checkProbe
  case checkRelayOpens
  case checked
  case armed
  case ramping
  case leading
  case gap
  case recovery
  case rest
  case paused
  case stopping
  case completed

  fileprivate var item: SelfCheckItem? {
    switch self {
    case .checkInactive: return .inactive
    case .checkRange: return .range
    case .checkHeartbeat: return .heartbeat
    case .checkOffset: return .offset
    case .checkRelayCloses: return .relayCloses
    case .checkProbe: return .probe
    case .checkRelayOpens: return .relayOpens
    default: return nil
    }
  }
}

/// A journey that did not arrive.
struct NeverArrived: Error, CustomStringConvertible {
  let description: String
}

extension InterlockRig {
  var state: ControllerState { controller.state }
  var first: InterlockID? { controller.latch.first }

  func has(_ id: InterlockID) -> Bool { controller.latch.all.contains(id) }

  /// Every latched trip, worst first.
  var trips: [InterlockID] {
    var rest = controller.latch.all
    var list: [InterlockID] = []
    while let id = rest.popWorst() { list.append(id) }
    return list
  }

  /// Whether any phase or gate is on.
  var isActive: Bool { (0..<8).contains { frame.channels[$0].isActive } }

  /// Everything off: phases, gates, amplitudes and the relay's coil.
  var isOff: Bool {
    !frame.relayCoil && (0..<8).allSatisfy { frame.channels[$0] == .inactive }
  }

  /// Turns until something holds, at most for a time of the session.
  func turn(
    for limit: Nanoseconds = .seconds(3), until holds: (InterlockRig) -> Bool
  ) throws {
    let end = now + limit
    while !holds(self) {
      if now >= end {
        throw NeverArrived(description: "still \(state) at \(now), tripped \(trips)")
      }
      turn()
    }
  }

  /// Turns for a time of the session, whatever happens.
  func run(for time: Nanoseconds) {
    let end = now + time
    while now < end { turn() }
  }

  func ask(_ command: Command) throws {
    let reply = turn(command)
    guard reply == .accepted else {
      throw NeverArrived(description: "\(command) in \(state): \(reply), tripped \(trips)")
    }
  }

  func selfCheck() throws {
    try ask(.selfCheck)
    try turn { $0.state == .checked || $0.state == .faulted }
  }

  func arm() throws {
    try selfCheck()
    try ask(.arm(.none))
  }

  func start() throws {
    try arm()
    try ask(.start)
  }

  /// Runs with every channel at an amplitude and one pulse of it delivered.
  func run(at amplitude: Microamperes) throws {
    try start()
    try ask(.target(amplitude, channel: nil))
    try turn(for: .seconds(120)) {
      $0.controller.channels[0].setpoint.value == amplitude || !$0.controller.isDelivering
    }
    let pulses = controller.channels[0].total.pulses
    try turn { $0.controller.channels[0].total.pulses > pulses || !$0.controller.isDelivering }
  }

  /// Goes to a place of a loop-timed session, from a fresh controller.
  func go(to place: Place) throws {
    switch place {
    case .faulted: turn()
    case .checkInactive, .checkRange, .checkHeartbeat, .checkOffset, .checkRelayCloses,
      .checkProbe, .checkRelayOpens:
      try ask(.selfCheck)
      let item = place.item
      try turn {
        if case .selfCheck(let present) = $0.state { return present == item }
        return false
      }
      if place == .checkProbe { try turn { $0.isActive } }
    case .checked: try selfCheck()
    case .armed: try arm()
    case .ramping:
      try start()
      try ask(.target(.milliamperes(20), channel: nil))
      try turn { $0.state == .ramping && $0.isActive }
    case .leading: try pulse(to: .leading)
    case .gap: try pulse(to: .gap)
    case .recovery: try pulse(to: .recovery)
    case .rest: try pulse(to: .rest)
    case .paused:
      try run(at: .milliamperes(6))
      try ask(.pause)
      try turn { $0.state == .paused }
    case .stopping:
      try run(at: .milliamperes(6))
      turn(stop: true)
    case .completed:
      try run(at: .milliamperes(6))
      turn(stop: true)
      try turn { $0.state.code == .completed }
    }
  }

  /// Into a stage of a pulse; one tick deep into phases, so that something has flowed.
  private func pulse(to stage: PulseEngine.Stage) throws {
    try run(at: .milliamperes(6))
    try turn { $0.controller.channels[0].engine.stage == .leading }
    try turn { $0.controller.channels[0].engine.stage == stage }
    if stage == .rest { try turn { $0.controller.channels[0].isAtRest(at: $0.now) } }
    turn()
  }

  /// The charge that the channel's present pulse has yet to return, by measurement.
  var isMidPulse: Bool { controller.channels[0].engine.stage != .rest }
}

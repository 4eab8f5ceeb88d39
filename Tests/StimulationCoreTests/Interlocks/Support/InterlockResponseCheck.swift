// Decides: what "cut" and "finish the pulse" look like at the outputs.
// Leaves to others: which interlock asks for which (each test says so itself).

import Testing

@testable import StimulationCore

extension InterlockRig {
  /// One tick whose readings are changed; the cause is gone in the next.
  @discardableResult
  func turn(
    late: Nanoseconds = .zero, corrupting change: @escaping (inout Readings) -> Void
  ) -> Reply {
    corrupt = { readings, _ in change(&readings) }
    defer { corrupt = nil }
    return turn(late: late)
  }

  /// Turns until an interlock is latched; answers whether it was.
  func trips(_ id: InterlockID, within limit: Nanoseconds = .seconds(3)) -> Bool {
    let end = now + limit
    while !has(id) && now < end { turn() }
    return has(id)
  }

  /// Turns for a time and answers whether nothing at all tripped.
  func staysClean(for time: Nanoseconds) -> Bool {
    let end = now + time
    while now < end && first == nil { turn() }
    return first == nil
  }

  /// The charge that the log says was left unrecovered.
  var unrecovered: Int {
    records.count {
      if case .event(let event) = $0, case .unrecovered = event.event { return true }
      return false
    }
  }
}

/// Expects that `id` has just been latched in a state that energised, with `response`, and
/// that it persists although the cause is gone from here on.
func expectResponse(
  _ response: InterlockResponse, to id: InterlockID, of rig: InterlockRig,
  isFirst: Bool = true, sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(rig.has(id), "\(id) is not among \(rig.trips)", sourceLocation: sourceLocation)
  if isFirst { #expect(rig.first == id, sourceLocation: sourceLocation) }
  #expect(id.response == response, sourceLocation: sourceLocation)
  rig.corrupt = nil
  rig.meddle = nil
  rig.lateness = nil
  switch response {
  case .cut:
    #expect(rig.isOff, "off in the tick of the trip", sourceLocation: sourceLocation)
    let isEnding = rig.state == .stopping(.fault) || rig.state == .faulted
    #expect(isEnding, sourceLocation: sourceLocation)
  case .finishPulse: expectFinish(rig, sourceLocation)
  }
  let level = rig.frame.heartbeat
  var isOff = true
  var isStill = true
  for _ in 0..<30 {
    rig.turn()
    isOff = isOff && rig.isOff
    isStill = isStill && rig.frame.heartbeat == level
  }
  #expect(isOff, "off ever after", sourceLocation: sourceLocation)
  #expect(isStill, "no heartbeat", sourceLocation: sourceLocation)
  #expect(rig.state == .faulted, "latched", sourceLocation: sourceLocation)
  #expect(rig.has(id), sourceLocation: sourceLocation)
  if isFirst { #expect(rig.first == id, sourceLocation: sourceLocation) }
}

/// The pulse in progress goes through its recovery; no other begins; then everything is off.
private func expectFinish(_ rig: InterlockRig, _ sourceLocation: SourceLocation) {
  let unrecovered = rig.unrecovered
  let before = rig.frame.channels[0].phase
  let isMidPulse = rig.isMidPulse
  var phases: [PhaseOutput] = [before]
  for _ in 0..<400 where rig.state.code != .stopping && rig.state.code != .faulted {
    rig.turn()
    let phase = rig.frame.channels[0].phase
    if phase != phases.last { phases.append(phase) }
  }
  if rig.state.code == .stopping {
    #expect(rig.state == .stopping(.fault), sourceLocation: sourceLocation)
  }
  #expect(rig.isOff, sourceLocation: sourceLocation)
  #expect(rig.unrecovered == unrecovered, "nothing left", sourceLocation: sourceLocation)
  let active = phases.filter { $0 != .off }
  #expect(active.count <= 2, "no further pulse: \(phases)", sourceLocation: sourceLocation)
  if isMidPulse && before == .positive {
    #expect(active.last == .negative, "recovered: \(phases)", sourceLocation: sourceLocation)
  }
}

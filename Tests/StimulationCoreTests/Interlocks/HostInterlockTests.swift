// Decides: that a lost operator, a silent log and undurable dose stop as the table says.
// Leaves to others: renewing the lease and making records durable.

import Testing

@testable import StimulationCore

@Suite struct HostInterlockTests {
  private static let ids: [InterlockID] = [.leaseLost, .loggerSilent]

  /// From here on the lease, or the log, stands still.
  private func silence(_ id: InterlockID, _ rig: InterlockRig) -> Nanoseconds {
    let last = rig.now
    rig.meddle = { request, _ in
      if id == .leaseLost {
        request.leaseRenewedAt = last
      } else {
        request.loggerProgressAt = last
      }
    }
    return last
  }

  @Test(
    "SR-23, SR-24: lease-lost and logger-silent trip beyond 1 s, not at it, and finish the pulse",
    arguments: ids)
  func bound(id: InterlockID) throws {
    let rig = try InterlockRig()
    try rig.go(to: .leading)
    let last = silence(id, rig)
    while rig.first == nil && rig.now - last <= .seconds(1) { rig.turn() }
    #expect(rig.now - last > .seconds(1) && rig.now - last <= .seconds(1) + .milliseconds(1))
    expectResponse(.finishPulse, to: id, of: rig)
  }

  @Test("SR-23, SR-24: lease-lost and logger-silent in a leading phase recover it", arguments: ids)
  func recovers(id: InterlockID) throws {
    let rig = try InterlockRig()
    try rig.go(to: .leading)
    rig.meddle = { request, rig in
      let instant = rig.now - .seconds(1) - Nanoseconds(1)
      if id == .leaseLost {
        request.leaseRenewedAt = instant
      } else {
        request.loggerProgressAt = instant
      }
    }
    rig.turn()
    #expect(rig.has(id) && rig.frame.channels[0].phase == .positive)
    expectResponse(.finishPulse, to: id, of: rig)
  }

  @Test(
    "SR-23, SR-24: lease-lost and logger-silent end armed and paused at once",
    arguments: ids, [Place.armed, .paused])
  func quiet(id: InterlockID, place: Place) throws {
    let rig = try InterlockRig()
    try rig.go(to: place)
    _ = silence(id, rig)
    #expect(rig.trips(id, within: .milliseconds(1_100)))
    #expect(rig.isOff && rig.first == id)
    rig.run(for: .milliseconds(20))
    #expect(rig.state == .faulted)
  }

  @Test("SR-22: lease-lost and logger-silent keep a reset out until they are gone", arguments: ids)
  func reset(id: InterlockID) throws {
    let rig = try InterlockRig()
    try rig.go(to: .armed)
    _ = silence(id, rig)
    #expect(rig.trips(id, within: .milliseconds(1_100)))
    rig.run(for: .milliseconds(50))
    rig.resetIsHeld = true
    #expect(rig.turn() == .refused(.causePresent(id)))
    rig.resetIsHeld = false
    rig.meddle = nil
    rig.run(for: .milliseconds(50))
    rig.resetIsHeld = true
    #expect(rig.turn() == .accepted)
  }

  @Test("SR-43: undurable-dose trips beyond 1 s of on-time that is not durable, not at it")
  func undurable() throws {
    let rig = try InterlockRig()
    try rig.go(to: .leading)
    let durable = rig.controller.sessionOnTime
    rig.meddle = { request, _ in request.durableOnTime = durable }
    var waiting: Nanoseconds { rig.controller.sessionOnTime - durable }
    while rig.first == nil && waiting <= .seconds(1) { rig.turn() }
    #expect(waiting > .seconds(1) && waiting <= .seconds(1) + .milliseconds(1))
    let pulses = rig.controller.channels[0].total.pulses
    expectResponse(.finishPulse, to: .undurableDose, of: rig)
    #expect(rig.controller.sessionOnTime - durable < .seconds(2))
    #expect(rig.controller.channels[0].total.pulses == pulses)
  }

  @Test("SR-42, SR-43: undurable-dose keeps what follows the last durable record in its bound")
  func bound() throws {
    let rig = try InterlockRig()
    try rig.run(at: .milliamperes(20))
    try rig.ask(.target(.milliamperes(30), channel: nil))
    let checkpoints = rig.checkpoints.count
    try rig.turn { $0.checkpoints.count > checkpoints }
    guard let last = rig.checkpoints.last else { return }
    rig.meddle = { request, _ in request.durableOnTime = last.sessionOnTime }
    #expect(rig.trips(.undurableDose))
    rig.run(for: .milliseconds(200))
    let added = rig.controller.channels[0].total.rectified - last.dose.rectified
    #expect(added <= last.boundAfter)
  }

  @Test("SR-43: a checkpoint leaves at least every second of on-time")
  func checkpoints() throws {
    let rig = try InterlockRig()
    try rig.run(at: .milliamperes(6))
    rig.run(for: .seconds(10))
    var before = Nanoseconds.zero
    for record in rig.checkpoints {
      #expect(record.sessionOnTime - before <= .seconds(1))
      before = record.sessionOnTime
    }
    #expect(rig.controller.sessionOnTime - before <= .seconds(1) && rig.checkpoints.count > 9)
  }
}

extension InterlockRig {
  fileprivate var checkpoints: [DoseRecord] {
    records.compactMap {
      if case .dose(let dose) = $0, dose.span == .checkpoint { return dose }
      return nil
    }
  }
}

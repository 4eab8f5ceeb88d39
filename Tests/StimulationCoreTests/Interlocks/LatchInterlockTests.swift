// Decides: that trips persist, that the first is kept, and the order in which all are named.
// Leaves to others: what trips.

import Testing

@testable import StimulationCore

@Suite struct LatchInterlockTests {
  private func inject(_ id: InterlockID, _ readings: inout Readings) {
    switch id {
    case .emergencyStop: readings.lines.remove(.emergencyStopClosed)
    case .overCurrentLine: readings.lines.remove(.overCurrentClear)
    case .outputWriteFailed: readings.write = .failed
    default: readings.channels[0].isInRange = false
    }
  }

  @Test(
    "SR-32: the first cause is kept, later ones accumulate, whichever comes first",
    arguments: [
      [InterlockID.emergencyStop, .converterOutOfRange, .overCurrentLine],
      [.converterOutOfRange, .emergencyStop, .outputWriteFailed],
      [.outputWriteFailed, .converterOutOfRange, .emergencyStop],
    ])
  func order(ids: [InterlockID]) throws {
    let rig = try InterlockRig()
    try rig.go(to: .leading)
    for id in ids {
      rig.turn { inject(id, &$0) }
      #expect(rig.first == ids[0])
    }
    rig.run(for: .milliseconds(30))
    #expect(rig.state == .faulted && rig.first == ids[0])
    #expect(Set(rig.trips) == Set(ids), "\(rig.trips)")
    #expect(rig.trips == ids.sorted { $0.rawValue < $1.rawValue }, "worst first")
    let printed = rig.records.compactMap { record -> InterlockID? in
      if case .event(let event) = record, case .tripped(let id, _) = event.event { return id }
      return nil
    }
    #expect(printed == ids, "the record has them as they came, once each")
  }

  @Test("SR-32: causes of one tick are recorded worst first, each with its own channel")
  func oneTick() throws {
    var wanted = InterlockPlan()
    wanted.channels = 3
    let rig = try InterlockRig(wanted)
    try rig.go(to: .leading)
    rig.turn {
      $0.channels[2].isInRange = false
      $0.channels[1].amplitude = .zero
      $0.lines.remove(.emergencyStopClosed)
    }
    let events = rig.records.compactMap { record -> ControllerEvent? in
      if case .event(let event) = record, case .tripped = event.event { return event.event }
      return nil
    }
    #expect(
      events == [
        .tripped(.emergencyStop, channel: -1), .tripped(.readBackMismatch, channel: 1),
        .tripped(.converterOutOfRange, channel: 2),
      ])
  }

  @Test("SR-32: the worst is a welded relay, the mildest not-yet-checked, and 47 there are")
  func ranks() {
    #expect(InterlockID.allCases.count == 47 && InterlockID.count == 47)
    var set = FaultSet()
    for id in InterlockID.allCases.reversed() { set.insert(id) }
    var popped: [InterlockID] = []
    while let id = set.popWorst() { popped.append(id) }
    #expect(popped == InterlockID.allCases)
    #expect(popped.first == .weldedRelay && popped.last == .notYetChecked)
    #expect(
      Array(popped.prefix(5)) == [
        .weldedRelay, .overCurrentLine, .shortCircuit, .emergencyStop, .highVoltageLost,
      ])
  }

  @Test("SR-32: a cut that follows a finished pulse's cause cuts in mid-pulse")
  func cutAfterFinish() throws {
    let rig = try InterlockRig()
    try rig.go(to: .leading)
    rig.meddle = { request, rig in request.leaseRenewedAt = rig.now - .seconds(2) }
    rig.turn()
    #expect(rig.trips == [.leaseLost] && rig.isActive)
    rig.turn { $0.lines.remove(.overCurrentClear) }
    #expect(rig.isOff && rig.first == .leaseLost && rig.has(.overCurrentLine))
  }

  @Test("SR-22: a reset needs its cause gone, a rising edge and a fresh self-check")
  func reset() throws {
    let rig = try InterlockRig()
    try rig.go(to: .armed)
    rig.corrupt = { readings, _ in readings.lines.remove(.emergencyStopClosed) }
    rig.turn()
    rig.run(for: .milliseconds(30))
    rig.resetIsHeld = true
    #expect(rig.turn() == .refused(.causePresent(.emergencyStop)))
    rig.corrupt = nil
    for _ in 0..<50 {
      #expect(rig.turn() == .none, "held active it does nothing")
      #expect(rig.state == .faulted && rig.first == .emergencyStop)
    }
    rig.resetIsHeld = false
    rig.run(for: .milliseconds(10))
    #expect(rig.first == .emergencyStop)
    rig.resetIsHeld = true
    #expect(rig.turn() == .accepted)
    #expect(rig.state == .faulted && rig.first == .notYetChecked)
    try rig.selfCheck()
    #expect(rig.state == .checked)
  }

  @Test("SR-22: a reset held while the fault happens does not re-arm")
  func heldReset() throws {
    let rig = try InterlockRig()
    try rig.go(to: .armed)
    rig.resetIsHeld = true
    #expect(rig.turn() == .refused(.notInState(.armed)))
    rig.turn { $0.write = .failed }
    for _ in 0..<100 { rig.turn() }
    #expect(
      rig.state == .faulted && rig.first == .unconfirmedInactive || rig.has(.outputWriteFailed))
    #expect(rig.turn(.selfCheck) == .refused(.causePresent(.outputWriteFailed)))
  }
}

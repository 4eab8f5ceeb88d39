// Decides: that failed, unconfirmed and wrong writes trip as the table says.
// Leaves to others: every state (EveryFaultInterlockTests).

import Testing

@testable import StimulationCore

@Suite struct WriteInterlockTests {
  @Test("SR-26: output-write-failed cuts after one failed write, confirmed ones do not")
  func failed() throws {
    let rig = try InterlockRig()
    try rig.go(to: .leading)
    #expect(rig.staysClean(for: .milliseconds(5)))
    rig.turn { $0.write = .failed }
    expectResponse(.cut, to: .outputWriteFailed, of: rig)
  }

  @Test("SR-26: output-write-failed cuts after an unconfirmed write of active outputs")
  func unconfirmedActive() throws {
    let rig = try InterlockRig()
    try rig.go(to: .leading)
    rig.turn { $0.write = .unconfirmed }
    #expect(!rig.has(.unconfirmedInactive))
    expectResponse(.cut, to: .outputWriteFailed, of: rig)
  }

  @Test("SR-24: unconfirmed-inactive stops the heartbeat at once after STOP's own write")
  func unconfirmedInactive() throws {
    let rig = try InterlockRig()
    try rig.go(to: .leading)
    rig.turn(stop: true)
    #expect(rig.isOff && rig.first == nil)
    rig.turn { $0.write = .unconfirmed }
    #expect(!rig.has(.outputWriteFailed))
    expectResponse(.cut, to: .unconfirmedInactive, of: rig)
  }

  @Test("SR-24: unconfirmed-inactive trips in armed, where the coil is released")
  func unconfirmedArmed() throws {
    let rig = try InterlockRig()
    try rig.go(to: .armed)
    rig.turn { $0.write = .unconfirmed }
    expectResponse(.cut, to: .unconfirmedInactive, of: rig)
  }

  @Test("SR-16: read-back-mismatch trips on coil, range, phase and amplitude", arguments: 0..<4)
  func readBack(field: Int) throws {
    let rig = try InterlockRig()
    try rig.go(to: .leading)
    rig.turn { readings in
      switch field {
      case 0: readings.relayCoil.toggle()
      case 1: readings.rangeMaximum += Microamperes(1)
      case 2: readings.channels[0].phase = .negative
      default: readings.channels[0].amplitude += Microamperes(1)
      }
    }
    expectResponse(.cut, to: .readBackMismatch, of: rig)
  }

  @Test("SR-16: read-back-mismatch names the channel that read back wrong")
  func channel() throws {
    var wanted = InterlockPlan()
    wanted.channels = 3
    let rig = try InterlockRig(wanted)
    try rig.go(to: .leading)
    rig.turn { $0.channels[2].amplitude += Microamperes(1) }
    #expect(rig.controller.latch.firstChannel == 2)
    expectResponse(.cut, to: .readBackMismatch, of: rig)
  }
}

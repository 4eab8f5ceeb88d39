// Decides: that the record is well formed, complete, says what happened, and repeats by seed.
// Leaves to others: whether GTKWave and sigrok open it, which is checked by hand.

import Foundation
import StimulationCore
import Testing

@testable import SimulatedBoard

@Suite("The record")
struct RecordTests {
  /// Two long pulses and some short ones, recorded; answers the file's text.
  private func record(
    seed: UInt64 = 1, imperfections: Imperfections = .realistic, lateness: Nanoseconds = .zero,
    faults: [String] = [], drainEvery: Int = 1
  ) throws -> String {
    let path = NSTemporaryDirectory() + "nmes-record-\(UUID().uuidString).vcd"
    defer { try? FileManager.default.removeItem(atPath: path) }
    var rig = try Rig(
      2, seed: seed, imperfections: imperfections, lateness: lateness, faults: faults,
      record: 100_000)
    let writer = try VCDWriter(path: path, board: rig.board, replaces: false)
    rig.close()
    rig.settle(.milliamperes(60), channel: 0)
    rig.settle(.milliamperes(40), channel: 1)
    for round in 0..<4 {
      rig.pulse(.milliseconds(20), channel: round % 2)
      rig.run(for: .milliseconds(10))
      if round % drainEvery == 0 { try writer.drain(&rig.board) }
    }
    rig.frame.channels[1].gate = GateOutput(
      activeTime: .microseconds(400), period: .milliseconds(20), gap: .microseconds(100),
      recoversByCapacitor: false, polarity: .negative)
    rig.run(for: .milliseconds(50))
    rig.frame.channels[1].gate = .still
    rig.frame.relayCoil = false
    rig.run(for: .milliseconds(10))
    try writer.finish(&rig.board)
    return try String(contentsOfFile: path, encoding: .utf8)
  }

  @Test("The file declares every signal and begins with every value")
  func header() throws {
    let record = try ParsedRecord(record(seed: 42))
    #expect(record.timescale == "1 ns")
    #expect(record.comments == ["nmes simulated board, seed 42"])
    let wires = ["relay_coil", "relay_contact", "heartbeat", "estop"]
    let perChannel = ["positive", "negative", "gate"]
    let reals = ["amplitude_uA", "current_uA"]
    var expected: [String: String] = [:]
    for wire in wires { expected[wire] = "wire 1" }
    for channel in 1...2 {
      for wire in perChannel { expected["ch\(channel)_\(wire)"] = "wire 1" }
      for real in reals { expected["ch\(channel)_\(real)"] = "real 64" }
    }
    #expect(record.kinds == expected)
    for name in expected.keys {
      let first = try #require(record.changes[name]?.first)
      #expect(first.time == 0 && first.value == (name == "estop" ? 1 : 0))
    }
  }

  @Test("Pins, contact and current stand at their times")
  func times() throws {
    let record = try ParsedRecord(record())
    let coil = try #require(record.changes["relay_coil"])
    let contact = try #require(record.changes["relay_contact"])
    #expect(coil.map(\.value) == [0, 1, 0])
    #expect(contact.map(\.value) == [0, 1, 0])
    #expect(contact[1].time == coil[1].time + 3_000_000)
    #expect(contact[2].time == coil[2].time + 3_000_000)
    let rise = try #require(record.changes["ch1_positive"])[1].time
    #expect(record.value("ch1_current_uA", at: rise + 19_999) == 0)
    let current = try #require(record.value("ch1_current_uA", at: rise + 20_000))
    #expect(abs(current - 60_000) < 1_300)
    let fall = try #require(record.changes["ch1_positive"])[2].time
    #expect(fall == rise + 20_000_000)
    #expect(record.value("ch1_current_uA", at: fall + 20_000) == 0)
    let gates = try #require(record.changes["ch2_gate"])
    #expect(gates.map(\.value) == [0, 1, 0, 1, 0, 1, 0])
    #expect(gates[2].time - gates[1].time == 400_000)
    #expect(gates[3].time - gates[1].time == 20_000_000)
    #expect(record.value("ch2_current_uA", at: gates[1].time + 200_000) ?? 0 < -38_000)
  }

  @Test("A current changes by 0.1 % of full scale or to zero, at most every 20 µs")
  func density() throws {
    let record = try ParsedRecord(record())
    for channel in 1...2 {
      let changes = try #require(record.changes["ch\(channel)_current_uA"])
      for (one, next) in zip(changes.dropFirst(), changes.dropFirst(2)) {
        #expect(next.time - one.time >= 20_000)
        #expect(abs(next.value - one.value) >= 250 || next.value == 0)
      }
      #expect(changes.last?.value == 0)
    }
  }

  @Test("The recorded current integrates to the electrodes' charge")
  func integral() throws {
    let path = NSTemporaryDirectory() + "nmes-record-\(UUID().uuidString).vcd"
    defer { try? FileManager.default.removeItem(atPath: path) }
    var rig = try Rig(imperfections: .realistic, range: 80, record: 10_000)
    let writer = try VCDWriter(path: path, board: rig.board, replaces: false)
    rig.close()
    rig.frame.channels[0].amplitude = .milliamperes(60)
    rig.pulse(.milliseconds(20))
    rig.run(for: .milliseconds(5))
    try writer.finish(&rig.board)
    let record = try ParsedRecord(String(contentsOfFile: path, encoding: .utf8))
    let changes = try #require(record.changes["ch1_current_uA"])
    var charge = 0.0
    for (one, next) in zip(changes, changes.dropFirst()) {
      charge += abs(one.value) * Double(next.time - one.time)
    }
    let expected = Double(rig.board.electrodeTotals(channel: 0).rectifiedCharge.rawValue)
    #expect(abs(charge / expected - 1) < 2e-3)
    // The rise through the filter is several points.
    #expect(changes.filter { $0.value > 0 }.count > 4)
  }

  @Test("The same seed gives the same file, another seed another, however it is drained")
  func seeds() throws {
    let late = Nanoseconds.microseconds(500)
    let one = try record(seed: 5, lateness: late)
    #expect(try record(seed: 5, lateness: late) == one)
    #expect(try record(seed: 5, lateness: late, drainEvery: 4) == one)
    let other = try record(seed: 6, lateness: late)
    #expect(other.dropFirst(60) != one.dropFirst(60))
  }

  @Test("A full ring is reported with its count, and marked in the file")
  func lost() throws {
    let path = NSTemporaryDirectory() + "nmes-record-\(UUID().uuidString).vcd"
    defer { try? FileManager.default.removeItem(atPath: path) }
    var rig = try Rig(record: 10)
    let writer = try VCDWriter(path: path, board: rig.board, replaces: false)
    rig.run(for: .milliseconds(25))
    #expect(rig.board.recordFill == 1_000)
    do {
      try writer.drain(&rig.board)
      Issue.record("lost changes were not reported")
    } catch {
      #expect(error == .changesLost(count: 15, path: path))
      #expect(error.description.contains("15 changes"))
    }
    #expect(try String(contentsOfFile: path, encoding: .utf8).contains("$comment 15 changes lost"))
    rig.run(for: .milliseconds(5))
    try writer.finish(&rig.board)
  }

  @Test("A record that cannot be made is refused with its path")
  func cannotCreate() throws {
    let rig = try Rig(record: 10)
    #expect(throws: RecordError.cannotCreate(path: "/nowhere/at/all.vcd")) {
      _ = try VCDWriter(path: "/nowhere/at/all.vcd", board: rig.board, replaces: false)
    }
  }
}

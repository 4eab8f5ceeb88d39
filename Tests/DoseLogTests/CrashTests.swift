// Decides: that what was durable survives a crash at any instant, and counts at its bound.
// Leaves to others: edits (ChainTests) and what the bound does to limits (HistoryTests).

import Foundation
import StimulationCore
import Testing

@testable import DoseLog

@Suite("Crashes")
struct CrashTests {
  @Test("SR-42: a WAL cut anywhere in the newest commit keeps all earlier ones and the chain")
  func cutCommit() throws {
    var random = SystemRandomNumberGenerator()
    let log = try LogUnderTest()
    let writer = try log.open()
    let session = try writer.beginSession(intent(), at: clock(0))
    for durable in 1...12 {
      let before = try log.copy()
      let kept = try Data(contentsOf: URL(fileURLWithPath: before.path + "-wal")).count
      try writer.append(
        [record(train: Int32(durable)), record(.checkpoint, channel: 1, dose(Int64(durable)))],
        to: session, at: clock(Int64(durable)))
      // The database is as it is now, the head as it was: the crash came between the two.
      let crashed = try log.copy()
      try FileManager.default.removeItem(atPath: crashed.path + ".head")
      try FileManager.default.copyItem(
        atPath: before.path + ".head", toPath: crashed.path + ".head")
      let wal = URL(fileURLWithPath: crashed.path + "-wal")
      let whole = try Data(contentsOf: wal)
      let cut = Int.random(in: kept...whole.count, using: &random)
      try whole.prefix(cut).write(to: wal)
      let isWhole = cut == whole.count

      let reopened = try crashed.open()
      let recovered = try reopened.closeOpenSessions(at: clock(1_000))
      #expect(recovered.map(\.session) == [session], "cut at \(cut)")
      let trains = Int64(isWhole ? durable : durable - 1)
      let bound: Int64 = trains == 0 ? 11_000_000_000_000 : 9_000_000_000_000
      let expected = dose().rectified * trains + Femtocoulombs(bound)
      #expect(recovered[0].bounds[0].rectified == expected, "cut at \(cut)")
      #expect(recovered[0].bounds[1].rectified == expected, "cut at \(cut)")
      #expect(try crashed.verify().defect == nil, "cut at \(cut)")
    }
  }

  @Test("SR-44: a WAL cut below what the head knows is truncation, and refused")
  func cutBelowHead() throws {
    let log = try LogUnderTest()
    let writer = try log.open()
    let session = try writer.beginSession(intent(), at: clock(0))
    try writer.append([record()], to: session, at: clock(1))
    let crashed = try log.copy()
    let wal = URL(fileURLWithPath: crashed.path + "-wal")
    let whole = try Data(contentsOf: wal)
    try whole.prefix(whole.count - 1).write(to: wal)
    #expect(logError { _ = try crashed.open() }?.description.contains("are missing") == true)
  }

  @Test("SR-42: a writer killed at any instant loses nothing that append had answered for")
  func killed() async throws {
    for round in 0..<6 {
      let log = try LogUnderTest()
      let progress = log.directory + "/progress"
      try Data().write(to: URL(fileURLWithPath: progress))
      await #expect(processExitsWith: .signal(SIGKILL)) {
        [path = log.path as String, progress = progress as String, round = round as Int] in
        let writer = try DoseLogWriter(path: path)
        let session = try writer.beginSession(intent(), at: clock(0))
        let handle = try #require(FileHandle(forWritingAtPath: progress))
        handle.write(Data([1]))
        Thread.detachNewThread {
          usleep(UInt32(round) * 4_000 + UInt32.random(in: 0..<4_000))
          kill(getpid(), SIGKILL)
        }
        for train in 1...100_000 {
          try writer.append([record(train: Int32(train))], to: session, at: clock(1))
          handle.write(Data([2]))
        }
      }
      let answered = try Data(contentsOf: URL(fileURLWithPath: progress)).count - 1
      #expect(answered >= 0)
      let writer = try log.open()
      let recovered = try writer.closeOpenSessions(at: clock(10))
      let durable = dose().rectified * Int64(answered)
      #expect(recovered[0].bounds[0].rectified >= durable + Femtocoulombs(9_000_000_000_000))
      let trains = try writer.reader.session(recovered[0].session).channels[0].trains
      #expect(trains == answered || trains == answered + 1)
      #expect(try log.verify().defect == nil)
    }
  }

  @Test("SR-42: the bound is the trains, the newer part of a checkpoint and what can follow")
  func bound() throws {
    let log = try LogUnderTest()
    do {
      let writer = try log.open()
      let session = try writer.beginSession(intent(), at: clock(0))
      // Channel 1: two trains and an older checkpoint. Channel 2: a checkpoint newer than its
      // train, which holds the whole session so far.
      try writer.append(
        [
          record(.probe, train: 0), record(.checkpoint, dose(9), bound: 1),
          record(train: 1), record(train: 2, bound: 70),
          record(channel: 1, train: 1), record(.checkpoint, channel: 1, dose(3), bound: 80),
        ], to: session, at: clock(5))
    }
    let writer = try log.open()
    let recovered = try writer.closeOpenSessions(at: clock(60))
    #expect(recovered.count == 1)
    #expect(recovered[0].muscle == thigh)
    let bounds = recovered[0].bounds
    #expect(
      bounds.map(\.rectified) == [
        dose(2).rectified + Femtocoulombs(70), dose(3).rectified + Femtocoulombs(80),
      ])
    // Trains of 5 s: 2 s of on-time can begin one; channel 2 has one in progress besides.
    #expect(bounds.map(\.trains) == [3, 3])
    #expect(try writer.closeOpenSessions(at: clock(61)) == [])

    let summary = try writer.reader.session(recovered[0].session)
    #expect(summary.outcomeName == "uncertain")
    #expect(summary.channels.map(\.certainty) == [.uncertain, .uncertain])
    #expect(summary.channels.map(\.dose) == [dose(2), dose(3)])
    #expect(summary.channels.map(\.bound) == bounds)
    guard case .closed(let closing) = summary.state else {
      Issue.record("open")
      return
    }
    // The last record, the logger's second of silence and 2 s of on-time.
    #expect(closing.ended == clock(8).wall)
    #expect(closing.isAfterCrash)
  }

  @Test("SR-42: short trains: as many count as 2 s of on-time can begin, never beyond the plan")
  func shortTrains() throws {
    for (planned, expected) in [(Int32(50), Int64(20)), (7, 7)] {
      let log = try LogUnderTest()
      do {
        let writer = try log.open()
        _ = try writer.beginSession(
          intent(trains: planned, onTime: .milliseconds(100)), at: clock(0))
      }
      let recovered = try log.open().closeOpenSessions(at: clock(60))
      #expect(recovered[0].bounds.map(\.trains) == [expected, expected])
      #expect(recovered[0].bounds[0].rectified == Femtocoulombs(11_000_000_000_000))
    }
  }

  @Test("A database ahead of its head by a crash is told apart from truncation, and repaired")
  func aheadOfHead() throws {
    let log = try LogUnderTest()
    let writer = try log.open()
    let session = try writer.beginSession(intent(), at: clock(0))
    let old = try Data(contentsOf: URL(fileURLWithPath: log.path + ".head"))
    try writer.append([record(), record()], to: session, at: clock(1))
    let crashed = try log.copy()
    try old.write(to: URL(fileURLWithPath: crashed.path + ".head"))
    #expect(try crashed.verify().defect == nil)
    #expect(try crashed.verify().recordsBeyondHead == 2)
    _ = try crashed.open()
    #expect(try crashed.verify().recordsBeyondHead == 0)
  }
}

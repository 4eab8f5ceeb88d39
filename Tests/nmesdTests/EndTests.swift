// Decides: what is left in the log, at the outputs and in the folder when the daemon ends: by
// order, twice, or by kill -9 at any moment.
// Leaves to others: the bound's arithmetic (DoseLogTests), a disk that fails (DoseLogTests).

import ControlAPI
import DoseLog
import Foundation
import StimulationCore
import Testing

@Suite("End of nmesd", .serialized) struct EndTests {
  private static func closing(_ bench: Bench) throws -> (SessionDetail, SessionClosing)? {
    let reader = try bench.reader()
    #expect(try reader.verify().defect == nil)
    guard let session = try reader.lastSession() else {
      Issue.record("no session")
      return nil
    }
    let detail = try reader.detail(session)
    guard case .closed(let closing) = detail.summary.state else {
      Issue.record("the session is open")
      return nil
    }
    return (detail, closing)
  }

  @Test("SIGTERM or SIGINT in a session: stopped, its records whole, status 0, no socket left")
  func inOrder() throws {
    for number in [SIGTERM, SIGINT] {
      let bench = try Bench()
      let daemon = try bench.daemon(pace: 4)
      let leader = try Leader(bench)
      try leader.start()
      let seen = try leader.status().channels[0].charge_nC
      daemon.signal(number)
      // A second one changes nothing.
      daemon.signal(number)
      try daemon.waitForEnd()
      #expect(daemon.status == 0 && !daemon.wasKilled, "\(daemon.errors)")
      #expect(daemon.errors.contains("ended: outputs inactive, records written"))
      let found = try #require(try Self.closing(bench))
      #expect(found.1.outcome == .stopped && !found.1.isAfterCrash)
      let logged = found.0.summary.channels[0].dose.rectified.rawValue / 1_000_000
      #expect(logged >= seen && seen > 0)
      #expect(!FileManager.default.fileExists(atPath: bench.directory.control))
    }
  }

  @Test("SR-42: after kill -9 the session is uncertain at a bound that covers what was delivered")
  func killed() throws {
    let bench = try Bench()
    let daemon = try bench.daemon(pace: 4)
    let leader = try Leader(bench)
    try leader.start()
    usleep(300_000)
    let seen = try leader.status().channels[0].charge_nC
    daemon.signal(SIGKILL)
    try daemon.waitForEnd()
    let next = try bench.daemon(pace: 4)
    #expect(next.errors.contains("closed as uncertain at its bound (SR-42)"))
    let client = try bench.monitor()
    let status = try client.call(StatusGetRequest(), timeout_ms: 60_000)
    #expect(status.phase == "idle" && status.state == "faulted" && !status.outputsAreActive)
    try next.terminate()
    let found = try #require(try Self.closing(bench))
    #expect(found.1.outcome == .uncertain && found.1.isAfterCrash)
    let channel = found.0.summary.channels[0]
    let bound = try #require(channel.bound)
    #expect(bound.rectified.rawValue / 1_000_000 >= seen && seen > 0)
    #expect(bound.rectified >= channel.dose.rectified)
    #expect(bound.trains >= channel.trains)
  }

  @Test("SR-02: killed at any moment it comes up faulted, and its log holds")
  func killedAtAnyMoment() throws {
    let bench = try Bench()
    for round in 0..<6 {
      let daemon = try bench.daemon(pace: 4)
      let leader = try Leader(bench)
      // Before anything, loaded, while it checks, armed, started, later.
      if round > 0 { try leader.ask(Self.load(round)) }
      if round > 1 { try leader.ask(SelfCheckRequest()) }
      if round > 2 {
        try leader.ask(UnloadRequest())
        try leader.arm(Self.load(round))
      }
      if round > 3 { try leader.ask(StartRequest()) }
      if round > 4 { usleep(200_000) }
      daemon.signal(SIGKILL)
      try daemon.waitForEnd()
      let next = try bench.daemon(pace: 4)
      let status = try bench.monitor().call(StatusGetRequest(), timeout_ms: 60_000)
      #expect(status.state == "faulted" && status.phase == "idle", "round \(round)")
      try next.terminate()
      let reader = try bench.reader()
      #expect(try reader.verify().defect == nil, "round \(round)")
      for summary in try reader.sessions(newest: 100) {
        if case .open = summary.state { Issue.record("round \(round): \(summary.session) open") }
      }
    }
  }

  private static func load(_ round: Int) -> SessionLoadRequest {
    SessionLoadRequest(
      protocolName: "large-muscle-tetanic", patient: "P\(round)", muscle: "quadriceps",
      electrodeAreas: ["180 cm2"], trains: 2)
  }

  @Test("A session that is armed is closed by SIGTERM as refused: nothing was started")
  func armed() throws {
    let bench = try Bench()
    let daemon = try bench.daemon(pace: 4)
    let leader = try Leader(bench)
    try leader.arm()
    try daemon.terminate()
    #expect(daemon.status == 0)
    #expect(try #require(try Self.closing(bench)).1.outcome == .refused)
  }

  @Test("STOP as it starts and SIGTERM as it starts are served, and it ends in order")
  func early() throws {
    for round in 0..<8 {
      let bench = try Bench()
      let daemon = try NmesdProcess(
        bench.arguments(), environment: [:], errors: bench.path("err"))
      if round % 2 == 0 {
        // As soon as anybody can.
        #expect(
          Bench.wait { (try? StopClient(bench.directory).stop(timeout_ms: 60_000)) != nil })
      } else {
        usleep(UInt32(round) * 5_000)
      }
      try daemon.terminate()
      #expect(daemon.status == 0 || daemon.wasKilled && round % 2 == 1, "\(daemon.errors)")
      if FileManager.default.fileExists(atPath: bench.log) {
        #expect(try bench.reader().verify().defect == nil)
      }
    }
  }
}

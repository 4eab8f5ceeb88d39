// Decides: that a console which leaves stops its own session, and nobody else's.
// Leaves to others: whose session it is (LeadingTests), signals (nmesTests).

import ControlAPI
import Foundation
import Synchronization
import Testing

@testable import OperatorConsole

@Suite("Leaving") struct LeavingTests {
  private func refuseTake(_ daemon: FakeDaemon) {
    daemon.state.withLock { state in
      state.acts["lease.take"] = { _ in RPCError(.noLease, "another leads", reason: "other-lease") }
    }
  }

  @Test("Who looks on while another leads stops nothing by leaving")
  func onlooker() throws {
    let daemon = try FakeDaemon()
    defer { daemon.end() }
    refuseTake(daemon)
    daemon.showOther(phase: "open", state: "running")
    for isQuit in [true, false] {
      let rig = try ConsoleRig(daemon)
      rig.begin()
      rig.say("dose list")
      if isQuit { rig.say("quit") }
      rig.session.leave()
    }
    #expect(daemon.stops == 0)
  }

  @Test("A console from which another took over stops nothing by leaving")
  func taken() throws {
    let daemon = try FakeDaemon()
    defer { daemon.end() }
    let rig = try ConsoleRig(daemon)
    rig.begin()
    rig.arm()
    rig.say("start")
    rig.settle()
    daemon.showOther(phase: "open", state: "running")
    rig.settle()
    rig.session.leave()
    #expect(daemon.stops == 0)
  }

  @Test("A console that leads stops its session once, also when its status says nothing any more")
  func leader() throws {
    for isMute in [false, true] {
      let daemon = try FakeDaemon()
      defer { daemon.end() }
      let rig = try ConsoleRig(daemon)
      rig.begin()
      rig.arm()
      rig.say("start")
      rig.settle()
      daemon.state.withLock { $0.isMute = isMute }
      rig.session.leave()
      #expect(daemon.stops == 1)
    }
  }
}

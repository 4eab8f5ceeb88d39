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
    let rig = try ConsoleRig.leading()
    let daemon = rig.daemon
    rig.arm()
    rig.say("start")
    rig.settle()
    daemon.showOther(phase: "open", state: "running")
    rig.settle()
    rig.session.leave()
    #expect(daemon.stops == 0)
  }

  @Test(
    "A console whose last line has checked, armed or started stops the session as it leaves",
    arguments: ["check", "arm", "start"])
  func lastLine(_ line: String) throws {
    let rig = try ConsoleRig.leading()
    let daemon = rig.daemon
    if line == "start" { rig.arm() } else { rig.say("load preset") }
    rig.settle()
    rig.say(line)
    if line == "arm" {
      rig.say("n")
      rig.session.take("y")
      rig.live { daemon.asked.contains("session.arm") && rig.session.pending == 0 }
    }
    rig.session.leave()
    #expect(daemon.stops == 1)
    #expect(daemon.state.withLock { $0.status.phase } == "over")
  }

  @Test("A console whose last line has ended nothing and begun nothing leaves without STOP")
  func loadedOnly() throws {
    let rig = try ConsoleRig.leading()
    let daemon = rig.daemon
    rig.say("load preset")
    rig.session.leave()
    #expect(daemon.stops == 0)
  }

  @Test(
    "A script that ends just after it has checked, armed or started stops the session",
    arguments: ["check", "check\nanswer all no\nanswer skin ok\narm"])
  func script(_ end: String) throws {
    let daemon = try FakeDaemon()
    defer { daemon.end() }
    var printed: [String] = []
    let steps = try ScriptParser.parse("load preset\n\(end)\n")
    let run = ScriptRun(
      file: "session.nmes", parts: try ConsoleRig.parts(daemon), print: { printed += $0 })
    #expect(run.run(steps) == .done)
    #expect(daemon.stops == 1)
    #expect(printed.last?.hasSuffix("[end of script]") == true, "\(printed)")
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

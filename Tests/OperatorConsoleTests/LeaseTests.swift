// Decides: which lease a console keeps.
// Leaves to others: when it is renewed (nmesTests).

import ControlAPI
import Foundation
import Testing

@testable import OperatorConsole

@Suite("Keeping a lease") struct LeaseTests {
  @Test("SR-23: a renewal that crosses with taking the lease anew does not lose the new one")
  func crossing() throws {
    let daemon = try FakeDaemon()
    defer { daemon.end() }
    daemon.state.withLock { state in
      state.acts["lease.renew"] = { state in
        let isHeld = state.parameters?["lease"] == .string("L\(state.leases)")
        return isHeld ? nil : RPCError(.noLease, "not yours", reason: "lease-lost")
      }
      state.delays_ms["lease.take"] = 600
    }
    let rig = try ConsoleRig(daemon)
    rig.begin()
    #expect(rig.link.lease == "L1")
    rig.say("take")
    rig.settle(30)
    #expect(rig.link.lease == "L2")
  }
}

// Decides: that a console whose terminal cannot be asked leads nothing, and stops all the same.
// Leaves to others: which terminals those are (nmesTests).

import ControlAPI
import Foundation
import Testing

@testable import OperatorConsole

@Suite("Looking on") struct LookingOnTests {
  @Test("SR-23: a terminal without a screen takes no lease and is told why and what to do")
  func refused() throws {
    let daemon = try FakeDaemon()
    defer { daemon.end() }
    let rig = try ConsoleRig(daemon, mayLead: false)
    rig.begin()
    #expect(rig.lines == [CommandRunner.looksOn])
    for line in [
      "take", "take over", "load preset", "check", "arm", "start", "resume", "pause", "reset",
      "unload", "up", "amplitude 5 mA", "set 1 mA", "skin ok", "clock confirm", "acknowledge 1 x",
    ] {
      rig.say(line)
      #expect(rig.lines.last == "refused: \(CommandRunner.looksOn)", "\(line)")
    }
    let changes = daemon.asked.filter {
      let method = Method(rawValue: $0)
      return method?.access == .lease || method == .leaseTake
    }
    #expect(changes.isEmpty, "\(changes)")
    rig.say("hazards")
    #expect(rig.lines.last?.hasPrefix("no hazard stands") == true)
    rig.say("stop")
    rig.live { daemon.stops == 1 }
    #expect(daemon.stops == 1)
  }
}

// Decides: that the computer's watchdog is kept quiet by signs and let go once, and that what is
// no watchdog is refused.
// Leaves to others: when signs are given (Daemon), and real devices (a bring-up).

import Foundation
import StimulationCore
import Testing

@testable import ControlServer

@Suite("Hardware watchdog") struct WatchdogTests {
  @Test("Every sign is one byte, and letting go is the magic one, once")
  func signs() throws {
    let pipe = Pipe()
    let descriptor = dup(pipe.fileHandleForWriting.fileDescriptor)
    try pipe.fileHandleForWriting.close()
    let watchdog = HardwareWatchdog(descriptor: descriptor)
    watchdog.keepQuiet()
    watchdog.keepQuiet()
    watchdog.letGo()
    watchdog.letGo()
    #expect(pipe.fileHandleForReading.readDataToEndOfFile() == Data("kkV".utf8))
  }

  @Test(
    "A device that is missing or takes no timeout is refused by name",
    arguments: ["/dev/no-such-watchdog", "/dev/null"])
  func refused(device: String) {
    let settings = WatchdogSettings(device: device, timeout: .seconds(15))
    do {
      _ = try HardwareWatchdog(settings)
      Issue.record("\(device) is no watchdog")
    } catch {
      #expect("\(error)".contains(device))
    }
  }
}

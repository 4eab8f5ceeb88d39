// Decides: how the computer's own watchdog is set, kept quiet and let go.
// Leaves to others: when it is kept quiet (Daemon).

import Foundation
import StimulationCore
import Synchronization

/// Why there is no watchdog.
struct WatchdogFailure: Error, Equatable, CustomStringConvertible {
  /// One line: what is wrong and what to do.
  let description: String
}

/// A device that restarts the computer unless it is written to in time.
final class HardwareWatchdog: Sendable {
  /// `WDIOC_SETTIMEOUT` and `WDIOC_GETTIMEOUT` of the kernel's watchdog interface.
  private static let setTimeout: UInt = 0xC004_5706
  private static let getTimeout: UInt = 0x8004_5707

  private let descriptor: Int32
  private let isLetGo = Atomic<Bool>(false)

  /// Opens and sets it. From now on the computer restarts unless it is told in time.
  convenience init(_ settings: WatchdogSettings) throws(WatchdogFailure) {
    let path = settings.device
    // SAFETY: a text that is passed to the system lives across the call.
    let descriptor = unsafe open(path, O_WRONLY | O_CLOEXEC)
    if descriptor < 0 {
      throw WatchdogFailure(
        description: "the watchdog \(path) cannot be opened (error \(errno)); give it to the group "
          + "of this user, end who has it open, or take it out of the configuration")
    }
    self.init(descriptor: descriptor)
    let wanted = Int32(settings.timeout.rawValue / 1_000_000_000)
    var seconds = wanted
    // SAFETY: (both) the call reads and writes one whole number.
    let isSet = unsafe ioctl(descriptor, Self.setTimeout, &seconds) == 0
    let isRead = unsafe isSet && ioctl(descriptor, Self.getTimeout, &seconds) == 0
    guard isRead, seconds == wanted else {
      let code = errno
      letGo()
      throw WatchdogFailure(
        description: isRead
          ? "the watchdog \(path) takes \(seconds) s and not \(wanted) s; write what it takes"
          : "\(path) is no watchdog whose timeout can be set (error \(code)); name another device, "
            + "or take it out of the configuration")
    }
  }

  /// A watchdog that is open and set.
  init(descriptor: Int32) { self.descriptor = descriptor }

  deinit { letGo() }

  /// The computer goes on for another timeout.
  func keepQuiet() { put(UInt8(ascii: "k")) }

  /// Ends the watch: the process ends in order. Kernels that never let go restart the computer.
  func letGo() {
    guard !isLetGo.exchange(true, ordering: .acquiringAndReleasing) else { return }
    put(UInt8(ascii: "V"))
    _ = close(descriptor)
  }

  private func put(_ byte: UInt8) {
    var byte = byte
    // A write that fails is a sign that does not come: the computer restarts, as it is meant to.
    // SAFETY: the call reads one byte.
    _ = unsafe write(descriptor, &byte, 1)
  }
}

// Decides: what the service manager is told, and how (sd_notify's protocol).
// Leaves to others: when (Daemon).

import Foundation
import StimulationCore

/// The socket on which the service manager listens.
final class ServiceNotifier: Sendable {
  /// How often it wants a sign of life; `nil` when it wants none.
  let watchdogPeriod: Nanoseconds?
  private let socket: Int32
  private let address: [UInt8]

  /// The manager that the environment names; `nil` when it names none that can be told.
  init?(environment: [String: String]) {
    guard let name = environment["NOTIFY_SOCKET"], let first = name.utf8.first,
      first == UInt8(ascii: "/") || first == UInt8(ascii: "@")
    else { return nil }
    var path = Array(name.utf8)
    let longest = MemoryLayout<sockaddr_un>.size - MemoryLayout<sa_family_t>.size
    guard path.count < longest, !path.contains(0) else { return nil }
    // A name that begins with @ is in the abstract space, which has no final zero.
    if first == UInt8(ascii: "@") { path[0] = 0 } else { path.append(0) }
    let family = sa_family_t(AF_UNIX)
    address = unsafe withUnsafeBytes(of: family) { unsafe Array($0) } + path
    let kind = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    socket = Glibc.socket(AF_UNIX, kind | Int32(SOCK_NONBLOCK.rawValue), 0)
    if socket < 0 { return nil }
    let isOurs = environment["WATCHDOG_PID"].map { Int32($0) == getpid() } ?? true
    let period = environment["WATCHDOG_USEC"].flatMap { Int64($0) } ?? 0
    watchdogPeriod = isOurs && period > 0 && period < 1_000_000_000 ? .microseconds(period) : nil
  }

  deinit { _ = close(socket) }

  /// Tells it, a line each; `false` when it did not hear.
  @discardableResult
  func tell(_ lines: String...) -> Bool {
    let text = Array(lines.joined(separator: "\n").utf8)
    // SAFETY: text and address live across the call, and the address has the form of its family.
    let sent = unsafe text.withUnsafeBytes { text in
      unsafe address.withUnsafeBytes { address in
        guard let start = address.baseAddress else { return -1 }
        return unsafe sendto(
          socket, text.baseAddress, text.count, Int32(MSG_NOSIGNAL),
          start.assumingMemoryBound(to: sockaddr.self), socklen_t(address.count))
      }
    }
    return sent == text.count
  }

  /// Ready, and what it is at.
  func tellReady(_ status: String) -> Bool { tell("READY=1", "STATUS=\(status)") }

  /// It is still there.
  func tellAlive() { tell("WATCHDOG=1") }

  /// The configuration is read again; `tellReady` ends it.
  func tellReloading() {
    tell("RELOADING=1", "MONOTONIC_USEC=\(ServerClock.now.rawValue / 1_000)")
  }

  /// It ends.
  func tellStopping() { tell("STOPPING=1", "STATUS=ending") }
}

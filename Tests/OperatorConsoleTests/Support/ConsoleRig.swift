// Decides: how a test leads a session at a fake daemon, without a terminal.
// Leaves to others: what it then looks at.

import ControlAPI
import Foundation
import StimulationCore
import Synchronization

@testable import OperatorConsole

/// A console's session, its link and its STOP, beside a fake daemon.
final class ConsoleRig {
  private final class Printed {
    var lines: [String] = []
  }

  let daemon: FakeDaemon
  let inbox: ConsoleInbox
  let link: DaemonLink
  let stop: StopPath
  let session: ConsoleSession
  private let printed = Printed()
  private var ownsDaemon = false

  /// A console that leads, at a daemon of its own.
  static func leading() throws -> ConsoleRig {
    let rig = try ConsoleRig(try FakeDaemon())
    rig.ownsDaemon = true
    rig.begin()
    return rig
  }

  deinit { if ownsDaemon { daemon.end() } }

  init(_ daemon: FakeDaemon, mayLead: Bool = true) throws {
    self.daemon = daemon
    let inbox = try ConsoleInbox()
    self.inbox = inbox
    stop = try StopPath(daemon.directory) { act, notice in inbox.post(.stopped(act, notice)) }
    link = try DaemonLink(
      path: daemon.directory.control, client: "nmes console", heard: { _ in },
      isOperatorThere: { true })
    let printed = printed
    session = ConsoleSession(
      link: link, stop: stop, inbox: inbox, mayLead: mayLead, form: { .lines },
      print: { printed.lines += $0 })
  }

  /// What a script runs with.
  static func parts(_ daemon: FakeDaemon) throws -> ConsoleParts {
    let inbox = try ConsoleInbox()
    let presence = Presence()
    return ConsoleParts(
      directory: daemon.directory, inbox: inbox, presence: presence,
      link: try DaemonLink(
        path: daemon.directory.control, client: "nmes console --script", heard: { _ in },
        isOperatorThere: { presence.isThere(at: ConsoleClock.now) }),
      stop: try StopPath(daemon.directory) { act, notice in inbox.post(.stopped(act, notice)) })
  }

  /// What was printed so far.
  var lines: [String] { printed.lines }

  /// Lives until something holds; whether it did in time.
  @discardableResult
  func live(_ seconds: Double = 20, until holds: () -> Bool) -> Bool {
    let limit = Date(timeIntervalSinceNow: seconds)
    while true {
      _ = session.meet(inbox.take())
      session.follow(at: ConsoleClock.now)
      if holds() { return true }
      if Date() > limit { return false }
      usleep(2_000)
    }
  }

  /// Lives for a time.
  func live(for seconds: Double) { live(seconds) { false } }

  /// Lives until so many statuses more have come.
  @discardableResult
  func settle(_ more: Int = 3) -> Bool {
    let count = link.standing.count
    return live { link.standing.count >= count + more }
  }

  /// Says a line and lives until it is answered.
  func say(_ line: String) {
    session.take(line)
    live { session.pending == 0 }
  }

  /// A console that leads, with a status.
  func begin() {
    live { link.standing.status != nil }
    session.greet()
    live { session.pending == 0 }
    settle()
  }

  /// Loads, checks, answers and arms.
  func arm() {
    say("load preset")
    say("check")
    settle()
    say("arm")
    say("n")
    say("y")
    live { link.standing.status?.state == "armed" }
  }
}

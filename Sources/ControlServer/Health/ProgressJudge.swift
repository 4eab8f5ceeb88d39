// Decides: whether loop, logger and server prove that they move, from what was seen of them.
// Leaves to others: looking (Daemon), and who is told (ServiceNotifier, HardwareWatchdog).

import StimulationCore

/// A part of the daemon that must move.
enum DaemonPart: String, CaseIterable, Sendable {
  /// The event loop of the sockets.
  case server
  /// The command, note or idle record that runs now.
  case command
  /// The thread that writes the open session down.
  case logger
  /// The loop that drives the board.
  case loop
}

/// What is seen of the parts at one instant.
struct ProgressSigns: Equatable, Sendable {
  /// How often the event loop has turned.
  var serverTurns: UInt64
  /// Since when the longest of the running commands and notes runs.
  var busySince: Nanoseconds?
  /// How often the logger has turned; `nil` while no session is open, and then no loop runs.
  var loggerTurns: UInt64?
  /// When the loop last woke, by the board's clock.
  var loopTime: Nanoseconds
}

/// Compares what is seen with what was seen. Time is passed in.
struct ProgressJudge: Sendable {
  /// A part that does not move for so long is silent (SR-24).
  static let patience = Nanoseconds.seconds(1)
  /// A command may wait for the disk for so long.
  static let commandPatience = Nanoseconds.seconds(5)

  private var seen: ProgressSigns
  private var serverAt: Nanoseconds
  private var loggerAt: Nanoseconds
  private var loopAt: Nanoseconds

  /// Everything has just moved.
  init(_ signs: ProgressSigns, at now: Nanoseconds) {
    seen = signs
    serverAt = now
    loggerAt = now
    loopAt = now
  }

  /// The parts that are silent now, in order; none is health.
  mutating func judge(_ signs: ProgressSigns, at now: Nanoseconds) -> [DaemonPart] {
    if signs.serverTurns != seen.serverTurns { serverAt = now }
    if signs.loggerTurns != seen.loggerTurns || signs.loggerTurns == nil { loggerAt = now }
    let isNewSession = (signs.loggerTurns == nil) != (seen.loggerTurns == nil)
    if signs.loopTime != seen.loopTime || signs.loggerTurns == nil || isNewSession { loopAt = now }
    seen = signs
    var silent: [DaemonPart] = []
    if now - serverAt > Self.patience { silent.append(.server) }
    if let since = signs.busySince, now - since > Self.commandPatience { silent.append(.command) }
    if now - loggerAt > Self.patience { silent.append(.logger) }
    if now - loopAt > Self.patience { silent.append(.loop) }
    return silent
  }
}

// Decides: `nmes status` and `nmes watch`.
// Leaves to others: the status (nmesd) and its words (OperatorConsole).

import ArgumentParser
import ControlAPI
import Foundation
import OperatorConsole

/// `nmes status`.
struct StatusSubcommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Print the status of a running nmesd once.")
  @Flag(help: "Print one JSON object.") var json = false
  @OptionGroup var runtime: RuntimeOption

  func run() throws {
    do throws(ControlClientError) {
      let client = try Watching.connect(runtime.directory, as: "nmes status")
      let status = try client.call(StatusGetRequest())
      try Watching.print(status, json: json, isOneLine: false)
    } catch {
      throw Failure(error)
    }
  }
}

/// `nmes watch`.
struct WatchSubcommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Print the status of a running nmesd whenever it changes, and what happens.",
    discussion: """
      With --json one object a line: {"status": …} ten times a second, {"events": …} as they \
      come. Ends with status 1: by Ctrl-C or another signal, when the daemon goes, or when nobody \
      reads what it prints any more.
      """)
  @Flag(help: "Print one JSON object a line.") var json = false
  @OptionGroup var runtime: RuntimeOption

  func run() throws {
    let signals = EndSignals()
    do throws(ControlClientError) {
      let client = try Watching.connect(runtime.directory, as: "nmes watch")
      _ = try client.call(StatusSubscribeRequest())
      _ = try client.call(EventsSubscribeRequest(after: nil))
      var last: [String] = []
      while !signals.areThere && Output.isRead {
        guard let incoming = try client.receive(timeout_ms: Watching.patience_ms) else {
          if !json { Output.line("STALE: no status for \(Watching.patience_ms) ms") }
          last = []
          continue
        }
        switch incoming {
        case .response: break
        case .status(let status) where json: try Watching.print(status, json: true, isOneLine: true)
        case .status(let status): try Watching.print(status, unless: &last)
        case .events(let added): try Watching.print(added, json: json)
        }
      }
    } catch {
      throw Failure(error)
    }
    throw Failure(
      .negative,
      signals.areThere ? "the watch ended by a signal" : "nobody reads the watch any more")
  }
}

/// What both do.
enum Watching {
  /// Without a status for so long it is stale (SR-52).
  static let patience_ms = ControlLimits.staleAfter_ms

  /// Connects where this user may: to watch, else to command.
  static func connect(
    _ directory: RuntimeDirectory, as name: String
  ) throws(ControlClientError) -> ControlClient {
    let client: ControlClient
    do throws(ControlClientError) {
      client = try ControlClient(path: directory.monitor)
    } catch {
      guard case .notPermitted = error else { throw error }
      client = try ControlClient(path: directory.control)
    }
    _ = try client.call(HelloRequest(client: name))
    return client
  }

  private struct StatusLine: Encodable { let status: Status }
  private struct EventLine: Encodable {
    let events: [EventItem]
    let gap: Bool
  }

  static func print(
    _ status: Status, json: Bool, isOneLine: Bool
  ) throws(ControlClientError) {
    if json && isOneLine {
      try encode(StatusLine(status: status), isOneLine: true)
    } else if json {
      try encode(status, isOneLine: false)
    } else {
      for line in try watched(status).lines { Output.line(line) }
    }
  }

  /// Prints what is news since the last time.
  static func print(_ status: Status, unless last: inout [String]) throws(ControlClientError) {
    let watched = try watched(status)
    guard watched.news != last else { return }
    last = watched.news
    Output.line(watched.lines.joined(separator: "\n"))
  }

  static func print(_ added: EventsAdded, json: Bool) throws(ControlClientError) {
    if json { return try encode(EventLine(events: added.events, gap: added.gap), isOneLine: true) }
    if added.gap { Output.line("some events are missing here") }
    for event in added.events {
      Output.line("  event \(event.sequence)  \(TerminalText.safe(event.text))")
    }
  }

  private static func watched(_ status: Status) throws(ControlClientError) -> WatchedStatus {
    guard let watched = WatchedStatus(status) else {
      throw .notUnderstood("a status with figures that fit no unit")
    }
    return watched
  }

  private static func encode(
    _ value: some Encodable, isOneLine: Bool
  ) throws(ControlClientError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if !isOneLine { encoder.outputFormatting.insert(.prettyPrinted) }
    do {
      Output.line(String(decoding: try encoder.encode(value), as: UTF8.self))
    } catch {
      throw .notUnderstood("\(error)")
    }
  }
}

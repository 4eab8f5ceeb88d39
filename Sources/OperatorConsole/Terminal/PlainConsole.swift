// Decides: how the console lives without a screen: lines in, lines out.
// Leaves to others: every decision about lines (ConsoleSession).

internal import ControlAPI
import Foundation
internal import StimulationCore

/// The console as plain lines.
final class PlainConsole {
  /// While trains run the status is printed this often, and at every change of state.
  static let pause = Nanoseconds.seconds(5)

  /// The first line waits so long for a first status.
  static let connection = Nanoseconds.seconds(5)

  /// Whether somebody types the lines and sees what comes of each.
  private let isWatched: Bool
  private let reader: PlainReader
  private let presence: Presence
  private let inbox: ConsoleInbox
  private let link: DaemonLink
  private var lastTitle = ""
  private var nextStatus = Nanoseconds.zero
  private let output: PlainOutput
  private let session: ConsoleSession

  init(_ parts: ConsoleParts, isWatched: Bool) throws(ConsoleError) {
    self.isWatched = isWatched
    let output = PlainOutput(isTyped: isWatched && isatty(1) == 1)
    self.output = output
    presence = parts.presence
    inbox = parts.inbox
    link = parts.link
    let stop = parts.stop
    let inbox = parts.inbox
    let reader = try PlainReader(
      input: 0, stop: { stop.stop($0) }, told: { inbox.post(.lines([$0])) })
    parts.interruption.each { reader.dropLines() }
    self.reader = reader
    session = ConsoleSession(
      link: parts.link, stop: parts.stop, inbox: parts.inbox,
      // A terminal that cannot be asked may be dead while this process goes on.
      mayLead: !isWatched, form: { .lines },
      print: { output.print($0) })
  }

  /// Lives until the input ends.
  func run() -> ConsoleEnd {
    let limit = ConsoleClock.now + Self.connection
    var isReady = false
    var isCut = false
    presence.advanced(at: ConsoleClock.now)
    reader.start()
    output.print([
      "nmes console: help lists the commands; STOP is Ctrl-C, or the word stop and Enter"
    ])
    session.greet()
    while !session.isEnded {
      let now = ConsoleClock.now
      presence.advanced(at: now)
      _ = session.meet(inbox.take())
      session.follow(at: now)
      status(at: now)
      isReady = isReady || link.standing.status != nil || now >= limit || isLost
      // One command after the other: the next may rest on what the last has done.
      if session.pending == 0 && isReady {
        output.prompt(session.prompt, isQuestion: session.question != .none)
        if let line = reader.next() {
          output.taken()
          session.take(line)
          continue
        }
        if reader.isEnded {
          isCut = session.isArming
          break
        }
      }
      let bells = [reader.bell.descriptor, inbox.bell.descriptor]
      _ = Bell.wait(for: bells, atMost: .milliseconds(100))
      reader.bell.silence()
    }
    session.leave()
    output.end()
    return end(isCut: isCut)
  }

  /// Somebody who watches has seen what came of each line.
  private func end(isCut: Bool) -> ConsoleEnd {
    if !session.isAsked { return .stopped(OperatorConsole.endedBySignal) }
    if isWatched { return .done }
    if link.standing.status == nil {
      guard case .lost(let reason) = link.standing.link else {
        return .failed("the daemon does not answer")
      }
      return .failed(TerminalText.safe(reason))
    }
    if let failure = session.failure { return failure }
    if reader.hasDropped { return .failed("lines were dropped: give fewer at once") }
    return isCut ? .failed("the input ended in the middle of arming; nothing was armed") : .done
  }

  private var isLost: Bool {
    if case .lost = link.standing.link { return true }
    return false
  }

  private func status(at now: Nanoseconds) {
    let view = session.view(at: now)
    let isStale = view.isStale && view.link != .connecting
    let title = (isStale ? "STALE " : "") + (view.status.map { StateWords($0).title } ?? "")
    let isDue = view.status?.isRunning == true && now >= nextStatus
    guard title != lastTitle || isDue, !session.isBeforeEnd(at: now) else { return }
    lastTitle = title
    nextStatus = now + Self.pause
    output.print(PlainStatus.lines(view))
  }
}

// Decides: how the threads of a console are joined.
// Leaves to others: each of them.

internal import ControlAPI
internal import StimulationCore

/// What every form of the console needs.
struct ConsoleParts {
  let directory: RuntimeDirectory
  let inbox: ConsoleInbox
  let presence: Presence
  let link: DaemonLink
  let stop: StopPath
  let mode = TerminalMode()
  let interruption = Interruption()
}

extension ConsoleParts {
  /// Starts the threads for STOP, the link and signals, in this order; signals wait until then.
  init(_ directory: RuntimeDirectory, client: String) throws(ConsoleError) {
    self.directory = directory
    SignalThread.block()
    let inbox = try ConsoleInbox()
    let presence = Presence()
    self.inbox = inbox
    self.presence = presence
    stop = try StopPath(directory) { act, notice in inbox.post(.stopped(act, notice)) }
    let link = try DaemonLink(
      path: directory.control, client: client,
      heard: { events in
        for event in events.compactMap({ HeardEvent($0) }) { inbox.post(.heard(event)) }
      },
      isOperatorThere: { presence.isThere(at: ConsoleClock.now) })
    self.link = link
    SignalThread.start(
      stop, inbox, interruption, mustStop: { link.standing.leading.mustStop },
      continued: { [mode] in
        mode.restore()
        presence.continued()
      })
  }

  /// The keys of a terminal.
  func makeReader() throws(ConsoleError) -> TerminalReader {
    let link = link
    let stop = stop
    let inbox = inbox
    let runner = CommandRunner(link)
    let reader = try TerminalReader(
      input: 0, presence: presence,
      isRunning: {
        let standing = link.standing
        guard standing.link == .up, let status = standing.status, status.isRunning else {
          return false
        }
        let age = status.age(at: ConsoleClock.now, receivedAt: standing.receivedAt)
        return age <= StatusView.stale
      },
      stop: { stop.stop($0) },
      step: { direction in
        runner.stepByKey(direction) { inbox.post(.lines($0)) }
      })
    interruption.each { reader.dropLine() }
    return reader
  }
}

// Decides: what each signal means to the console: Ctrl-C is STOP, whatever the screen does; a
// signal to end is STOP where this console leads.
// Leaves to others: sending STOP (StopPath) and ending (the thread that draws).

internal import CLineEdit
import Foundation
internal import StimulationCore

/// Takes signals on a thread of its own, so that no handler runs in the midst of anything.
enum SignalThread {
  /// How long the screen may take to end before the terminal is taken from it.
  static let patience = Nanoseconds.milliseconds(1_500)
  private static let taken = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGTSTP, SIGCONT]

  /// Keeps these signals from every thread that is made from now on. Call first of all.
  static func block() {
    var set = signalSet
    // SAFETY: the set lives across the call, which reads it.
    let code = unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    precondition(code == 0, "a set of ordinary signals can be blocked")
    // A daemon that has gone is an error of a write, not the end of the console.
    _ = signal(SIGPIPE, SIG_IGN)
  }

  private static var signalSet: sigset_t {
    var set = sigset_t()
    // SAFETY: both calls fill in the set that they are given.
    _ = unsafe sigemptyset(&set)
    for number in taken { _ = unsafe sigaddset(&set, number) }
    return set
  }

  /// Starts the thread.
  ///
  /// - Parameter mustStop: whether an end of the console must stop what may run.
  static func start(
    _ stop: StopPath, _ inbox: ConsoleInbox, _ interruption: Interruption,
    mustStop: @escaping @Sendable () -> Bool, continued: @escaping @Sendable () -> Void
  ) {
    let thread = Thread { run(stop, inbox, interruption, mustStop, continued) }
    thread.name = "signals"
    thread.start()
  }

  private static func run(
    _ stop: StopPath, _ inbox: ConsoleInbox, _ interruption: Interruption,
    _ mustStop: @Sendable () -> Bool, _ continued: @Sendable () -> Void
  ) {
    var set = signalSet
    while true {
      var number: Int32 = 0
      // SAFETY: the call reads the set and fills in the number.
      guard unsafe sigwait(&set, &number) == 0 else { continue }
      switch number {
      case SIGINT:
        stop.stop(.interrupt)
        interruption.happened()
      case SIGWINCH: inbox.post(.resized)
      case SIGCONT:
        // First of all the keys act again, however long the screen takes.
        continued()
        inbox.post(.resized)
      case SIGTSTP: inbox.post(.lines(["Ctrl-Z does nothing here: a console asleep cannot lead"]))
      default:
        // Who only looks on ends nobody's session by going.
        if mustStop() { stop.stop(.hangUp) }
        inbox.post(.end(isAsked: false))
        // A screen that is stuck does not keep the terminal.
        Thread.detachNewThread {
          _ = Bell.wait(for: [], atMost: patience)
          nmes_terminal_restore()
          _exit(1)
        }
      }
    }
  }
}

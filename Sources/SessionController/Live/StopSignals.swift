// Decides: that SIGINT, SIGTERM, SIGHUP and SIGQUIT stop a run at once, whatever else the machine
// does.
// Leaves to others: what stopping means (LiveRun, SimulatedRun).

internal import CRealTime
import RealTimeLoop
import StimulationCore
import Synchronization

/// What the thread that waits for signals shares with whoever made it.
private final class SignalWatch: Sendable {
  struct Watching {
    var stop: (@Sendable () -> Void)?
    /// Whether a signal came before anybody watched.
    var wasAsked = false
  }

  let watching = Mutex(Watching())
  let mustEnd = Atomic<Bool>(false)

  func signalled() {
    let stop = watching.withLock { watching in
      watching.wasAsked = true
      return watching.stop
    }
    stop?()
  }
}

/// Turns Ctrl-C, termination and a lost terminal into a stop.
///
/// Made before any other thread of the process: threads made later leave these signals to it.
public final class StopSignals: Sendable {
  /// One below the loop's: STOP waits for nothing but the loop.
  static let priority: Int32 = LinuxHost.priority - 1

  private let signals: Int32
  private let wakeup: Int32
  private let watch = SignalWatch()
  private let thread: Mutex<RealTimeThread?>

  /// Takes the signals; they are kept until somebody watches.
  public init() throws(RunFailure) {
    signals = nmes_stop_signals_open()
    wakeup = nmes_event_create()
    if signals < 0 { throw .noDescriptor(signals) }
    if wakeup < 0 { throw .noDescriptor(wakeup) }
    do throws(RealTimeThreadError) {
      thread = Mutex(
        try RealTimeThread(priority: nil) { [signals, wakeup, watch] in
          Self.serve(signals, wakeup, watch)
        })
    } catch {
      throw .stimulator(.thread(error))
    }
  }

  deinit {
    watch.mustEnd.store(true, ordering: .releasing)
    _ = nmes_event_signal(wakeup)
    thread.withLock { thread in
      let running = thread.take()
      running?.join()
    }
    _ = nmes_event_close(wakeup)
    _ = nmes_event_close(signals)
  }

  /// Calls `stop` at every such signal, on a thread of its own, and now when one came already.
  public func watch(_ stop: @escaping @Sendable () -> Void) {
    let wasAsked = watch.watching.withLock { watching in
      watching.stop = stop
      return watching.wasAsked
    }
    if wasAsked { stop() }
  }

  /// The thread's body: waits for signals until it is told to end.
  private static func serve(_ signals: Int32, _ wakeup: Int32, _ watch: SignalWatch) {
    // Where it is not permitted the thread serves all the same.
    _ = nmes_set_fifo(priority)
    let descriptors = [signals, wakeup]
    while !watch.mustEnd.load(ordering: .acquiring) {
      let limit = RunWaker.now() + .seconds(3_600)
      // SAFETY: the array of two descriptors lives across the call, which only reads it.
      let ready = unsafe nmes_wait_until(limit.rawValue, descriptors, 2, 0)
      precondition(ready >= 0, "both descriptors stay open until this thread has been joined")
      if ready == 1 && nmes_stop_signals_take(signals) > 0 { watch.signalled() }
    }
  }
}

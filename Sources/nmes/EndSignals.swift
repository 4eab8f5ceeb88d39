// Decides: that a command which only looks on ends by a signal, whoever started it and whatever it
// waits for.
// Leaves to others: commands that stop something first (StopSignals, the console).

import Foundation
import Synchronization

/// SIGINT, SIGTERM, SIGHUP and SIGQUIT, also where whoever started the process blocks or ignores
/// them, as a shell does for what runs in its background.
///
/// Made before any other thread of the process, so that no thread but its own takes them.
final class EndSignals: Sendable {
  /// A command that is stuck, as at an output that nobody reads, is ended after so long.
  private static let patience: UInt32 = 1_500_000
  private static let taken = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]

  private let came = Atomic<Bool>(false)

  /// Whether one came.
  var areThere: Bool { came.load(ordering: .acquiring) }

  init() {
    var set = Self.set
    // SAFETY: the set lives across the call, which reads it.
    let code = unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    precondition(code == 0, "a set of ordinary signals can be blocked")
    // One that is ignored need not be kept for whoever waits for it.
    for number in Self.taken { _ = signal(number, SIG_DFL) }
    Thread.detachNewThread { [self] in wait() }
  }

  private static var set: sigset_t {
    var set = sigset_t()
    // SAFETY: both calls fill in the set that they are given.
    _ = unsafe sigemptyset(&set)
    for number in taken { _ = unsafe sigaddset(&set, number) }
    return set
  }

  private func wait() {
    var set = Self.set
    var number: Int32 = 0
    // SAFETY: the call reads the set and fills in the number.
    while unsafe sigwait(&set, &number) != 0 {}
    came.store(true, ordering: .releasing)
    _ = usleep(Self.patience)
    _exit(ExitStatus.negative.rawValue)
  }
}

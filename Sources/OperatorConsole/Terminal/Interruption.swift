// Decides: how Ctrl-C that comes as a signal reaches whoever keeps what was typed before it.
// Leaves to others: taking the signal (SignalThread), and dropping what was typed (the readers).

import Synchronization

/// Ctrl-C at a terminal, which makes a signal of it.
final class Interruption: Sendable {
  private let act = Mutex<(@Sendable () -> Void)?>(nil)

  /// What happens at each one, on the signals' thread.
  func each(_ act: @escaping @Sendable () -> Void) { self.act.withLock { $0 = act } }

  /// There is one.
  func happened() { act.withLock { $0 }?() }
}

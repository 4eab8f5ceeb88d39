// Decides: that a terminal which somebody else has set meanwhile is set for keys again.
// Leaves to others: which settings those are (LineEditor, whose settings are kept), and when a
// suspension is over (SignalThread).

import Foundation
import Synchronization

/// The terminal's settings while a line is edited. A shell puts its own in their place while the
/// console is suspended, with which a key would act only at the next Enter.
final class TerminalMode: Sendable {
  // SAFETY: plain numbers, which nobody shares with the copy that is kept here.
  private struct Kept: @unchecked Sendable {
    let descriptor: Int32
    var settings: termios
  }

  private let kept = Mutex<Kept?>(nil)

  /// Keeps the settings as they are now, once.
  func keep(_ descriptor: Int32) {
    kept.withLock { kept in
      guard kept == nil else { return }
      var settings = termios()
      // SAFETY: the call fills in the settings that it is given.
      guard unsafe tcgetattr(descriptor, &settings) == 0 else { return }
      kept = Kept(descriptor: descriptor, settings: settings)
    }
  }

  /// The terminal is given back: nothing is set any more.
  func forget() { kept.withLock { $0 = nil } }

  /// Sets them again. In the background nothing is set: the terminal is the shell's.
  func restore() {
    kept.withLock { kept in
      guard var kept, tcgetpgrp(kept.descriptor) == getpgrp() else { return }
      // SAFETY: the call reads the settings. A terminal that has gone takes none.
      _ = unsafe tcsetattr(kept.descriptor, TCSANOW, &kept.settings)
    }
  }
}

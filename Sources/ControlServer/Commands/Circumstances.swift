// Decides: what is kept of the instant at which a line came.
// Leaves to others: noting it (Connection) and what follows from it (Dispatcher, LeaseBook).

import StimulationCore

/// How things stood when a line came, however long it waited since.
struct Circumstances {
  /// How often STOP had been said.
  let stops: UInt64
  /// When the line's last bytes were read: its operator was there then, and nothing is known of
  /// them since (SR-23).
  let readAt: Nanoseconds
}

// Decides: what is known of one STOP between its bytes and its answer.
// Leaves to others: finding it (StopScanner), when outputs are inactive (ReactionWatch).

import StimulationCore

/// A STOP that was found in bytes and has acted; its line is answered when its turn comes.
///
/// It is used on the event loop only.
final class SeenStop {
  private var outcome: (inactive: Bool, after: Nanoseconds)?
  private var waiting: [(_ inactive: Bool, _ after: Nanoseconds) -> Void] = []

  /// What came of it.
  func end(inactive: Bool, after: Nanoseconds) {
    outcome = (inactive, after)
    let told = waiting
    waiting = []
    for tell in told { tell(inactive, after) }
  }

  /// Tells what came of it, at once or when it is known.
  func whenEnded(_ tell: @escaping (_ inactive: Bool, _ after: Nanoseconds) -> Void) {
    guard let outcome else { return waiting.append(tell) }
    tell(outcome.inactive, outcome.after)
  }
}

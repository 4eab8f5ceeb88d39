// Decides: whether the operator counts as there, so that the lease may be renewed.
// Leaves to others: the renewal (DaemonLink).

internal import StimulationCore
import Synchronization

/// The proof that screen and terminal are alive.
final class Presence: Sendable {
  /// A thread that draws or runs a script and was not seen for so long is stuck.
  static let patience = Nanoseconds.seconds(1)

  private struct State {
    var progress: Nanoseconds?
    var queries = TerminalQueries()
    var needsTerminal = false
  }

  private let state = Mutex(State())

  /// From now on the terminal must answer as well.
  func needTerminal() { state.withLock { $0.needsTerminal = true } }

  /// The thread that draws, or runs a script, goes on.
  func advanced(at now: Nanoseconds) { state.withLock { $0.progress = now } }

  /// Whether to ask the terminal now.
  func shouldAsk(at now: Nanoseconds) -> Bool { state.withLock { $0.queries.ask(at: now) } }

  /// The terminal answered.
  func answered(at now: Nanoseconds) { state.withLock { $0.queries.answer(at: now) } }

  /// The process was suspended and goes on: an answer to an earlier question went to whoever had
  /// the terminal meanwhile, so that the question is asked anew.
  func continued() { state.withLock { $0.queries = TerminalQueries() } }

  /// Whether an answer of the terminal is on its way.
  var isAnswerAwaited: Bool { state.withLock { $0.queries.isAwaited } }

  /// Whether the terminal has fallen silent.
  func isTerminalSilent(at now: Nanoseconds) -> Bool {
    state.withLock { $0.needsTerminal && !$0.queries.isAlive(at: now) }
  }

  /// Whether the lease may be renewed.
  func isThere(at now: Nanoseconds) -> Bool {
    state.withLock { state in
      guard let progress = state.progress, now - progress <= Self.patience else { return false }
      return !state.needsTerminal || state.queries.isAlive(at: now)
    }
  }
}

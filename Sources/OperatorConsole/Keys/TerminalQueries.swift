// Decides: when the terminal is asked for its status, and whether it is still there.
// Leaves to others: writing the question (Screen) and finding the answer (KeyFilter).

public import StimulationCore

/// Follows the status queries (`ESC [ 5 n`) that prove the terminal, and so the operator's link
/// to it, alive.
public struct TerminalQueries: Sendable, Equatable {
  /// The question.
  public static let question = "\u{1B}[5n"
  /// The pause between an answer and the next question.
  public static let interval = Nanoseconds.milliseconds(250)
  /// An answer later than this proves nothing, and a terminal that was silent for so long is not
  /// there.
  public static let patience = Nanoseconds.seconds(1)
  /// After so long a question is forgotten, its answer lost, and the next is asked. On a link
  /// that is slower still, an old answer may pass for a new one: for at most a second in ten,
  /// which renews no lease for long.
  static let forgotten = Nanoseconds.seconds(10)

  /// The one question on its way: with two, the answer to a lost one would never be told from
  /// the answer to the next.
  private var asked: Nanoseconds?
  private var answered: Nanoseconds?
  private var nextDue = Nanoseconds.zero

  /// Nothing asked yet.
  public init() {}

  /// Whether an answer is on its way, so that an Esc may be its beginning.
  public var isAwaited: Bool { asked != nil }

  /// Whether to ask now; if so the question counts as asked.
  public mutating func ask(at now: Nanoseconds) -> Bool {
    if let asked, now - asked <= Self.forgotten { return false }
    guard asked != nil || now >= nextDue else { return false }
    asked = now
    return true
  }

  /// An answer came.
  public mutating func answer(at now: Nanoseconds) {
    guard let question = asked else { return }
    asked = nil
    nextDue = question + Self.interval
    if now - question <= Self.patience { answered = now }
  }

  /// Whether the terminal answered within the last second.
  public func isAlive(at now: Nanoseconds) -> Bool {
    guard let answered else { return false }
    return now - answered <= Self.patience
  }
}

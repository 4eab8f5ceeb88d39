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
  /// A question without an answer for so long is asked again; an answer later than this proves
  /// nothing, and a terminal that was silent for so long is not there.
  public static let patience = Nanoseconds.seconds(1)
  /// After so long a question is forgotten: its answer was lost.
  static let forgotten = Nanoseconds.seconds(10)
  /// The most questions on their way.
  static let most = 8

  private var asked: [Nanoseconds] = []
  private var lastAsked: Nanoseconds?
  private var answered: Nanoseconds?

  /// Nothing asked yet.
  public init() {}

  /// Whether an answer is on its way, so that an Esc may be its beginning.
  public var isAwaited: Bool { !asked.isEmpty }

  /// Whether to ask now; if so the question counts as asked.
  public mutating func ask(at now: Nanoseconds) -> Bool {
    asked.removeAll { now - $0 > Self.forgotten }
    if let lastAsked {
      let pause = asked.isEmpty ? Self.interval : Self.patience
      guard now - lastAsked >= pause, asked.count < Self.most else { return false }
    }
    asked.append(now)
    lastAsked = now
    return true
  }

  /// An answer came. Answers come in the order of the questions.
  public mutating func answer(at now: Nanoseconds) {
    guard !asked.isEmpty else { return }
    let question = asked.removeFirst()
    if now - question <= Self.patience { answered = now }
  }

  /// Whether the terminal answered within the last second.
  public func isAlive(at now: Nanoseconds) -> Bool {
    guard let answered else { return false }
    return now - answered <= Self.patience
  }
}

// Decides: which queue a connection's line goes to, and what it waits for there.
// Leaves to others: the queues (BoundedQueue, Hub) and the lines (Connection).

import ControlAPI

/// The order of one connection's answers.
///
/// Its commands keep their order. A question sees what the commands before it did; a command waits
/// for no question, which may be answered after it.
struct AnswerOrder {
  /// A question that waits for the commands before it.
  struct Held {
    /// Answers it.
    let answer: @Sendable () -> Void
    /// How a refusal names it; `nil` where no answer is wanted.
    let id: String?
    /// The bytes of its line.
    let count: Int
  }

  /// The lane of the commands that wait now. It is theirs until all are answered, whoever takes the
  /// lease meanwhile, so that none overtakes another.
  private(set) var lane = BoundedQueue.Lane.control
  private var commands = 0
  private var held: [Held] = []

  /// Whether a question has to wait.
  var mustHold: Bool { commands > 0 }

  /// Notes a command that is submitted; the lane that it goes to.
  mutating func begin(isLeader: Bool) -> BoundedQueue.Lane {
    if commands == 0 { lane = isLeader ? .leader : .control }
    commands += 1
    return lane
  }

  /// Keeps a question until ``end()``. Whoever calls bounds how many.
  mutating func hold(_ question: Held) { held.append(question) }

  /// Notes that a command is answered; the questions that waited for it.
  mutating func end() -> [Held] {
    precondition(commands > 0, "a command is answered once")
    commands -= 1
    guard commands == 0 else { return [] }
    defer { held = [] }
    return held
  }
}

// Decides: how a line that is no command is answered.
// Leaves to others: finding out (CommandParser).

/// A line that cannot be carried out as it is written. Nothing was sent.
public struct CommandError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong and what to write instead, on one line.
  public let message: String

  /// The message.
  public var description: String { message }

  init(_ message: String) { self.message = message }
}

// Decides: in which forms the console lives, as far as its words differ by them.
// Leaves to others: which one it is (OperatorConsole) and the words (CommandTable).

/// How lines reach the console.
public enum ConsoleForm: Sendable, Equatable {
  /// By keys, which act at once; a screen of so many rows below the status holds the answers.
  case screen(rows: Int)
  /// In whole lines, from a terminal without a screen, a pipe or a script.
  case lines
}

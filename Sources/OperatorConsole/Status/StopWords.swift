// Decides: how the result of STOP reads.
// Leaves to others: sending it (StopPath).

internal import StimulationCore

enum StopWords {
  static func text(_ notice: StatusView.StopNotice) -> StyledText {
    switch notice {
    case .sent: StyledText(" STOP sent ", .caution)
    case .inactive(let reaction, let roundTrip):
      parts(
        " STOP: outputs inactive after \(milliseconds(reaction)) ms",
        " (there and back \(milliseconds(roundTrip)) ms) ", .good)
    case .unconfirmed(let roundTrip):
      parts(
        " STOP taken, outputs NOT confirmed inactive: press the emergency stop",
        " (after \(milliseconds(roundTrip)) ms) ", .alarm)
    case .inactiveByNow:
      StyledText(" STOP was not confirmed in time; outputs are inactive now ", .good)
    case .failed(let reason):
      parts(
        " STOP NOT DELIVERED: press the emergency stop", " (\(TerminalText.safe(reason))) ", .alarm)
    }
  }

  /// What must be read, and what is said where there is room.
  private static func parts(_ first: String, _ second: String, _ role: TextRole) -> StyledText {
    var text = StyledText(first, role)
    text.add(second, role)
    return text
  }

  /// The same for a plain line.
  static func line(_ notice: StatusView.StopNotice) -> String {
    let text = text(notice).parts.map(\.text).joined()
    return String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }

  /// Milliseconds with two decimals, rounded up: a reaction is never told shorter than it was.
  static func milliseconds(_ time: Nanoseconds) -> String {
    let hundredths = (max(0, time.rawValue) + 9_999) / 10_000
    let rest = hundredths % 100
    return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
  }
}

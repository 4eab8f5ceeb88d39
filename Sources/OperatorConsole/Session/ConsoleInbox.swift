// Decides: how other threads hand over what the screen is to show.
// Leaves to others: showing it (TerminalConsole, PlainConsole).

internal import StimulationCore
import Synchronization

/// What reaches the thread that draws.
enum ConsoleEvent: Sendable {
  /// Lines to print.
  case lines([String])
  /// A command is through.
  case outcome(CommandOutcome)
  /// Whether this console has become the operator at its start.
  case greeted(CommandOutcome)
  /// The check that arming waits for has begun, or why not.
  case checking(ArmAnswers, CommandOutcome)
  /// The board's check was too old for arming.
  case checkExpired(ArmAnswers)
  /// What was seen of the skin after a session is recorded, or why not.
  case skin(session: Int64?, CommandOutcome)
  /// Arming asks.
  case arming(lines: [String], questions: [SafetyQuestion])
  /// STOP, and how it went.
  case stopped(StopAct, StatusView.StopNotice)
  /// Something has happened at the daemon.
  case heard(HeardEvent)
  /// Completion knows more.
  case names(@Sendable (inout KnownNames) -> Void)
  /// The terminal has another size, or shows what others wrote: everything is drawn anew.
  case resized
  /// The console ends; whether as asked.
  case end(isAsked: Bool)
}

/// The events that wait, with a bound.
final class ConsoleInbox: Sendable {
  /// More are dropped: whoever stops drawing for so long has lost the screen anyway.
  static let most = 1_024

  private let events = Mutex<[ConsoleEvent]>([])
  let bell: Bell

  init() throws(ConsoleError) { bell = try Bell() }

  func post(_ event: ConsoleEvent) {
    events.withLock { events in if events.count < Self.most { events.append(event) } }
    bell.ring()
  }

  /// All that wait, oldest first.
  func take() -> [ConsoleEvent] {
    bell.silence()
    return events.withLock { events in
      defer { events = [] }
      return events
    }
  }
}

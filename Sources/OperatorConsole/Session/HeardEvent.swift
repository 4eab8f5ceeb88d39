// Decides: which of the daemon's events say what no status does: who said STOP.
// Leaves to others: telling it (ConsoleSession), and the events (the daemon).

internal import ControlAPI

/// An event that the console acts on.
enum HeardEvent: Sendable, Equatable {
  /// Somebody said STOP, by name.
  case stop(by: String)

  init?(_ event: EventItem) {
    let introduction = "stop by "
    guard event.kind == "action", event.subject == "stop", event.text.hasPrefix(introduction),
      let end = event.text.lastIndex(of: ":")
    else { return nil }
    let actor = event.text[..<end].dropFirst(introduction.count)
    guard !actor.isEmpty else { return nil }
    self = .stop(by: TerminalText.safe(String(actor)))
  }
}

// Decides: how what others decide about a session reaches its record.
// Leaves to others: what they decide (ControlServer) and the writing (SessionKeeper, DoseLog).

public import DoseLog

extension Stimulator {
  /// Records what somebody asked for and what became of it, in the open session or beside one
  /// (SR-45, SR-53). May wait for the disk.
  public func record(
    _ kind: LogActionKind, _ subject: String, outcome: String, actor: String, text: String = ""
  ) {
    note(kind, subject, outcome, actor, text: text)
  }
}

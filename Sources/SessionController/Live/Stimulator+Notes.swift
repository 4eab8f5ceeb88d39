// Decides: how what others decide about a session reaches its record, and what a STOP can have
// ended.
// Leaves to others: what they decide (ControlServer) and the writing (SessionKeeper, DoseLog).

public import DoseLog
public import StimulationCore

extension Stimulator {
  /// Records what somebody asked for and what became of it, in the open session or beside one
  /// (SR-45, SR-53). May wait for the disk.
  public func record(
    _ kind: LogActionKind, _ subject: String, outcome: String, actor: String, text: String = ""
  ) {
    note(kind, subject, outcome, actor, text: text)
  }

  /// Whether the records of one more command find room. What cannot be written down is not done; in
  /// a session its own records are asked for room as each command is.
  public var hasRoomForRecords: Bool {
    status.phase == .open || idleNotes.hasRoom(.commands, for: Self.mostRecordsOfACommand)
  }

  /// A command beside a session writes no more than this.
  static let mostRecordsOfACommand = 4

  /// Waits until what was recorded beside any session is in the log; `false` when that took longer
  /// than it may.
  public func waitForRecords(atMost time: Nanoseconds) -> Bool { idleNotes.wait(atMost: time) }

  /// Whether there was nothing that a STOP could end at an instant of CLOCK_MONOTONIC, nor since:
  /// no self-check, no session that is armed, runs or pauses, nothing asked for that leads to one.
  /// Waits for nobody; where it is not known it answers `false`.
  public func hadNothingToStop(since instant: Nanoseconds) -> Bool {
    standstill.lasts(since: instant)
  }

  /// Something that may energise or raise was asked for and waits: a STOP ends it.
  public func expectAct() { standstill.begin() }

  /// What was expected was answered.
  public func endAct() { standstill.end() }
}

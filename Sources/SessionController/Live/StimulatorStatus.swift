// Decides: what is shown of a stimulator at any time.
// Leaves to others: drawing it (OperatorConsole) and sending it (ControlServer).

public import DoseLog
public import ProtocolLibrary
public import RealTimeLoop
public import StimulationCore

/// A stimulator as it stands.
public struct StimulatorStatus: Sendable {
  /// The board.
  public let place: SessionPlace
  /// How far the session is.
  public let phase: SessionPhase
  /// What is loaded, or ran last.
  public let planned: PlannedSession?
  /// The session in the log, open or last.
  public let session: SessionID?
  /// How the session ended in the log; `nil` while it is open.
  public let outcome: SessionOutcome?
  /// The loop as it was seen last; `nil` while there is none.
  public let loop: LoopSnapshot?
  /// How long ago that was.
  public let age: Nanoseconds
  /// The muscles' force in newtons, where the board has it.
  public let force: [Double]
  /// Until the schedule's end.
  public let timeLeft: Nanoseconds
  /// Whether the log has what was seen of the skin after this session.
  public let isSkinSeen: Bool
  /// Why the log could not be written, when it could not.
  public let logFailure: DoseLogError?
  /// What the kernel granted to the loop's thread.
  public let scheduling: RealTimeScheduling?

  /// The controller's state; `faulted` while there is no loop.
  public var state: ControllerState { loop?.state ?? .faulted }
}

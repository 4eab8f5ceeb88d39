// Decides: what is told of a run when it is over.
// Leaves to others: printing it (nmes).

public import DoseLog
public import SimulatedBoard
public import StimulationCore

/// One channel of a run: the log's values, and the electrode's own.
public struct ChannelOutcome: Sendable {
  /// The channel, counted from 0.
  public let channel: Int
  /// Trains, whole or cut short.
  public let trains: Int64
  /// The dose as the log has it, probes left out.
  public let dose: ChannelDose
  /// What the simulated electrode received from the session's start on; `nil` where the
  /// electrode is not simulated in this process.
  public let electrode: ElectrodeTotals?
}

/// A run that began, as it ended.
public struct RunSummary: Sendable {
  /// The session in the log.
  public let session: SessionID
  /// How it ended.
  public let outcome: SessionOutcome
  /// The trips, in order.
  public let faults: [TrippedInterlock]
  /// The session time that passed.
  public let simulated: Nanoseconds
  /// The wall time that passed.
  public let wall: Nanoseconds
  /// The envelope (SR-18).
  public let envelope: Envelope
  /// The channels.
  public let channels: [ChannelOutcome]
  /// Why the log is incomplete, when it is.
  public let logFailure: DoseLogError?
  /// Why the record of signals ends early, when it does.
  public let recordFailure: RecordError?
}

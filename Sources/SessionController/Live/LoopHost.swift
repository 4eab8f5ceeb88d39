// Decides: what a session needs of a board's loop, whatever the board's type.
// Leaves to others: the loop's body (BoardHost, SimulatedHost) and the session (Stimulator).

public import ProtocolLibrary
public import RealTimeLoop
public import StimulationCore

/// A board with the thread that drives it while a session is open.
public protocol LoopHost: AnyObject, Sendable {
  /// The board as the log names it.
  var place: SessionPlace { get }
  /// What the board can do and guarantees.
  var capabilities: BoardCapabilities { get }
  /// What crosses to and from the loop's thread.
  var exchange: LoopExchange { get }
  /// What the kernel granted to the loop's thread; `nil` when it asks for nothing or not yet.
  var scheduling: RealTimeScheduling? { get }
  /// How long the loop may take to answer; it answers within a tick.
  var patience: Nanoseconds { get }
  /// The muscles' force in newtons, where the board has it.
  var force: [Double] { get }
  /// The board's own limits in one envelope; they only tighten it.
  func limits(for envelope: Envelope) -> LimitLayer
  /// What was found driven when the board was opened, and was driven safe (SR-03).
  var leftovers: [String] { get }

  /// Makes a controller for a session and starts the loop's thread. The loop before has ended.
  ///
  /// - Parameter keeper: wakes whoever writes the session down, for a board whose virtual time
  ///   waits for the log.
  func begin(_ planned: PlannedSession, keeper: RunWaker) throws(StimulatorError)
  /// Waits for the loop's thread, which was told to quit or will be.
  func end()
  /// Ends the loop's wait now. Safe from any thread and in a signal handler.
  func wake()
  /// The operator is still there.
  func renewLease()
  /// The log has made everything durable that it had.
  func logHasProgressed()
}

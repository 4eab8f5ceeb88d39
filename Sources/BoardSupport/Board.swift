// Decides: what every board, real or simulated, offers to the loop.
// Leaves to others: the pins (LinuxBoard), the simulation (SimulatedBoard).

public import StimulationCore

/// A stimulation board.
///
/// Time, waiting, reading and writing, and nothing else: every decision is the core's. All
/// four are called from the real-time thread only, in the order `wait`, `read`, `apply`, and
/// none may allocate or lock. ``settle()`` alone is called beside it, before a session.
public protocol Board: ~Copyable {
  /// What the board can do and guarantees.
  var capabilities: BoardCapabilities { get }

  /// The board's clock: nanoseconds since it was opened, monotonic.
  mutating func now() -> Nanoseconds

  /// Waits until `deadline`, or until a fault line falls or a request arrives; answers the
  /// time at which it returns.
  mutating func wait(until deadline: Nanoseconds) -> Nanoseconds

  /// Reads lines and converters as they are now into `readings`, every field of it.
  mutating func read(into readings: inout Readings)

  /// Before a session: looks again at everything that was set when the board was opened, and at
  /// what a turn's readings take no account of. What is not as it was set stands in the readings,
  /// so that the self-check fails.
  mutating func settle()

  /// Drives the outputs. What became of the writes stands in the next readings.
  mutating func apply(_ outputs: consuming ClearedOutputs)
}

extension Board where Self: ~Copyable {
  /// A board on which nobody else can change anything has nothing to look at.
  public mutating func settle() {}
}

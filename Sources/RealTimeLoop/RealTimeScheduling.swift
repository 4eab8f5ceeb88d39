// Decides: what a thread asks of the kernel before it runs a loop on the real clock.
// Leaves to others: the calls (CRealTime) and telling the operator what was not permitted.

import CRealTime

/// What the kernel granted to the calling thread.
public struct RealTimeScheduling: Sendable, CustomStringConvertible {
  /// Whether the thread has SCHED_FIFO; the error number where it has not.
  public let fifoError: Int32
  /// Whether memory is locked; the error number where it is not.
  public let memoryError: Int32
  /// Whether the stack is in memory; the error number where it is not.
  public let stackError: Int32

  /// The stack that a loop's turn can need, with a wide margin.
  private static let stack: Int64 = 256 * 1_024

  /// Asks for SCHED_FIFO at `priority`, locked memory and a stack that is in memory.
  ///
  /// Locks what is touched and what will be (`MCL_ONFAULT`), so that libraries nobody calls
  /// cost nothing.
  public static func request(priority: Int32) -> RealTimeScheduling {
    RealTimeScheduling(
      fifoError: -nmes_set_fifo(priority), memoryError: -nmes_lock_memory(),
      stackError: -nmes_prefault_stack(stack))
  }

  /// Whether everything was granted.
  public var isGranted: Bool { fifoError == 0 && memoryError == 0 && stackError == 0 }

  /// What holds and what does not, in one line.
  public var description: String {
    let parts = [
      fifoError == 0 ? "SCHED_FIFO" : "no SCHED_FIFO (error \(fifoError))",
      memoryError == 0 ? "memory locked" : "memory not locked (error \(memoryError))",
      stackError == 0 ? "stack in memory" : "stack not in memory (error \(stackError))",
    ]
    return parts.joined(separator: ", ")
  }
}

// Decides: how a thread of its own is made for a loop, and how its end is awaited.
// Leaves to others: what it runs (the caller), what the kernel grants it (RealTimeScheduling).

import Glibc
import Synchronization

/// Why there is no thread.
public enum RealTimeThreadError: Error, Sendable, CustomStringConvertible {
  /// The kernel made none; the error number.
  case notMade(Int32)

  /// One line: what is wrong and what to do.
  public var description: String {
    switch self {
    case .notMade(let code):
      return "no thread for the loop (error \(code)); end other programs and start again"
    }
  }
}

/// What a new thread is handed, once.
private final class ThreadStart: Sendable {
  let priority: Int32?
  let scheduling = Mutex<RealTimeScheduling?>(nil)
  let body: @Sendable () -> Void

  init(priority: Int32?, body: @escaping @Sendable () -> Void) {
    self.priority = priority
    self.body = body
  }

  func run() {
    if let priority {
      let granted = RealTimeScheduling.request(priority: priority)
      scheduling.withLock { $0 = granted }
    }
    body()
  }
}

/// A thread that runs one body to its end.
///
/// It must be joined: whoever drops it without would leave a loop that nobody owns.
public struct RealTimeThread: ~Copyable, Sendable {
  private let thread: pthread_t
  private let start: ThreadStart

  /// Starts a thread.
  ///
  /// - Parameters:
  ///   - priority: what is asked of SCHED_FIFO; `nil` asks for nothing.
  ///   - body: what it runs.
  public init(
    priority: Int32?, body: @escaping @Sendable () -> Void
  ) throws(RealTimeThreadError) {
    let start = ThreadStart(priority: priority, body: body)
    // SAFETY: the thread takes over this reference and releases it when it has run.
    let context = unsafe Unmanaged.passRetained(start)
    var thread = pthread_t()
    // SAFETY: `context` lives until the thread releases it; the entry ignores nothing else.
    let result = unsafe pthread_create(
      &thread, nil,
      { argument in
        if let argument = unsafe argument {
          unsafe Unmanaged<ThreadStart>.fromOpaque(argument).takeRetainedValue().run()
        }
        return nil
      }, context.toOpaque())
    if result != 0 {
      unsafe context.release()
      throw .notMade(result)
    }
    self.thread = thread
    self.start = start
  }

  /// What the kernel granted; `nil` before the thread asked, or when it asks for nothing.
  public var scheduling: RealTimeScheduling? { start.scheduling.withLock { $0 } }

  /// Waits until the body has run.
  public consuming func join() {
    let result = pthread_join(thread, nil)
    precondition(result == 0, "a thread that was made can be joined")
  }
}

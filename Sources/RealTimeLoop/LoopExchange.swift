// Decides: everything that crosses between the loop's thread and the rest of the process.
// Leaves to others: who asks (SessionController, ControlServer) and who records (the logger).

public import StimulationCore
public import Synchronization

/// The single values that cross, each an atomic of its own.
@usableFromInline struct LoopFlags: ~Copyable {
  @usableFromInline let stop = Atomic<Bool>(false)
  @usableFromInline let reset = Atomic<Bool>(false)
  @usableFromInline let quit = Atomic<Bool>(false)
  @usableFromInline let recordsLost = Atomic<Bool>(false)
  @usableFromInline let lease = Atomic<Int64>(0)
  @usableFromInline let logger = Atomic<Int64>(0)
  @usableFromInline let durable = Atomic<Int64>(0)
  @inlinable init() {}
}

// SAFETY: the flags are atomics; the rings have one producer and one consumer each, as said.
/// The exchange between a loop and the rest of the process.
///
/// Whoever makes it frees it after the loop has ended. Copies refer to the same exchange.
@safe public struct LoopExchange: @unchecked Sendable {
  @usableFromInline let flags: UnsafeMutablePointer<LoopFlags>
  /// Commands, from the one thread that speaks for the operator to the loop.
  public let commands: SingleProducerRing<Command>
  /// Replies, one for each command, from the loop to that thread.
  public let replies: SingleProducerRing<Reply>
  /// Records, from the loop to the logger's thread.
  public let records: SingleProducerRing<SessionRecord>

  /// An exchange with the lease and the logger as of `now`.
  ///
  /// - Parameter recordCapacity: more than the records of the longest stall that is not yet a
  ///   fault (1 s: a few dozen).
  public init(now: Nanoseconds, recordCapacity: Int = 4_096) {
    commands = SingleProducerRing(capacity: 16)
    replies = SingleProducerRing(capacity: 16)
    records = SingleProducerRing(capacity: recordCapacity)
    // SAFETY: one block, initialised here and freed in `deallocate`.
    unsafe flags = .allocate(capacity: 1)
    unsafe flags.initialize(to: LoopFlags())
    renewLease(at: now)
    reportProgress(at: now, durableOnTime: .zero)
  }

  /// Frees the exchange. Nobody uses any copy of it afterwards.
  public func deallocate() {
    // SAFETY: the caller states that the loop and the logger have ended.
    unsafe flags.deinitialize(count: 1)
    unsafe flags.deallocate()
    commands.deallocate()
    replies.deallocate()
    records.deallocate()
  }

  // SAFETY: (all below) the block lives until `deallocate`.

  /// Asks for STOP. Safe in a signal handler: one atomic store.
  @inlinable public func stop() { unsafe flags.pointee.stop.store(true, ordering: .releasing) }

  /// Ends the loop after its present turn, once its state no longer energises.
  @inlinable public func quit() { unsafe flags.pointee.quit.store(true, ordering: .releasing) }

  /// Holds or releases the reset button.
  @inlinable public func holdReset(_ isHeld: Bool) {
    unsafe flags.pointee.reset.store(isHeld, ordering: .releasing)
  }

  /// The operator is still there.
  @inlinable public func renewLease(at now: Nanoseconds) {
    unsafe flags.pointee.lease.store(now.rawValue, ordering: .releasing)
  }

  /// The log is still working, and has made everything up to `durableOnTime` durable.
  @inlinable public func reportProgress(at now: Nanoseconds, durableOnTime: Nanoseconds) {
    unsafe flags.pointee.durable.store(durableOnTime.rawValue, ordering: .releasing)
    unsafe flags.pointee.logger.store(now.rawValue, ordering: .releasing)
  }

  /// Whether a record found the ring full.
  @inlinable public var hasLostRecords: Bool {
    unsafe flags.pointee.recordsLost.load(ordering: .acquiring)
  }

  @inlinable var mustQuit: Bool { unsafe flags.pointee.quit.load(ordering: .acquiring) }

  /// What the controller is asked in this turn. STOP is read first.
  @inlinable func takeRequest() -> Request {
    // SAFETY: as above.
    let stop = unsafe flags.pointee.stop.exchange(false, ordering: .acquiringAndReleasing)
    let lease = unsafe flags.pointee.lease.load(ordering: .acquiring)
    let logger = unsafe flags.pointee.logger.load(ordering: .acquiring)
    // A lost record is dose that can never become durable.
    let durable = unsafe flags.pointee.durable.load(ordering: .acquiring)
    return Request(
      stop: stop, reset: unsafe flags.pointee.reset.load(ordering: .acquiring),
      command: commands.pop() ?? .none, leaseRenewedAt: Nanoseconds(lease),
      loggerProgressAt: hasLostRecords ? .notYet : Nanoseconds(logger),
      durableOnTime: Nanoseconds(durable))
  }

  @inlinable func carry(_ record: SessionRecord) {
    if !records.push(record) {
      unsafe flags.pointee.recordsLost.store(true, ordering: .releasing)
    }
  }
}

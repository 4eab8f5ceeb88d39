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
  @usableFromInline let lease = Atomic<UInt64>(0)
  @usableFromInline let logger = Atomic<UInt64>(0)
  @usableFromInline let durable = Atomic<Int64>(0)
  @usableFromInline let now = Atomic<Int64>(0)
  @usableFromInline let outputsAreActive = Atomic<Bool>(false)
  @usableFromInline let ending = Atomic<UInt8>(UInt8.max)
  @inlinable init() {}
}

/// When the loop last saw its host move, by the loop's own clock.
///
/// Others only count: so no second clock, and no clock of another thread, decides whether the
/// operator and the log are still there.
@usableFromInline struct HostSigns {
  @usableFromInline var leases: UInt64 = 0
  @usableFromInline var leaseAt: Nanoseconds
  @usableFromInline var progresses: UInt64 = 0
  @usableFromInline var progressAt: Nanoseconds

  @inlinable init(at now: Nanoseconds) {
    leaseAt = now
    progressAt = now
  }
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
  /// What can be seen of the loop, to whoever shows it; none is added while the ring is full.
  public let snapshots: SingleProducerRing<LoopSnapshot>

  /// An exchange in which nothing has happened.
  ///
  /// - Parameter recordCapacity: more than the records of the longest stall that is not yet a
  ///   fault (1 s: a few dozen).
  public init(recordCapacity: Int = 4_096) {
    commands = SingleProducerRing(capacity: 16)
    replies = SingleProducerRing(capacity: 16)
    records = SingleProducerRing(capacity: recordCapacity)
    snapshots = SingleProducerRing(capacity: 8)
    // SAFETY: one block, initialised here and freed in `deallocate`.
    unsafe flags = .allocate(capacity: 1)
    unsafe flags.initialize(to: LoopFlags())
  }

  /// Forgets what was asked and told, for the next session. No loop and no logger runs.
  public func clear() {
    while commands.pop() != nil {}
    while replies.pop() != nil {}
    while records.pop() != nil {}
    while snapshots.pop() != nil {}
    // SAFETY: the block lives until `deallocate`, and nobody else uses it now.
    unsafe flags.pointee.stop.store(false, ordering: .releasing)
    unsafe flags.pointee.reset.store(false, ordering: .releasing)
    unsafe flags.pointee.quit.store(false, ordering: .releasing)
    unsafe flags.pointee.recordsLost.store(false, ordering: .releasing)
    unsafe flags.pointee.durable.store(0, ordering: .releasing)
    unsafe flags.pointee.now.store(0, ordering: .releasing)
    unsafe flags.pointee.outputsAreActive.store(false, ordering: .releasing)
    unsafe flags.pointee.ending.store(UInt8.max, ordering: .releasing)
  }

  /// Frees the exchange. Nobody uses any copy of it afterwards.
  public func deallocate() {
    // SAFETY: the caller states that the loop and the logger have ended.
    unsafe flags.deinitialize(count: 1)
    unsafe flags.deallocate()
    commands.deallocate()
    replies.deallocate()
    records.deallocate()
    snapshots.deallocate()
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
  @inlinable public func renewLease() {
    _ = unsafe flags.pointee.lease.wrappingAdd(1, ordering: .acquiringAndReleasing)
  }

  /// The log is still working, and has made everything up to `durableOnTime` durable.
  @inlinable public func reportProgress(durableOnTime: Nanoseconds) {
    unsafe flags.pointee.durable.store(durableOnTime.rawValue, ordering: .releasing)
    _ = unsafe flags.pointee.logger.wrappingAdd(1, ordering: .acquiringAndReleasing)
  }

  /// When the loop last woke, by the board's clock.
  @inlinable public var now: Nanoseconds {
    unsafe Nanoseconds(flags.pointee.now.load(ordering: .acquiring))
  }

  /// Whether the outputs that were written last drive anything: a phase, a gate or the coil.
  @inlinable public var outputsAreActive: Bool {
    unsafe flags.pointee.outputsAreActive.load(ordering: .acquiring)
  }

  /// Whether a record found the ring full.
  @inlinable public var hasLostRecords: Bool {
    unsafe flags.pointee.recordsLost.load(ordering: .acquiring)
  }

  /// How often the log has reported progress.
  @inlinable public var progressCount: UInt64 {
    unsafe flags.pointee.logger.load(ordering: .acquiring)
  }

  /// Whether the loop was told to end.
  @inlinable public var mustEnd: Bool { mustQuit }

  @inlinable var mustQuit: Bool { unsafe flags.pointee.quit.load(ordering: .acquiring) }

  /// Why the session was completed; `nil` while it is not.
  public var ending: Ending? {
    unsafe Ending(rawValue: flags.pointee.ending.load(ordering: .acquiring))
  }

  /// What the controller is asked in this turn. STOP is read first.
  @inlinable func takeRequest(at now: Nanoseconds, _ signs: inout HostSigns) -> Request {
    // SAFETY: as above.
    let stop = unsafe flags.pointee.stop.exchange(false, ordering: .acquiringAndReleasing)
    let leases = unsafe flags.pointee.lease.load(ordering: .acquiring)
    if leases != signs.leases {
      signs.leases = leases
      signs.leaseAt = now
    }
    let progresses = unsafe flags.pointee.logger.load(ordering: .acquiring)
    if progresses != signs.progresses {
      signs.progresses = progresses
      signs.progressAt = now
    }
    let durable = unsafe flags.pointee.durable.load(ordering: .acquiring)
    // A lost record is dose that can never become durable.
    return Request(
      stop: stop, reset: unsafe flags.pointee.reset.load(ordering: .acquiring),
      command: commands.pop() ?? .none, leaseRenewedAt: signs.leaseAt,
      loggerProgressAt: hasLostRecords ? .notYet : signs.progressAt,
      durableOnTime: Nanoseconds(durable))
  }

  /// Tells the others how the turn ended.
  @inlinable func publish(now: Nanoseconds, state: ControllerState, outputsAreActive: Bool) {
    // SAFETY: as above.
    unsafe flags.pointee.now.store(now.rawValue, ordering: .releasing)
    unsafe flags.pointee.outputsAreActive.store(outputsAreActive, ordering: .releasing)
    guard case .completed(let ending) = state else { return }
    unsafe flags.pointee.ending.store(ending.rawValue, ordering: .releasing)
  }

  @inlinable func carry(_ record: SessionRecord) {
    if !records.push(record) {
      unsafe flags.pointee.recordsLost.store(true, ordering: .releasing)
    }
  }
}

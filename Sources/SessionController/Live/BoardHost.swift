// Decides: how a real board and its loop live from one session to the next.
// Leaves to others: the board's pins, the loop's turns, and when sessions begin and end.

public import BoardSupport
internal import CRealTime
public import ProtocolLibrary
public import RealTimeLoop
public import StimulationCore
import Synchronization

/// A board on the real clock: opened once, driven by one thread for each session.
public final class BoardHost<B: Board & ~Copyable & SendableMetatype>: LoopHost {
  /// The board, before its first session and from then on within its loop.
  @safe private enum Holding {
    case board(UnsafeMutablePointer<B>)
    case loop(UnsafeMutablePointer<RealTimeLoop<B>>)
  }

  /// See ``LoopHost``.
  public let place: SessionPlace
  /// See ``LoopHost``.
  public let capabilities: BoardCapabilities
  /// See ``LoopHost``.
  public let exchange = LoopExchange()
  /// See ``LoopHost``.
  public let leftovers: [String]
  private let priority: Int32
  private let wakeDescriptor: Int32
  private let boardLimits: @Sendable (Envelope) -> LimitLayer
  private let run: @Sendable (inout RealTimeLoop<B>) -> Void
  private let state: Mutex<State>

  // SAFETY: it is kept in the lock alone, under which its pointer changes hands; the loop's thread
  // is joined before anyone else uses what it points to.
  private struct State: ~Copyable, @unchecked Sendable {
    var holding: Holding
    var thread: RealTimeThread?
  }

  /// A host of a board that is open.
  ///
  /// - Parameters:
  ///   - limits: the board's own limits in each envelope.
  ///   - wakeDescriptor: the eventfd on which the board's wait ends; the host closes it.
  ///   - run: turns the loop until it may end; the function that the compiler proved.
  public init(
    _ board: consuming B, place: SessionPlace, leftovers: [String],
    limits: @escaping @Sendable (Envelope) -> LimitLayer, priority: Int32,
    wakeDescriptor: Int32, run: @escaping @Sendable (inout RealTimeLoop<B>) -> Void
  ) {
    boardLimits = limits
    self.place = place
    capabilities = board.capabilities
    self.leftovers = leftovers
    self.priority = priority
    self.wakeDescriptor = wakeDescriptor
    self.run = run
    // SAFETY: one place, initialised here, moved into the loop at the first session.
    let pointer = UnsafeMutablePointer<B>.allocate(capacity: 1)
    unsafe pointer.initialize(to: board)
    state = unsafe Mutex(State(holding: .board(pointer), thread: nil))
  }

  deinit {
    end()
    state.withLock { state in
      // SAFETY: the thread has been joined: nobody else refers to the board or the loop.
      switch state.holding {
      case .board(let board):
        unsafe board.deinitialize(count: 1)
        unsafe board.deallocate()
      case .loop(let loop):
        unsafe loop.deinitialize(count: 1)
        unsafe loop.deallocate()
      }
    }
    exchange.deallocate()
    _ = nmes_event_close(wakeDescriptor)
  }

  /// See ``LoopHost``.
  public var scheduling: RealTimeScheduling? { state.withLock { $0.thread?.scheduling } }

  /// See ``LoopHost``.
  public var force: [Double] { [] }

  /// See ``LoopHost``.
  public func limits(for envelope: Envelope) -> LimitLayer { boardLimits(envelope) }

  /// See ``LoopHost``.
  public func begin(_ planned: PlannedSession, keeper: RunWaker) throws(StimulatorError) {
    exchange.clear()
    let outcome = state.withLock { state -> Result<Void, RealTimeThreadError> in
      precondition(state.thread == nil, "the loop before has ended")
      let loop = unsafe Self.prepare(&state.holding, planned.plan, capabilities, exchange)
      let run = run
      // SAFETY: the loop stays where it is until this thread has been joined.
      let address = unsafe LoopAddress(loop: loop)
      do throws(RealTimeThreadError) {
        state.thread = try RealTimeThread(priority: priority) {
          unsafe run(&address.loop.pointee)
        }
        return .success(())
      } catch {
        return .failure(error)
      }
    }
    if case .failure(let error) = outcome { throw .thread(error) }
  }

  /// The loop with a controller for this plan.
  private static func prepare(
    _ holding: inout Holding, _ plan: StimulationPlan, _ capabilities: BoardCapabilities,
    _ exchange: LoopExchange
  ) -> UnsafeMutablePointer<RealTimeLoop<B>> {
    switch holding {
    case .loop(let loop):
      // SAFETY: no thread runs the loop now.
      let last = unsafe loop.pointee.controller.lastTick
      unsafe loop.pointee.begin(
        StimulationController(plan: plan, board: capabilities, after: last))
      return unsafe loop
    case .board(let board):
      let controller = StimulationController(plan: plan, board: capabilities)
      let loop = UnsafeMutablePointer<RealTimeLoop<B>>.allocate(capacity: 1)
      // SAFETY: the board moves out of its place, which is given back.
      unsafe loop.initialize(
        to: RealTimeLoop(board: board.move(), controller: controller, exchange: exchange))
      unsafe board.deallocate()
      unsafe holding = .loop(loop)
      unsafe loop.pointee.settle()
      return unsafe loop
    }
  }

  /// See ``LoopHost``.
  public func end() {
    state.withLock { state in
      let thread = state.thread.take()
      thread?.join()
    }
  }

  /// See ``LoopHost``.
  public var patience: Nanoseconds { .seconds(1) }

  /// See ``LoopHost``.
  public func wake() { _ = nmes_event_signal(wakeDescriptor) }

  /// See ``LoopHost``.
  public func renewLease() { exchange.renewLease() }

  /// The loop sees it at its next tick: another turn could only come in the way of an edge.
  public func logHasProgressed() {}
}

// SAFETY: crosses once, to the thread that alone uses the loop until it has been joined.
@safe private struct LoopAddress<B: Board & ~Copyable>: @unchecked Sendable {
  let loop: UnsafeMutablePointer<RealTimeLoop<B>>
}

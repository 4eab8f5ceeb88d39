// Decides: how the simulated board runs behind a session in paced virtual time.
// Leaves to others: the electronics (SimulatedBoard) and the session (Stimulator).

public import ProtocolLibrary
public import RealTimeLoop
public import SimulatedBoard
public import StimulationCore
import Synchronization

/// How the simulated board behaves.
public struct SimulatedHostOptions: Sendable {
  /// The channels that the board has.
  public var channelCount = maximumChannels
  /// Everything random comes from this.
  public var seed: UInt64 = 1
  /// How many times faster than the machine's clock.
  public var pace: Int64 = 1
  /// What goes wrong, and when, in every session.
  public var faults: [InjectedFault] = []

  /// A board in real time without faults.
  public init() {}
}

/// The simulated board, made anew for each session with that session's electrodes.
public final class SimulatedHost: LoopHost {
  /// See ``LoopHost``.
  public let place: SessionPlace
  /// See ``LoopHost``.
  public let capabilities: BoardCapabilities
  /// See ``LoopHost``.
  public let exchange = LoopExchange()
  private let options: SimulatedHostOptions
  private let waker: RunWaker
  private let thread = Mutex<RealTimeThread?>(nil)
  private let forces = Mutex<[Double]>([])
  private let leaseRenewedAt = Atomic<Int64>(0)

  /// A host that has no board yet.
  public init(_ options: SimulatedHostOptions) throws(StimulatorError) {
    precondition(options.pace >= 1, "virtual time runs forward")
    self.options = options
    place = SessionPlace(
      board: SimulatedRun.boardName, isSimulated: true, seed: options.seed)
    capabilities = SimulatedCapabilities.make(channelCount: options.channelCount)
    do throws(RunFailure) { waker = try RunWaker() } catch { throw .board(error.description) }
  }

  deinit {
    end()
    exchange.deallocate()
  }

  /// Virtual time is never late, so that nothing is asked of the kernel.
  public var scheduling: RealTimeScheduling? { nil }

  /// See ``LoopHost``.
  public var leftovers: [String] { [] }

  /// The simulated board sets no limits of its own.
  public func limits(for envelope: Envelope) -> LimitLayer { LimitLayer(source: .board) }

  /// See ``LoopHost``.
  public var force: [Double] { forces.withLock { $0 } }

  /// In virtual time a busy machine is no fault of the loop.
  public var patience: Nanoseconds { .seconds(10) }

  /// See ``LoopHost``.
  public func wake() { waker.wake() }

  /// Virtual time may have waited for the log.
  public func logHasProgressed() { wake() }

  /// Faster than the wall clock, an operator's second is the wall clock's: it is renewed on.
  public func renewLease() {
    exchange.renewLease()
    leaseRenewedAt.store(RunWaker.now().rawValue, ordering: .releasing)
  }

  /// See ``LoopHost``.
  public func begin(_ planned: PlannedSession, keeper: RunWaker) throws(StimulatorError) {
    var configuration = SimulatedBoardConfiguration(
      channelCount: planned.plan.channelCount,
      electrodeArea: planned.plan[channel: 0].electrodeArea,
      denervation: planned.therapy.stage.simulatedMuscle, seed: options.seed,
      wakeLateness: .zero, faults: options.faults, recordCapacity: 0)
    for index in 0..<planned.plan.channelCount {
      configuration.electrodeAreas[index] = planned.plan[channel: index].electrodeArea
    }
    // Tells at once what cannot be made; the thread makes the board that it drives.
    do throws(SimulatedBoardError) { _ = try SimulatedBoard(configuration) } catch {
      throw .board(error.description)
    }
    exchange.clear()
    let plan = planned.plan
    let outcome = thread.withLock { thread -> Result<Void, RealTimeThreadError> in
      precondition(thread == nil, "the loop before has ended")
      do throws(RealTimeThreadError) {
        thread = try RealTimeThread(priority: nil) { [self, configuration] in
          run(plan, configuration, keeper)
        }
        return .success(())
      } catch {
        return .failure(error)
      }
    }
    if case .failure(let error) = outcome { throw .thread(error) }
  }

  /// See ``LoopHost``.
  public func end() {
    thread.withLock { thread in
      let running = thread.take()
      running?.join()
    }
  }

  private func run(
    _ plan: StimulationPlan, _ configuration: SimulatedBoardConfiguration, _ keeper: RunWaker
  ) {
    guard let board = try? SimulatedBoard(configuration) else {
      preconditionFailure("a configuration that was accepted makes a board")
    }
    let controller = StimulationController(plan: plan, board: board.capabilities)
    var loop = RealTimeLoop(board: board, controller: controller, exchange: exchange)
    let origin = RunWaker.now()
    var nextLook = Nanoseconds.zero
    while !loop.mayEnd {
      provenTurn(&loop)
      if loop.now >= nextLook {
        nextLook = loop.now + LoopSnapshot.interval
        look(&loop, channelCount: plan.channelCount, keeper)
      }
      let due = origin + Nanoseconds(loop.now.rawValue / options.pace)
      // Waiting for less is not worth a system call.
      if due - RunWaker.now() > .milliseconds(1) { waker.sleep(until: due) }
    }
  }

  /// Reads the muscles; ahead of the wall clock also lets the log and the operator keep up.
  private func look(
    _ loop: inout RealTimeLoop<SimulatedBoard>, channelCount: Int, _ keeper: RunWaker
  ) {
    let read = (0..<channelCount).map { loop.board.measuredForce(channel: $0) }
    forces.withLock { $0 = read }
    guard options.pace > 1 else { return }
    let leaseAge = RunWaker.now().rawValue - leaseRenewedAt.load(ordering: .acquiring)
    if leaseAge < 1_000_000_000 { exchange.renewLease() }
    // Virtual time stands still while the log is written: a fast simulation decides as a slow
    // one does. A log that is silent for a second of wall time is silent.
    let seen = exchange.progressCount
    let limit = RunWaker.now() + .seconds(1)
    keeper.wake()
    while exchange.progressCount == seen && RunWaker.now() < limit && !exchange.mustEnd {
      waker.sleep(until: RunWaker.now() + .milliseconds(1))
    }
  }
}

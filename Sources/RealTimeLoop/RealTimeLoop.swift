// Decides: the loop: wait, read, take requests, advance, apply, record.
// Leaves to others: every decision (StimulationController), every pin (boards), the thread it
// runs on (RealTimeThread) and the wall clock (SessionController).

public import BoardSupport
public import StimulationCore

/// One session's loop over one board.
///
/// The same body runs in virtual time and on the real clock: only the board's `wait` differs.
/// Nothing in a turn allocates or locks: the compiler proves it of `provenTurn`.
public struct RealTimeLoop<B: Board & ~Copyable>: ~Copyable {
  /// The board.
  public var board: B
  /// The controller.
  public var controller: StimulationController
  /// What crosses to and from other threads.
  public let exchange: LoopExchange
  /// When the last turn woke.
  @inlinable public var now: Nanoseconds { lastWake }
  @usableFromInline var lastWake = Nanoseconds.zero
  @usableFromInline var readings = Readings()
  @usableFromInline var deadline = Nanoseconds.zero
  @usableFromInline var signs = HostSigns(at: .zero)
  @usableFromInline var snapshot = LoopSnapshot()
  @usableFromInline var lastCode = StateCode.faulted
  /// So many turns, 5 ms each at most, a board may take to read inactive when the loop is to end.
  @usableFromInline var endPatience: Int32 { 20 }
  @usableFromInline var endTurns: Int32 = 0
  @usableFromInline var isSeenInactive = false

  /// A loop that has not turned yet.
  public init(
    board: consuming B, controller: consuming StimulationController, exchange: LoopExchange
  ) {
    self.board = board
    self.controller = controller
    self.exchange = exchange
  }

  /// One turn.
  @inlinable public mutating func turn() {
    let woke = board.wait(until: deadline)
    board.read(into: &readings)
    snapshot.note(lateness: woke - deadline)
    let request = exchange.takeRequest(at: woke, &signs)
    if exchange.mustQuit { watchEnd() }
    let step = controller.advance(to: woke, readings: readings, request: request)
    deadline = step.deadline
    board.apply(step.takeOutputs())
    // A board that never showed itself inactive is told as active to the last.
    exchange.publish(
      now: woke, state: controller.state,
      outputsAreActive: controller.outputsAreActive || endTurns == endPatience)
    // A full ring holds answers that nobody waits for any more; whoever asks empties it before.
    if let reply = controller.answer() { _ = exchange.replies.push(reply) }
    while let record = controller.nextRecord() { exchange.carry(record) }
    lastWake = woke
    snapshot.note(cost: board.now() - woke)
    show()
  }

  /// Whether the exchange said quit, nothing is energised any more, and the board was read to be
  /// inactive, or has had its time to.
  @inlinable public var mayEnd: Bool {
    exchange.mustQuit && !controller.state.code.energises
      && (isSeenInactive || endTurns >= endPatience)
  }

  /// Looks at what the board reads of outputs that were told to be inactive.
  @inlinable mutating func watchEnd() {
    guard !controller.outputsAreActive, !controller.state.code.energises else { return }
    isSeenInactive = readings.showInactive()
    if !isSeenInactive && endTurns < endPatience { endTurns += 1 }
  }

  /// Turns until it may end.
  @inlinable public mutating func run() {
    while !mayEnd { turn() }
  }

  /// Takes another controller, for the next session on this board. Outputs are inactive.
  public mutating func begin(_ next: consuming StimulationController) {
    precondition(!controller.state.code.energises, "a session is over before the next begins")
    controller = next
    settle()
  }

  /// Takes the board as it is now: nothing that happened before counts as late, and a fault line
  /// that fell and is good again, as when the emergency stop is tried between sessions, is no
  /// fault of the next. One that is still down is seen by its level.
  public mutating func settle() {
    board.settle()
    board.read(into: &readings)
    let now = board.now()
    deadline = now
    lastWake = now
    signs = HostSigns(at: now)
    snapshot = LoopSnapshot()
    lastCode = .faulted
    endTurns = 0
    isSeenInactive = false
    exchange.publish(now: now, state: .faulted, outputsAreActive: false)
  }

  /// Puts a snapshot out when one is due: at an interval, and when the state has changed.
  @inlinable mutating func show() {
    let code = controller.state.code
    guard code != lastCode || lastWake - snapshot.now >= LoopSnapshot.spacing else { return }
    // Where nobody looks, none is taken; the newest is there when somebody does.
    guard exchange.snapshots.hasRoom else { return }
    snapshot.take(from: &controller, at: lastWake)
    _ = exchange.snapshots.push(snapshot)
    lastCode = code
    snapshot.beginInterval()
  }
}

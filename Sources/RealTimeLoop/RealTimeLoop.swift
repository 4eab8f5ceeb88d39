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
  public var now: Nanoseconds { lastWake }
  @usableFromInline var lastWake = Nanoseconds.zero
  @usableFromInline var readings = Readings()
  @usableFromInline var deadline = Nanoseconds.zero

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
    let request = exchange.takeRequest()
    let step = controller.advance(to: woke, readings: readings, request: request)
    deadline = step.deadline
    board.apply(step.takeOutputs())
    if let reply = controller.answer() { _ = exchange.replies.push(reply) }
    while let record = controller.nextRecord() { exchange.carry(record) }
    lastWake = woke
  }

  /// Turns until the exchange says quit and nothing is energised any more.
  @inlinable public mutating func run() {
    while !(exchange.mustQuit && !controller.state.code.energises) { turn() }
  }
}

// Decides: when the outputs are inactive after a STOP that the event loop found.
// Leaves to others: STOP itself (Stimulator) and telling whoever asked (Connection).

import NIOCore
import SessionController
import StimulationCore

// SAFETY: used on its event loop only, which every entry checks.
/// Looks at the outputs without holding up the event loop.
final class ReactionWatch: @unchecked Sendable {
  private struct Waiter {
    var since: Nanoseconds
    var done: (_ inactive: Bool, _ after: Nanoseconds) -> Void
  }

  private let loop: any EventLoop
  private let stimulator: Stimulator
  private var waiters: [Waiter] = []
  private var isScheduled = false

  init(_ loop: any EventLoop, _ stimulator: Stimulator) {
    self.loop = loop
    self.stimulator = stimulator
  }

  /// Calls `done` when the outputs are inactive, or when the patience is over.
  func await(since: Nanoseconds, _ done: @escaping (Bool, Nanoseconds) -> Void) {
    loop.preconditionInEventLoop()
    waiters.append(Waiter(since: since, done: done))
    if !isScheduled { look() }
  }

  private func look() {
    loop.preconditionInEventLoop()
    isScheduled = false
    let now = ServerClock.now
    let isActive = stimulator.outputsAreActive
    var rest: [Waiter] = []
    var ended: [Waiter] = []
    for waiter in waiters {
      if isActive && now - waiter.since < StopReply.patience {
        rest.append(waiter)
      } else {
        ended.append(waiter)
      }
    }
    waiters = rest
    for waiter in ended { waiter.done(!isActive, now - waiter.since) }
    guard !waiters.isEmpty, !isScheduled else { return }
    isScheduled = true
    loop.scheduleTask(in: .nanoseconds(StopReply.step.rawValue)) { [self] in look() }
  }
}

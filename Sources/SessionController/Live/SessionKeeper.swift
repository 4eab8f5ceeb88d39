// Decides: how an open session's records and actions become durable, and when it is closed in
// the log.
// Leaves to others: the log itself (DoseLog), the response to its silence (HostInterlock), and
// what an operator may do next (Stimulator).

import DoseLog
import RealTimeLoop
import StimulationCore
import Synchronization

/// How a session stands in the log.
struct SessionReport: Sendable {
  /// Whether trains were begun.
  var hasStarted = false
  /// How it ended; `nil` while it is open.
  var outcome: SessionOutcome?
  /// Every trip, in order.
  var trips: [TrippedInterlock] = []
  /// Why the log could not be written, when it could not.
  var failure: DoseLogError?
}

/// Writes one session down, on a thread of its own.
final class SessionKeeper: Sendable {
  /// The log is written this often.
  static let interval = Nanoseconds.milliseconds(20)
  /// Actions that wait to be written; more are refused.
  static let mostActions = 256
  /// So many are written before the loop's records are looked at again: each is a write of its
  /// own, and dose that waits for it ends a session (SR-43).
  static let actionsInATurn = 8
  /// The contact and the electrodes stay under watch this long after the end.
  static let watch = Nanoseconds.milliseconds(50)

  private struct Inbox {
    var actions: [LogAction] = []
    /// What found no room and is not told yet, by its share.
    var leftOut = [Int](repeating: 0, count: IdleNotes.Share.allCases.count)
    var mustFinish = false
  }

  /// What only the keeper's thread touches.
  private struct Work {
    /// Bounded by the session, as a failing log stops stimulation within a second.
    var records: [SessionRecord] = []
    var actions: [LogAction] = []
    /// Whether this is the last turn.
    var mustFinish = false
    var durableOnTime = Nanoseconds.zero
    var overAt: Nanoseconds?
    /// Whether a simulation has answered for the skin afterwards.
    var hasSkinCheck = false
  }

  private let writer: DoseLogWriter
  private let opening: SessionOpening
  private let session: SessionID
  private let exchange: LoopExchange
  private let feed: EventFeed
  private let bell: RunWaker
  private let standstill: Standstill
  private let progressed: @Sendable () -> Void
  private let inbox = Mutex(Inbox())
  private let report = Mutex(SessionReport())
  private let turned = Atomic<UInt64>(0)

  /// - Parameters:
  ///   - bell: ends the keeper's pause early.
  ///   - progressed: is called when everything was made durable.
  init(
    _ opening: SessionOpening, session: SessionID, exchange: LoopExchange, feed: EventFeed,
    bell: RunWaker, standstill: Standstill, progressed: @escaping @Sendable () -> Void
  ) {
    writer = opening.writer
    self.opening = opening
    self.session = session
    self.exchange = exchange
    self.feed = feed
    self.bell = bell
    self.standstill = standstill
    self.progressed = progressed
  }

  /// How the session stands.
  var standing: SessionReport { report.withLock { $0 } }

  /// Whether so many more actions find room.
  func hasRoom(for count: Int) -> Bool {
    inbox.withLock { $0.actions.count + count <= Self.mostActions }
  }

  /// How often the thread has turned.
  var turns: UInt64 { turned.load(ordering: .relaxed) }

  /// Up to how many waiting actions one more finds room. Refusals, which anybody can cause, take no
  /// more than half, so that an operator is never busy with them; STOP and alarms, which are not
  /// refused for want of room, have some that commands do not take.
  static func room(for action: LogAction) -> Int {
    switch IdleNotes.Share(action) {
    case .refusals: return mostActions / 2
    case .commands: return mostActions
    case .stops: return mostActions + IdleNotes.Share.stops.most
    }
  }

  /// Takes an action to be written; `false` when too many wait, which a later record counts.
  func submit(_ action: LogAction) -> Bool {
    let most = Self.room(for: action)
    return inbox.withLock { inbox in
      guard inbox.actions.count < most else {
        inbox.leftOut[IdleNotes.Share(action).rawValue] += 1
        return false
      }
      inbox.actions.append(action)
      return true
    }
  }

  /// Lets the thread end. The loop's thread has ended.
  func finish() {
    inbox.withLock { $0.mustFinish = true }
    bell.wake()
  }

  /// The thread's body: writes until it is told to finish.
  func run() {
    var work = Work()
    while true {
      turned.wrappingAdd(1, ordering: .relaxed)
      let mustFinish = takeActions(&work)
      collect(&work)
      if flush(&work) {
        exchange.reportProgress(durableOnTime: work.durableOnTime)
        progressed()
      }
      closeWhenOver(&work, mustFinish: mustFinish)
      if mustFinish { return }
      if work.actions.isEmpty || standing.failure != nil {
        bell.sleep(until: RunWaker.now() + Self.interval)
      }
    }
  }

  /// Takes what waits once what was taken before is written, so that no more than
  /// ``mostActions`` wait for long. Answers whether this is the last turn.
  private func takeActions(_ work: inout Work) -> Bool {
    let now = exchange.now
    return inbox.withLock { inbox in
      work.mustFinish = inbox.mustFinish
      guard work.actions.isEmpty || inbox.mustFinish else { return false }
      work.actions += inbox.actions
      inbox.actions.removeAll(keepingCapacity: true)
      if inbox.leftOut.contains(where: { $0 > 0 }) {
        work.actions.append(
          IdleNotes.notice(of: inbox.leftOut, at: now, isSimulated: opening.place.isSimulated))
        inbox.leftOut = inbox.leftOut.map { _ in 0 }
      }
      return inbox.mustFinish
    }
  }

  /// Takes what the loop left.
  private func collect(_ work: inout Work) {
    while let record = exchange.records.pop() {
      feed.add(record)
      work.records.append(record)
      guard case .event(let event) = record else { continue }
      if case .entered(let code) = event.event { standstill.entered(code, at: event.at) }
      switch event.event {
      case .entered(.running), .entered(.ramping): report.withLock { $0.hasStarted = true }
      case .entered(.completed): work.overAt = work.overAt ?? event.at
      case .entered(.faulted):
        if standing.hasStarted { work.overAt = work.overAt ?? event.at }
      case .tripped(let id, let channel):
        let trip = TrippedInterlock(
          interlock: id, channel: channel < 0 ? nil : Int(channel), at: event.at)
        report.withLock { $0.trips.append(trip) }
      default: break
      }
    }
  }

  /// Makes everything that waits durable; `false` when it could not.
  ///
  /// What could not be written still waits. Where only the head failed, nothing waits but the
  /// head, which the next turn writes.
  private func flush(_ work: inout Work) -> Bool {
    do throws(DoseLogError) {
      let ofHead = try write(&work)
      if ofHead == nil { try writer.repairHead() }
      report.withLock { $0.failure = ofHead }
      return ofHead == nil
    } catch {
      report.withLock { $0.failure = error }
      return false
    }
  }

  /// Writes everything that waits; answers the failure of the head alone.
  private func write(_ work: inout Work) throws(DoseLogError) -> DoseLogError? {
    var ofHead: DoseLogError?
    if standing.outcome == nil {
      ofHead = try DoseLogError.ofHead { () throws(DoseLogError) in
        let clock = opening.clock.reading(at: exchange.now)
        try writer.append(work.records, to: session, at: clock)
      }
      let newest = DoseLogWriter.newestOnTime(work.records) ?? .zero
      work.durableOnTime = max(work.durableOnTime, newest)
      work.records.removeAll(keepingCapacity: true)
      // At once: what else is written now is not dose, and may take the disk long.
      if ofHead == nil { exchange.reportProgress(durableOnTime: work.durableOnTime) }
    }
    while let record = work.records.first {
      ofHead = try DoseLogError.ofHead { () throws(DoseLogError) in try noteAfterwards(record) }
      work.records.removeFirst()
    }
    for _ in 0..<(work.mustFinish ? work.actions.count : Self.actionsInATurn) {
      guard let action = work.actions.first else { break }
      ofHead = try DoseLogError.ofHead { () throws(DoseLogError) in
        try writer.log(action, session: session, at: opening.clock.reading(at: exchange.now))
      }
      work.actions.removeFirst()
    }
    return ofHead
  }

  /// What trips after a session belongs to the board.
  private func noteAfterwards(_ record: SessionRecord) throws(DoseLogError) {
    guard case .event(let event) = record, case .tripped(let id, let channel) = event.event
    else { return }
    try writer.logTrip(
      id, board: opening.place.board, channel: channel < 0 ? nil : channel,
      at: opening.clock.reading(at: event.at))
  }

  /// Ends the session in the log when it is over; a failing log is tried again.
  private func closeWhenOver(_ work: inout Work, mustFinish: Bool) {
    guard standing.outcome == nil, work.records.isEmpty else { return }
    let isOver = work.overAt.map { exchange.now >= $0 + Self.watch } ?? false
    guard isOver || mustFinish else { return }
    let outcome = outcome()
    do throws(DoseLogError) {
      let end = opening.clock.reading(at: exchange.now)
      var ofHead: DoseLogError?
      if opening.place.isSimulated && !work.hasSkinCheck {
        ofHead = try DoseLogError.ofHead { () throws(DoseLogError) in
          try writer.log(
            SessionOpening.simulatedSkinCheck(.after),
            muscle: opening.planned.muscleKey, session: session, at: end)
        }
        work.hasSkinCheck = true
      }
      let text = outcome == .refused ? "not started" : ""
      ofHead = try DoseLogError.ofHead { () throws(DoseLogError) in
        try writer.close(
          session, outcome: outcome, faults: standing.trips.map(\.interlock), text: text, at: end)
      }
      report.withLock { report in
        report.outcome = outcome
        if let ofHead { report.failure = ofHead }
      }
      feed.add(
        .ended, outcome.rawValue, at: exchange.now,
        text: "session \(session) ended: \(outcome.rawValue)")
    } catch {
      report.withLock { $0.failure = error }
    }
  }

  private func outcome() -> SessionOutcome {
    guard standing.hasStarted else { return .refused }
    switch exchange.ending {
    // A session that its timer ended lacks a part of its plan.
    case .operatorStop, .sessionTimer: return .stopped
    case .planDelivered: return .completed
    case .fault, nil: return .faulted
    }
  }
}

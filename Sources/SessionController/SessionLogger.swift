// Decides: when records become durable in virtual time, and what a failing log means.
// Leaves to others: the log itself (DoseLog) and the response (HostInterlock).

import DoseLog
import RealTimeLoop
import StimulationCore

/// Steps the log at fixed session times, so that the speed of the run changes no decision.
struct SessionLogger: ~Copyable {
  /// The log is stepped this often in session time.
  static let interval = Nanoseconds.milliseconds(100)

  private let writer: DoseLogWriter
  private let session: SessionID
  private let clock: any SessionClock
  /// What waits for the log. Bounded by the session: when the log fails, stimulation stops within
  /// a second (undurable-dose, logger-silent), and a controller that stands records nothing.
  private var pending: [SessionRecord] = []
  /// Actions that wait for the log.
  private var actions: [LogAction] = []
  private var nextStep = Nanoseconds.zero
  private var durableOnTime = Nanoseconds.zero
  /// Why the log could not be written, when it could not.
  private(set) var failure: DoseLogError?
  /// Every trip that was carried past, in order.
  private(set) var trips: [TrippedInterlock] = []

  init(writer: DoseLogWriter, session: SessionID, clock: any SessionClock) {
    self.writer = writer
    self.session = session
    self.clock = clock
  }

  /// Does what is due at `now`; a stalled log does nothing and reports nothing.
  mutating func step(at now: Nanoseconds, isStalled: Bool, _ exchange: LoopExchange) {
    guard now >= nextStep else { return }
    nextStep = now + SessionLogger.interval
    collect(exchange)
    guard !isStalled, flush(at: now) else { return }
    exchange.reportProgress(durableOnTime: durableOnTime)
  }

  /// Takes an action to be written with what the loop leaves next.
  mutating func submit(_ action: LogAction) { actions.append(action) }

  /// Takes what the loop left.
  mutating func collect(_ exchange: LoopExchange) {
    while let record = exchange.records.pop() {
      pending.append(record)
      guard case .event(let event) = record, case .tripped(let id, let channel) = event.event
      else { continue }
      trips.append(
        TrippedInterlock(
          interlock: id, channel: channel < 0 ? nil : Int(channel), at: event.at))
    }
  }

  /// Makes everything that waits durable; `false` when it could not.
  ///
  /// What could not be written still waits. Where only the head failed, nothing waits but the
  /// head, which the next call writes.
  mutating func flush(at now: Nanoseconds) -> Bool {
    do throws(DoseLogError) {
      let ofHead = try write(at: now)
      failure = ofHead
      if failure == nil { try writer.repairHead() }
      return failure == nil
    } catch {
      failure = error
      return false
    }
  }

  private mutating func write(at now: Nanoseconds) throws(DoseLogError) -> DoseLogError? {
    var ofHead: DoseLogError?
    let reading = clock.reading(at: now)
    if !pending.isEmpty {
      ofHead = try DoseLogError.ofHead { () throws(DoseLogError) in
        try writer.append(pending, to: session, at: reading)
      }
      durableOnTime = max(durableOnTime, DoseLogWriter.newestOnTime(pending) ?? .zero)
      pending.removeAll(keepingCapacity: true)
    }
    while let action = actions.first {
      ofHead = try DoseLogError.ofHead { () throws(DoseLogError) in
        try writer.log(action, session: session, at: reading)
      }
      actions.removeFirst()
    }
    return ofHead
  }
}

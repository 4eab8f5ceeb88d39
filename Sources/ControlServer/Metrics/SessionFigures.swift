// Decides: which counters and histograms are kept, and from what.
// Leaves to others: collecting and showing them (the metrics backend).

import Metrics
import SessionController
import StimulationCore

// SAFETY: `take` is called on the event loop only; the metrics are Sendable by themselves.
/// The daemon's figures.
final class SessionFigures: @unchecked Sendable {
  let connections = Gauge(label: "nmes_connections")
  let droppedNotes = Counter(label: "nmes_notes_dropped_total")
  private let lateness = Timer(label: "nmes_wakeup_lateness_seconds")
  private let cost = Timer(label: "nmes_tick_cost_seconds")
  private let logFailing = Gauge(label: "nmes_log_failing")
  private let faultReaction = Timer(label: "nmes_outputs_inactive_seconds")
  private let faults = Counter(label: "nmes_faults_total")
  private let sessions = Counter(label: "nmes_sessions_total")
  private let lostRecords = Gauge(label: "nmes_records_lost")
  private let stimulator: Stimulator
  private var seen: UInt64

  init(_ stimulator: Stimulator) {
    self.stimulator = stimulator
    seen = stimulator.feed.newest
  }

  /// Takes what is new.
  func take() {
    if stimulator.feed.newest > seen {
      for event in stimulator.feed.events(after: seen).events {
        seen = event.sequence
        switch event.kind {
        case .trip: faults.increment()
        case .ended: sessions.increment()
        case .inactive: faultReaction.recordNanoseconds(event.amount ?? 0)
        default: break
        }
      }
    }
    logFailing.record(stimulator.status.logFailure == nil ? 0 : 1)
    for interval in stimulator.takeIntervals() {
      lateness.recordNanoseconds(interval.lateness.rawValue)
      if interval.cost > .zero { cost.recordNanoseconds(interval.cost.rawValue) }
    }
    lostRecords.record(stimulator.host.exchange.hasLostRecords ? 1 : 0)
  }
}

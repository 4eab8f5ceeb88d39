// Decides: in which order faults come, and which are still to come.
// Leaves to others: their effects (SimulatedBoard).

import BoardSupport
import StimulationCore

/// The faults of one board in order of time, without references.
struct FaultSchedule: ~Copyable {
  private let faults: FixedStore<InjectedFault>
  private let count: Int
  private var next = 0

  /// Takes the faults that `isIncluded` accepts.
  init(_ all: [InjectedFault], where isIncluded: (InjectedFault.Kind) -> Bool) {
    let taken = all.filter { isIncluded($0.kind) }.sorted { $0.at < $1.at }
    count = taken.count
    faults = FixedStore(count: max(count, 1)) {
      $0 < taken.count ? taken[$0] : InjectedFault(.writeError, at: .never)
    }
  }

  /// When the next fault comes; `Int64.max` for none.
  var nextAt: Int64 { next < count ? faults[next].at.rawValue : .max }

  /// Takes the next fault.
  mutating func take() -> InjectedFault {
    let fault = faults[next]
    next += 1
    return fault
  }

  /// How many there are in all.
  var total: Int { count }
  /// How many were taken.
  var taken: Int { next }

  /// A fault by its place in the order.
  subscript(place: Int) -> InjectedFault { faults[place] }
}
